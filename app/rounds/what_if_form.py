"""The form of a question: everything empty is as it was in the result."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField
from wtforms.validators import NumberRange, Optional

from app.fields import MoneyField, WholeField, choices
from app.locale import content
from app.rounds.what_if_words import (
    COMPLETIONS,
    ORDERS,
    RULES,
    SATISFACTIONS,
    VARIANTS,
)
from core.text import Localized
from voting.manifest import ManifestTheme, RuleManifest
from voting.rules.options import Satisfaction
from voting.what_if import READS, Changes, changed, tidied

MOST_VOTES = 1_000_000
MOST_SHARE = 1_000
AS_IT_WAS = _l("as in the result")
# The fields that only some rules read.
OWN = ("satisfaction", "order", "variant", "completion")


@dataclass(frozen=True, slots=True)
class ProjectFields:
    """One project's row of the form."""

    title: str
    cost: int
    price: Field
    drop: Field


@dataclass(frozen=True, slots=True)
class AreaFields:
    """The rows of one area; unfolded where something in it is typed or wrong."""

    name: str
    rows: list[ProjectFields]
    unfolded: bool


@dataclass(frozen=True, slots=True)
class LimitField:
    """A field for an amount, and the amount that stands now (None: no ceiling)."""

    field: Field
    now: int | None
    free: Field | None = None


class QuestionForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What would be otherwise; `of` adds the areas, themes and projects of a round."""

    budget = MoneyField(_l("Money in all"), validators=[Optional()])
    rule = SelectField(_l("Rule"), choices=choices(RULES.items(), empty=AS_IT_WAS))
    satisfaction = SelectField(
        _l("What is added up"),
        description=_l("Not used by Phragmén."),
    )
    order = SelectField(
        _l("Which project comes first"),
        choices=choices(ORDERS.items(), empty=AS_IT_WAS),
        description=_l("Only for the rule that takes projects one after another."),
    )
    variant = SelectField(
        _l("When a project no longer fits"),
        choices=choices(VARIANTS.items(), empty=AS_IT_WAS),
        description=_l("Only for the rule that takes projects one after another."),
    )
    completion = SelectField(
        _l("What happens to the money that the shares leave"),
        choices=choices(COMPLETIONS.items(), empty=AS_IT_WAS),
        description=_l("Only for equal shares, which seldom spend everything."),
    )
    threshold = WholeField(
        _l("Fewest votes that a project needs"),
        validators=[Optional(), NumberRange(0, MOST_VOTES)],
    )
    share = WholeField(
        _l("Threshold by price"),
        description=_l(
            "With the number 2, a project that costs half of the money needs the votes"
            " of a quarter of the voters. 0: without this threshold."
        ),
        validators=[Optional(), NumberRange(0, MOST_SHARE)],
    )
    manifest: RuleManifest

    @classmethod
    def of(cls, manifest: RuleManifest, asked: Changes | None = None) -> "QuestionForm":
        """The form of this round, filled in with an earlier question."""
        kind = type("QuestionOfRound", (cls,), dict(_fields(manifest)))
        form: QuestionForm = kind(data=_filled(manifest, asked or Changes()))
        form.manifest = manifest
        names = dict(SATISFACTIONS)
        if not manifest.ballot.type.has_score:
            del names[Satisfaction.POINTS]
        form.satisfaction.choices = choices(names.items(), empty=AS_IT_WAS)
        return form

    def area_money(self) -> list[LimitField]:
        """The areas with money of their own, where there are several."""
        areas = self.manifest.areas
        return [
            LimitField(self[f"area_{n}"], area.budget)
            for n, area in enumerate(areas)
            if area.budget is not None and len(areas) > 1
        ]

    def theme_money(self) -> list[LimitField]:
        """Floor and ceiling of each theme."""
        found = []
        for n, theme in enumerate(self.manifest.themes):
            free = None if theme.maximum is None else self[f"theme_free_{n}"]
            found.append(LimitField(self[f"theme_min_{n}"], theme.minimum))
            found.append(LimitField(self[f"theme_max_{n}"], theme.maximum, free))
        return found

    def themes_are_touched(self) -> bool:
        """Whether anything is typed or wrong there."""
        return any(
            limit.field.data is not None
            or limit.field.errors
            or (limit.free is not None and limit.free.data)
            for limit in self.theme_money()
        )

    def areas(self) -> list[AreaFields]:
        """The projects by area, in the order of the ballot paper."""
        found = []
        for area in self.manifest.areas:
            rows = [
                ProjectFields(
                    _name(p.title), p.cost, self[f"price_{n}"], self[f"drop_{n}"]
                )
                for n, p in enumerate(self.manifest.projects)
                if p.area == area.slug
            ]
            unfolded = len(self.manifest.areas) == 1 or any(
                row.price.data is not None or row.price.errors or row.drop.data
                for row in rows
            )
            if rows:
                found.append(AreaFields(_name(area.name), rows, unfolded))
        return found

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """Only what can be asked, and something at all."""
        if not super().validate(extra_validators):
            return False
        rule = self.rule.data or self.manifest.rule
        for name in OWN:
            if self[name].data and name not in READS[rule]:
                self[name].errors = [
                    _(
                        "The rule does not use this. Choose “%(plain)s” here, or"
                        " another rule.",
                        plain=AS_IT_WAS,
                    )
                ]
        self._check_themes(rule)
        if not any(field.errors for field in self):
            self._check_whole()
        return not self.form_errors and not any(field.errors for field in self)

    def _check_themes(self, rule: str) -> None:
        """A floor under its ceiling, and only for the rule that can keep one."""
        for n, theme in enumerate(self.manifest.themes):
            least, most = self._theme(n, theme)
            field = self[f"theme_min_{n}"]
            if most is not None and least > most:
                field.errors = [_("The floor of a theme is above its ceiling.")]
            elif least and rule != "max-welfare":
                field.errors = [
                    _(
                        "Only the rule that looks for the best set can promise a theme"
                        " its floor. Write 0 here, or choose that rule."
                    )
                ]

    def _check_whole(self) -> None:
        changes = self.changes()
        if changes == Changes():
            self.form_errors.append(_("Nothing is different yet. Change something."))
            return
        after = changed(self.manifest, changes)
        was_within = _of_areas(self.manifest) <= self.manifest.budget
        if was_within and _of_areas(after) > after.budget:
            self.budget.errors = [_("The areas together have more money than this.")]
        for n, theme in enumerate(after.themes):
            if theme.minimum > after.budget:
                self[f"theme_min_{n}"].errors = [_("This is more than all the money.")]

    def changes(self) -> Changes:
        """The question, without what is as it was."""
        manifest = self.manifest
        own = {name: self[name].data for name in OWN if self[name].data}
        if self.threshold.data is not None:
            own["threshold"] = self.threshold.data
        if self.share.data is not None:
            own["share"] = self.share.data or None
        asked = Changes(
            budget=self._money("budget"),
            areas=self._amounts("area", [a.slug for a in manifest.areas]),
            themes={
                theme.slug: self._theme(n, theme)
                for n, theme in enumerate(manifest.themes)
            },
            prices=self._amounts("price", [p.code for p in manifest.projects]),
            dropped=tuple(
                p.code
                for n, p in enumerate(manifest.projects)
                if self[f"drop_{n}"].data
            ),
            rule=self.rule.data or None,
            parameters=own,
        )
        return tidied(asked, manifest)

    def _money(self, name: str) -> int | None:
        """What was typed, in the round's smallest unit."""
        if name not in self or self[name].data is None:
            return None
        return int(self[name].data) * self.manifest.unit // 100

    def _amounts(self, name: str, keys: list[str]) -> dict[str, int]:
        found = {key: self._money(f"{name}_{n}") for n, key in enumerate(keys)}
        return {key: money for key, money in found.items() if money is not None}

    def _theme(self, n: int, theme: ManifestTheme) -> tuple[int, int | None]:
        least, most = self._money(f"theme_min_{n}"), self._money(f"theme_max_{n}")
        if most is None and not self[f"theme_free_{n}"].data:
            most = theme.maximum
        return theme.minimum if least is None else least, most


