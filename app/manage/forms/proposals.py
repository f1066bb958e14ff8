"""The assessment of a proposal, and its way onto the ballot."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SubmitField

from app.fields import MoneyField, cents, choices, localized, str_of, written
from app.manage.forms.projects import (
    area_field,
    area_of,
    category_field,
    category_of,
    offer,
)
from core.text import LANGUAGES, Localized
from voting.models import Proposal, Round
from voting.project_rows import TEXTS
from voting.proposals import Admission, Verdict

FEASIBLE = {
    "yes": _l("Yes, it is feasible"),
    "no": _l("No, it is not feasible"),
}


class AssessmentForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Feasible or not, at what price, and why."""

    feasible = RadioField(
        _l("Can it be done?"),
        choices=choices(FEASIBLE.items()),
        default="yes",
    )
    cost_cents = MoneyField(
        str_of(_l("Final price, in euros")),
        description=str_of(_l("Needed if it is feasible.")),
    )
    reason = localized(
        _l("The reason, in public"),
        most=4000,
        long=True,
        description=_l(
            "In all three languages when you finish. Say what the price consists of."
        ),
    )
    save = SubmitField(_l("Save without publishing"))
    finish = SubmitField(_l("Finish and publish the verdict"))

    @classmethod
    def of(cls, proposal: Proposal) -> "AssessmentForm":
        """Filled in with what has been saved so far."""
        found = proposal.assessment
        if found is None:
            return cls()
        return cls(
            feasible="yes" if found.feasible else "no",
            cost_cents=found.cost_cents,
            reason=found.reason,
        )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """A verdict that is to be published is complete."""
        valid = bool(super().validate(extra_validators))
        if not self.finish.data:
            return valid
        if self.feasible.data == "yes" and not cents(self.cost_cents):
            if not self.cost_cents.errors:
                self.cost_cents.errors = [_("Write the price in euros, more than 0.")]
            valid = False
        for tag in written(self.reason).missing:
            self.reason.form[tag].errors = [_("Write the reason in this language too.")]
            valid = False
        return valid

    def verdict(self) -> Verdict:
        """What the domain takes."""
        return Verdict(
            feasible=self.feasible.data == "yes",
            cost_cents=self.cost_cents.data,
            reason=written(self.reason),
        )


class AdmissionForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """How a feasible proposal stands on the ballot paper."""

    title = localized(_l("Title"), most=TEXTS["title"], required=True)
    summary = localized(_l("In short"), most=TEXTS["summary"], long=True)
    area = area_field()
    category = category_field()

    @classmethod
    def of(cls, round_: Round, proposal: Proposal) -> "AdmissionForm":
        """The author's words, in the author's language."""
        tag = proposal.language if proposal.language in LANGUAGES else "fi"
        form = cls(
            title=Localized(**{tag: proposal.title}),
            summary=Localized(**{tag: proposal.text[: TEXTS["summary"]]}),
            area=proposal.area.slug if proposal.area else None,
        )
        offer(form, round_)
        return form

    def admission(self, round_: Round) -> Admission:
        """What the domain takes."""
        return Admission(
            title=written(self.title),
            summary=written(self.summary),
            area=area_of(self, round_),
            category=category_of(self, round_),
        )
