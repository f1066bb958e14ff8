"""A round's life up to the vote: create it, edit it, announce it."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from core.audit import Actor, record, round_chain
from core.text import Localized
from voting.models import Phase, PhaseKind, Round, Stage
from voting.models.rounds import AgeBy, PaperRule, VoterSource, Way
from voting.profile import BallotType
from voting.readiness import gaps_before_announcing
from voting.round_errors import (
    PhaseEndsBeforeStart,
    PhasesOverlap,
    RoundAlreadyAnnounced,
    RoundIncomplete,
    RoundSlugTaken,
    RulesFrozen,
)

UNWRITTEN = Localized()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTexts:
    """What residents read about the whole round."""

    title: Localized
    summary: Localized = UNWRITTEN
    description: Localized = UNWRITTEN
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhasePlan:
    """One of the eight steps as an official plans it."""

    enabled: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    purpose: Localized = UNWRITTEN
    owner: str = ""
    promise_level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPlan:
    """What a ballot is and who may cast one."""

    ballot_type: BallotType = BallotType.APPROVAL
    knapsack: bool = False
    min_picks: int = 1
    max_picks: int | None = None
    points: int | None = None
    most_points: int | None = None
    blank_allowed: bool = False
    change_allowed: bool = True
    paper: PaperRule = PaperRule.NONE
    voter_source: VoterSource = VoterSource.SELF_DECLARED
    ways: Sequence[Way] = ()
    municipality: str = ""
    min_age: int = 0
    age_by: AgeBy = AgeBy.BIRTH_YEAR
    age_on: date | None = None


def locked(session: Session, round_id: int) -> Round:
    """The round as it is now; whoever else acts on it waits until this act ends."""
    return session.get_one(
        Round, round_id, with_for_update=True, populate_existing=True
    )


def check_not_frozen(round_: Round) -> None:
    """Refuse what the manifest has frozen.

    Raises:
        RulesFrozen: the vote has been opened.
    """
    if round_.stage.order >= Stage.VOTING.order:
        raise RulesFrozen


def find_round(session: Session, slug: str) -> Round | None:
    """The round of this address."""
    return session.scalar(select(Round).where(Round.slug == slug))


def get_round(session: Session, slug: str) -> Round:
    """The round of a job's arguments, which was there when the job was written.

    Raises:
        LookupError: it is not any more.
    """
    round_ = find_round(session, slug)
    if round_ is None:
        raise LookupError(slug)
    return round_


def list_rounds(session: Session) -> Sequence[Round]:
    """All rounds, drafts included, newest first; with their phases, asked for once."""
    return session.scalars(
        select(Round)
        .options(selectinload(Round.phases))
        .order_by(Round.created_at.desc(), Round.id.desc())
    ).all()


def list_announced_rounds(session: Session) -> Sequence[Round]:
    """The rounds that residents may see, newest first."""
    return [each for each in list_rounds(session) if each.stage is not Stage.DRAFT]


def create_round(
    session: Session,
    *,
    slug: str,
    texts: RoundTexts,
    budget_cents: int,
    actor: Actor,
    now: datetime,
) -> Round:
    """A draft with its eight phases, seen by its officials only.

    Raises:
        RoundSlugTaken: another round has this address.
    """
    round_ = Round(
        slug=slug,
        title=texts.title,
        summary=texts.summary,
        description=texts.description,
        contact=texts.contact,
        budget_cents=budget_cents,
        created_at=now,
        phases=[
            Phase(kind=kind, position=i, purpose=Localized())
            for i, kind in enumerate(PhaseKind)
        ],
    )
    try:
        with session.begin_nested():
            session.add(round_)
    except IntegrityError:
        raise RoundSlugTaken(slug=slug) from None
    record(session, actor, "round.created", now=now, chain=round_chain(slug))
    return round_


def edit_texts(
    session: Session,
    round_: Round,
    texts: RoundTexts,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Change the texts; the title is frozen when the vote opens.

    Raises:
        RulesFrozen: the title is to change after the opening.
    """
    round_ = locked(session, round_.id)
    if texts.title != round_.title:
        check_not_frozen(round_)
    for field in dataclasses.fields(texts):
        setattr(round_, field.name, getattr(texts, field.name))
    note_edit(session, round_, "texts", actor=actor, now=now)


