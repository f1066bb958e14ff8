"""School classes that vote together: slips for a lesson, a lost slip, the end."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.access import actor, official_of_round
from app.classes import end_class, make_slip_anew, make_slips
from app.extensions import clock, db
from app.manage.blueprint import bp
from app.manage.desk import desk_of, the_round
from app.manage.forms.classes import TIMES, ClassForm, LostSlipForm
from app.manage.letters import download
from app.messages import sentence
from app.messages.classes import pupil_fault
from core.errors import DomainError
from voting.class_errors import ClassEnded, ClassLineUnknown, ClassListInvalid
from voting.classes.batches import check_may_teach, find_class
from voting.classes.listing import list_classes, unfinished_classes
from voting.classes.redeeming import votes_of_class
from voting.models import ClassBatch, LetterKind, Round
from voting.opening import current_manifest
from voting.turnout import threshold


@bp.get("/rounds/<slug>/classes")
@official_of_round
def classes(slug: str) -> ResponseReturnValue:
    """The classes, and the form for another one."""
    return _list_page(the_round(slug), ClassForm())


@bp.post("/rounds/<slug>/classes")
@official_of_round
def make_class_slips(slug: str) -> ResponseReturnValue:
    """Make codes, and hand the slips out in this answer only."""
    round_ = the_round(slug)
    form = ClassForm()
    if not form.validate_on_submit():
        return _list_page(round_, form), 422
    try:
        made = make_slips(slug, form.lesson(), form.list, actor=actor())
    except (ClassListInvalid, *TIMES) as refusal:
        form.refuse(refusal)
        return _list_page(the_round(slug), form, refusal), 422
    return download(made.pdf, f"{slug}-class-{made.number}", LetterKind.PDF)


@bp.get("/rounds/<slug>/classes/<int:number>")
@official_of_round
def school_class(slug: str, number: int) -> ResponseReturnValue:
    """One class: its lesson, a lost slip, and its end."""
    return _class_page(the_round(slug), number, LostSlipForm())


@bp.post("/rounds/<slug>/classes/<int:number>/slip")
@official_of_round
def replace_class_slip(slug: str, number: int) -> ResponseReturnValue:
    """A new slip in place of a lost one, in this answer only."""
    round_ = the_round(slug)
    form = LostSlipForm()
    if not form.validate_on_submit():
        return _class_page(round_, number, form), 422
    line = form.line.data or 0
    try:
        pdf = make_slip_anew(slug, number, line, actor=actor())
    except (ClassLineUnknown, ClassEnded) as refusal:
        form.line.errors = [sentence(refusal)]
        return _class_page(the_round(slug), number, form), 422
    return download(pdf, f"{slug}-class-{number}-{line}", LetterKind.PDF)


@bp.post("/rounds/<slug>/classes/<int:number>/revoke")
@official_of_round
def revoke_school_class(slug: str, number: int) -> ResponseReturnValue:
    """End the codes of a class; votes that are in stay in."""
    the_round(slug)
    end_class(slug, number, actor=actor())
    flash(_("The codes of this class do not work any more."))
    return redirect(url_for("manage.classes", slug=slug))


def _list_page(
    round_: Round, form: ClassForm, refused: DomainError | None = None
) -> str:
    session = db.session()
    now = clock().now(session)
    broken = unfinished_classes(session, round_)
    return render_template(
        "manage/classes/index.html",
        desk=desk_of(session, round_, now),
        round=round_,
        form=form,
        refusal=_refusal(session, round_),
        faults=_faults(refused) if refused else [],
        classes=[
            (batch, *_state(batch, now, broken), _votes(session, round_, batch))
            for batch in list_classes(session, round_)
        ],
        minimum=threshold(current_manifest(session, round_)),
    )


def _class_page(round_: Round, number: int, form: LostSlipForm) -> str:
    session = db.session()
    batch = find_class(session, round_, number)
    now = clock().now(session)
    broken = unfinished_classes(session, round_)
    word, kind = _state(batch, now, broken)
    return render_template(
        "manage/classes/class.html",
        desk=desk_of(session, round_, now),
        round=round_,
        form=form,
        batch=batch,
        word=word,
        kind=kind,
        votes=_votes(session, round_, batch),
        is_broken=number in broken,
        is_over=bool(batch.revoked_at) or now >= batch.ends_at,
        minimum=threshold(current_manifest(session, round_)),
    )


def _faults(refused: DomainError) -> list[tuple[int, str]]:
    """What is wrong in a list, pupil by pupil."""
    found: Any = refused.params.get("faults", ())
    return [(number, pupil_fault(code, value)) for number, code, value in found]


def _votes(session: Session, round_: Round, batch: ClassBatch) -> int | None:
    minimum = threshold(current_manifest(session, round_))
    now = clock().now(session)
    return votes_of_class(session, batch, minimum=minimum, now=now)


def _state(batch: ClassBatch, now: datetime, broken: set[int]) -> tuple[str, str]:
    """Where a class stands: a word, and the kind of its badge."""
    if batch.revoked_at:
        return _("Ended"), "neutral"
    if batch.number in broken:
        return _("Not finished"), "warning"
    if now < batch.opens_at:
        return _("Before the lesson"), "main"
    if now < batch.ends_at:
        return _("The codes work now"), "good"
    return _("The lesson is over"), "neutral"


def _refusal(session: Session, round_: Round) -> str | None:
    """Why no slips can be made now, as a sentence."""
    try:
        check_may_teach(session, round_, now=clock().now(session))
    except DomainError as refusal:
        return sentence(refusal)
    return None
