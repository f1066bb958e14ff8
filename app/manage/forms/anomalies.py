"""What an official proposes about a sign, and what a shared network is called."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.fields import choices, is_text, line_field, tidy
from voting.models import Ground, Verdict

LONGEST_REASON = 500
GROUNDS = {
    Ground.MACHINE: _l("votes cast by a machine"),
    Ground.SEVERAL_ACCOUNTS: _l("several accounts of one person"),
    Ground.GUESSED_CODES: _l("guessed or stolen codes"),
    Ground.OTHER: _l("another ground"),
}
VERDICTS = {
    Verdict.NOTHING_WRONG: _l("Nothing is wrong: the votes are counted"),
    Verdict.EXCLUDE: _l("Leave these votes out of the count"),
}


class DecisionForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """What should become of a sign, and why."""

    verdict = RadioField(
        _l("What do you propose?"),
        validators=[InputRequired(_l("Choose one of them."))],
    )
    ground = SelectField(
        _l("If they are left out: on what ground?"),
        description=_l("The public is told the ground and the number of ballots."),
    )
    reason = TextAreaField(
        _l("Reason, public"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Write the reason.")),
            Length(max=LONGEST_REASON),
            is_text,
        ],
        description=_l("It stays in the log of the round. Name no person."),
    )

    def offer(self) -> None:
        """What there is to choose between; no ground where nothing is wrong."""
        self.verdict.choices = choices(
            [(each.value, str(words)) for each, words in VERDICTS.items()]
        )
        self.ground.choices = choices(
            [(each.value, str(words)) for each, words in GROUNDS.items()],
            empty=_l("Choose"),
        )

    def chosen_ground(self) -> Ground | None:
        """What the domain takes."""
        return Ground(self.ground.data) if self.ground.data else None


class SourceForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A network that many people share for a good reason."""

    address = line_field(
        _l("An internet address of the place"),
        most=60,
        required=_l("Write an address, such as 192.0.2.7."),
    )
    name = line_field(
        _l("What it is called"),
        most=120,
        required=_l("Write a name, such as that of the library."),
    )
