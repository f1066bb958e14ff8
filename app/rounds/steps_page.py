"""The count step by step: what was decided when, and the money before and after it."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from app.rounds.otherwise import preferred, proof
from app.rounds.reasons import Telling, why
from app.rounds.rule_words import rule_words
from voting.outcome import Outcome, ReasonCode, Step


@dataclass(frozen=True, slots=True)
class Turn:
    """One decision of the count; amounts of the money that pays for the project."""

    place: int
    code: str
    title: str
    support: str
    cost: int
    budget: int
    before: int
    after: int
    built: bool
    why: str

    @property
    def used(self) -> int:
        """What had gone to others."""
        return self.budget - self.before


@dataclass(frozen=True, slots=True)
class Pot:
    """The turns that drew on one sum of money, in their order."""

    name: str
    budget: int
    turns: list[Turn]

    @property
    def left(self) -> int:
        """What remained in the end."""
        return self.turns[-1].after if self.turns else self.budget


@dataclass(frozen=True, slots=True)
class Other:
    """A project that no step is about, and why."""

    code: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class StepsPage:
    """What the template prints."""

    intro: list[str]
    pots: list[Pot]
    others: list[Other]
    together: bool


def steps_page(about: Telling) -> StepsPage:
    """All of it; for a set that was chosen as a whole, its members by support."""
    outcome = about.outcome
    together = outcome.rule == "max-welfare"
    words = [rule_words(outcome.rule, outcome.parameters)[0]]
    intro = [*words, *proof(about), *preferred(about)]
    found = pots(about)
    told = {turn.code for pot in found for turn in pot.turns}
    return StepsPage(
        intro=intro,
        pots=found,
        others=[
            Other(p.code, about.titles[p.code], why(outcome.reasons[p.code], about))
            for p in about.manifest.projects
            if p.code not in told
        ],
        together=together,
    )


def pots(about: Telling) -> list[Pot]:
    """The turns by the money that they drew on, areas in the manifest's order."""
    outcome = about.outcome
    if outcome.rule == "max-welfare":
        return _chosen_together(about)
    area_of = {p.code: p.area for p in about.manifest.projects}
    own = {a.slug: has_own_money(a.slug, about) for a in about.manifest.areas}
    found: dict[str | None, list[Step]] = {}
    for step in outcome.steps:
        area = area_of[step.project]
        found.setdefault(area if own[area] else None, []).append(step)
    return [_pot(area, found[area], about) for area in [*own, None] if area in found]


def pays(about: Telling) -> bool:
    """Whether the outcome was bought by the voters' own shares or earnings."""
    outcome = about.outcome
    return bool(outcome.payments) or outcome.rule == "phragmen"


def has_own_money(area: str, about: Telling) -> bool:
    """Whether the area's projects draw on money of its own, and not on everyone's.

    Where voters pay, the areas are elections of their own only if they fit into the
    whole budget; the outcome says whether they were.
    """
    if about.manifest.area(area).budget is None:
        return False
    if not pays(about):
        return True
    if about.outcome.shares:
        return area in about.outcome.shares
    return any(step.area == area for step in about.outcome.steps)


def _pot(area: str | None, steps: Iterable[Step], about: Telling) -> Pot:
    budget = about.manifest.budget
    if area is not None:
        budget = about.manifest.area(area).budget or 0
    turns = [_turn(n, step, budget, about) for n, step in enumerate(steps, 1)]
    return Pot(_name(area, about), budget, turns)


def _turn(place: int, step: Step, budget: int, about: Telling) -> Turn:
    reason = about.outcome.reasons[step.project]
    cost = int(str(reason.numbers["cost"]))
    built = step.code is ReasonCode.FUNDED
    return Turn(
        place=place,
        code=step.project,
        title=about.titles[step.project],
        support=about.support(reason.numbers),
        cost=cost,
        budget=budget,
        before=step.left,
        after=step.left - cost if built else step.left,
        built=built,
        why=why(reason, about),
    )


def _chosen_together(about: Telling) -> list[Pot]:
    """The members of the best set, the best supported first, as a filling purse."""
    outcome, manifest = about.outcome, about.manifest
    areas = {a.slug: a.budget for a in manifest.areas}
    found: dict[str | None, list[Step]] = {}
    left: dict[str | None, int] = {None: manifest.budget}
    left |= {slug: money for slug, money in areas.items() if money is not None}
    members = [p for p in manifest.projects if p.code in set(outcome.funded)]
    for project in sorted(members, key=lambda p: -_support(p.code, outcome, about)):
        area = project.area if areas[project.area] is not None else None
        step = Step(project.code, ReasonCode.FUNDED, left[area], area)
        found.setdefault(area, []).append(step)
        left[area] -= project.cost
    return [_pot(area, found[area], about) for area in [*areas, None] if area in found]


def _support(code: str, outcome: Outcome, about: Telling) -> int:
    numbers = outcome.reasons[code].numbers
    return int(str(numbers["score" if about.by_score else "votes"]))


def _name(area: str | None, about: Telling) -> str:
    return str(_("The whole budget")) if area is None else about.areas[area]
