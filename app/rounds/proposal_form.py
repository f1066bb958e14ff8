"""The form of an idea."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.fields import (
    MoneyField,
    OnceField,
    choices,
    is_text,
    line_field,
    str_of,
    tidy,
    typed,
)
from app.locale import content, current_language
from app.place_field import place_field
from voting.models import Proposal, Round
from voting.proposals import ProposalPlan

LONGEST_TEXT = 4000


class ProposalForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What, where, for whom, about how much."""

    title = line_field(_l("Title"), most=120, required=_l("Give your idea a title."))
    text = TextAreaField(
        _l("What should be done, and why?"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Tell what should be done.")),
            Length(max=LONGEST_TEXT),
            is_text,
        ],
    )
    area = SelectField(_l("Where?"))
    place = place_field()
    wished_by = line_field(
        _l("Who wishes for this?"),
        most=200,
    )
    rough_cost_cents = MoneyField(
        str_of(_l("About how much does it cost, in euros?")),
        validators=[Optional()],
        description=str_of(_l("A guess is enough. We find out the price.")),
    )
    once = OnceField()
    save = SubmitField(_l("Save as a draft"))
    send = SubmitField(_l("Send the idea"))

    @classmethod
    def of(cls, round_: Round, proposal: Proposal | None = None) -> "ProposalForm":
        """Empty, or filled in with a draft."""
        given: dict[str, Any] = {}
        if proposal:
            given = {
                name: getattr(proposal, name)
                for name in (
                    *("title", "text", "wished_by", "rough_cost_cents", "place"),
                )
            }
            given["area"] = proposal.area.slug if proposal.area else ""
        form = cls(**given)
        form.area.choices = choices(
            ((area.slug, content(area.name)) for area in round_.areas),
            empty=_("I do not know, or the whole town"),
        )
        return form

    def plan(self, round_: Round, language: str | None = None) -> ProposalPlan:
        """What the domain takes; in the page's language unless it has one."""
        chosen = self.area.data
        return ProposalPlan(
            title=typed(self.title),
            text=self.text.data or "",
            language=language or current_language(),
            area=next((each for each in round_.areas if each.slug == chosen), None),
            wished_by=typed(self.wished_by),
            rough_cost_cents=self.rough_cost_cents.data,
            place=self.place.data,
        )
