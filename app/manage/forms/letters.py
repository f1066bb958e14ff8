"""A mailing that is asked for, and a person whose code is lost."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import DataRequired

from app.fields import OnceField, choices, line_field, typed
from app.locale import content
from app.mailings import MOST_ON_A_PAGE
from core.register.births import OLDEST_YEAR
from voting.mailings.choosing import Mailing
from voting.models import LetterKind, Round


class MailingForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """As what, and for whom."""

    kind = RadioField(
        _l("What do you need?"),
        choices=[
            SelectChoice("pdf", _l("A PDF of letters, to be printed here")),
            SelectChoice("csv", _l("A table (CSV) for a print house")),
        ],
        default="pdf",
        validators=[DataRequired(_l("Choose one of the two."))],
    )
    area = SelectField(_l("For whom"))
    once = OnceField()

    @classmethod
    def of(cls, round_: Round) -> "MailingForm":
        """With the areas of the round."""
        form = cls()
        names = [(area.slug, content(area.name)) for area in round_.areas]
        form.area.choices = choices(names, empty=_l("Everybody"))
        return form

    def mailing(self) -> Mailing:
        """What the domain takes."""
        kind = LetterKind(self.kind.data)
        return Mailing(
            kind=kind,
            area=self.area.data or None,
            most=MOST_ON_A_PAGE if kind is LetterKind.PDF else None,
            form_key=self.once.key,
        )


class LostCodeForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """By number, or by name and year of birth."""

    number = line_field(_l("Personal identity code"), most=64)
    name = line_field(_l("Name"), most=120)
    born = line_field(_l("Year of birth"), most=4)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """One of the two ways."""
        if not super().validate(extra_validators):
            return False
        if typed(self.number):
            return True
        if not typed(self.name):
            self.number.errors = [
                _("Write the identity code, or the name and the year of birth.")
            ]
            return False
        if self.year is None:
            self.born.errors = [_("Write the year with four digits.")]
            return False
        return True

    @property
    def year(self) -> int | None:
        """The year of birth, where one was written."""
        text = typed(self.born)
        is_year = text.isascii() and text.isdigit() and int(text) >= OLDEST_YEAR
        return int(text) if is_year else None
