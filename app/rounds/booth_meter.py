"""What the bar at the booth's bottom counts: picks, money or points."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from app.locale import money
from voting.manifest import ManifestArea, RuleManifest
from voting.papers import Mark, money_of, most_picks
from voting.profile import BallotType


class Kind(StrEnum):
    """How a paper is filled in; the script counts by it."""

    PICKS = "picks"
    MONEY = "money"
    POINTS = "points"
    SCORES = "scores"
    RANKING = "ranking"

    @property
    def has_points(self) -> bool:
        """Whether each project has a field for its points."""
        return self in (Kind.POINTS, Kind.SCORES)


KINDS = {
    BallotType.CUMULATIVE: Kind.POINTS,
    BallotType.SCORING: Kind.SCORES,
    BallotType.ORDINAL: Kind.RANKING,
}


@dataclass(frozen=True, slots=True)
class Meter:
    """How much is used of how much, in words; `patterns` are for the script.

    Their places {used}, {most}, {left} and {over} are filled in at every choice.
    """

    kind: Kind
    used: int
    most: int
    text: str
    pattern: str
    over_pattern: str

    @property
    def is_over(self) -> bool:
        """Whether something has to be left out."""
        return self.used > self.most


def kind_of(manifest: RuleManifest) -> Kind:
    """How the papers of this round are filled in."""
    plain = Kind.MONEY if manifest.ballot.knapsack else Kind.PICKS
    return KINDS.get(manifest.ballot.type, plain)


def meter(manifest: RuleManifest, area: ManifestArea, given: Sequence[Mark]) -> Meter:
    """What the bar says of these marks in this area."""
    kind = kind_of(manifest)
    used, most = _numbers(manifest, area, given, kind)

    def shown(amount: int) -> str:
        if kind is Kind.MONEY:
            return money(amount, manifest.currency, manifest.unit)
        return str(amount)

    if used > most:
        text = _over(kind, over=shown(used - most))
    else:
        text = _within(
            kind, used=shown(used), most=shown(most), left=shown(most - used)
        )
    return Meter(
        kind=kind,
        used=used,
        most=most,
        text=text,
        pattern=_within(kind, used="{used}", most="{most}", left="{left}"),
        over_pattern=_over(kind, over="{over}"),
    )


def _numbers(
    manifest: RuleManifest, area: ManifestArea, given: Sequence[Mark], kind: Kind
) -> tuple[int, int]:
    marked = [mark for mark in given if mark[1] > 0]
    if kind is Kind.MONEY:
        costs = {p.code: p.cost for p in manifest.projects_of(area.slug)}
        return sum(costs.get(code, 0) for code, _ in marked), money_of(manifest, area)
    if kind is Kind.POINTS:
        return sum(points for _, points in marked), manifest.ballot.points or 0
    return len(marked), most_picks(manifest, area)


def _within(kind: Kind, *, used: str, most: str, left: str) -> str:
    values = {"used": used, "most": most, "left": left}
    if kind is Kind.MONEY:
        return str(_("%(used)s of %(most)s used, %(left)s left", **values))
    if kind is Kind.POINTS:
        return str(_("%(used)s of %(most)s points given, %(left)s left", **values))
    if kind is Kind.SCORES:
        return str(_("%(used)s of %(most)s projects have points", **values))
    if kind is Kind.RANKING:
        return str(_("%(used)s of %(most)s ranked", **values))
    return str(_("%(used)s of %(most)s chosen", **values))


def _over(kind: Kind, *, over: str) -> str:
    if kind is Kind.MONEY:
        return str(_("%(over)s too much: leave something out", over=over))
    if kind is Kind.POINTS:
        return str(_("%(over)s points too many: take some back", over=over))
    return str(_("%(over)s too many: leave something out", over=over))
