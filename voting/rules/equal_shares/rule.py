"""The method of equal shares: every voter has the same money to spend."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from operator import truediv
from typing import Any

import numpy as np

from voting.errors import RuleParameterInvalid, RuleWithoutMinimum
from voting.outcome import Outcome, Reason, Step, Tie
from voting.profile import Profile
from voting.rules import options as shared
from voting.rules.equal_shares import reasons
from voting.rules.equal_shares.completion import add_one, plain
from voting.rules.equal_shares.count import Practice, Setting
from voting.rules.equal_shares.fill import Fill
from voting.rules.options import Satisfaction
from voting.rules.purses import purses

# Far beyond any rounding.
CLEARLY = 1e-6
OWN = ("completion", "comparison", "practice")


class Completion(StrEnum):
    """What happens to the money that equal shares leave."""

    NONE = "none"
    ADD1 = "add1"
    ADD1U = "add1u"
    GREEDY = "greedy"


def equal_shares(profile: Profile, parameters: Mapping[str, Any]) -> Outcome:
    """Every voter gets B / n, and supporters share the cost of a project equally.

    With purses b_i and utilities u_i(p) > 0 for supporters, p is rho-affordable if

        sum_i min(b_i, rho u_i(p)) = c(p).

    Again and again the project of the least rho is bought, and each supporter pays
    min(b_i, rho u_i(p)), until none is affordable. u_i(p) is c(p) (`cost`), 1
    (`votes`) or the voter's points (`points`; of a ranking of k: k, ..., 1). Exact:
    floats only choose what is compared by Fraction, see `Lazy` and `Ledger`. Source:
    Peters, Pierczynski, Skowron, Proportional Participatory Budgeting with Additive
    Utilities, NeurIPS 2021, arXiv 2008.13276.

    Conflicts, needs and themes' maxima: a project that would break one at its turn is
    not to be had, one that needs another only after it; minima are refused. Areas:
    see `Purses`. Completion: `add1` see `add_one`; `greedy` funds by votes (points)
    what fits into the rest; `add1u` is add1, then greedy. Comparison: greedy by votes
    wins if more voters have strictly more funded projects of their own under it than
    under equal shares; who has none counts with 0.

    Ties: projects of equal rho go by the ordered list. A tie is reported, and the
    outcome is not `unique`, if a level project could not be bought at this rho any
    more after the others.

    Args:
        profile: costs (m,) int64 smallest units; points (c,), weights (r,) int64.
        parameters: see `options.Options` (satisfaction: cost unless the ballots have
            points; threshold 1); completion none | add1 | add1u | greedy;
            comparison bool; practice cities | books, see `add_one`.

    Raises:
        RuleParameterInvalid: a parameter is unknown or makes no sense.
        RuleWithoutMinimum: a limit has a minimum.
    """
    options = shared.read(profile, parameters, own=OWN, plain="cost")
    completion = shared.choice(parameters, "completion", Completion, "none")
    comparison = _comparison(parameters)
    for limit in profile.limits:
        if limit.minimum:
            raise RuleWithoutMinimum(rule="equal-shares", limit=limit.name)
    practice = shared.choice(parameters, "practice", Practice, "cities")
    run = _Run(profile, options, completion, practice)
    if comparison:
        run.compare()
    gains = shared.gains(profile, options.satisfaction)
    names = run.funded
    funded = [i for i, p in enumerate(profile.projects) if p in names]
    return Outcome(
        rule="equal-shares",
        parameters={
            **options.to_json(),
            "completion": completion.value,
            "comparison": comparison,
            "practice": practice.value,
        },
        funded=tuple(sorted(names)),
        cost=sum(int(profile.costs[i]) for i in funded),
        objective=sum(gains[i] for i in funded),
        optimal=False,
        bound=None,
        gap=None,
        unique=not run.ties,
        ties=tuple(run.ties),
        reasons={p: run.reasons[i] for i, p in enumerate(profile.projects)},
        steps=tuple(run.steps),
        payments=run.payments,
        shares=run.shares,
        preferred=run.preferred,
    )


def _comparison(parameters: Mapping[str, Any]) -> bool:
    """Whether to compare with greedy; `none` and `satisfaction` are words for it."""
    value = parameters.get("comparison")
    if value in (None, "none"):
        return False
    if value == "satisfaction":
        return True
    if not isinstance(value, bool):
        raise RuleParameterInvalid(parameter="comparison", value=value)
    return value


class _Run:
    """The count, what was added to it, and what it was compared with."""

    def __init__(
        self,
        profile: Profile,
        options: shared.Options,
        completion: Completion,
        practice: Practice,
    ) -> None:
        self.profile, self.options = profile, options
        self.below = shared.below_threshold(profile, options)
        setting = setting_of(profile, options, set(self.below), practice)
        raising = completion in (Completion.ADD1, Completion.ADD1U)
        count = add_one(setting) if raising else plain(setting)
        self.setting = setting
        self.preferred: tuple[int, int] | None = None
        self.ties: list[Tie] = list(count.ties.found)
        self.steps: list[Step] = reasons.steps(count)
        self.payments = reasons.payments(count)
        self.shares = reasons.shares(count)
        self.reasons: dict[int, Reason] = self.below | reasons.of(count)
        if completion in (Completion.ADD1U, Completion.GREEDY):
            rest = [i for i in setting.open if i not in count.turns.funded]
            self._add(self._fill(count.bought, rest))

    @property
    def funded(self) -> set[str]:
        """The ids of the funded projects."""
        names = self.profile.projects
        return {names[i] for i, r in self.reasons.items() if r.code == "FUNDED"}

    def _fill(self, funded: Sequence[int], projects: Sequence[int]) -> Fill:
        by_points = self.options.satisfaction is Satisfaction.POINTS
        scores = self.profile.score if by_points else self.profile.votes
        return Fill(
            self.profile,
            self.setting.order,
            scores.tolist(),
            funded=funded,
            projects=projects,
        )

    def _add(self, fill: Fill) -> None:
        self.reasons |= fill.reasons
        self.steps += fill.steps
        self.ties += fill.ties

    def compare(self) -> None:
        """Take greedy's set if more voters like it better."""
        greedy = self._fill((), self.setting.open)
        names = self.profile.projects
        theirs = {names[i] for i in greedy.room.funded}
        self.preferred = preferences(self.profile, self.funded, theirs)
        if self.preferred[1] > self.preferred[0]:
            self.reasons = dict(self.below)
            self.steps, self.ties, self.payments = [], [], {}
            self._add(greedy)


