"""A resident's idea: written, sent, assessed, admitted to the ballot."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from core.audit import Actor, record, round_chain
from core.text import Localized
from voting.models import (
    Area,
    Assessment,
    Category,
    PhaseKind,
    Project,
    Proposal,
    ProposalState,
    Round,
    Stage,
)
from voting.places import Place
from voting.projects import ProjectPlan, add_project, steady_order
from voting.round_errors import (
    AreaOfAnotherRound,
    AssessmentIncomplete,
    IdeasNotOpen,
    ProposalNotAdmissible,
    ProposalNotAssessable,
    ProposalNotEditable,
    ProposalNotWithdrawable,
)
from voting.rounds import check_not_frozen, locked, phase_now

OWN_ONLY = (ProposalState.DRAFT, ProposalState.WITHDRAWN)
ASSESSABLE = (ProposalState.SUBMITTED, ProposalState.IN_VALUATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPlan:
    """An idea as its author writes it, in one language."""

    title: str
    text: str
    language: str
    area: Area | None = None
    wished_by: str = ""
    rough_cost_cents: int | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an official found; the price is the final one."""

    feasible: bool
    reason: Localized
    cost_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """How a proposal stands on the ballot paper."""

    title: Localized
    summary: Localized
    area: Area
    category: Category | None = None


def ideas_are_open(round_: Round, now: datetime) -> bool:
    """Whether residents may write and send ideas."""
    phase = phase_now(round_, now)
    return (
        round_.stage is Stage.ANNOUNCED
        and phase is not None
        and phase.kind is PhaseKind.IDEAS
    )


def write_proposal(
    session: Session,
    round_: Round,
    plan: ProposalPlan,
    *,
    author_id: int,
    now: datetime,
    form_key: str | None = None,
) -> Proposal:
    """A new draft, seen by its author only.

    A form that is sent a second time finds what its first sending has made, and
    changes it only if that is a draft still.

    Raises:
        IdeasNotOpen: the phase of ideas is not on.
        AreaOfAnotherRound: the area is.
    """
    _check_open(round_, plan, now)
    proposal = Proposal(
        round=round_,
        author_id=author_id,
        state=ProposalState.DRAFT,
        created_at=now,
        form_key=form_key,
        **_values(plan),
    )
    try:
        with session.begin_nested():
            session.add(proposal)
    except IntegrityError:
        if form_key is None:
            raise
        return _sent_before(session, plan, author_id, form_key, now=now)
    return proposal


def _sent_before(
    session: Session,
    plan: ProposalPlan,
    author_id: int,
    form_key: str,
    *,
    now: datetime,
) -> Proposal:
    query = select(Proposal).where(
        Proposal.author_id == author_id, Proposal.form_key == form_key
    )
    proposal = session.scalars(query).one()
    if proposal.state is ProposalState.DRAFT:
        edit_proposal(session, proposal, plan, now=now)
    return proposal


def edit_proposal(
    session: Session, proposal: Proposal, plan: ProposalPlan, *, now: datetime
) -> None:
    """Change a draft.

    Raises:
        IdeasNotOpen: the phase of ideas is not on.
        AreaOfAnotherRound: the area is.
        ProposalNotEditable: it has been sent.
    """
    proposal = _locked(session, proposal)
    _check_open(proposal.round, plan, now)
    if proposal.state is not ProposalState.DRAFT:
        raise ProposalNotEditable
    for name, value in _values(plan).items():
        setattr(proposal, name, value)
    session.flush()


