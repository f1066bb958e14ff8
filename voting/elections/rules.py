"""A file's rule and ours."""

from collections.abc import Mapping
from typing import Any

from voting.errors import RuleUnknown
from voting.manifest import RuleManifest
from voting.pabulib import Election
from voting.profile import Limit, LimitKind
from voting.replay import NotDecidable, city_rule
from voting.replay.cities import EQUAL_SHARES
from voting.rules import RULES

# What of the field's names we count exactly as its regulations say.
EXACT = {"greedy", "greedy-no-skip", "greedy-threshold"}


def rule_of(election: Election, wanted: str | None) -> tuple[str, dict[str, Any]]:
    """Our rule and its parameters; what we do not know is counted greedily.

    Equal shares come with the city's utility and completion, also where `wanted` asks
    for them and the file states a variant. Where it does not state a utility (ballots
    with points), they are not the city's own.

    Raises:
        RuleUnknown: `wanted` is none of ours.
    """
    if wanted is not None and wanted not in RULES:
        raise RuleUnknown(rule=wanted, known=sorted(RULES))
    if wanted in (None, "equal-shares") and election.meta.get("rule") in EQUAL_SHARES:
        try:
            city = city_rule(election)
        except NotDecidable:
            pass
        else:
            return city.rule, dict(city.parameters)
    parameters: dict[str, Any] = {}
    if election.threshold is not None and election.threshold > 1:
        parameters["threshold"] = election.threshold
    if wanted not in (None, "greedy"):
        return wanted, parameters
    if election.meta.get("rule") == "greedy-no-skip":
        parameters["variant"] = "no-skip"
    return "greedy", parameters


def counts_as_stated(stated: str | None, manifest: RuleManifest) -> bool:
    """Whether our count follows the very rule that the file names."""
    if stated in EQUAL_SHARES:
        return rule_name(manifest) == stated
    return stated in EXACT and manifest.rule == "greedy"


def rule_name(manifest: RuleManifest, *, blank: bool = False) -> str:
    """The field's word for a manifest's rule; what it has no word for is unknown.

    Args:
        manifest: of a round.
        blank: somebody voted for nothing. In a round of one area such a voter has no
            share of the area's money; a reader of the file would give him one.
    """
    parameters: Mapping[str, Any] = manifest.rule_parameters
    one_area = [limit for limit in manifest.limits() if _is_everything(manifest, limit)]
    constrained = manifest.conflicts or manifest.needs
    if constrained or len(manifest.limits()) > len(one_area) or parameters.get("share"):
        return "unknown"
    if manifest.rule == "greedy":
        return _greedy_name(parameters)
    if manifest.rule == "equal-shares" and not (blank and one_area):
        return _equal_shares_name(manifest, parameters)
    return "unknown"


def _is_everything(manifest: RuleManifest, limit: Limit) -> bool:
    """Whether it is the one area, which has all projects and all of the money."""
    return (
        limit.kind is LimitKind.AREA
        and len(limit.projects) == len(manifest.projects)
        and limit.maximum == manifest.budget
    )


def _greedy_name(parameters: Mapping[str, Any]) -> str:
    by_support = parameters.get("satisfaction") in (None, "votes", "points")
    if not by_support or parameters.get("order") not in (None, "total"):
        return "unknown"
    if parameters.get("overshoot"):
        return "unknown"
    stops = parameters.get("variant") == "no-skip"
    if (parameters.get("threshold") or 1) > 1:
        return "unknown" if stops else "greedy-threshold"
    return "greedy-no-skip" if stops else "greedy"


def _equal_shares_name(manifest: RuleManifest, parameters: Mapping[str, Any]) -> str:
    """As cities have it: the price is the utility, and only add1 completes."""
    if manifest.ballot.type.has_score or parameters.get("satisfaction") not in (
        None,
        "cost",
    ):
        return "unknown"
    if parameters.get("practice") not in (None, "cities"):
        return "unknown"
    compared = parameters.get("comparison") in (True, "satisfaction")
    completion = parameters.get("completion") or "none"
    for name, stated in EQUAL_SHARES.items():
        if (completion, compared) == (
            stated["completion"],
            stated.get("comparison", False),
        ):
            return name
    return "unknown"
