"""Letters with codes: who gets one, the batches, and a lost code."""

from collections.abc import Iterable

from flask import (
    Response,
    flash,
    redirect,
    render_template,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import actor, official_of_round
from app.extensions import clock, db
from app.mailings import MOST_ON_A_PAGE, make_csv, make_pdf, revoke
from app.manage.blueprint import bp
from app.manage.desk import desk_of, the_round
from app.manage.forms.letters import MailingForm
from app.messages import sentence
from core.errors import DomainError
from voting.mailings.choosing import (
    Mailing,
    check_may_write,
    find_batch,
    letters_due,
    list_batches,
)
from voting.models import LetterBatch, LetterKind, Round, Stage
from voting.roll.stored import roll_of

TYPES = {LetterKind.PDF: "application/pdf", LetterKind.CSV: "text/csv; charset=utf-8"}


@bp.get("/rounds/<slug>/letters")
@official_of_round
def letters(slug: str) -> ResponseReturnValue:
    """How many wait for a letter, and what has been made."""
    round_ = the_round(slug)
    return _page(round_, MailingForm.of(round_))


@bp.post("/rounds/<slug>/letters")
@official_of_round
def make_letters(slug: str) -> ResponseReturnValue:
    """Make codes, and hand the letters out in this answer only."""
    round_ = the_round(slug)
    form = MailingForm.of(round_)
    if not form.validate_on_submit():
        return _page(round_, form), 422
    return _handed_out(slug, form.mailing())


@bp.post("/rounds/<slug>/letters/<int:number>/anew")
@official_of_round
def make_letters_anew(slug: str, number: int) -> ResponseReturnValue:
    """The same people's letters with new codes; those made before end."""
    batch = find_batch(db.session(), the_round(slug), number)
    is_pdf = batch.kind is LetterKind.PDF
    mailing = Mailing(
        kind=batch.kind,
        # As many as it had, even if it was made at a terminal.
        most=max(MOST_ON_A_PAGE, batch.letters) if is_pdf else None,
        instead_of=number,
    )
    return _handed_out(slug, mailing)


@bp.post("/rounds/<slug>/letters/<int:number>/revoke")
@official_of_round
def revoke_letters(slug: str, number: int) -> ResponseReturnValue:
    """End the codes of a batch; its people wait for a letter again."""
    the_round(slug)
    revoke(slug, number, actor=actor())
    flash(_("The codes of batch %(number)d do not work any more.", number=number))
    return redirect(url_for("manage.letters", slug=slug))


def download(body: bytes | Iterable[bytes], name: str, kind: LetterKind) -> Response:
    """A file that is handed out once, and that no proxy writes onto its disk."""
    headers = {
        "Content-Disposition": f"attachment; filename={name}.{kind.value}",
        "X-Accel-Buffering": "no",
    }
    return Response(body, content_type=TYPES[kind], headers=headers)


def _handed_out(slug: str, mailing: Mailing) -> Response:
    body: bytes | Iterable[bytes]
    if mailing.kind is LetterKind.PDF:
        made, body = make_pdf(slug, mailing, actor=actor())
        number = made.number
    else:
        number, parts = make_csv(slug, mailing, actor=actor())
        body = stream_with_context(parts)
    return download(body, f"{slug}-letters-{number}", mailing.kind)


def _page(round_: Round, form: MailingForm) -> str:
    session = db.session()
    now = clock().now(session)
    desk = desk_of(session, round_, now)
    is_over = round_.stage.order > Stage.VOTING.order
    has_roll = roll_of(session, round_) is not None
    return render_template(
        "manage/letters/index.html",
        desk=desk,
        round=round_,
        form=form,
        refusal=_refusal(round_),
        due=letters_due(session, round_) if has_roll and not is_over else None,
        batches=list_batches(session, round_),
        state_of=_state_of,
        most=MOST_ON_A_PAGE,
    )


def _refusal(round_: Round) -> str | None:
    """Why no letters can be made now, as a sentence."""
    session = db.session()
    try:
        check_may_write(session, round_, now=clock().now(session))
    except DomainError as refusal:
        return sentence(refusal)
    return None


def _state_of(batch: LetterBatch) -> tuple[str, str]:
    """What became of a batch: a word, and the kind of its badge."""
    if batch.revoked_at:
        return _("Revoked"), "neutral"
    if batch.finished_at:
        return _("In use"), "good"
    return _("Not finished"), "warning"
