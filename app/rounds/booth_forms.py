"""The questions at the booth's door."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import DataRequired, InputRequired, NumberRange

from app.fields import WholeField

EARLIEST, LATEST = 1900, 2100


class ResidenceForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Does the voter live in the municipality of the round."""

    question = HiddenField(default="municipality")
    answer = RadioField(
        _l("Your answer"),
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
        validators=[DataRequired(_l("Choose one of the answers."))],
    )


class BirthYearForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """The year is enough where the manifest goes by the year."""

    question = HiddenField(default="age")
    answer = WholeField(
        _l("Year of birth"),
        validators=[
            InputRequired(_l("Write the year with four digits.")),
            NumberRange(EARLIEST, LATEST, _l("Write the year with four digits.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "bday-year"},
    )


class BirthDateForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """The day of birth."""

    question = HiddenField(default="age")
    answer = DateField(
        _l("Date of birth"),
        validators=[InputRequired(_l("Write the day, the month and the year."))],
        render_kw={"autocomplete": "bday"},
    )


class HomeAreaForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Where in the municipality the voter lives."""

    question = HiddenField(default="home")
    answer = RadioField(
        _l("The area where you live"),
        validators=[DataRequired(_l("Choose the area where you live."))],
    )

    def offer(self, areas: Mapping[str, str]) -> None:
        """The areas, by slug."""
        self.answer.choices = [SelectChoice(*area) for area in areas.items()]
