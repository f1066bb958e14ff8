"""The ballot, who may vote, and how votes become winners."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.fields import WholeField, choices, line_field, typed, whole
from app.manage.words import (
    AGE_BY,
    BALLOTS,
    ORDERS,
    RULE_NAMES,
    SATISFACTIONS,
    TIES,
    VARIANTS,
)
from voting.models import Round
from voting.models.rounds import AgeBy
from voting.profile import BallotType
from voting.rounds import BallotPlan

MOST_PICKS = 200
OLDEST = 120
MOST_VOTES = 1_000_000


class BallotForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What a ballot is and who may cast one."""

    kind = SelectField(_l("Kind of ballot"), choices=choices(BALLOTS.items()))
    min_picks = WholeField(
        _l("Fewest projects on a ballot, in each area"),
        validators=[
            InputRequired(_l("Write a whole number from 1.")),
            NumberRange(1, MOST_PICKS),
        ],
    )
    max_picks = WholeField(
        _l("Most projects on a ballot, in each area"),
        description=_l("Empty: as many as the voter likes."),
        validators=[Optional(), NumberRange(1, MOST_PICKS)],
    )
    blank_allowed = BooleanField(_l("A blank ballot may be cast"))
    change_allowed = BooleanField(_l("A vote may be changed until the vote closes"))
    municipality = line_field(_l("Municipality whose residents may vote"), most=80)
    min_age = WholeField(
        _l("Youngest age"),
        validators=[
            InputRequired(_l("Write a whole number; 0 is allowed.")),
            NumberRange(0, OLDEST),
        ],
    )
    age_by = SelectField(_l("The age is reached"), choices=choices(AGE_BY.items()))
    age_on = DateField(
        _l("Day that decides the age"),
        description=_l("Empty: the vote's last day."),
        validators=[Optional()],
    )

    @classmethod
    def of(cls, round_: Round) -> "BallotForm":
        """Filled in with what the round has."""
        return cls(obj=round_, kind=ballot_kind(round_))

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """The most is not less than the least."""
        valid = bool(super().validate(extra_validators))
        least, most = whole(self.min_picks), self.max_picks.data
        if valid and most is not None and most < least:
            self.max_picks.errors = [_("This is less than the number above.")]
            return False
        return valid

    def plan(self) -> BallotPlan:
        """What the domain takes."""
        one = self.kind.data == BallotType.CHOOSE_1.value
        return BallotPlan(
            ballot_type=BallotType.CHOOSE_1 if one else BallotType.APPROVAL,
            knapsack=self.kind.data == "knapsack",
            min_picks=1 if one else whole(self.min_picks),
            max_picks=1 if one else self.max_picks.data,
            blank_allowed=bool(self.blank_allowed.data),
            change_allowed=bool(self.change_allowed.data),
            municipality=typed(self.municipality),
            min_age=whole(self.min_age),
            age_by=AgeBy(self.age_by.data),
            age_on=self.age_on.data,
        )


def ballot_kind(round_: Round) -> str:
    """One word for the ballot's type and limits, as the form offers it."""
    return "knapsack" if round_.knapsack else round_.ballot_type.value


class RuleForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """How votes become winners; what belongs to the other rule is ignored."""

    rule = SelectField(_l("Rule"), choices=choices(RULE_NAMES.items()))
    satisfaction = SelectField(
        _l("What is added up"), choices=choices(SATISFACTIONS.items())
    )
    variant = SelectField(
        _l("When a project no longer fits"),
        choices=choices(VARIANTS.items()),
        description=_l("Only for the rule that takes projects one after another."),
    )
    order = SelectField(
        _l("Which project comes first"),
        choices=choices(ORDERS.items()),
        description=_l("Only for the rule that takes projects one after another."),
    )
    threshold = WholeField(
        _l("Fewest votes that a project needs"),
        validators=[
            InputRequired(_l("Write a whole number; 0 is allowed.")),
            NumberRange(0, MOST_VOTES),
        ],
    )
    ties = SelectField(
        _l("Level projects are parted by"), choices=choices(TIES.items())
    )

    @classmethod
    def of(cls, round_: Round) -> "RuleForm":
        """Filled in with what the round has."""
        given = round_.rule_parameters
        ties = given.get("ties", ("cost", "votes", "draw"))
        return cls(
            rule=round_.rule,
            satisfaction=given.get("satisfaction", "votes"),
            variant=given.get("variant", "skip"),
            order=given.get("order", "total"),
            threshold=given.get("threshold", 1),
            ties=",".join(ties),
        )

    def parameters(self) -> dict[str, Any]:
        """As the rule names them."""
        shared = {
            "satisfaction": self.satisfaction.data,
            "threshold": self.threshold.data,
            "ties": self.ties.data.split(","),
        }
        if self.rule.data != "greedy":
            return shared
        return {**shared, "variant": self.variant.data, "order": self.order.data}
