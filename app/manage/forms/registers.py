"""A register extract to be read for panels."""

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.fields import choices, is_text, line_field, tidy, typed
from app.manage.forms.roll import named_columns
from app.manage.words import NUMBERS
from core.register.numbers import NumberKind
from panels.register_rows import Extract

LONGEST_LIST = 5000
_DAY = _l("Write the day, the month and the year.")


class RegisterForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
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
        _l("Day on which the addresses were right"), validators=[InputRequired(_DAY)]
    )
    expires_on = DateField(
        _l("Last day on which the people are kept"),
        validators=[InputRequired(_DAY)],
        description=_l(
            "After this day they are erased by themselves. Until the last wave of"
            " letters is enough."
        ),
    )
    numbers = SelectField(_l("Identity numbers"), choices=choices(NUMBERS.items()))
    municipality = line_field(_l("What the file calls our municipality"), most=80)
    columns = TextAreaField(
        _l("Columns with names of their own"),
        filters=[tidy],
        validators=[Length(max=LONGEST_LIST), is_text],
        description=_l("One on a line, such as: identity: Tunnus"),
    )

    def extract(self) -> Extract:
        """What the domain takes."""
        return Extract(
            source=typed(self.source),
            as_of=self.as_of.data or date.min,
            expires_on=self.expires_on.data or date.min,
            numbers=NumberKind(self.numbers.data),
            columns=named_columns(typed(self.columns)),
            municipality=typed(self.municipality),
        )
