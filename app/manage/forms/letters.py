"""A mailing that is asked for, and a person whose code is lost."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import DataRequired

from app.fields import OnceField, choices
from app.locale import content
from app.mailings import MOST_ON_A_PAGE
from app.manage.forms.people import PersonForm
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


class LostCodeForm(PersonForm):
    """Whose letter is lost."""
