"""How far a project is from the other side: what would have had to be otherwise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from voting.counterfactual import Supporters, with_more_votes, with_price
from voting.distance.best_sets import BestSets, better_with
from voting.outcome import Outcome
from voting.profile import Profile
from voting.rules import run
from voting.rules.options import Satisfaction

# Parts of the whole way at which a rule is asked where nothing says that once on
# the other side means on the other side from there on.
LOOKS = (500, 200, 100, 50, 20, 10, 5, 3, 2, 1)
# A way so short is gone step by step.
SHORT = 24
# Times that the gap between two looks is halved where a run is slow.
HALVINGS = 6


class Way(StrEnum):
    """What is changed, of this project and of nothing else."""

    VOTES = "votes"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Distance:
    """A change of one project that takes it to the other side.

    `amount` votes more (of a project that is not funded) or fewer (of a funded one), or
    smallest units cheaper or dearer; the rule was run with that change, and the project
    did change sides. `least`: no smaller change does, which holds for all amounts below
    because of what is proven of the rule. Without `least` one less does not, where the
    search went down to single steps, but a smaller one elsewhere might. None: no change
    up to `most` does; if not `least`, none of those that were tried.
    """

    project: str
    funded: bool
    way: Way
    amount: int | None
    least: bool
    most: int

    def to_json(self) -> list[Any]:
        """Plain JSON values."""
        return [
            self.project,
            self.funded,
            self.way.value,
            self.amount,
            self.least,
            self.most,
        ]

    @classmethod
    def from_json(cls, stored: list[Any]) -> "Distance":
        """The distance that `to_json` wrote."""
        project, funded, way, amount, least, most = stored
        return cls(project, funded, Way(way), amount, least, most)


def distances(profile: Profile, outcome: Outcome) -> Iterator[Distance]:
    """Votes and price of each project, in the order of the ballot paper.

    More votes come from new voters who vote for it alone; fewer are evenly taken back
    by its own voters, who stay voters (`counterfactual`). These are the measures
    singleton-add and cost-reduction, and their likes for winners, of Boehmer et al.,
    Evaluation of Project Performance in Participatory Budgeting, IJCAI 2024,
    arXiv 2312.14723. A price goes down to nothing and up to one smallest unit more than
    the whole budget; votes go down to none, and up by as many as were cast in all (by
    as many as there were voters where the rule may turn back on the way).

    Args:
        profile: the ballots as they were counted.
        outcome: what the rule made of them; its parameters are used again.

    Raises:
        RuleUnknown: the outcome is of no rule of `RULES`.
    """
    for i in range(len(profile.projects)):
        for way in Way:
            yield distance(profile, outcome, i, way)


def distance(profile: Profile, outcome: Outcome, i: int, way: Way) -> Distance:
    """The way of one project; see `distances`."""
    funded = profile.projects[i] in outcome.funded
    at, most = _changed(profile, i, way, funded=funded)
    steady = is_steady(profile, outcome, i, way)
    if way is Way.VOTES and not funded and not steady:
        most = min(most, max(profile.voters, 1))
    question = _Question(profile, outcome, i, way)

    def flips(amount: int) -> bool:
        return question.flips(at(amount))

    if steady:
        amount = _bisect(flips, most) if most else None
    else:
        amount = _scan(flips, most, _halvings(outcome))
    # Whatever was proven, nothing is said that a count of its own has not shown.
    if amount is not None and not question.really_flips(at(amount)):
        amount, question.proven = None, False
    name = profile.projects[i]
    return Distance(name, funded, way, amount, steady and question.proven, most)


def _changed(
    profile: Profile, i: int, way: Way, *, funded: bool
) -> tuple[Callable[[int], Profile], int]:
    """The profile at each amount, and the largest amount."""
    cost = int(profile.costs[i])
    if way is Way.PRICE and funded:
        return lambda n: with_price(profile, i, cost + n), max(
            profile.budget + 1 - cost, 0
        )
    if way is Way.PRICE:
        return lambda n: with_price(profile, i, cost - n), cost
    if funded:
        supporters = Supporters(profile, i)
        return supporters.without, supporters.number
    everything = int(profile.votes.sum() + profile.score.sum())
    return lambda n: with_more_votes(profile, i, n), everything + 1


def is_steady(profile: Profile, outcome: Outcome, i: int, way: Way) -> bool:
    """Whether it is proven that a project once across stays across further on.

    Then the least change can be found by halving. The common reason: as long as i has
    not been bought, a rule that goes by turns does the same with and without the
    change; a better i has its turn no later, and finds no less room. Where i's change
    reaches the others at once it does not hold: more voters make every equal share
    smaller, and the steps of Add1 depend on everything. docs/what-if.md has the table.
    """
    how = outcome.parameters
    more = way is Way.VOTES and profile.projects[i] not in outcome.funded
    if more and how["share"] is not None:
        return False  # the others' thresholds grow with the voters
    by_cost = how.get("satisfaction") == Satisfaction.COST
    match outcome.rule:
        case "greedy":
            # With less of a price, votes times price is less.
            return way is Way.VOTES or not by_cost
        case "max-welfare":
            plain = outcome.optimal and not any(x.minimum for x in profile.limits)
            worth = int(profile.score[i]) > 0
            return plain and (way is Way.VOTES or (worth and not by_cost))
        case "phragmen":
            # Without a supporter who has paid much, the others may pay sooner.
            return way is Way.PRICE or more
        case "equal-shares":
            raised = how["completion"] in ("add1", "add1u") or how["comparison"]
            return not raised and (
                way is Way.PRICE or (not more and not profile.limits)
            )
    return False


class _Question:
    """Whether project i is on the other side in a changed profile."""

    def __init__(self, profile: Profile, outcome: Outcome, i: int, way: Way) -> None:
        self.outcome, self.i, self.way = outcome, i, way
        self.funded = profile.projects[i] in outcome.funded
        self.proven = True
        self.sets: BestSets | None = None
        if outcome.rule == "max-welfare" and is_steady(profile, outcome, i, way):
            self.sets = BestSets(profile, outcome.parameters, i)

    def flips(self, profile: Profile) -> bool:
        """Of max-welfare by what is known of its best sets, unless they are level."""
        if self.sets is not None:
            better = self.sets.better(profile, priced=self.way is Way.PRICE)
            if better is not None:
                return better is not self.funded
        return self.really_flips(profile)

    def really_flips(self, profile: Profile) -> bool:
        """From nothing: by the rule's own run, or the values of its best sets."""
        parameters = self.outcome.parameters
        if self.outcome.rule == "max-welfare":
            better = better_with(profile, parameters, self.i)
            if better is not None:
                return better is not self.funded
        outcome = run(self.outcome.rule, profile, parameters)
        if self.outcome.rule == "max-welfare" and not outcome.optimal:
            self.proven = False
        return (profile.projects[self.i] in outcome.funded) is not self.funded


def _bisect(flips: Callable[[int], bool], most: int) -> int | None:
    """The least amount that flips, where all larger ones do."""
    if not flips(most):
        return None
    return _between(flips, 0, most, most.bit_length())


def _scan(flips: Callable[[int], bool], most: int, halvings: int) -> int | None:
    """An amount that flips, from small to large, and as near as the halvings go."""
    looks = sorted({-(-most // part) for part in LOOKS} if most > SHORT else ())
    low = 0
    for look in looks or range(1, most + 1):
        if flips(look):
            return _between(flips, low, look, halvings)
        low = look
    return None


def _between(flips: Callable[[int], bool], low: int, high: int, halvings: int) -> int:
    """Nearer to `low`, which does not flip, from `high`, which does."""
    while high - low > 1 and halvings:
        middle = (low + high) // 2
        if flips(middle):
            high = middle
        else:
            low = middle
        halvings -= 1
    return high


def _halvings(outcome: Outcome) -> int:
    slow = outcome.parameters.get("completion") in ("add1", "add1u")
    return HALVINGS if slow else 64
