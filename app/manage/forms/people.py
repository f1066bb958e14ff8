"""Somebody on the roll, as an official looks for him."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from app.fields import line_field, typed
from core.register.births import OLDEST_YEAR


class PersonForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
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
