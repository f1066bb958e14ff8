"""An assisted session: for whom, where, and by which document."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired

from app.fields import OnceField, choices, line_field
from app.locale import NATIVE_NAMES
from app.manage.forms.people import PersonForm
from voting.assisted import Document

DOCUMENTS = {
    Document.IDENTITY_CARD: _l("Identity card"),
    Document.PASSPORT: _l("Passport"),
    Document.DRIVING_LICENCE: _l("Driving licence"),
    Document.OTHER: _l("Another official document with a photograph"),
}


class SessionForm(PersonForm):
    """Who was found, again, and what the log and the booth need to know."""

    voter = RadioField(
        _l("Who is it?"),
        coerce=str,
        validators=[DataRequired(_l("Choose the person."))],
    )
    document = SelectField(
        _l("Which document have you seen?"),
        choices=choices(DOCUMENTS.items(), empty=_l("Choose one")),
        validators=[DataRequired(_l("Choose the document that you have seen."))],
    )
    desk = line_field(
        _l("Service point"), most=120, required=_l("Write where you are helping.")
    )
    language = RadioField(
        _l("Language of the booth"), choices=choices(NATIVE_NAMES.items())
    )
    large = BooleanField(_l("Larger text"))
    consent = BooleanField(
        _l(
            "The person wants help with voting, and knows that whoever helps can see it"
        ),
        validators=[
            InputRequired(_l("Without the person's own wish no session is opened."))
        ],
    )
    once = OnceField()

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        """Those who were found; nobody else can be chosen."""
        self.people = people
        self.voter.choices = choices(people)
        if len(people) == 1:
            self.voter.data = str(people[0][0])
