"""Residents' proposals: read, assess, admit to the ballot."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import actor, official_of_round
from app.accounts.models import Account
from app.extensions import clock, db
from app.mail.posting import post
from app.manage.blueprint import bp
from app.manage.desk import desk_of, the_round
from app.manage.forms.proposals import AdmissionForm, AssessmentForm
from app.manage.rounds_edit import edit_page
from app.transaction import transaction
from voting.models import Proposal, ProposalState, Round
from voting.proposals import (
    ASSESSABLE,
    admit_proposal,
    assess_proposal,
    list_sent_proposals,
    project_of,
)


@bp.get("/rounds/<slug>/proposals")
@official_of_round
def proposals(slug: str) -> ResponseReturnValue:
    """Everything that residents have sent, oldest first."""
    session = db.session()
    round_ = the_round(slug)
    return render_template(
        "manage/proposals/index.html",
        desk=desk_of(session, round_, clock().now(session)),
        round=round_,
        proposals=list_sent_proposals(session, round_),
    )


def _proposal(round_: Round, number: int) -> Proposal:
    """A proposal that was sent; a draft is its author's alone."""
    query = select(Proposal).where(
        Proposal.round_id == round_.id,
        Proposal.id == number,
        Proposal.state != ProposalState.DRAFT,
    )
    return db.session().scalar(query) or abort(404)


@bp.route("/rounds/<slug>/proposals/<int:number>", methods=["GET", "POST"])
@official_of_round
def assess(slug: str, number: int) -> ResponseReturnValue:
    """Read a proposal and say whether it can be done."""
    round_ = the_round(slug)
    proposal = _proposal(round_, number)
    form = AssessmentForm.of(proposal)
    if not form.validate_on_submit():
        return edit_page(
            "manage/proposals/assess.html",
            form,
            round_,
            proposal=proposal,
            project=project_of(db.session(), proposal),
            assessable=proposal.state in ASSESSABLE,
        )
    _assess(proposal, form)
    flash(_("Saved."), "success")
    return redirect(url_for("manage.assess", slug=slug, number=number))


def _assess(proposal: Proposal, form: AssessmentForm) -> None:
    finish = bool(form.finish.data)
    with transaction() as session:
        who, now = actor(), clock().now(session)
        verdict = form.verdict()
        assess_proposal(session, proposal, verdict, finish=finish, actor=who, now=now)
        if finish:
            _tell_author(session, proposal)


def _tell_author(session: Session, proposal: Proposal) -> None:
    author = session.get(Account, proposal.author_id) if proposal.author_id else None
    if author is None or not author.notify_proposals:
        return
    post(
        session,
        to=author.email,
        language=author.language,
        kind="proposal_assessed",
        now=clock().now(session),
        title=proposal.title,
        slug=proposal.round.slug,
        number=proposal.id,
    )


@bp.route("/rounds/<slug>/proposals/<int:number>/admit", methods=["GET", "POST"])
@official_of_round
def admit(slug: str, number: int) -> ResponseReturnValue:
    """Put a feasible proposal on the ballot."""
    round_ = the_round(slug)
    proposal = _proposal(round_, number)
    form = AdmissionForm.of(round_, proposal)
    if not form.validate_on_submit():
        return edit_page("manage/proposals/admit.html", form, round_, proposal=proposal)
    with transaction() as session:
        admission = form.admission(round_)
        now = clock().now(session)
        admit_proposal(session, proposal, admission, actor=actor(), now=now)
    flash(_("The proposal is on the ballot as a project."), "success")
    return redirect(url_for("manage.projects", slug=slug))
