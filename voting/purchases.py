"""Who paid for what, told of an outcome that the voters' own money bought.

The outcome stays as it is: its purchases are paid again, in their order, on the same
ballots. Amounts are for reading, rounded to smallest units; nothing is decided here.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from voting.errors import CountDisagrees
from voting.outcome import Outcome
from voting.profile import Profile
from voting.rules.purses import Floats, Purses, purses

# So many kinds of payment are told apart; more are put together by their size.
GROUPS = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Supporters who paid from `low` to `high` each."""

    low: int
    high: int
    voters: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the supporters of one project had together, and where it went.

    Args:
        supporters: how many they are.
        spent: other project -> what they had paid for it until then, largest first.
        paid: what they paid for this one; 0 where they could not.
        left: what they had after that (of what was not bought: in the end).
        groups: who paid how much, the largest payments first.
        earned: what each had been given until then, where voters earn; else the share.
    """

    supporters: int
    spent: Mapping[str, int]
    paid: int
    left: int
    groups: tuple[Group, ...]
    earned: int

    @property
    def together(self) -> int:
        """All that they were given."""
        return sum(self.spent.values()) + self.paid + self.left

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "supporters": self.supporters,
            "spent": dict(self.spent),
            "paid": self.paid,
            "left": self.left,
            "groups": [[g.low, g.high, g.voters] for g in self.groups],
            "earned": self.earned,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Purchase":
        """The purchase that `to_json` wrote."""
        spent = sorted(stored["spent"].items(), key=lambda pair: -pair[1])
        groups = tuple(Group(*group) for group in stored["groups"])
        return cls(**{**stored, "spent": dict(spent), "groups": groups})


def purchases(profile: Profile, outcome: Outcome) -> dict[str, Purchase]:
    """Project id -> its purchase, bought or not; empty where no voter pays.

    Raises:
        CountDisagrees: the payments of the outcome do not make up a project's price.
    """
    if outcome.rule == "equal-shares" and outcome.payments:
        return _Shares(profile, outcome).told()
    if outcome.rule == "phragmen":
        return _Earnings(profile, outcome).told()
    return {}


class _Replay(ABC):
    """The purchases once more; what a purse holds is the rule's own business."""

    def __init__(self, profile: Profile, outcome: Outcome, *, by_points: bool) -> None:
        self.profile, self.outcome = profile, outcome
        self.money: Purses = purses(profile, by_points=by_points)
        self.place = {p: i for i, p in enumerate(profile.projects)}
        # (purchases, m): what the supporters of each project paid at each purchase.
        self.flows: list[Floats] = []
        self.bought: list[int] = []

    @abstractmethod
    def pays(self, i: int) -> Floats:
        """(s,) what each supporter of project i pays for it now."""

    @abstractmethod
    def settle(self, i: int, paid: Floats) -> None:
        """Take it out of their purses."""

    @abstractmethod
    def holds(self, i: int) -> Floats:
        """(s,) what the supporters of project i hold now."""

    @abstractmethod
    def given(self, i: int) -> float:
        """What each supporter of project i has been given until now."""

    def told(self) -> dict[str, Purchase]:
        """Pay everything again."""
        found = {}
        for step in self.outcome.steps:
            i = self.place[step.project]
            if self._is_bought(step.project):
                found[step.project] = self._buy(i)
        for i, project in enumerate(self.profile.projects):
            if project not in found:
                none = np.zeros(len(self.money.of[i].purses))
                found[project] = self._purchase(i, none)
        return found

    def _is_bought(self, project: str) -> bool:
        payments, funded = self.outcome.payments, self.outcome.funded
        return project in payments if payments else project in funded

    def _buy(self, i: int) -> Purchase:
        who, cost = self.money.of[i], self.money.costs[i]
        paid = self.pays(i)
        made = float(paid @ who.weight)
        if abs(made - cost) > 1 + 1e-6 * (cost + float(who.weight.sum())):
            raise CountDisagrees(project=self.profile.projects[i])
        found = self._purchase(i, paid)
        self.settle(i, paid)
        whole = np.zeros(len(self.money.start))
        whole[who.purses] = paid
        flow = np.append(0, np.cumsum(whole[self.money.whose] * self.money.weight))
        self.flows.append(flow[self.money.ends[1:]] - flow[self.money.ends[:-1]])
        self.bought.append(i)
        return found

    def _purchase(self, i: int, paid: Floats) -> Purchase:
        who, names = self.money.of[i], self.profile.projects
        spent = {
            names[j]: round(float(flow[i]))
            for j, flow in zip(self.bought, self.flows, strict=True)
            if round(float(flow[i])) > 0
        }
        left = float((self.holds(i) - paid) @ who.weight)
        return Purchase(
            supporters=int(who.voters.sum()),
            spent=dict(sorted(spent.items(), key=lambda pair: -pair[1])),
            paid=self.money.costs[i] if paid.any() else 0,
            left=max(round(left), 0),
            groups=_groups(paid, who.voters) if paid.any() else (),
            earned=round(self.given(i)),
        )


