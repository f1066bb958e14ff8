"""What the round desk knows: the round, what is missing, what waits for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import may_run, person
from app.extensions import db
from app.manage.gaps import Line, gap_lines
from voting.models import Project, Proposal, ProposalState, Round, Stage
from voting.proposals import ASSESSABLE
from voting.readiness import what_is_missing
from voting.rounds import find_round, list_rounds


@dataclass(frozen=True, slots=True)
class Desk:
    """One round as its officials see it; nothing here is derived from ballots."""

    round: Round
    now: datetime
    missing: list[Line]
    projects: int
    to_assess: int
    to_admit: int

    @property
    def is_frozen(self) -> bool:
        """Whether the rules can no longer be edited."""
        return self.round.stage.order >= Stage.VOTING.order


def the_round(slug: str) -> Round:
    """The round of an address, or the page that says there is none."""
    round_ = find_round(db.session(), slug)
    if round_ is None:
        abort(404)
    return round_


def own_rounds(session: Session) -> list[Round]:
    """The rounds that the person logged in may run."""
    who = person()
    return [each for each in list_rounds(session) if may_run(who, each.slug)]


def desk_of(session: Session, round_: Round, now: datetime) -> Desk:
    """Gather what the desk shows."""
    return desks_of(session, [round_], now)[0]


def desks_of(session: Session, rounds: Sequence[Round], now: datetime) -> list[Desk]:
    """The same for several rounds; only what is missing is asked one by one."""
    ids = [round_.id for round_ in rounds]
    states: dict[int, dict[ProposalState, int]] = {each: {} for each in ids}
    for row in session.execute(
        select(Proposal.round_id, Proposal.state, func.count().label("number"))
        .where(Proposal.round_id.in_(ids))
        .group_by(Proposal.round_id, Proposal.state)
    ):
        states[row.round_id][row.state] = row.number
    projects = {
        row.round_id: row.number
        for row in session.execute(
            select(Project.round_id, func.count().label("number"))
            .where(Project.round_id.in_(ids))
            .group_by(Project.round_id)
        )
    }
    return [
        Desk(
            round=round_,
            now=now,
            missing=gap_lines(round_, what_is_missing(session, round_, now)),
            projects=projects.get(round_.id, 0),
            to_assess=sum(states[round_.id].get(state, 0) for state in ASSESSABLE),
            to_admit=states[round_.id].get(ProposalState.FEASIBLE, 0),
        )
        for round_ in rounds
    ]
