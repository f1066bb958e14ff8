"""A register extract to be read, and the decision about a request."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length

from app.fields import choices, is_text, line_field, tidy, typed
from app.locale import content
from app.manage.words import NUMBERS
from app.messages import sentence
from core.register.births import read_birth
from core.register.errors import ColumnUnknown
from core.register.numbers import NumberKind
from voting.models import Round
from voting.roll.columns import Extract, read_postcodes
from voting.roll.corrections import Claim, Ruling
from voting.roll.importing import area_names

LONGEST_LIST = 50_000
LONGEST_REASON = 1000


class ExtractForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """The file, and what its columns do not say."""

    file = FileField(
        _l("The file (.csv or .csv.gz)"),
        validators=[FileRequired(_l("Choose a file."))],
        description=_l(
            "At most 64 megabytes here; a packed file holds about ten times that."
            " Larger ones are read from the command line."
        ),
    )
    source = line_field(
        _l("Which register this is, public"),
        most=200,
        required=_l("Say which register this is."),
    )
    as_of = DateField(
        _l("Day on which address and age count, public"),
        validators=[InputRequired(_l("Write the day, the month and the year."))],
    )
    numbers = SelectField(_l("Identity numbers"), choices=choices(NUMBERS.items()))
    municipality = line_field(_l("What the file calls our municipality"), most=80)
    columns = TextAreaField(
        _l("Columns with names of their own"),
        filters=[tidy],
        validators=[Length(max=LONGEST_LIST), is_text],
        description=_l("One on a line, such as: identity: Tunnus"),
    )
    postcodes = TextAreaField(
        _l("Postal codes of the areas"),
        filters=[tidy],
        validators=[Length(max=LONGEST_LIST), is_text],
        description=_l(
            "Only if the file has no column of the areas. One area on a line, such as:"
            " north: 00100 00120"
        ),
    )

    def extract(self, round_: Round) -> Extract | None:
        """What the domain takes; None, and a fault at its field, where it is none."""
        try:
            postcodes = read_postcodes(typed(self.postcodes), area_names(round_))
        except ColumnUnknown as refusal:
            self.postcodes.errors = [sentence(refusal)]
            return None
        return Extract(
            source=typed(self.source),
            as_of=self.as_of.data or date.min,
            numbers=NumberKind(self.numbers.data),
            columns=self._columns(),
            postcodes=postcodes,
            municipality=typed(self.municipality),
        )

    def _columns(self) -> dict[str, str]:
        lines = typed(self.columns).splitlines()
        parts = [line.partition(":") for line in lines if line.strip()]
        return {ours.strip(): theirs.strip() for ours, _, theirs in parts}


class DecisionForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Onto the roll, or not, and why."""

    verdict = RadioField(
        _l("Decision"),
        choices=[
            SelectChoice("accept", _l("Put on the roll, or right on it")),
            SelectChoice("refuse", _l("Leave the roll as it is")),
        ],
        validators=[DataRequired(_l("Choose one of the two."))],
    )
    area = SelectField(_l("Area by the register"))
    born = line_field(_l("Day of birth by the register"), most=10)
    protected = BooleanField(
        _l("The address is protected: keep neither area nor address")
    )
    reason = TextAreaField(
        _l("Reason, for the person"),
        filters=[tidy],
        validators=[Length(max=LONGEST_REASON), is_text],
        description=_l("Needed where the roll is left as it is."),
    )

    @classmethod
    def of(cls, round_: Round, claim: Claim) -> "DecisionForm":
        """Filled in with what the person says."""
        form = cls(area=claim.area)
        names = [(area.slug, content(area.name)) for area in round_.areas]
        form.area.choices = choices(names, empty=_l("None"))
        return form

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """Nobody is refused without a reason, and a day is a day."""
        valid = bool(super().validate(extra_validators))
        if valid and self.verdict.data == "refuse" and not self.reason.data:
            self.reason.errors = [_("Write why.")]
            return False
        if valid and self.born.data and read_birth(typed(self.born)) is None:
            self.born.errors = [_("Write the day, the month and the year.")]
            return False
        return valid

    def ruling(self) -> Ruling:
        """What the domain takes."""
        return Ruling(
            area=self.area.data or None,
            born=read_birth(typed(self.born)) if self.born.data else None,
            protected=bool(self.protected.data),
        )
