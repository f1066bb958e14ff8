"""What a wave of invitations has brought, feature by feature."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from panels.models import Invitation, InvitationState, InvitationWave, Panel
from panels.panels import targets_of
from panels.targets import TargetFeature, Value
from panels.waves import strata_of


@dataclass(frozen=True, slots=True)
class Brought:
    """Letters to people of one value, and what became of them."""

    invited: int
    sent: int
    volunteered: int
    declined: int

    @property
    def share(self) -> float | None:
        """Volunteers out of those who have had a letter; None where there is none."""
        return self.volunteered / self.sent if self.sent else None


@dataclass(frozen=True, slots=True)
class Response:
    """All of a wave, and each feature that its strata are made of."""

    all: Brought
    features: tuple[tuple[TargetFeature, tuple[tuple[Value, Brought], ...]], ...]


def response_of(session: Session, panel: Panel, wave: InvitationWave) -> Response:
    """How the wave is being answered now.

    By each feature alone: officials need to see who is missing, and not what somebody
    of a certain age, street and language has done.
    """
    query = (
        select(Invitation.stratum, Invitation.state, Invitation.letters, func.count())
        .where(Invitation.wave_id == wave.id)
        .group_by(Invitation.stratum, Invitation.state, Invitation.letters)
    )
    strata = strata_of(wave)
    everybody = Counter[str]()
    by_value: dict[tuple[str, str], Counter[str]] = {}
    for stratum, state, letters, count in session.execute(query):
        found = {"all": count, "sent": count if letters else 0, state.value: count}
        everybody.update(found)
        for pair in strata[stratum].values.items():
            by_value.setdefault(pair, Counter()).update(found)
    features = tuple(
        (
            feature,
            tuple(
                (value, _brought(by_value.get((feature.key, value.key), {})))
                for value in feature.values
            ),
        )
        for feature in targets_of(panel).in_register
    )
    return Response(_brought(everybody), features)


def _brought(counts: Mapping[str, int]) -> Brought:
    return Brought(
        counts.get("all", 0),
        counts.get("sent", 0),
        counts.get(InvitationState.VOLUNTEERED.value, 0),
        counts.get(InvitationState.DECLINED.value, 0),
    )