def setting_of(
    profile: Profile, options: shared.Options, closed: set[int], practice: Practice
) -> Setting:
    """What every count of these ballots shares; `closed` are below the threshold."""
    by_points = options.satisfaction is Satisfaction.POINTS
    by_cost = options.satisfaction is Satisfaction.COST
    money = purses(profile, by_points=by_points)
    costs = money.costs
    levels = tuple([c / (w.total or 1) for c, w in zip(costs, money.of, strict=True)])
    scales = tuple([c or 1 for c in costs]) if by_cost else (1,) * len(costs)
    return Setting(
        profile=profile,
        purses=money,
        scales=scales,
        practice=practice,
        order=shared.TieOrder(profile, options),
        open=tuple(i for i in range(len(costs)) if i not in closed),
        levels=levels,
        clearly=np.array(costs, np.float64) * (1 - CLEARLY),
        bounds=tuple(map(truediv, levels, scales)) if by_cost else levels,
    )


def preferences(profile: Profile, ours: set[str], theirs: set[str]) -> tuple[int, int]:
    """How many voters have strictly more of their projects in ours, and in theirs."""
    more = np.array(
        [(p in ours) - (p in theirs) for p in profile.projects], dtype=np.int64
    )
    rows = np.repeat(np.arange(len(profile.weights)), np.diff(profile.indptr))
    balance = np.zeros(len(profile.weights), np.int64)
    np.add.at(balance, rows, more[profile.indices])
    first = int(profile.weights[balance > 0].sum())
    return first, int(profile.weights[balance < 0].sum())
