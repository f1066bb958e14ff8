"""A file's rule and ours."""

from collections.abc import Mapping
from typing import Any

from voting.errors import RuleUnknown
from voting.manifest import RuleManifest
from voting.pabulib import Election
from voting.rules import RULES

# What of the field's names we count exactly as its regulations say.
EXACT = {"greedy", "greedy-no-skip", "greedy-threshold"}


def rule_of(election: Election, wanted: str | None) -> tuple[str, dict[str, Any]]:
    """Our rule and its parameters; what we do not know is counted greedily.

    Raises:
        RuleUnknown: `wanted` is none of ours.
    """
    if wanted is not None and wanted not in RULES:
        raise RuleUnknown(rule=wanted, known=sorted(RULES))
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
    return stated in EXACT and manifest.rule == "greedy"


def rule_name(manifest: RuleManifest) -> str:
    """The field's word for a manifest's rule; what it has no word for is unknown."""
    parameters: Mapping[str, Any] = manifest.rule_parameters
    plain = (
        not manifest.limits()
        and not manifest.conflicts
        and not manifest.needs
        and not parameters.get("share")
        and parameters.get("order") in (None, "total")
        and parameters.get("satisfaction") in (None, "votes", "points")
    )
    if manifest.rule != "greedy" or not plain:
        return "unknown"
    if (parameters.get("threshold") or 1) > 1:
        return "greedy-threshold" if not _stops(parameters) else "unknown"
    return "greedy-no-skip" if _stops(parameters) else "greedy"


def _stops(parameters: Mapping[str, Any]) -> bool:
    return parameters.get("variant") == "no-skip"
