"""The rules of a round in plain words, from its manifest."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from app.locale import content, day
from app.rounds.rule_words import rule_words
from voting.electorate import localized
from voting.manifest import BallotRules, Eligibility, ManifestArea, RuleManifest
from voting.models.rounds import AgeBy, PaperRule
from voting.papers import most_points
from voting.profile import BallotType


def rules_in_words(manifest: RuleManifest) -> list[str]:
    """One sentence for each thing that a voter needs to know; templates ask for it."""
    return [
        *(str(text) for text in (*_voters(manifest), *_ballot(manifest))),
        *rule_words(manifest.rule, manifest.rule_parameters),
    ]


def picks_in_words(manifest: RuleManifest, area: ManifestArea) -> list[str]:
    """How a ballot is filled in: what has to stand on a printed card."""
    rules = manifest.ballot
    parts = (*_picks(rules), *_least(rules), *_own_picks([area]))
    return [str(text) for text in parts]


def _voters(manifest: RuleManifest) -> Iterator[str]:
    rules = manifest.eligibility
    if rules.municipality:
        yield _(
            "You may vote if %(place)s is your home municipality.",
            place=rules.municipality,
        )
    if rules.min_age:
        yield _age(rules)
    if rules.roll:
        yield _(
            "You are on the electoral roll of this round. It was made from: %(source)s."
            " Address and age count as they were on %(day)s.",
            source=rules.roll.source,
            day=day(date.fromisoformat(rules.roll.as_of)),
        )
    elif rules.source == "register":
        yield _("You are on the electoral roll of this round.")
    if rules.source == "self_declared":
        yield _("You state this yourself; it is not checked against a register.")


def _age(rules: Eligibility) -> str:
    moment = day(date.fromisoformat(rules.age_on)) if rules.age_on else None
    if rules.age_by == AgeBy.BIRTH_YEAR.value:
        if rules.age_on:
            year = rules.age_on[:4]
            return str(
                _(
                    "You turn %(age)d in %(year)s or earlier.",
                    age=rules.min_age,
                    year=year,
                )
            )
        return str(
            _("You turn %(age)d in the year of the vote or earlier.", age=rules.min_age)
        )
    if moment:
        return str(
            _("You are %(age)d or older on %(day)s.", age=rules.min_age, day=moment)
        )
    return str(_("You are %(age)d or older on the vote's last day.", age=rules.min_age))


def _ballot(manifest: RuleManifest) -> Iterator[str]:
    rules = manifest.ballot
    yield from _picks(rules)
    yield from _least(rules)
    yield from _own_picks(manifest.areas)
    if rules.blank_allowed:
        yield _("You may also cast a blank ballot.")
    if rules.change_allowed:
        yield _("You may change your vote until the vote closes; the last one counts.")
    else:
        yield _("A vote that has been cast cannot be changed.")
    yield from _paper(rules)


def _paper(rules: BallotRules) -> Iterator[str]:
    """Which of the two counts where somebody votes online and on paper."""
    if rules.paper == PaperRule.REPLACES.value:
        yield _(
            "You may also vote on paper. Your envelope then counts instead of what you"
            " sent online, and once it has been opened, the vote cannot be changed."
        )
    elif rules.paper == PaperRule.YIELDS.value:
        yield _(
            "You may vote on paper if you have not voted online. If you have, the vote"
            " online counts and your envelope stays closed."
        )


def _picks(rules: BallotRules) -> Iterator[str]:
    if rules.type is BallotType.CHOOSE_1:
        yield _("Choose one project in an area.")
        return
    if rules.knapsack:
        yield _(
            "Choose projects until the area's money is used; it cannot be exceeded."
        )
    elif rules.type.has_points:
        yield from points_in_words(rules)
    elif rules.type is BallotType.ORDINAL:
        yield _("Put the projects of an area in order, the best one first.")
        yield _(
            "The last one in your order gets one point, the one before it two, and"
            " so on."
        )
    elif rules.max_picks is None:
        yield _("Choose as many projects in an area as you like.")
    if rules.max_picks is not None:
        yield ngettext(
            "Choose at most %(num)d project in an area.",
            "Choose at most %(num)d projects in an area.",
            rules.max_picks,
        )


def _least(rules: BallotRules) -> Iterator[str]:
    if rules.min_picks > 1:
        yield ngettext(
            "Choose at least %(num)d project in an area.",
            "Choose at least %(num)d projects in an area.",
            rules.min_picks,
        )


def _own_picks(areas: Sequence[ManifestArea]) -> Iterator[str]:
    """The areas in which another number of projects may be chosen."""
    for area in areas:
        name = content(localized(area))
        if area.min_picks is not None:
            yield _(
                "In %(area)s at least: %(number)d.", area=name, number=area.min_picks
            )
        if area.max_picks is not None:
            yield _(
                "In %(area)s at most: %(number)d.", area=name, number=area.max_picks
            )


def points_in_words(rules: BallotRules) -> Iterator[str]:
    """How many points a voter has, and how many one project may get."""
    most = most_points(rules)
    if rules.points is None and rules.most_points is None:
        # An imported election, whose file does not say how many.
        yield _("You give points to projects.")
        return
    if rules.points is None:
        yield ngettext(
            "You can give each project %(num)d point.",
            "You can give each project up to %(num)d points.",
            most,
        )
        return
    yield ngettext(
        "You have %(num)d point to give in an area.",
        "You have %(num)d points to divide among the projects of an area.",
        rules.points,
    )
    if most < rules.points:
        yield ngettext(
            "One project can get at most %(num)d point.",
            "One project can get at most %(num)d points.",
            most,
        )
