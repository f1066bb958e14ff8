"""The rules of a round in plain words, from its manifest."""

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from app.locale import day
from app.rounds.rule_words import rule_words
from voting.manifest import BallotRules, Eligibility, RuleManifest
from voting.models.rounds import AgeBy
from voting.profile import BallotType


def rules_in_words(manifest: RuleManifest) -> list[str]:
    """One sentence for each thing that a voter needs to know; templates ask for it."""
    return [
        *(str(text) for text in (*_voters(manifest), *_ballot(manifest.ballot))),
        *rule_words(manifest.rule, manifest.rule_parameters),
    ]


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


def _ballot(rules: BallotRules) -> Iterator[str]:
    yield _picks(rules)
    if rules.min_picks > 1:
        yield ngettext(
            "Choose at least %(num)d project in an area.",
            "Choose at least %(num)d projects in an area.",
            rules.min_picks,
        )
    if rules.blank_allowed:
        yield _("You may also cast a blank ballot.")
    if rules.change_allowed:
        yield _("You may change your vote until the vote closes; the last one counts.")
    else:
        yield _("A vote that has been cast cannot be changed.")


def _picks(rules: BallotRules) -> str:
    if rules.type is BallotType.CHOOSE_1:
        return str(_("Choose one project in an area."))
    if rules.knapsack:
        return str(
            _("Choose projects until the area's money is used; it cannot be exceeded.")
        )
    if rules.max_picks is None:
        return str(_("Choose as many projects in an area as you like."))
    return str(
        ngettext(
            "Choose at most %(num)d project in an area.",
            "Choose at most %(num)d projects in an area.",
            rules.max_picks,
        )
    )
