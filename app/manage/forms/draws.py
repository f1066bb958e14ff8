"""A panel's draw: what is drawn, and dice as they were thrown."""

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired, Optional

from app.fields import MoneyField, choices, line_field, str_of, typed
from panels.models import EndReason
from panels.seats import OFFICIALS_REASONS

LOTTERIES = {
    "leximin": _l("as equal as the quotas allow, from the unluckiest up (leximin)"),
    "maximin": _l("the unluckiest has as much as possible (maximin)"),
    "nash": _l("the product of all chances as large as possible (Nash)"),
    "stratified": _l("simple strata, for comparison"),
}
REASONS = {
    EndReason.INACTIVE: _l("does not answer"),
    EndReason.NOT_ELIGIBLE: _l("has moved away, or holds an office"),
    EndReason.RESIGNED: _l("has told us to want out"),
}
_DIGITS = re.compile(r"[1-6]")


class PrepareForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """How equal the chances are, and whether terms are renewed."""

    lottery = SelectField(
        _l("How the chances are shared out"), choices=choices(LOTTERIES.items())
    )
    rotation = DateField(
        _l("Also renew the seats whose term ends by"),
        validators=[Optional()],
        description=_l("Leave empty to fill vacant seats only."),
    )


class DiceForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """The numbers, in the order of the throws."""

    dice = line_field(
        _l("The dice, in the order in which they were thrown"),
        most=3000,
        required=_l("Write the numbers on the dice."),
    )

    def numbers(self) -> list[int] | None:
        """What was thrown; None where something else than dice stands there."""
        text = typed(self.dice)
        if not set(text) <= set("0123456789 ,;-\t"):
            return None
        bare = re.sub(r"[ ,;\t-]", "", text)
        return [int(one) for one in bare] if _DIGITS.sub("", bare) == "" else None


class EndSeatForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Why a seat ends."""

    reason = SelectField(
        _l("Why the seat ends"),
        choices=choices((each.value, REASONS[each]) for each in OFFICIALS_REASONS),
    )


class CompensationForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A sum of money that is owed, or was paid."""

    cents = MoneyField(
        str_of(_l("Sum, in euros")),
        validators=[InputRequired(str_of(_l("Write a sum above zero.")))],
    )
