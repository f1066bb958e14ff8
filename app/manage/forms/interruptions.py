"""Why a vote is paused or given more time, and until when."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, Optional

from app.fields import MomentField, localized, written
from core.text import LANGUAGES, Localized

LONGEST_REASON = 500


class PublicReasonForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A reason that everybody reads, so that it is needed in every language."""

    reason = localized(
        _l("Reason, public"),
        most=LONGEST_REASON,
        long=True,
        description=_l("Every voter reads it, and it stays on the page of the round."),
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """None of the three is left out."""
        valid = bool(super().validate(extra_validators))
        for tag in LANGUAGES:
            field = self.reason.form[tag]
            if not field.data:
                field.errors = [*field.errors, _("Write the reason in this language.")]
                valid = False
        return valid

    def public_reason(self) -> Localized:
        """What the domain takes."""
        return written(self.reason)


class PauseForm(PublicReasonForm):
    """Stop for a while."""

    expected_until = MomentField(
        _l("Expected to go on by"),
        validators=[Optional()],
        description=_l(
            "Voters read it. Nothing happens by itself then: you let the vote go on."
        ),
    )


class ExtendForm(PublicReasonForm):
    """Give more time."""

    until = MomentField(
        _l("New end of the vote"),
        validators=[InputRequired(_l("Write a day and a time."))],
    )

    def end(self) -> datetime:
        """What the domain takes, after the form has been checked."""
        if self.until.data is None:
            raise ValueError("the form has not been checked")
        return self.until.data
