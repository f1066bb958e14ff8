"""A question to a counted round: the same ballots, but money or rules otherwise.

A question becomes a manifest like the frozen one, with what was asked changed in it,
and a profile to go with that. Neither touches the official document or ballots.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from core.money import split_by_weight
from voting.counterfactual import without_projects
from voting.manifest import ManifestArea, ManifestTheme, RuleManifest
from voting.profile import LimitKind, Profile

# What each rule reads of its own besides what all of them read.
READS: Mapping[str, tuple[str, ...]] = {
    "max-welfare": ("satisfaction", "time_limit"),
    "greedy": ("satisfaction", "variant", "order"),
    "equal-shares": ("satisfaction", "completion", "practice", "comparison"),
    "phragmen": (),
}
SHARED = ("threshold", "share", "ties", "seed")
# Seconds: a question is no reason to keep a processor busy for a minute.
TIME_LIMIT = 20
# Choices in the distinct ballots above which raising shares step by step is slow, and
# projects above which the best set may be: in a round with themes, conflicts or needs,
# and in one where only money limits it.
FEW_CHOICES = 5_000
FEW_PROJECTS = 30
FEW_PLAIN_PROJECTS = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """What is asked; amounts in the round's smallest unit, None: as it was.

    Args:
        budget: the whole money. Areas with money of their own keep their parts of it.
        areas: slug -> money of its own. Unless `budget` is given as well, the whole
            grows and shrinks with them.
        themes: slug -> least and most money (None: no ceiling).
        prices: project code -> price.
        dropped: codes of projects that are taken off the ballot, and with each of them
            whatever needs it.
        rule: another rule, which begins with its own satisfaction.
        parameters: those of the rule that are otherwise.
    """

    budget: int | None = None
    areas: Mapping[str, int] = field(default_factory=dict)
    themes: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    prices: Mapping[str, int] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    rule: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, without what is as it was."""
        found = asdict(self)
        found["themes"] = {slug: list(pair) for slug, pair in self.themes.items()}
        found["dropped"] = list(self.dropped)
        return {name: value for name, value in found.items() if value not in _NOTHING}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Changes":
        """The changes that `to_json` wrote."""
        values = dict(stored)
        if "themes" in values:
            values["themes"] = {
                slug: (least, most) for slug, (least, most) in values["themes"].items()
            }
        values["dropped"] = tuple(values.get("dropped", ()))
        return cls(**values)

    def key(self, subject: int) -> str:
        """The same for the same question to the same result, whoever asks it."""
        text = json.dumps([subject, self.to_json()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


_NOTHING: tuple[object, ...] = (None, {}, [])


def tidied(changes: Changes, manifest: RuleManifest) -> Changes:
    """Without what says the same as the manifest, so that equal questions are equal."""
    areas = {area.slug: area.budget for area in manifest.areas}
    themes = {t.slug: (t.minimum, t.maximum) for t in manifest.themes}
    costs = {p.code: p.cost for p in manifest.projects}
    dropped = _with_dependants(manifest, changes.dropped)
    rule = None if changes.rule == manifest.rule else changes.rule
    before = _parameters(manifest, replace(changes, parameters={}))
    own_areas = {s: money for s, money in changes.areas.items() if money != areas[s]}
    same = changes.budget == manifest.budget and not own_areas
    return Changes(
        budget=None if same else changes.budget,
        areas=own_areas,
        themes={s: pair for s, pair in changes.themes.items() if pair != themes[s]},
        prices={
            code: cost
            for code, cost in changes.prices.items()
            if cost != costs[code] and code not in dropped
        },
        dropped=tuple(p.code for p in manifest.projects if p.code in dropped),
        rule=rule,
        parameters={
            name: value
            for name, value in changes.parameters.items()
            if before.get(name) != value
        },
    )


def changed(manifest: RuleManifest, changes: Changes) -> RuleManifest:
    """The manifest as it would have been."""
    gone = _with_dependants(manifest, changes.dropped)
    budget, areas = _money(manifest, changes)
    return replace(
        manifest,
        budget=budget,
        areas=areas,
        themes=tuple(
            _theme(t, *changes.themes.get(t.slug, (t.minimum, t.maximum)))
            for t in manifest.themes
        ),
        projects=tuple(
            replace(p, cost=changes.prices.get(p.code, p.cost))
            for p in manifest.projects
            if p.code not in gone
        ),
        rule=changes.rule or manifest.rule,
        rule_parameters=_parameters(manifest, changes),
        conflicts=tuple(p for p in manifest.conflicts if not gone & set(p)),
        needs=tuple(p for p in manifest.needs if not gone & set(p)),
    )


def counted_by(profile: Profile, manifest: RuleManifest) -> Profile:
    """The ballots of a profile as a changed manifest would have them counted.

    Raises:
        ProfileInvalid: the limits contradict each other.
    """
    place = manifest.place()
    gone = [i for i, code in enumerate(profile.projects) if code not in place]
    if gone:
        profile = without_projects(profile, np.array(gone))
    return replace(
        profile,
        costs=np.array([p.cost for p in manifest.projects], np.int64),
        budget=manifest.budget,
        limits=manifest.limits(),
        conflicts=tuple(
            sorted(
                (min(place[a], place[b]), max(place[a], place[b]))
                for a, b in manifest.conflicts
            )
        ),
        needs=tuple(sorted((place[a], place[b]) for a, b in manifest.needs)),
    )


def takes_long(profile: Profile, manifest: RuleManifest) -> bool:
    """Whether an answer may take more than the second that a person waits."""
    if manifest.rule == "equal-shares":
        raises = manifest.rule_parameters.get("completion") in ("add1", "add1u")
        return raises and len(profile.indices) > FEW_CHOICES
    if manifest.rule == "max-welfare":
        themes = any(limit.kind is LimitKind.THEME for limit in profile.limits)
        bound = profile.conflicts or profile.needs or themes
        most = FEW_PROJECTS if bound else FEW_PLAIN_PROJECTS
        return len(profile.projects) > most
    return False


def _money(
    manifest: RuleManifest, changes: Changes
) -> tuple[int, tuple[ManifestArea, ...]]:
    """The whole money, and the areas with theirs."""
    old = sum(area.budget or 0 for area in manifest.areas)
    parts = [changes.areas.get(area.slug, area.budget) for area in manifest.areas]
    if changes.budget is None:
        new = sum(part or 0 for part in parts)
        budget = manifest.budget + new - old
    elif changes.areas or not old:
        budget = changes.budget
    else:
        # To the areas goes as large a part of the whole as it was.
        budget = changes.budget
        share = budget * old // manifest.budget if manifest.budget else 0
        split = split_by_weight(share, [part or 0 for part in parts])
        parts = [
            None if part is None else money
            for part, money in zip(parts, split, strict=True)
        ]
    return budget, tuple(
        replace(area, budget=part)
        for area, part in zip(manifest.areas, parts, strict=True)
    )


def _theme(theme: ManifestTheme, least: int, most: int | None) -> ManifestTheme:
    return replace(theme, minimum=least, maximum=most)


def _parameters(manifest: RuleManifest, changes: Changes) -> dict[str, Any]:
    rule = changes.rule or manifest.rule
    names = {*SHARED, *READS[rule]}
    if rule != manifest.rule:
        names -= {"satisfaction"}
    official = manifest.rule_parameters
    found = {name: value for name, value in official.items() if name in names}
    if rule == "max-welfare":
        found["time_limit"] = TIME_LIMIT
    return found | dict(changes.parameters)


def _with_dependants(manifest: RuleManifest, codes: Iterable[str]) -> set[str]:
    """The projects and all that need one of them."""
    found = set(codes)
    while more := {a for a, b in manifest.needs if b in found} - found:
        found |= more
    return found