class _Shares(_Replay):
    """Equal shares: every purse begins with its share."""

    def __init__(self, profile: Profile, outcome: Outcome) -> None:
        by_points = outcome.parameters.get("satisfaction") == "points"
        super().__init__(profile, outcome, by_points=by_points)
        self.shares = [
            float(Fraction(outcome.shares[pot.area or ""])) for pot in self.money.pots
        ]
        self.held = np.array(self.shares)[self.money.start]

    def pays(self, i: int) -> Floats:
        """All they have, or the price of what it is worth to them."""
        who = self.money.of[i]
        each = self.outcome.payments[self.profile.projects[i]]
        price = each * who.points.astype(np.float64)
        paid: Floats = np.minimum(self.held[who.purses], price)
        return paid

    def settle(self, i: int, paid: Floats) -> None:
        """The purse is lighter."""
        self.held[self.money.of[i].purses] -= paid

    def holds(self, i: int) -> Floats:
        """What is left of the shares."""
        held: Floats = self.held[self.money.of[i].purses]
        return held

    def given(self, i: int) -> float:
        """The share."""
        return self.shares[self.money.pot[i]]


class _Earnings(_Replay):
    """Sequential Phragmen: what was earned since a purse was last emptied."""

    def __init__(self, profile: Profile, outcome: Outcome) -> None:
        super().__init__(profile, outcome, by_points=False)
        self.load = np.zeros(len(self.money.start))
        self.now = [0.0] * len(self.money.pots)

    def pays(self, i: int) -> Floats:
        """Everything; the clock goes on until that is enough."""
        who, pot = self.money.of[i], self.money.pot[i]
        load = self.load[who.purses]
        moment = (self.money.costs[i] + float(load @ who.weight)) / (who.total or 1)
        self.now[pot] = max(moment, self.now[pot])
        paid: Floats = self.holds(i)
        return paid

    def settle(self, i: int, paid: Floats) -> None:
        """The purse is empty."""
        self.load[self.money.of[i].purses] += paid

    def holds(self, i: int) -> Floats:
        """What came in since."""
        held: Floats = self.now[self.money.pot[i]] - self.load[self.money.of[i].purses]
        return held

    def given(self, i: int) -> float:
        """The same for everybody of the pot."""
        return self.now[self.money.pot[i]]


def _groups(paid: Floats, voters: Any) -> tuple[Group, ...]:  # noqa: ANN401 - an array
    """Payments by size: each its own while there are few, else as wide classes."""
    amounts = np.rint(paid).astype(np.int64)
    values, which = np.unique(amounts, return_inverse=True)
    if len(values) > GROUPS:
        # Whoever paid nothing and whoever paid most stay on their own.
        top = int(values[-1])
        edges = np.linspace(0, top, GROUPS - 1)
        which = np.where(
            amounts == top,
            GROUPS,
            np.where(amounts == 0, 0, np.searchsorted(edges, amounts, side="left")),
        )
    found = []
    for n in sorted(set(which.tolist()), reverse=True):
        inside = which == n
        low, high = int(amounts[inside].min()), int(amounts[inside].max())
        found.append(Group(low, high, int(voters[inside].sum())))
    return tuple(found)
