"""The ballot, who may vote, and how votes become winners."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.fields import WholeField, choices, line_field, typed, whole
from app.manage.forms.rounds import MOST_PICKS
from app.manage.words import AGE_BY, BALLOTS, PAPER_RULES, PRACTICES, SOURCES, TIES
from app.rounds.ways import PROVIDERS
from app.rounds.what_if_words import COMPLETIONS, ORDERS, RULES, SATISFACTIONS, VARIANTS
from voting.models import Round, VoterSource, Way
from voting.models.rounds import AgeBy, PaperRule
from voting.profile import BallotType
from voting.rounds import BallotPlan
from voting.rules.greedy import MOST_OVERSHOOT

MOST_POINTS = 1_000
OLDEST = 120
MOST_VOTES = 1_000_000
MOST_SHARE = 1_000
# What only some rules read, and what stands there when it says nothing.
PLAIN: Mapping[str, Any] = {
    "satisfaction": "votes",
    "variant": "skip",
    "order": "total",
    "completion": "none",
    "practice": "cities",
    "comparison": False,
}
READS: Mapping[str, tuple[str, ...]] = {
    "max-welfare": ("satisfaction",),
    "greedy": ("satisfaction", "variant", "order"),
    "equal-shares": ("satisfaction", "completion", "practice", "comparison"),
    "phragmen": (),
}
RAISING = ("add1", "add1u")


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
    points = WholeField(
        _l("Points to divide, in each area"),
        description=_l("Only where a voter has points to divide among the projects."),
        validators=[Optional(), NumberRange(1, MOST_POINTS)],
    )
    most_points = WholeField(
        _l("Most points for one project"),
        description=_l(
            "Only for ballots with points. Empty: all that there are to divide."
        ),
        validators=[Optional(), NumberRange(1, MOST_POINTS)],
    )
    blank_allowed = BooleanField(_l("A blank ballot may be cast"))
    change_allowed = BooleanField(_l("A vote may be changed until the vote closes"))
    paper = SelectField(
        _l("May people vote on paper?"),
        choices=choices(PAPER_RULES.items()),
        description=_l(
            "Only with an electoral roll. An envelope that has been opened is final:"
            " after it nothing online counts."
        ),
    )
    voter_source = SelectField(
        _l("Who may vote is known from"), choices=choices(SOURCES.items())
    )
    ways = SelectMultipleField(
        _l("How people of the roll get into the booth"),
        description=_l("Only with an electoral roll."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=True,
    )
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
        form = cls(obj=round_, kind=ballot_kind(round_))
        known = [(way.value, each.title) for way, each in PROVIDERS.items()]
        form.ways.choices = choices(known)
        return form

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """The most is not less than the least."""
        valid = bool(super().validate(extra_validators))
        if valid and self.ways.data and not self._by_register():
            self.ways.errors = [_("There is no way in without an electoral roll.")]
            return False
        least, most = whole(self.min_picks), self.max_picks.data
        if valid and most is not None and most < least:
            self.max_picks.errors = [_("This is less than the number above.")]
            valid = False
        return valid and self._points_are_right()

    def _points_are_right(self) -> bool:
        """What the kind of ballot needs is there, and what it does not read is not."""
        points, most = self.points.data, self.most_points.data
        kind = self.ballot_type
        if kind is BallotType.CUMULATIVE and points is None:
            self.points.errors = [_("Write how many points a voter has.")]
        elif kind is BallotType.SCORING and most is None:
            text = _("Write how many points a project can get at most.")
            self.most_points.errors = [text]
        elif points is not None and most is not None and most > points:
            self.most_points.errors = [_("This is more than the number above.")]
        for field in (self.points, self.most_points):
            read = kind is BallotType.CUMULATIVE or (
                kind is BallotType.SCORING and field is self.most_points
            )
            if not read and field.data is not None:
                text = _("This kind of ballot does not use this. Leave it empty.")
                field.errors = [text]
        return not (self.points.errors or self.most_points.errors)

    @property
    def ballot_type(self) -> BallotType:
        """Knapsack is an approval ballot with one more limit."""
        if self.kind.data == "knapsack":
            return BallotType.APPROVAL
        return BallotType(self.kind.data)

    def _by_register(self) -> bool:
        return bool(self.voter_source.data == VoterSource.REGISTER.value)

    def plan(self) -> BallotPlan:
        """What the domain takes."""
        one = self.ballot_type is BallotType.CHOOSE_1
        return BallotPlan(
            ballot_type=self.ballot_type,
            knapsack=self.kind.data == "knapsack",
            min_picks=1 if one else whole(self.min_picks),
            max_picks=1 if one else self.max_picks.data,
            points=self.points.data,
            most_points=self.most_points.data,
            blank_allowed=bool(self.blank_allowed.data),
            change_allowed=bool(self.change_allowed.data),
            paper=PaperRule(self.paper.data),
            voter_source=VoterSource(self.voter_source.data),
            ways=tuple(Way(name) for name in self.ways.data or ()),
            municipality=typed(self.municipality),
            min_age=whole(self.min_age),
            age_by=AgeBy(self.age_by.data),
            age_on=self.age_on.data,
        )


def ballot_kind(round_: Round) -> str:
    """One word for the ballot's type and limits, as the form offers it."""
    return "knapsack" if round_.knapsack else round_.ballot_type.value


class RuleForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """How votes become winners; every field is there for every rule.

    Nothing may be chosen that the rule does not read: an official who asks for it
    would believe that it counts.
    """

    rule = SelectField(_l("Rule"), choices=choices(RULES.items()))
    satisfaction = SelectField(
        _l("What is added up"),
        choices=choices(SATISFACTIONS.items()),
        default=PLAIN["satisfaction"],
        description=_l(
            "With equal shares: what a project is worth to each of its supporters."
            " Cities mostly let the price count there. Phragmén does not use this."
            " Where the ballots have points, or a ranking, points are added up; the"
            " last of a ranking gets one point, the one before it two, and so on."
        ),
    )
    threshold = WholeField(
        _l("Fewest votes that a project needs"),
        description=_l("For every rule. In points where points are added up."),
        validators=[
            InputRequired(_l("Write a whole number; 0 is allowed.")),
            NumberRange(0, MOST_VOTES),
        ],
    )
    share = WholeField(
        _l("Threshold by price"),
        description=_l(
            "For every rule. With the number 2, a project that costs half of the money"
            " needs the votes of a quarter of the voters. Empty: there is none."
        ),
        validators=[Optional(), NumberRange(1, MOST_SHARE)],
    )
    ties = SelectField(
        _l("Level projects are parted by"),
        choices=choices(TIES.items()),
        description=_l("For every rule."),
    )
    variant = SelectField(
        _l("When a project no longer fits"),
        choices=choices(VARIANTS.items()),
        default=PLAIN["variant"],
        description=_l("Only for the rule that takes projects one after another."),
    )
    order = SelectField(
        _l("Which project comes first"),
        choices=choices(ORDERS.items()),
        default=PLAIN["order"],
        description=_l("Only for the rule that takes projects one after another."),
    )
    overshoot = WholeField(
        _l("Reserve for the project that just fails to fit, per cent of its price"),
        description=_l(
            "Only for the rule that takes projects one after another. With 20, a"
            " project that costs 50,000 is still built when 40,000 is left in its area:"
            " the town adds 10,000 from outside the budget. What that area had is then"
            " used up. Empty: there is no reserve."
        ),
        validators=[Optional(), NumberRange(0, MOST_OVERSHOOT)],
    )
    completion = SelectField(
        _l("What happens to the money that the shares leave"),
        choices=choices(COMPLETIONS.items()),
        default=PLAIN["completion"],
        description=_l("Only for equal shares, which seldom spend everything."),
    )
    practice = SelectField(
        _l("How far the shares are raised"),
        choices=choices(PRACTICES.items()),
        default=PLAIN["practice"],
        description=_l("Only for equal shares that are raised step by step."),
    )
    comparison = BooleanField(
        _l("Compare with the projects in order of support"),
        description=_l(
            "Only for equal shares. If more voters get more of their own projects when"
            " the projects are simply taken in order of support, that result stands."
        ),
    )

    @classmethod
    def of(cls, round_: Round) -> "RuleForm":
        """Filled in with what the round has."""
        given = round_.rule_parameters
        plain = "cost" if round_.rule == "equal-shares" else "votes"
        return cls(
            data={
                **PLAIN,
                "satisfaction": "points" if round_.ballot_type.has_score else plain,
                "threshold": 1,
                **given,
                "rule": round_.rule,
                "ties": ",".join(given.get("ties", ("cost", "votes", "draw"))),
            }
        )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """What the chosen rule does not read is left as it was."""
        valid = bool(super().validate(extra_validators))
        if not valid:
            return False
        for name in self._unread():
            if self[name].data != PLAIN[name]:
                self[name].errors = [self._unread_sentence(name)]
                valid = False
        if self.overshoot.data and self.rule.data != "greedy":
            text = _("Only the rule that takes projects one after another has this.")
            self.overshoot.errors = [text]
            valid = False
        return valid

    def _unread(self) -> Iterator[str]:
        """The fields that change nothing under this rule."""
        yield from (name for name in PLAIN if name not in READS[self.rule.data])
        if self.rule.data == "equal-shares" and self.completion.data not in RAISING:
            yield "practice"

    def _unread_sentence(self, name: str) -> str:
        if name == "comparison":
            text = _("Only equal shares are compared. Remove the tick or choose them.")
            return str(text)
        plain = next(
            option[1]
            for option in self[name].iter_choices()
            if option[0] == PLAIN[name]
        )
        return str(
            _(
                "This is not used with what you chose above. Choose “%(plain)s” here,"
                " or change that.",
                plain=plain,
            )
        )

    def parameters(self) -> dict[str, Any]:
        """As the rule names them."""
        shared = {
            "threshold": self.threshold.data,
            "ties": self.ties.data.split(","),
        }
        if self.share.data is not None:
            shared["share"] = self.share.data
        if self.overshoot.data:
            shared["overshoot"] = self.overshoot.data
        return shared | {name: self[name].data for name in READS[self.rule.data]}
