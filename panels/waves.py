"""The waves of a panel, and what they have brought so far."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import local_day
from panels.models import Invitation, InvitationState, InvitationWave, Panel
from panels.panel_errors import WaveUnknown
from panels.strata import Answered, Plan, Stratum, shares_of, strata_for
from panels.targets import Targets


def list_waves(session: Session, panel: Panel) -> list[InvitationWave]:
    """The panel's waves, the newest first."""
    query = select(InvitationWave).where(InvitationWave.panel_id == panel.id)
    return list(session.scalars(query.order_by(InvitationWave.number.desc())))


def get_wave(session: Session, panel: Panel, number: int) -> InvitationWave:
    """One of them.

    Raises:
        WaveUnknown: the panel has none of this number.
    """
    wave = session.scalar(
        select(InvitationWave).where(
            InvitationWave.panel_id == panel.id, InvitationWave.number == number
        )
    )
    if wave is None:
        raise WaveUnknown(number=number)
    return wave


def strata_of(wave: InvitationWave) -> list[Stratum]:
    """The strata as the wave was planned."""
    return [Stratum.from_json(each) for each in wave.strata]


def planned_strata(
    session: Session,
    panel: Panel,
    targets: Targets,
    cells: Sequence[tuple[Mapping[str, str], int]],
    plan: Plan,
    *,
    now: datetime,
) -> list[Stratum]:
    """How many letters each stratum of a new wave gets.

    Args:
        session: the act's session.
        panel: whose waves have brought people already.
        targets: of the panel.
        cells: the values of each stratum, and how many could be invited.
        plan: what the official says.
        now: waves that may still be answered tell no rate yet.
    """
    answered = _answered(session, panel, now)
    return strata_for(
        cells,
        shares=shares_of(cells, _margins(targets, cells)),
        size=panel.size,
        plan=plan,
        answered=[answered.get(_key(values), Answered()) for values, _ in cells],
    )


def _margins(
    targets: Targets, cells: Sequence[tuple[Mapping[str, str], int]]
) -> dict[str, dict[str, float]]:
    """The shares of the population; values that it does not count keep the list's."""
    everybody = sum(people for _, people in cells) or 1
    margins = {}
    for feature in targets.in_register:
        here = Counter[str]()
        for values, people in cells:
            here[values[feature.key]] += people
        own = {
            value.key: here[value.key] / everybody
            for value in feature.values
            if value.count is None
        }
        rest = 1 - sum(own.values())
        margins[feature.key] = own | {
            value.key: rest * value.count / feature.total
            for value in feature.values
            if value.count is not None
        }
    return margins


def _answered(
    session: Session, panel: Panel, now: datetime
) -> dict[tuple[tuple[str, str], ...], Answered]:
    """What the panel's waves have brought, by the values of the stratum."""
    query = (
        select(
            Invitation.wave_id,
            Invitation.stratum,
            Invitation.state,
            Invitation.letters,
            func.count(),
        )
        .join(InvitationWave, InvitationWave.id == Invitation.wave_id)
        .where(InvitationWave.panel_id == panel.id)
        .group_by(
            Invitation.wave_id,
            Invitation.stratum,
            Invitation.state,
            Invitation.letters,
        )
    )
    waves = {wave.id: wave for wave in list_waves(session, panel)}
    strata = {number: strata_of(wave) for number, wave in waves.items()}
    found: dict[tuple[tuple[str, str], ...], Answered] = {}
    for wave_id, stratum, state, letters, count in session.execute(query):
        key = _key(strata[wave_id][stratum].values)
        before = found.get(key, Answered())
        is_over = waves[wave_id].answer_by < local_day(now)
        joined = count if state is InvitationState.VOLUNTEERED else 0
        found[key] = Answered(
            before.letters + (count if is_over and letters else 0),
            before.volunteers + (joined if is_over else 0),
            before.present + joined,
        )
    return found


def _key(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(values.items()))
