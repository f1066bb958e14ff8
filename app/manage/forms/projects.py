"""A project of the ballot paper, and a file of many."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import ValidationError

from app.fields import (
    MoneyField,
    OnceField,
    cents,
    choices,
    line_field,
    localized,
    str_of,
    typed,
    written,
)
from app.locale import content
from app.manage.words import PICTURES
from app.place_field import place_field
from voting.models import Area, Category, Project, Round
from voting.project_rows import TEXTS
from voting.projects import Links, ProjectPlan


def price_needed(_form: object, field: MoneyField) -> None:
    """A project that costs nothing needs no vote."""
    if not field.data and not field.errors:
        raise ValidationError(_("Write the price in euros, more than 0."))


def area_field() -> SelectField:
    """Which of the round's areas; `offer` fills it."""
    return SelectField(_l("Area"))


def category_field() -> SelectField:
    """Which of the round's categories, or none; `offer` fills it."""
    return SelectField(_l("Category"))


def offer(form: Any, round_: Round) -> None:  # noqa: ANN401 - any form with the two fields
    """Put the round's areas and categories into their fields."""
    form.area.choices = choices(
        (area.slug, content(area.name)) for area in round_.areas
    )
    form.category.choices = choices(
        ((each.slug, content(each.name)) for each in round_.categories),
        empty=_("None"),
    )


def area_of(form: Any, round_: Round) -> Area:  # noqa: ANN401 - any form with the field
    """The area that was chosen."""
    return next(each for each in round_.areas if each.slug == form.area.data)


def category_of(form: Any, round_: Round) -> Category | None:  # noqa: ANN401 - any form with the field
    """The category that was chosen, if one was."""
    chosen = form.category.data
    return next((each for each in round_.categories if each.slug == chosen), None)


class ProjectForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """An item of the ballot paper."""

    title = localized(_l("Title"), most=TEXTS["title"], required=True)
    summary = localized(
        _l("In short"),
        most=TEXTS["summary"],
        long=True,
        description=_l("Stands on the ballot under the title."),
    )
    story = localized(
        _l("The whole text"),
        most=TEXTS["story"],
        long=True,
        description=_l("May be left empty. An empty line begins a new paragraph."),
    )
    cost_cents = MoneyField(str_of(_l("Price, in euros")), validators=[price_needed])
    area = area_field()
    category = category_field()
    picture = SelectField(
        _l("Picture"), choices=choices(PICTURES.items(), empty=_l("No picture"))
    )
    place = place_field()
    conflicts = line_field(_l("Excludes"), most=400)
    needs = line_field(_l("Needs"), most=400)
    once = OnceField()

    @classmethod
    def of(
        cls, round_: Round, project: Project | None = None, links: Links | None = None
    ) -> "ProjectForm":
        """Empty, or filled in with a project."""
        links = links or Links()
        given: dict[str, Any] = {
            "conflicts": " ".join(sorted(links.conflicts)),
            "needs": " ".join(sorted(links.needs)),
        }
        if project:
            given |= {
                name: getattr(project, name)
                for name in (
                    *("title", "summary", "story", "cost_cents", "picture", "place"),
                )
            }
            given["area"] = project.area.slug
            given["category"] = project.category.slug if project.category else ""
        form = cls(**given)
        offer(form, round_)
        return form

    def plan(self, round_: Round) -> ProjectPlan:
        """What the domain takes."""
        return ProjectPlan(
            title=written(self.title),
            summary=written(self.summary),
            story=written(self.story),
            cost_cents=cents(self.cost_cents),
            area=area_of(self, round_),
            category=category_of(self, round_),
            picture=self.picture.data,
            place=self.place.data,
        )

    def links(self) -> Links:
        """What the domain takes."""
        return Links(
            frozenset(typed(self.conflicts).replace(",", " ").split()),
            frozenset(typed(self.needs).replace(",", " ").split()),
        )


class ImportForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A file of projects."""

    file = FileField(
        _l("CSV file"), validators=[FileRequired(str_of(_l("Choose a file.")))]
    )
