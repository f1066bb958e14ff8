"""Ideas for the shores, one at least in every state that an idea can have."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.demo.content import Content, cents, day, text
from core.audit import Actor
from voting.models import Proposal, ProposalState, Round
from voting.proposals import (
    Admission,
    ProposalPlan,
    Verdict,
    admit_proposal,
    assess_proposal,
    submit_proposal,
    withdraw_proposal,
    write_proposal,
)

NOON = 12
FINISHED = ("feasible", "not_feasible", "on_ballot")


def propose(
    session: Session,
    round_: Round,
    content: Content,
    authors: Mapping[str, Account],
    *,
    official: Actor,
    now: datetime,
) -> Proposal:
    """Take one idea as far as its state says."""
    areas = {area.slug: area for area in round_.areas}
    then = day(now, -content["day"], NOON)
    plan = ProposalPlan(
        title=content["title"],
        text=content["text"],
        language=content["language"],
        area=areas.get(content["area"] or ""),
        wished_by=content["wished_by"],
        rough_cost_cents=cents(content["rough_cost"]),
    )
    author = authors[content["author"]]
    proposal = write_proposal(session, round_, plan, author_id=author.id, now=then)
    state = ProposalState(content["state"])
    if state is ProposalState.DRAFT:
        return proposal
    submit_proposal(session, proposal, now=then)
    if state is ProposalState.WITHDRAWN:
        withdraw_proposal(session, proposal)
    elif "reason" in content:
        _assess(session, proposal, content, official=official, now=now)
    return proposal


def _assess(
    session: Session,
    proposal: Proposal,
    content: Content,
    *,
    official: Actor,
    now: datetime,
) -> None:
    then = day(now, -1, NOON)
    verdict = Verdict(
        feasible="cost" in content,
        reason=text(content["reason"]),
        cost_cents=cents(content["cost"]) if "cost" in content else None,
    )
    finish = content["state"] in FINISHED
    assess_proposal(session, proposal, verdict, finish=finish, actor=official, now=then)
    if "admitted" in content:
        _admit(session, proposal, content["admitted"], official=official, now=then)


def _admit(
    session: Session,
    proposal: Proposal,
    content: Content,
    *,
    official: Actor,
    now: datetime,
) -> None:
    round_ = proposal.round
    categories = {each.slug: each for each in round_.categories}
    admission = Admission(
        title=text(content["title"]),
        summary=text(content["summary"]),
        area=proposal.area or round_.areas[0],
        category=categories[content["category"]],
    )
    admit_proposal(session, proposal, admission, actor=official, now=now)