def _of_areas(manifest: RuleManifest) -> int:
    return sum(area.budget or 0 for area in manifest.areas)


def _name(names: Mapping[str, str]) -> str:
    return content(Localized.from_json(names))


def _fields(manifest: RuleManifest) -> Iterator[tuple[str, Any]]:
    """A field for each area with money of its own, each theme and each project."""
    for n, area in enumerate(manifest.areas):
        if area.budget is not None:
            yield f"area_{n}", _amount(_name(area.name))
    for n, theme in enumerate(manifest.themes):
        name = _name(theme.name)
        yield f"theme_min_{n}", _amount(_("%(theme)s: at least", theme=name))
        yield f"theme_max_{n}", _amount(_("%(theme)s: at most", theme=name))
        yield (
            f"theme_free_{n}",
            BooleanField(_("%(theme)s: without a ceiling", theme=name)),
        )
    for n, project in enumerate(manifest.projects):
        title = _name(project.title)
        yield f"price_{n}", _amount(_("New price: %(project)s", project=title))
        drop = _("Take off the ballot: %(project)s", project=title)
        yield f"drop_{n}", BooleanField(drop)


def _amount(label: str) -> MoneyField:
    return MoneyField(label, validators=[Optional()])


def _filled(manifest: RuleManifest, asked: Changes) -> dict[str, Any]:
    """What the fields hold when they ask an earlier question again."""

    def typed(money: int | None) -> int | None:
        return None if money is None else money * 100 // manifest.unit

    found: dict[str, Any] = {"budget": typed(asked.budget), "rule": asked.rule or ""}
    found |= {name: asked.parameters.get(name, "") for name in OWN}
    found["threshold"] = asked.parameters.get("threshold")
    if "share" in asked.parameters:
        found["share"] = asked.parameters["share"] or 0
    for n, area in enumerate(manifest.areas):
        found[f"area_{n}"] = typed(asked.areas.get(area.slug))
    for n, theme in enumerate(manifest.themes):
        if theme.slug in asked.themes:
            least, most = asked.themes[theme.slug]
            found[f"theme_min_{n}"], found[f"theme_max_{n}"] = typed(least), typed(most)
            found[f"theme_free_{n}"] = most is None and theme.maximum is not None
    for n, project in enumerate(manifest.projects):
        found[f"price_{n}"] = typed(asked.prices.get(project.code))
        found[f"drop_{n}"] = project.code in asked.dropped
    return found
