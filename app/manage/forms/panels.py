"""A panel's texts and rules, its population table, its waves and letters."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    ValidationError,
)

from app.fields import (
    OnceField,
    WholeField,
    choices,
    is_text,
    line_field,
    localized,
    slug_field,
    str_of,
    tidy,
    typed,
    whole,
    written,
)
from app.locale import day, number
from app.manage.panel_texts import CONSENT
from panels.letters import Order
from panels.models import LetterRunKind, NotSaid, Panel, Register
from panels.panels import PanelPlan

LONGEST_TITLE = 120
# Three languages of it have to fit on the sheet of a letter.
LONGEST_ABOUT = 600
LONGEST_TEXT = 5000
LARGEST_PANEL = 2000
LONGEST_TERM = 120
OLDEST = 120
MOST_PER_SEAT = 50
LONGEST_LIST = 200_000
_WHOLE = _l("Write a whole number.")


def _whole_field(label: object, least: int, most: int, default: int) -> WholeField:
    return WholeField(
        str_of(label),
        default=default,
        validators=[InputRequired(str_of(_WHOLE)), NumberRange(least, most)],
    )


class PanelForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What is said of a panel."""

    title = localized(_l("Name"), most=LONGEST_TITLE, required=True)
    about = localized(
        _l("What the panel is for"),
        most=LONGEST_ABOUT,
        long=True,
        description=_l("Stands on the panel's page and in the letter."),
    )
    owner = localized(
        _l("Whose panel it is"),
        most=LONGEST_TEXT,
        long=True,
        description=_l(
            "Who decides what is asked, and who has to answer what became of it."
        ),
    )
    municipality = line_field(_l("Municipality, as the sender of letters"), most=80)
    contact = line_field(_l("Whom to ask: address and telephone"), most=200)
    size = _whole_field(_l("Seats"), 1, LARGEST_PANEL, 60)
    term_months = _whole_field(_l("Months of a term"), 1, LONGEST_TERM, 24)
    min_age = _whole_field(_l("Youngest age"), 0, OLDEST, 16)
    one_per_household = BooleanField(
        _l("At most one letter and one seat for each household"), default=True
    )
    not_said = RadioField(
        _l("Somebody who does not want to say a feature"),
        choices=[
            SelectChoice(
                NotSaid.NO_QUOTA.value,
                _l("can be drawn, and counts in no quota of that feature"),
            ),
            SelectChoice(NotSaid.LEFT_OUT.value, _l("is not drawn")),
        ],
        default=NotSaid.NO_QUOTA.value,
        validators=[DataRequired(_l("Choose one of the two."))],
    )
    invite_rest_months = _whole_field(
        _l("Months in which nobody is invited twice"), 0, LONGEST_TERM, 12
    )
    seat_rest_months = _whole_field(
        _l("Months of rest after a seat"), 0, LONGEST_TERM, 24
    )
    consent = localized(
        _l("What volunteers agree to"), most=LONGEST_TEXT, long=True, required=True
    )

    @classmethod
    def of(cls, panel: Panel) -> "PanelForm":
        """Filled in with what stands."""
        return cls(
            data={
                "title": panel.title.to_json(),
                "about": panel.about.to_json(),
                "owner": panel.owner.to_json(),
                "consent": panel.consent.to_json(),
                "municipality": panel.municipality,
                "contact": panel.contact,
                "size": panel.size,
                "term_months": panel.term_months,
                "min_age": panel.min_age,
                "one_per_household": panel.one_per_household,
                "not_said": panel.not_said.value,
                "invite_rest_months": panel.invite_rest_months,
                "seat_rest_months": panel.seat_rest_months,
            }
        )

    def plan(self) -> PanelPlan:
        """What the domain takes."""
        return PanelPlan(
            title=written(self.title),
            about=written(self.about),
            owner=written(self.owner),
            consent=written(self.consent),
            municipality=typed(self.municipality),
            contact=typed(self.contact),
            size=whole(self.size),
            term_months=whole(self.term_months),
            min_age=whole(self.min_age),
            one_per_household=bool(self.one_per_household.data),
            not_said=NotSaid(self.not_said.data),
            invite_rest_months=whole(self.invite_rest_months),
            seat_rest_months=whole(self.seat_rest_months),
        )


class NewPanelForm(PanelForm):
    """The same, with the address that it keeps."""

    slug = slug_field(
        _l("Web address"),
        _l("The end of the panel's web address, such as puistola."),
    )

    @classmethod
    def empty(cls) -> "NewPanelForm":
        """With a consent that can be kept."""
        return cls(data={"consent": CONSENT.to_json()})


class PopulationForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A population table, and what of it counts."""

    file = FileField(
        _l("Population table (.csv or .json)"),
        validators=[FileRequired(_l("Choose a file."))],
        description=_l(
            "CSV with the columns feature, value and count; or JSON-stat as Statistics"
            " Finland, Statistics Sweden and Eurostat publish it."
        ),
    )
    features = line_field(_l("Columns to use"), most=300)
    bands = line_field(_l("First ages of the age groups"), most=80)
    slack = _whole_field(_l("Seats less and more allowed at each value"), 0, 100, 1)

    def validate_bands(self, field: StringField) -> None:
        """Rising whole ages.

        Raises:
            ValidationError: they are not.
        """
        if typed(field) and not self.first_ages:
            raise ValidationError(_("Write rising ages, such as 16, 30, 45, 65."))

    @property
    def first_ages(self) -> list[int]:
        """Where the age groups begin; nothing where the table's own are kept."""
        parts = typed(self.bands).replace(",", " ").split()
        ages = [int(part) for part in parts if part.isascii() and part.isdigit()]
        rising = ages == sorted(set(ages)) and all(age <= OLDEST for age in ages)
        return ages if rising and len(ages) == len(parts) else []


class WaveForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """How many letters, from which list, until when."""

    register = SelectField(
        _l("Register extract"), validators=[DataRequired(_l("Choose an extract."))]
    )
    answer_by = DateField(
        _l("Last day of answering"),
        validators=[InputRequired(_l("Write the day, the month and the year."))],
    )
    per_seat = DecimalField(
        _l("Volunteers wanted for each seat"),
        default=Decimal(3),
        validators=[InputRequired(str_of(_WHOLE)), NumberRange(1, MOST_PER_SEAT)],
        description=_l("The lot needs a choice: three or more."),
    )
    response = DecimalField(
        _l("Letters answered by a yes, in per cent"),
        default=Decimal(5),
        validators=[InputRequired(str_of(_WHOLE)), NumberRange(0.1, 100)],
        description=_l(
            "A guess: two to eight are usual. What earlier waves have brought corrects"
            " it, stratum by stratum."
        ),
    )
    excluded = TextAreaField(
        _l("Who is not invited"),
        filters=[tidy],
        validators=[Length(max=LONGEST_LIST), is_text],
        description=_l(
            "Identity numbers of councillors and of the officials of the matter, one on"
            " a line. They are not kept."
        ),
    )

    @classmethod
    def of(cls, registers: list[Register]) -> "WaveForm":
        """With the extracts that have people."""
        form = cls()
        form.register.choices = choices(
            (
                each.id,
                _(
                    "%(source)s, %(day)s: %(size)s people",
                    source=each.source,
                    day=day(each.as_of),
                    size=number(each.size),
                ),
            )
            for each in registers
            if each.erased_at is None
        )
        return form

    @property
    def last_day(self) -> date:
        """The last day of answering, after the form has been checked."""
        return self.answer_by.data or date.min


class SeedForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """The text that the draw comes from."""

    seed = StringField(
        _l("Text of the draw, public"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Write the text.")),
            Length(max=200),
            is_text,
        ],
        description=_l(
            "Something that nobody could know when the list was fixed: dice thrown in"
            " front of others, or the numbers of a national lottery after this day."
        ),
    )


class LettersForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Which letters, and as what."""

    kind = RadioField(
        _l("What do you need?"),
        choices=[
            SelectChoice("pdf", _l("A PDF of letters, to be printed here")),
            SelectChoice("csv", _l("A table (CSV) for a print house")),
        ],
        default="pdf",
        validators=[DataRequired(_l("Choose one of the two."))],
    )
    which = RadioField(
        _l("Which letter?"),
        choices=[
            SelectChoice("first", _l("The first letter")),
            SelectChoice("second", _l("A second one, to those who have not answered")),
        ],
        default="first",
        validators=[DataRequired(_l("Choose one of the two."))],
    )
    once = OnceField()

    @classmethod
    def of(cls, waiting: int) -> "LettersForm":
        """The second letter is suggested where nobody waits for the first."""
        return cls(data={} if waiting else {"which": "second"})

    def order(self, most: int) -> Order:
        """What the domain takes; a PDF holds at most so many letters."""
        kind = LetterRunKind(self.kind.data)
        return Order(
            kind=kind,
            is_reminder=self.which.data == "second",
            most=most if kind is LetterRunKind.PDF else None,
            form_key=self.once.key,
        )


def seats_typed(form: Any) -> dict[tuple[str, str], tuple[int, int]]:  # noqa: ANN401 - werkzeug's own
    """Least and most seats by feature and value, out of a posted table.

    Fields are called `least feature value` and `most feature value`; what is no whole
    number becomes -1, which no panel takes.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for name, text in form.items():
        which, _space, rest = name.partition(" ")
        feature, space, value = rest.partition(" ")
        if which in {"least", "most"} and space:
            plain = text.strip()
            is_whole = plain.isascii() and plain.isdigit() and len(plain) <= 5  # noqa: PLR2004 - more than any panel
            pair = found.setdefault((feature, value), [-1, -1])
            pair[which == "most"] = int(plain) if is_whole else -1
    return {key: (least, most) for key, (least, most) in found.items()}
