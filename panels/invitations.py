"""Waves of invitations: planned on a fixed list, drawn by a public seed.

First the list is fixed by its hash and the letters of each stratum by number; then the
seed is entered, and whoever has the list could repeat the draw.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.audit import Actor, panel_chain, record
from core.clock import local_day
from core.db import unordered_id
from core.register.errors import IdentityInvalid
from core.register.numbers import identity
from panels.frames import Frame, drawn_from, frame_of
from panels.keys import PeopleKeys
from panels.models import (
    Invitation,
    InvitationState,
    InvitationWave,
    Panel,
    PanelStage,
    Person,
    Register,
    WaveState,
)
from panels.panel_errors import (
    PanelTargetsMissing,
    WaveDayPassed,
    WaveDrawn,
    WaveEmpty,
    WaveExcludedInvalid,
    WaveOvertaken,
    WavePlanned,
)
from panels.panels import check_texts, held_panel, targets_of
from panels.registers import check_usable, get_register
from panels.strata import Plan
from panels.waves import list_waves, planned_strata, strata_of

BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePlan:
    """What an official says of a wave.

    `excluded` are keys of people who are not invited: see `excluded_keys`.
    """

    register: int
    answer_by: date
    per_seat: float = 3.0
    response: float = 0.05
    excluded: Collection[str] = ()


def excluded_keys(text: str, register: Register, keys: PeopleKeys) -> frozenset[str]:
    """The people of a list of identity numbers, one on a line; they are kept nowhere.

    Raises:
        WaveExcludedInvalid: lines that are none; params: lines.
    """
    found, bad = set(), []
    for line, number in enumerate(text.splitlines(), start=1):
        if not number.strip():
            continue
        try:
            found.add(keys.person_key(identity(number, register.numbers)))
        except IdentityInvalid:
            bad.append(line)
    if bad:
        raise WaveExcludedInvalid(lines=bad)
    return frozenset(found)


def plan_wave(
    session: Session,
    panel: Panel,
    plan: WavePlan,
    *,
    keys: PeopleKeys,
    actor: Actor,
    now: datetime,
) -> InvitationWave:
    """Fix the list and the letters of each stratum; nobody is drawn yet.

    Raises:
        PanelEnded, PanelTargetsMissing, PanelTextsMissing: the panel is not ready.
        WavePlanned: an earlier wave waits for its seed; params: number.
        RegisterUnknown, RegisterErased, RegisterKeyChanged: see there.
        WaveDayPassed: the last day of answering has gone.
        WaveEmpty: nobody could be invited, or nobody more is wanted.
    """
    panel = held_panel(session, panel)
    targets = targets_of(panel)
    if not targets.in_register:
        raise PanelTargetsMissing
    check_texts(panel)
    waves = list_waves(session, panel)
    if waves and waves[0].state is WaveState.PLANNED:
        raise WavePlanned(number=waves[0].number)
    if plan.answer_by <= local_day(now):
        raise WaveDayPassed
    register = get_register(session, plan.register)
    check_usable(register, keys)
    frame = frame_of(session, panel, register, targets, now=now, excluded=plan.excluded)
    strata = planned_strata(
        session,
        panel,
        targets,
        frame.counts(),
        Plan(plan.per_seat, plan.response),
        now=now,
    )
    wave = InvitationWave(
        panel_id=panel.id,
        number=waves[0].number + 1 if waves else 1,
        register_id=register.id,
        planned_at=now,
        size=sum(stratum.letters for stratum in strata),
        strata=[stratum.to_json() for stratum in strata],
        left_out=dict(frame.left_out),
        excluded=sorted(plan.excluded),
        one_per_household=panel.one_per_household,
        list_sha256=frame.sha256,
        answer_by=plan.answer_by,
    )
    if not wave.size:
        raise WaveEmpty
    session.add(wave)
    session.flush()
    facts = _facts(panel, wave)
    record(session, actor, "wave.planned", now=now, list=wave.list_sha256, **facts)
    return wave


def drop_wave(
    session: Session, panel: Panel, wave: InvitationWave, *, actor: Actor, now: datetime
) -> None:
    """Take a plan back that has not been drawn.

    Raises:
        WaveDrawn: it has been.
    """
    panel = held_panel(session, panel)
    wave = _held_wave(session, wave)
    facts = _facts(panel, wave)
    record(session, actor, "wave.dropped", now=now, **facts)
    session.delete(wave)


def draw_wave(
    session: Session,
    panel: Panel,
    wave: InvitationWave,
    seed: str,
    *,
    keys: PeopleKeys,
    actor: Actor,
    now: datetime,
) -> InvitationWave:
    """Draw by the seed whom the letters go to; the targets stay from now on.

    Raises:
        WaveDrawn: that has been done.
        WaveOvertaken: the list is another one than was planned on.
        RegisterErased, RegisterKeyChanged: there is no list any more.
    """
    panel = held_panel(session, panel)
    wave = _held_wave(session, wave)
    register = get_register(session, wave.register_id)
    check_usable(register, keys)
    frame = frame_of(
        session,
        panel,
        register,
        targets_of(panel),
        now=wave.planned_at,
        excluded=wave.excluded,
    )
    if frame.sha256 != wave.list_sha256:
        raise WaveOvertaken
    taken = drawn_from(
        frame,
        strata_of(wave),
        seed=seed,
        one_per_household=wave.one_per_household,
    )
    _invite(session, wave, frame, taken)
    wave.seed, wave.drawn_at, wave.state = seed, now, WaveState.DRAWN
    wave.size, wave.excluded = len(taken), []
    if panel.targets_fixed_at is None:
        panel.targets_fixed_at = now
    if panel.stage is PanelStage.PREPARING:
        panel.stage = PanelStage.INVITING
    facts = _facts(panel, wave)
    record(session, actor, "wave.drawn", now=now, seed=seed, **facts)
    return wave


def _invite(
    session: Session, wave: InvitationWave, frame: Frame, taken: Sequence[int]
) -> None:
    for start in range(0, len(taken), BATCH):
        part = {frame.ids[at]: frame.places[at] for at in taken[start : start + BATCH]}
        people = session.execute(
            select(Person.id, Person.person_key, Person.household_key).where(
                Person.id.in_(part)
            )
        )
        rows: list[dict[str, Any]] = [
            {
                "id": unordered_id(),
                "wave_id": wave.id,
                "person_id": person_id,
                "person_key": key,
                "household_key": home,
                "stratum": part[person_id],
                "state": InvitationState.INVITED,
                "letters": 0,
            }
            for person_id, key, home in people
        ]
        session.execute(insert(Invitation), rows)


def _held_wave(session: Session, wave: InvitationWave) -> InvitationWave:
    """The wave, locked, as long as it is only planned."""
    wave = session.get_one(
        InvitationWave, wave.id, with_for_update=True, populate_existing=True
    )
    if wave.state is not WaveState.PLANNED:
        raise WaveDrawn
    return wave


def _facts(panel: Panel, wave: InvitationWave) -> dict[str, Any]:
    """What the log says of every act on a wave."""
    return {
        "chain": panel_chain(panel.slug),
        "wave": wave.number,
        "letters": wave.size,
    }
