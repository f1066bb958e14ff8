"""A round's texts, money, areas, categories and phases."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from app.fields import (
    MomentField,
    MoneyField,
    WholeField,
    choices,
    line_field,
    localized,
    slug_field,
    str_of,
    typed,
    whole,
    written,
)
from app.manage.words import AREA_KINDS, PHASES, PROMISES
from voting.areas import AreaPlan, CategoryPlan
from voting.models import AreaKind, PhaseKind
from voting.rounds import PhasePlan, RoundTexts

LONGEST_TITLE = 120
LONGEST_SUMMARY = 400
LONGEST_STORY = 10_000
MOST_PEOPLE = 10_000_000
MOST_PICKS = 200


def _money_needed(_form: Form, field: MoneyField) -> None:
    if field.data is None and not field.errors:
        raise ValidationError(_("Write the amount in euros."))


class NewRoundForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What a round begins with."""

    title = localized(_l("Title"), most=LONGEST_TITLE, required=True)
    slug = slug_field(
        _l("Web address"),
        _l("The end of the round's web address, such as puistola-2027."),
    )
    budget_cents = MoneyField(
        str_of(_l("Money of the whole round, in euros")), validators=[_money_needed]
    )


class TextsForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What residents read about the whole round."""

    title = localized(_l("Title"), most=LONGEST_TITLE, required=True)
    summary = localized(
        _l("In short"),
        most=LONGEST_SUMMARY,
        long=True,
        description=_l("Two sentences: what is decided, and who may take part."),
    )
    description = localized(
        _l("The whole text"),
        most=LONGEST_STORY,
        long=True,
        description=_l("An empty line begins a new paragraph."),
    )
    contact = line_field(_l("Whom to ask: name, e-mail or telephone"), most=200)

    def texts(self) -> RoundTexts:
        """What the domain takes."""
        return RoundTexts(
            title=written(self.title),
            summary=written(self.summary),
            description=written(self.description),
            contact=typed(self.contact),
        )


class BudgetForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """The frame."""

    budget_cents = MoneyField(
        str_of(_l("Money of the whole round, in euros")), validators=[_money_needed]
    )


class AreaForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A part of the town and its share."""

    name = localized(_l("Name"), most=LONGEST_TITLE, required=True)
    slug = slug_field(
        _l("Short name"), _l("For files and addresses: small letters, such as north.")
    )
    kind = SelectField(_l("Who votes here"), choices=choices(AREA_KINDS.items()))
    population = WholeField(
        _l("Inhabitants"),
        default=0,
        validators=[
            InputRequired(_l("Write a whole number; 0 is allowed.")),
            NumberRange(0, MOST_PEOPLE),
        ],
        description=_l("The money is split in proportion to them."),
    )
    floor_cents = MoneyField(
        str_of(_l("At least, in euros")),
        validators=[Optional()],
        description=str_of(
            _l("If the share by inhabitants is smaller, the area gets this.")
        ),
    )
    own_cents = MoneyField(
        str_of(_l("A sum of its own, in euros")),
        validators=[Optional()],
        description=str_of(
            _l("Instead of a share. Residents see that it was set by hand.")
        ),
    )
    min_picks = WholeField(
        _l("Fewest projects on a ballot here"),
        validators=[Optional(), NumberRange(1, MOST_PICKS)],
        description=_l("Empty: as on the page of the ballot."),
    )
    max_picks = WholeField(
        _l("Most projects on a ballot here"),
        validators=[Optional(), NumberRange(1, MOST_PICKS)],
        description=_l("Empty: as on the page of the ballot."),
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """The most is not less than the least."""
        valid = bool(super().validate(extra_validators))
        least, most = self.min_picks.data, self.max_picks.data
        if valid and least is not None and most is not None and most < least:
            self.max_picks.errors = [_("This is less than the number above.")]
            return False
        return valid

    def plan(self) -> AreaPlan:
        """What the domain takes."""
        return AreaPlan(
            slug=typed(self.slug),
            name=written(self.name),
            kind=AreaKind(self.kind.data),
            population=whole(self.population),
            floor_cents=self.floor_cents.data or 0,
            own_cents=self.own_cents.data,
            min_picks=self.min_picks.data,
            max_picks=self.max_picks.data,
        )


class CategoryForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A theme and its limits."""

    name = localized(_l("Name"), most=LONGEST_TITLE, required=True)
    slug = slug_field(
        _l("Short name"), _l("For files and addresses: small letters, such as sport.")
    )
    min_cents = MoneyField(str_of(_l("At least, in euros")), validators=[Optional()])
    max_cents = MoneyField(str_of(_l("At most, in euros")), validators=[Optional()])

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """The most is not less than the least."""
        valid = bool(super().validate(extra_validators))
        least, most = self.min_cents.data or 0, self.max_cents.data
        if valid and most is not None and most < least:
            self.max_cents.errors = [_("This is less than the sum above.")]
            return False
        return valid

    def plan(self) -> CategoryPlan:
        """What the domain takes."""
        return CategoryPlan(
            slug=typed(self.slug),
            name=written(self.name),
            min_cents=self.min_cents.data or 0,
            max_cents=self.max_cents.data,
        )


class PhaseForm(Form):
    """One of the eight steps."""

    enabled = BooleanField(_l("This step is used"))
    starts_at = MomentField(_l("Begins"), validators=[Optional()])
    ends_at = MomentField(_l("Ends"), validators=[Optional()])
    purpose = localized(_l("What happens and why"), most=1000, long=True)
    owner = line_field(_l("Who is responsible"), most=200)
    promise_level = SelectField(
        _l("What residents are promised"), coerce=int, choices=choices(PROMISES.items())
    )

    def plan(self) -> PhasePlan:
        """What the domain takes."""
        return PhasePlan(
            enabled=bool(self.enabled.data),
            starts_at=self.starts_at.data,
            ends_at=self.ends_at.data,
            purpose=written(self.purpose),
            owner=typed(self.owner),
            promise_level=self.promise_level.data,
        )


class PhasesForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """All eight steps; the fields are named as the kinds are."""

    def plans(self) -> dict[PhaseKind, PhasePlan]:
        """What the domain takes."""
        return {kind: self[kind.value].form.plan() for kind in PhaseKind}


for _kind in PhaseKind:
    setattr(PhasesForm, _kind.value, FormField(PhaseForm, str_of(PHASES[_kind])))
