"""What the home page tells: what is decided now, who may speak, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from voting.models import PhaseKind, Result, Round, Stage
from voting.results import current_result, is_open, people
from voting.rounds import list_announced_rounds, phase_now, phase_of


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote that is going on."""

    round: Round
    closes: datetime


@dataclass(frozen=True, slots=True)
class Ideas:
    """A round that collects proposals."""

    round: Round
    closes: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """A result that everybody may see, in numbers."""

    round: Round
    voters: int
    funded: int
    projects: int
    cost: int

    @classmethod
    def of(cls, round_: Round, result: Result, voters: int) -> "Published":
        """Read the numbers out of a stored outcome."""
        outcome = result.outcome
        return cls(
            round_,
            voters,
            funded=len(outcome["funded"]),
            projects=len(outcome["reasons"]),
            cost=outcome["cost"],
        )


@dataclass(frozen=True, slots=True)
class Overview:
    """The three bands of the home page; `waiting` holds votes being counted."""

    now: datetime
    votes: list[Vote] = field(default_factory=list)
    ideas: list[Ideas] = field(default_factory=list)
    waiting: list[Round] = field(default_factory=list)
    others: list[Round] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)


def overview(session: Session, now: datetime) -> Overview:
    """Sort the announced rounds into the bands of the home page."""
    found = Overview(now)
    for round_ in _with_phases(session):
        _place(session, round_, found)
    return found


def _with_phases(session: Session) -> Sequence[Round]:
    """The announced rounds, newest first, in two questions however many there are."""
    return session.scalars(
        select(Round)
        .where(Round.stage != Stage.DRAFT)
        .order_by(Round.created_at.desc(), Round.id.desc())
        .options(selectinload(Round.phases))
    ).all()


def _place(session: Session, round_: Round, found: Overview) -> None:
    now = found.now
    if is_open(round_, now):
        if result := current_result(session, round_):
            voters = people(session, round_, result)
            found.published.append(Published.of(round_, result, voters))
        return
    vote = phase_of(round_, PhaseKind.VOTE)
    if (
        round_.stage is Stage.VOTING
        and vote
        and vote.ends_at
        and (now < vote.ends_at or round_.paused_at)
    ):
        found.votes.append(Vote(round_, vote.ends_at))
        return
    if round_.stage.order >= Stage.VOTING.order:
        found.waiting.append(round_)
        return
    phase = phase_now(round_, now)
    if phase and phase.kind is PhaseKind.IDEAS and phase.ends_at:
        found.ideas.append(Ideas(round_, phase.ends_at))
    else:
        found.others.append(round_)


def contacts(session: Session) -> list[Round]:
    """The announced rounds that say whom to ask."""
    return [each for each in list_announced_rounds(session) if each.contact]
