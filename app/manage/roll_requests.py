"""The correction desk: who misses himself on the roll, and what becomes of it."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.access import actor, official_of_round
from app.extensions import clock, db
from app.mail.posting import post
from app.manage.blueprint import bp
from app.manage.desk import desk_of, the_round
from app.manage.forms.roll import DecisionForm
from app.manage.rounds_edit import edit_page
from app.messages import sentence
from app.transaction import transaction
from voting.errors import HomeAreaNeeded
from voting.keys import RollKeys, load_roll_keys
from voting.models import RollRequest, Round
from voting.roll.corrections import (
    Claim,
    accept_request,
    list_requests,
    read_claim,
    refuse_request,
    row_of,
)
from voting.roll_errors import RequestNotEntitled


@bp.get("/rounds/<slug>/roll/requests")
@official_of_round
def roll_requests(slug: str) -> ResponseReturnValue:
    """All requests, the open ones first."""
    session = db.session()
    round_ = the_round(slug)
    return render_template(
        "manage/rounds/roll_requests.html",
        desk=desk_of(session, round_, clock().now(session)),
        round=round_,
        requests=list_requests(session, round_),
    )


@bp.route("/rounds/<slug>/roll/requests/<int:number>", methods=["GET", "POST"])
@official_of_round
def decide_request(slug: str, number: int) -> ResponseReturnValue:
    """What the person says, whether a row is there, and the decision."""
    round_ = the_round(slug)
    request, keys = _request(round_, number), _keys(slug)
    claim = read_claim(request, keys=keys)
    if claim is None:
        return redirect(url_for("manage.roll_requests", slug=slug))
    form = DecisionForm.of(round_, claim)
    if form.validate_on_submit():
        try:
            _decide(request, claim, form, keys)
        except (HomeAreaNeeded, RequestNotEntitled) as refusal:
            field = form.area if isinstance(refusal, HomeAreaNeeded) else form.born
            field.errors = [sentence(refusal)]
            round_ = the_round(slug)
        else:
            flash(_("The request has been decided."), "success")
            return redirect(url_for("manage.roll_requests", slug=slug))
    return edit_page(
        "manage/rounds/roll_request.html",
        form,
        round_,
        claim=claim,
        row=row_of(db.session(), round_, claim, keys=keys),
        area_names={area.slug: area.name for area in round_.areas},
        areas_by_id={area.id: area.name for area in round_.areas},
    )


def _request(round_: Round, number: int) -> RollRequest:
    found = db.session().get(RollRequest, number)
    return found if found and found.round_id == round_.id else abort(404)


def _keys(slug: str) -> RollKeys:
    return load_roll_keys(current_app.extensions["puistokatu"].key_dir, slug)


def _decide(
    request: RollRequest, claim: Claim, form: DecisionForm, keys: RollKeys
) -> None:
    with transaction() as session:
        who, now = actor(), clock().now(session)
        if form.verdict.data == "accept":
            accept_request(
                session, request, form.ruling(), keys=keys, actor=who, now=now
            )
        else:
            reason = form.reason.data or ""
            refuse_request(session, request, reason, keys=keys, actor=who, now=now)
        _answer(session, request, claim, form.reason.data or "")


def _answer(session: Session, request: RollRequest, claim: Claim, reason: str) -> None:
    """By mail, if the person wants it; erased from the outbox when it is sent."""
    if not claim.email:
        return
    round_ = session.get_one(Round, request.round_id)
    post(
        session,
        to=claim.email,
        language=request.language,
        kind="roll_answer",
        now=clock().now(session),
        secret=True,
        round=round_,
        accepted=request.state.value == "accepted",
        reason=reason,
    )
