"""Votes on paper: who does what, the batches, and whether cards equal envelopes."""

from flask import (
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import actor, official_of_round, person
from app.extensions import clock, db
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.manage.forms.paper import BatchForm, DifferenceForm
from app.messages import sentence
from app.transaction import transaction
from core.errors import DomainError
from voting.cards.balance import balances, explain_difference, sign_difference
from voting.cards.batches import issue_batch, list_batches
from voting.cards.duties import check_paper, duty_of, take_duty, uses_paper
from voting.electorate import share_round
from voting.keys import RollKeys, load_roll_keys
from voting.manifest import RuleManifest
from voting.models import Area, Duty, PaperDifference, Round
from voting.opening import current_manifest


def paper_round(slug: str) -> tuple[Round, RuleManifest]:
    """The round and its rules; not found where nobody votes on paper."""
    round_ = the_round(slug)
    manifest = current_manifest(db.session(), round_)
    if not uses_paper(manifest):
        abort(404)
    return round_, manifest


def roll_keys(slug: str) -> RollKeys:
    """By which an identity number is found on the roll."""
    return load_roll_keys(current_app.extensions["puistokatu"].key_dir, slug)


@bp.get("/rounds/<slug>/paper")
@official_of_round
def paper(slug: str) -> ResponseReturnValue:
    """Where the votes on paper stand."""
    round_, manifest = paper_round(slug)
    return _page(round_, manifest, BatchForm.of(manifest))


def _page(
    round_: Round,
    manifest: RuleManifest,
    form: BatchForm,
    why: DifferenceForm | None = None,
    area: int | None = None,
) -> str:
    session = db.session()
    try:
        check_paper(round_, manifest)
        refusal = None
    except DomainError as error:
        refusal = sentence(error)
    return render_template(
        "manage/paper/index.html",
        round=round_,
        form=form,
        why=why or DifferenceForm(formdata=None),
        why_area=area,
        refusal=refusal,
        me=person().id,
        duty=duty_of(session, round_, person().id),
        duties=Duty,
        batches=list_batches(session, round_),
        names={each.id: each.name for each in round_.areas},
        lines=balances(session, round_),
    )


@bp.post("/rounds/<slug>/paper/duty")
@official_of_round
def submit_duty(slug: str) -> ResponseReturnValue:
    """Take on envelopes or cards, for the whole round."""
    wanted = request.form.get("duty", "")
    if wanted not in set(Duty):
        abort(400)
    paper_round(slug)
    with transaction() as session:
        take_duty(session, the_round(slug), person().id, Duty(wanted))
    endpoint = "paper_envelopes" if wanted == Duty.ENVELOPES else "paper_cards"
    return redirect(url_for(f"manage.{endpoint}", slug=slug))


@bp.post("/rounds/<slug>/paper/batches")
@official_of_round
def submit_batch(slug: str) -> ResponseReturnValue:
    """Give numbers to cards that are to be printed."""
    round_, manifest = paper_round(slug)
    form = BatchForm.of(manifest)
    if not form.validate_on_submit():
        return _page(round_, manifest, form), 422
    with transaction() as session:
        batch = issue_batch(
            session,
            the_round(slug),
            manifest,
            form.area.data,
            form.count.data or 0,
            actor=actor(),
            now=clock().now(session),
        )
        number = batch.number
    flash(_("The batch is ready to be printed."), "success")
    return redirect(url_for("manage.paper_batch", slug=slug, number=number))


@bp.post("/rounds/<slug>/paper/areas/<int:area_id>/difference")
@official_of_round
def submit_difference(slug: str, area_id: int) -> ResponseReturnValue:
    """Write down why an area's cards and envelopes differ."""
    round_, manifest = paper_round(slug)
    area = db.session().get(Area, area_id)
    if area is None or area.round_id != round_.id:
        abort(404)
    form = DifferenceForm()
    if form.validate_on_submit() and not form.reason.data:
        form.reason.errors = [_("Write why.")]
    if form.errors or form.reason.errors:
        return _page(round_, manifest, BatchForm(formdata=None), form, area_id), 422
    with transaction() as session:
        explain_difference(
            session,
            share_round(session, slug) or abort(404),
            manifest,
            session.get_one(Area, area_id),
            form.reason.data or "",
            official=person().id,
            actor=actor(),
            now=clock().now(session),
        )
    flash(_("The reason is written down. Another person has to sign it."), "success")
    return redirect(url_for("manage.paper", slug=slug))


@bp.post("/rounds/<slug>/paper/differences/<int:number>/sign")
@official_of_round
def submit_signature(slug: str, number: int) -> ResponseReturnValue:
    """The second signature under a reason."""
    round_, manifest = paper_round(slug)
    found = db.session().get(PaperDifference, number)
    if found is None or found.round_id != round_.id:
        abort(404)
    with transaction() as session:
        sign_difference(
            session,
            share_round(session, slug) or abort(404),
            manifest,
            session.get_one(PaperDifference, number),
            official=person().id,
            actor=actor(),
            now=clock().now(session),
        )
    flash(_("Your signature has been added."), "success")
    return redirect(url_for("manage.paper", slug=slug))