def submit_proposal(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """Send a draft: from now on everybody sees it.

    Raises:
        IdeasNotOpen: the phase of ideas is not on.
        ProposalNotEditable: it has been sent before.
    """
    proposal = _locked(session, proposal)
    if not ideas_are_open(proposal.round, now):
        raise IdeasNotOpen
    if proposal.state is not ProposalState.DRAFT:
        raise ProposalNotEditable
    proposal.state, proposal.submitted_at = ProposalState.SUBMITTED, now
    session.flush()


def delete_drafts(session: Session, author_id: int) -> None:
    """Erase what a person has begun and never sent."""
    session.execute(
        delete(Proposal).where(
            Proposal.author_id == author_id, Proposal.state == ProposalState.DRAFT
        )
    )


def withdraw_proposal(session: Session, proposal: Proposal) -> None:
    """Take it back; only its author sees it from now on.

    Raises:
        ProposalNotWithdrawable: it is on the ballot or withdrawn already.
    """
    proposal = _locked(session, proposal)
    if proposal.state in (ProposalState.ON_BALLOT, ProposalState.WITHDRAWN):
        raise ProposalNotWithdrawable
    proposal.state = ProposalState.WITHDRAWN
    session.flush()


def assess_proposal(
    session: Session,
    proposal: Proposal,
    verdict: Verdict,
    *,
    finish: bool,
    actor: Actor,
    now: datetime,
) -> Assessment:
    """Keep an official's findings; only a finished verdict is public, and final.

    Raises:
        AssessmentIncomplete: a finished verdict needs a reason in three languages,
            and a price if it is feasible.
        ProposalNotAssessable: it is a draft, withdrawn, or assessed already.
    """
    proposal = _locked(session, proposal)
    if proposal.state not in ASSESSABLE:
        raise ProposalNotAssessable
    if finish:
        _check_complete(verdict)
    values = {f.name: getattr(verdict, f.name) for f in dataclasses.fields(verdict)}
    assessment = session.get(Assessment, proposal.id)
    if assessment is None:
        assessment = Assessment(proposal_id=proposal.id, **values)
        session.add(assessment)
    for name, value in values.items():
        setattr(assessment, name, value)
    assessment.assessor_id = actor.account_id
    proposal.state = ProposalState.IN_VALUATION
    if finish:
        assessment.finished_at = now
        proposal.state = (
            ProposalState.FEASIBLE if verdict.feasible else ProposalState.NOT_FEASIBLE
        )
        _record(session, "proposal.assessed", proposal, actor=actor, now=now)
    session.flush()
    session.expire(proposal, ["assessment"])
    return assessment


def admit_proposal(
    session: Session,
    proposal: Proposal,
    admission: Admission,
    *,
    actor: Actor,
    now: datetime,
) -> Project:
    """Put a feasible proposal on the ballot, at its final price.

    Raises:
        AreaOfAnotherRound: the area or category is.
        ProposalNotAdmissible: it is not feasible, or on the ballot already.
        RulesFrozen: the vote has been opened.
    """
    round_ = locked(session, proposal.round_id)
    check_not_frozen(round_)
    proposal = _locked(session, proposal)
    assessment = proposal.assessment
    if (
        proposal.state is not ProposalState.FEASIBLE
        or assessment is None
        or assessment.cost_cents is None
    ):
        raise ProposalNotAdmissible
    plan = ProjectPlan(
        title=admission.title,
        summary=admission.summary,
        cost_cents=assessment.cost_cents,
        area=admission.area,
        category=admission.category,
        place=proposal.place,
    )
    project = add_project(
        session, round_, plan, actor=actor, now=now, proposal=proposal
    )
    proposal.state = ProposalState.ON_BALLOT
    _record(session, "proposal.admitted", proposal, actor=actor, now=now)
    session.flush()
    return project


def list_proposals(session: Session, round_: Round, *, seed: str) -> list[Proposal]:
    """What everybody may see, in an order that is one visitor's own and stays."""
    rows = session.scalars(_of_round(round_).where(Proposal.state.not_in(OWN_ONLY)))
    return steady_order(rows, seed=seed)


def list_own_proposals(
    session: Session, round_: Round, author_id: int
) -> Sequence[Proposal]:
    """A person's proposals in every state, newest first."""
    query = _of_round(round_).where(Proposal.author_id == author_id)
    return session.scalars(query.order_by(Proposal.id.desc())).all()


def list_sent_proposals(session: Session, round_: Round) -> Sequence[Proposal]:
    """What officials see: all but drafts, oldest first."""
    query = _of_round(round_).where(Proposal.state != ProposalState.DRAFT)
    return session.scalars(query.order_by(Proposal.submitted_at, Proposal.id)).all()


def is_visible(proposal: Proposal, account_id: int | None) -> bool:
    """Whether this person may see it: drafts and the withdrawn are their author's."""
    if proposal.state not in OWN_ONLY:
        return True
    return account_id is not None and proposal.author_id == account_id


def public_verdict(proposal: Proposal) -> Assessment | None:
    """The assessment, once it is finished and never before."""
    found = proposal.assessment
    return found if found is not None and found.finished_at is not None else None


def project_of(session: Session, proposal: Proposal) -> Project | None:
    """The project that it became."""
    return session.scalar(select(Project).where(Project.proposal_id == proposal.id))


def _of_round(round_: Round) -> Select[Proposal]:
    return (
        select(Proposal)
        .where(Proposal.round_id == round_.id)
        .options(selectinload(Proposal.area), selectinload(Proposal.assessment))
    )


def _locked(session: Session, proposal: Proposal) -> Proposal:
    return session.get_one(
        Proposal, proposal.id, with_for_update=True, populate_existing=True
    )


def _check_open(round_: Round, plan: ProposalPlan, now: datetime) -> None:
    if not ideas_are_open(round_, now):
        raise IdeasNotOpen
    if plan.area and plan.area.round_id != round_.id:
        raise AreaOfAnotherRound


def _check_complete(verdict: Verdict) -> None:
    if verdict.reason.missing or (verdict.feasible and not verdict.cost_cents):
        raise AssessmentIncomplete


def _values(plan: ProposalPlan) -> dict[str, object]:
    return {f.name: getattr(plan, f.name) for f in dataclasses.fields(plan)}


def _record(
    session: Session, action: str, proposal: Proposal, *, actor: Actor, now: datetime
) -> None:
    chain = round_chain(proposal.round.slug)
    record(session, actor, action, now=now, chain=chain, proposal=proposal.id)
