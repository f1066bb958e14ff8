"""Residents' ideas: read them, write one, follow what becomes of it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import everyone, person, person_or_none, resident
from app.extensions import clock, db
from app.rounds.blueprint import bp
from app.rounds.proposal_form import ProposalForm
from app.rounds.visible import order_seed, visible_round
from app.transaction import transaction
from voting.models import Proposal, ProposalState, Round
from voting.proposals import (
    edit_proposal,
    ideas_are_open,
    is_visible,
    list_own_proposals,
    list_proposals,
    project_of,
    public_verdict,
    submit_proposal,
    withdraw_proposal,
    write_proposal,
)
from voting.round_errors import IdeasNotOpen

PAGE_LENGTH = 30


@bp.get("/<slug>/proposals")
@everyone
def proposals(slug: str) -> ResponseReturnValue:
    """All ideas, in an order that is this visitor's own and stays."""
    session = db.session()
    round_ = visible_round(slug)
    found = list_proposals(session, round_, seed=order_seed())
    pages = max(1, -(-len(found) // PAGE_LENGTH))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    who = person_or_none()
    return render_template(
        "rounds/proposals/index.html",
        round=round_,
        is_open=ideas_are_open(round_, clock().now(session)),
        own=list_own_proposals(session, round_, who.id) if who else [],
        proposals=found[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH],
        count=len(found),
        number=number,
        pages=pages,
    )


def _visible(round_: Round, number: int) -> Proposal:
    """The proposal, if it is this round's and open to who asks."""
    proposal = db.session.get(Proposal, number)
    who = person_or_none()
    if (
        proposal is None
        or proposal.round_id != round_.id
        or not is_visible(proposal, who.id if who else None)
    ):
        abort(404)
    return proposal


def _own(round_: Round, number: int) -> Proposal:
    """The proposal, if it is the own one of who is logged in."""
    proposal = _visible(round_, number)
    if proposal.author_id != person().id:
        abort(404)
    return proposal


@bp.get("/<slug>/proposals/<int:number>")
@everyone
def proposal(slug: str, number: int) -> ResponseReturnValue:
    """One idea, its state, and the verdict once there is one."""
    session = db.session()
    round_ = visible_round(slug)
    found = _visible(round_, number)
    who = person_or_none()
    return render_template(
        "rounds/proposals/proposal.html",
        round=round_,
        proposal=found,
        is_own=who is not None and who.id == found.author_id,
        is_open=ideas_are_open(round_, clock().now(session)),
        verdict=public_verdict(found),
        project=project_of(session, found),
    )


@bp.route("/<slug>/proposals/new", methods=["GET", "POST"])
@resident
def new_proposal(slug: str) -> ResponseReturnValue:
    """Write an idea; keep it as a draft or send it."""
    round_ = visible_round(slug)
    _check_open(round_)
    form = ProposalForm.of(round_)
    if not form.validate_on_submit():
        return _form_page(round_, form, None)
    author_id = person().id
    with transaction() as session:
        now, plan = clock().now(session), form.plan(round_)
        written = write_proposal(
            session,
            round_,
            plan,
            author_id=author_id,
            now=now,
            form_key=form.once.key,
        )
        if form.send.data and written.state is ProposalState.DRAFT:
            submit_proposal(session, written, now=now)
        number = written.id
    return _done(slug, number, sent=bool(form.send.data))


@bp.route("/<slug>/proposals/<int:number>/edit", methods=["GET", "POST"])
@resident
def edit_own_proposal(slug: str, number: int) -> ResponseReturnValue:
    """Go on with a draft."""
    round_ = visible_round(slug)
    draft = _own(round_, number)
    _check_open(round_)
    form = ProposalForm.of(round_, draft)
    if not form.validate_on_submit():
        return _form_page(round_, form, draft)
    with transaction() as session:
        now, plan = clock().now(session), form.plan(round_, draft.language)
        edit_proposal(session, draft, plan, now=now)
        if form.send.data:
            submit_proposal(session, draft, now=now)
    return _done(slug, number, sent=bool(form.send.data))


def _check_open(round_: Round) -> None:
    """Nobody shall write for an hour and then be told that it was too late."""
    if not ideas_are_open(round_, clock().now(db.session())):
        raise IdeasNotOpen


def _form_page(
    round_: Round, form: ProposalForm, draft: Proposal | None
) -> ResponseReturnValue:
    page = render_template(
        "rounds/proposals/edit.html", round=round_, form=form, draft=draft
    )
    return page, 422 if form.is_submitted() else 200


def _done(slug: str, number: int, *, sent: bool) -> ResponseReturnValue:
    if sent:
        flash(_("Your idea has been sent. Everybody can read it now."), "success")
    else:
        flash(_("The draft has been saved. Only you see it."), "success")
    return redirect(url_for("rounds.proposal", slug=slug, number=number))


@bp.post("/<slug>/proposals/<int:number>/withdraw")
@resident
def withdraw_own_proposal(slug: str, number: int) -> ResponseReturnValue:
    """Take an idea back."""
    own = _own(visible_round(slug), number)
    with transaction() as session:
        withdraw_proposal(session, own)
    flash(_("Your idea has been withdrawn. Only you see it now."), "success")
    return redirect(url_for("rounds.proposal", slug=slug, number=number))
