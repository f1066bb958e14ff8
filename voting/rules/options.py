"""The parameters that all rules share, and what follows from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from itertools import takewhile
from typing import Any

from core.chance import Chance
from voting.errors import RuleParameterInvalid
from voting.outcome import Number, Reason, ReasonCode
from voting.profile import Profile


class Satisfaction(StrEnum):
    """What a funded project is worth: its supporters, each times its cost, points."""

    VOTES = "votes"
    COST = "cost"
    POINTS = "points"


class TieBreak(StrEnum):
    """What parts two level projects; lower cost, more votes, earlier place first."""

    COST = "cost"
    VOTES = "votes"
    ORDER = "order"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Options:
    """Defaults filled in.

    Args:
        satisfaction: default votes; points where the ballot type has a score.
        threshold: least score (votes, or points where the ballot type has them) of a
            project that may be funded. Unless given it is the rule's own: 1 for
            max-welfare, to which a project without votes adds nothing; 0 for greedy,
            as the cities count, who spend the rest on whatever still fits (but 1
            where no vote was cast at all).
        share: k of the threshold by price, or None: a project needs at least
            voters * cost / (k * budget) votes.
        ties: the ordered list; a draw is added where nothing in it is decisive.
        seed: the public text of the draw.
    """

    satisfaction: Satisfaction
    threshold: int
    share: int | None
    ties: tuple[TieBreak, ...]
    seed: str

    def to_json(self) -> dict[str, Any]:
        """For `Outcome.parameters`."""
        return {
            "satisfaction": self.satisfaction.value,
            "threshold": self.threshold,
            "share": self.share,
            "ties": [tie.value for tie in self.ties],
            "seed": self.seed,
        }


COMMON = tuple(field.name for field in fields(Options))


def read(
    profile: Profile,
    parameters: Mapping[str, Any],
    *,
    own: Sequence[str],
    threshold: int = 1,
    plain: str = "votes",
) -> Options:
    """The shared options; `own` names the further parameters of the rule.

    `threshold` is the rule's own, for where none is given; `plain` its satisfaction
    where the ballots have no score of their own.

    Raises:
        RuleParameterInvalid: an unknown name or a value that makes no sense.
    """
    for name in parameters:
        if name not in COMMON and name not in own:
            raise RuleParameterInvalid(parameter=name, value=parameters[name])
    default = "points" if profile.ballot_type.has_score else plain
    given = whole(parameters, "threshold", least=0)
    return Options(
        satisfaction=choice(parameters, "satisfaction", Satisfaction, default),
        threshold=threshold if given is None else given,
        share=whole(parameters, "share", least=1),
        ties=_ties(parameters.get("ties")),
        seed=str(parameters.get("seed") or ""),
    )


def choice(
    parameters: Mapping[str, Any],
    name: str,
    kind: Callable[[Any], Any],
    default: str,
) -> Any:  # noqa: ANN401 - what `kind` makes
    """One value of an enumeration."""
    value = parameters.get(name)
    try:
        return kind(default if value is None else value)
    except ValueError:
        raise RuleParameterInvalid(parameter=name, value=value) from None


def whole(parameters: Mapping[str, Any], name: str, *, least: int) -> int | None:
    """A whole number, or None if it is not given."""
    value = parameters.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise RuleParameterInvalid(parameter=name, value=value)
    return value


def _ties(value: Any) -> tuple[TieBreak, ...]:  # noqa: ANN401 - JSON
    names = ("cost", "votes", "draw") if value is None else value
    if isinstance(names, str):
        names = [name.strip() for name in names.split(",")]
    try:
        ties = tuple(TieBreak(name) for name in names)
    except (TypeError, ValueError):
        raise RuleParameterInvalid(parameter="ties", value=value) from None
    if len(set(ties)) != len(ties):
        raise RuleParameterInvalid(parameter="ties", value=value)
    decisive = {TieBreak.ORDER, TieBreak.DRAW} & set(ties)
    return ties if decisive else (*ties, TieBreak.DRAW)


def gains(profile: Profile, satisfaction: Satisfaction) -> tuple[int, ...]:
    """(m,) what each project adds if it is funded; exact, Python integers."""
    votes, costs = profile.votes.tolist(), profile.costs.tolist()
    if satisfaction is Satisfaction.POINTS:
        return tuple(profile.score.tolist())
    if satisfaction is Satisfaction.COST:
        return tuple(v * c for v, c in zip(votes, costs, strict=True))
    return tuple(votes)


class TieOrder:
    """Who goes first among level projects, and which criterion says so."""

    def __init__(self, profile: Profile, options: Options) -> None:
        self._profile, self._options = profile, options

    @cached_property
    def keys(self) -> list[tuple[int, ...]]:
        """(m,) what the projects are sorted by; worked out when two are level."""
        profile = self._profile
        columns: dict[TieBreak, list[int]] = {
            TieBreak.COST: profile.costs.tolist(),
            TieBreak.VOTES: (-profile.votes).tolist(),
            TieBreak.ORDER: list(range(len(profile.projects))),
        }
        certain = tuple(
            takewhile(lambda tie: tie is not TieBreak.DRAW, self._options.ties)
        )
        keys = _keys(columns, certain)
        # Mostly nothing is left to be drawn.
        if certain != self._options.ties and len(set(keys)) < len(keys):
            names, seed = sorted(profile.projects), self._options.seed
            drawn = {p: n for n, p in enumerate(Chance(seed).shuffle(names))}
            columns[TieBreak.DRAW] = [drawn[p] for p in profile.projects]
            keys = _keys(columns, self._options.ties)
        return keys

    def parted_by(self, i: int, j: int) -> str:
        """The first criterion in which two projects differ."""
        # Where nothing was drawn the keys have no place for it.
        pairs = zip(self._options.ties, self.keys[i], self.keys[j], strict=False)
        return next(tie.value for tie, a, b in pairs if a != b)


def _keys(
    columns: Mapping[TieBreak, list[int]], ties: tuple[TieBreak, ...]
) -> list[tuple[int, ...]]:
    """One tuple for each project; empty ones where nothing parts them."""
    chosen = [columns[tie] for tie in ties]
    rows = len(columns[TieBreak.COST])
    return list(zip(*chosen, strict=True)) if chosen else [()] * rows


def numbers(profile: Profile, i: int) -> dict[str, Number]:
    """What every reason says of its project."""
    return {
        "votes": profile.votes.item(i),
        "score": profile.score.item(i),
        "cost": profile.costs.item(i),
    }


def below_threshold(profile: Profile, options: Options) -> dict[int, Reason]:
    """The projects with too little support to be funded at all."""
    refused = {}
    pairs = zip(profile.score.tolist(), profile.votes.tolist(), strict=True)
    for i, (score, votes) in enumerate(pairs):
        if score < options.threshold:
            least = options.threshold
        elif votes < (needed := needed_votes(profile, options, i)):
            least = needed
        else:
            continue
        about = numbers(profile, i) | {"threshold": least}
        refused[i] = Reason(ReasonCode.BELOW_THRESHOLD, about)
    return refused


def needed_votes(profile: Profile, options: Options, i: int) -> int:
    """The least whole number of votes >= voters * cost / (share * budget)."""
    if options.share is None or not profile.budget:
        return 0
    most = options.share * profile.budget
    return -(-profile.voters * int(profile.costs[i]) // most)