def edit_phases(
    session: Session,
    round_: Round,
    plans: Mapping[PhaseKind, PhasePlan],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Change the eight steps; the vote's own dates are frozen when it opens.

    Raises:
        PhaseEndsBeforeStart: the step named by `kind` does.
        PhasesOverlap: the step named by `kind` begins before the one before ends.
        RulesFrozen: the vote's dates are to change after the opening.
    """
    round_ = locked(session, round_.id)
    check_phases(plans)
    phases = {phase.kind: phase for phase in round_.phases}
    vote, plan = phases[PhaseKind.VOTE], plans.get(PhaseKind.VOTE)
    if plan and _vote_time(vote) != _vote_time(plan):
        check_not_frozen(round_)
    for kind, each in plans.items():
        for field in dataclasses.fields(each):
            setattr(phases[kind], field.name, getattr(each, field.name))
    note_edit(session, round_, "phases", actor=actor, now=now)


def _vote_time(phase: Phase | PhasePlan) -> tuple[object, ...]:
    return phase.enabled, phase.starts_at, phase.ends_at


def check_phases(plans: Mapping[PhaseKind, PhasePlan]) -> None:
    """Each step ends after it begins, and neighbours never overlap.

    Raises:
        PhaseEndsBeforeStart: the step named by `kind` does.
        PhasesOverlap: the step named by `kind` begins before the one before ends.
    """
    used = [(k, plans[k]) for k in PhaseKind if k in plans and plans[k].enabled]
    for kind, plan in used:
        if plan.starts_at and plan.ends_at and plan.starts_at >= plan.ends_at:
            raise PhaseEndsBeforeStart(kind=kind)
    dated = [
        (kind, plan.starts_at, plan.ends_at)
        for kind, plan in used
        if plan.starts_at and plan.ends_at
    ]
    for (_, _, before), (kind, after, _) in pairwise(dated):
        if after < before:
            raise PhasesOverlap(kind=kind)


def edit_ballot(
    session: Session, round_: Round, plan: BallotPlan, *, actor: Actor, now: datetime
) -> None:
    """Change what a ballot is and who may cast one.

    Raises:
        RulesFrozen: the vote has been opened.
    """
    round_ = locked(session, round_.id)
    check_not_frozen(round_)
    for field in dataclasses.fields(plan):
        setattr(round_, field.name, getattr(plan, field.name))
    round_.ways = [way.value for way in plan.ways]
    note_edit(session, round_, "ballot", actor=actor, now=now)


def edit_rule(
    session: Session,
    round_: Round,
    *,
    rule: str,
    parameters: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Change how votes become winners.

    Raises:
        RulesFrozen: the vote has been opened.
    """
    round_ = locked(session, round_.id)
    check_not_frozen(round_)
    round_.rule, round_.rule_parameters = rule, dict(parameters)
    note_edit(session, round_, "rule", actor=actor, now=now)


def announce_round(
    session: Session, round_: Round, *, actor: Actor, now: datetime
) -> None:
    """Show the round to residents, once its texts, money and dates are complete.

    Raises:
        RoundAlreadyAnnounced: somebody was faster.
        RoundIncomplete: something is missing; params: count, gaps.
    """
    round_ = locked(session, round_.id)
    if round_.stage is not Stage.DRAFT:
        raise RoundAlreadyAnnounced
    if gaps := gaps_before_announcing(session, round_):
        raise RoundIncomplete(count=len(gaps), gaps=gaps)
    round_.stage = Stage.ANNOUNCED
    record(session, actor, "round.announced", now=now, chain=round_chain(round_.slug))


def note_edit(
    session: Session, round_: Round, part: str, *, actor: Actor, now: datetime
) -> None:
    """Write into the round's log that a part of it was edited."""
    session.flush()
    chain = round_chain(round_.slug)
    record(session, actor, "round.edited", now=now, chain=chain, part=part)


def phases_in_order(round_: Round) -> list[Phase]:
    """The steps that are used, first to last."""
    return [phase for phase in round_.phases if phase.enabled]


def phase_of(round_: Round, kind: PhaseKind) -> Phase | None:
    """A step, if it is used."""
    return next((p for p in phases_in_order(round_) if p.kind is kind), None)


def phase_now(round_: Round, now: datetime) -> Phase | None:
    """The step that the clock is in; None between two steps, before and after."""
    for phase in phases_in_order(round_):
        if phase.starts_at and phase.ends_at and phase.starts_at <= now < phase.ends_at:
            return phase
    return None
