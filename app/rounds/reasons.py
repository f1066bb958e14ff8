"""Why a project is built or not: each reason code as a sentence with its numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import ngettext

from app.locale import current_language, money, number
from core.text import Localized
from voting.manifest import RuleManifest
from voting.outcome import Outcome, Reason, ReasonCode, Tie

# A sentence names so many projects; the others are counted.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Telling:
    """What a sentence needs to know besides its reason's own numbers.

    `by_score`: support is counted in points, not in voters.
    """

    manifest: RuleManifest
    outcome: Outcome
    titles: Mapping[str, str]
    areas: Mapping[str, str]
    themes: Mapping[str, str]
    by_score: bool

    def money(self, amount: int) -> str:
        """An amount in the round's currency."""
        return money(amount, self.manifest.currency, self.manifest.unit)

    def project(self, code: str) -> str:
        """A project's title, in quotation marks."""
        return str(_("“%(title)s”", title=self.titles.get(code, code)))

    def projects(self, codes: list[str]) -> str:
        """Titles in a row; from the fourth on they are only counted."""
        shown = [self.project(code) for code in codes[:NAMED]]
        rest = len(codes) - NAMED
        if rest > 0:
            shown.append(
                ngettext("%(num)d other project", "%(num)d other projects", rest)
            )
        language = current_language()
        # British English lists have no comma before the last item.
        locale = "en_GB" if language == "en" else language
        return str(format_list(shown, locale=locale))

    def support(self, numbers: Mapping[str, Any]) -> str:
        """Votes, or points where the ballots give points."""
        if self.by_score:
            return points(numbers["score"])
        return votes(numbers["votes"])


def votes(count: int) -> str:
    """1 vote, 4 376 votes."""
    return str(
        ngettext("%(count)s vote", "%(count)s votes", count, count=number(count))
    )


def points(count: int) -> str:
    """1 point, 4 376 points."""
    return str(
        ngettext("%(count)s point", "%(count)s points", count, count=number(count))
    )


def telling(manifest: RuleManifest, outcome: Outcome) -> Telling:
    """The names of everything in the page's language."""
    language = current_language()

    def name(names: Mapping[str, str]) -> str:
        return Localized.from_json(names).in_language(language)

    return Telling(
        manifest=manifest,
        outcome=outcome,
        titles={p.code: name(p.title) for p in manifest.projects},
        areas={area.slug: name(area.name) for area in manifest.areas},
        themes={theme.slug: name(theme.name) for theme in manifest.themes},
        by_score=outcome.parameters.get("satisfaction") == "points",
    )


def why(reason: Reason, about: Telling) -> str:
    """The one sentence (or two) that says why."""
    return SENTENCES[reason.code](reason.numbers, about)


def _funded(n: Mapping[str, Any], t: Telling) -> str:
    if t.outcome.rule == "max-welfare":
        return _funded_in_the_best_set(n, t)
    if "each" in n:
        return _paid_by_its_supporters(n, t)
    values = {
        "support": t.support(n),
        "left": t.money(n["left"]),
        "cost": t.money(n["cost"]),
    }
    if n["area"] is None:
        built = _(
            "Built: %(support)s. When its turn came, %(left)s was left,"
            " and it costs %(cost)s.",
            **values,
        )
    else:
        built = _(
            "Built: %(support)s. When its turn came, %(area)s had %(left)s left,"
            " and it costs %(cost)s.",
            area=t.areas[n["area"]],
            **values,
        )
    if "reserve" not in n:
        return str(built)
    added = _(
        "The missing %(reserve)s came from a reserve.", reserve=t.money(n["reserve"])
    )
    return f"{built} {added}"


def _funded_in_the_best_set(n: Mapping[str, Any], t: Telling) -> str:
    support = t.support(n)
    if not t.outcome.optimal:
        return str(
            _(
                "Built: %(support)s. It belongs to the best set of projects that was"
                " found within the money.",
                support=support,
            )
        )
    if t.by_score:
        return str(
            _(
                "Built: %(support)s. It belongs to the set of projects that gathers"
                " the most points within the money.",
                support=support,
            )
        )
    if t.outcome.parameters.get("satisfaction") == "cost":
        return str(
            _(
                "Built: %(support)s. It belongs to the set of projects that gathers"
                " the most votes within the money when each vote counts for as much"
                " as the project costs.",
                support=support,
            )
        )
    return str(
        _(
            "Built: %(support)s. It belongs to the set of projects that gathers the"
            " most votes within the money.",
            support=support,
        )
    )


def _paid_by_its_supporters(n: Mapping[str, Any], t: Telling) -> str:
    values = {
        "support": t.support(n),
        "each": t.money(n["each"]),
        "full": number(n["full"]),
    }
    if n["full"] == n["votes"]:
        if t.by_score:
            return str(
                _(
                    "Built: %(support)s. Each supporter paid %(each)s for every point"
                    " out of their share.",
                    **values,
                )
            )
        return str(
            _(
                "Built: %(support)s. Each supporter paid %(each)s out of their share.",
                **values,
            )
        )
    if t.by_score:
        return str(
            _(
                "Built: %(support)s. Of its supporters %(full)s paid %(each)s for every"
                " point out of their share, the others what they had left.",
                **values,
            )
        )
    return str(
        _(
            "Built: %(support)s. Of its supporters %(full)s paid %(each)s each out of"
            " their share, the others what they had left.",
            **values,
        )
    )


def _supporters_short(n: Mapping[str, Any], t: Telling) -> str:
    short = _(
        "Not built: %(support)s. Its supporters had %(left)s of their shares left"
        " together, and it costs %(cost)s.",
        support=t.support(n),
        left=t.money(n["left"]),
        cost=t.money(n["cost"]),
    )
    how = t.outcome.parameters
    # As cities do it, only a step that costs too much ends the raising.
    if (how.get("completion"), how.get("practice")) == ("add1", "cities"):
        short += " " + _("With larger shares the money would not have sufficed.")
    return str(short)


def _no_money(n: Mapping[str, Any], t: Telling) -> str:
    left, cost = t.money(n["left"]), t.money(n["cost"])
    if n["area"] is None:
        return str(
            _(
                "Did not fit: %(left)s was left, the project costs %(cost)s.",
                left=left,
                cost=cost,
            )
        )
    return str(
        _(
            "Did not fit: %(area)s had %(left)s left, the project costs %(cost)s.",
            area=t.areas[n["area"]],
            left=left,
            cost=cost,
        )
    )


def _below_threshold(n: Mapping[str, Any], t: Telling) -> str:
    if n["votes"] == 0:
        return str(_("Nobody voted for it."))
    least = n["threshold"]
    # A threshold by price is always one of votes.
    if t.by_score and n["score"] < least == t.outcome.parameters["threshold"]:
        return str(
            _(
                "Too few points: it got %(got)s, and at least %(least)s are needed.",
                got=number(n["score"]),
                least=number(least),
            )
        )
    return str(
        _(
            "Too few votes: it got %(got)s, and at least %(least)s are needed.",
            got=number(n["votes"]),
            least=number(least),
        )
    )


def _conflict(n: Mapping[str, Any], t: Telling) -> str:
    return str(
        ngettext(
            "It cannot be built together with %(projects)s, which was chosen."
            " This one got %(support)s.",
            "It cannot be built together with %(projects)s, which were chosen."
            " This one got %(support)s.",
            len(n["with"]),
            projects=t.projects(n["with"]),
            support=t.support(n),
        )
    )


def _needs(n: Mapping[str, Any], t: Telling) -> str:
    return str(
        ngettext(
            "It can be built only together with %(projects)s, which is not built."
            " This one got %(support)s.",
            "It can be built only together with %(projects)s, which are not all built."
            " This one got %(support)s.",
            len(n["what"]),
            projects=t.projects(n["what"]),
            support=t.support(n),
        )
    )


def _displaced(n: Mapping[str, Any], t: Telling) -> str:
    if t.by_score:
        return str(
            _(
                "The money gathers more points without it: to make room,"
                " %(projects)s would have to go. With %(missing)s more it would have"
                " been built.",
                projects=t.projects(n["by"]),
                missing=points(n["missing"]),
            )
        )
    return str(
        _(
            "The money gathers more votes without it: to make room, %(projects)s"
            " would have to go. With %(missing)s more it would have been built.",
            projects=t.projects(n["by"]),
            missing=votes(n["missing"]),
        )
    )


def _tie_lost(n: Mapping[str, Any], t: Telling) -> str:
    level = ngettext(
        "Level with %(projects)s.",
        "Level with %(projects)s.",
        len(n["with"]),
        projects=t.projects(n["with"]),
    )
    after = ""
    if "held" in n:
        after = " " + _(
            "After that its supporters had %(left)s left together, and this project"
            " costs %(cost)s.",
            left=t.money(n["held"]),
            cost=t.money(n["cost"]),
        )
    elif "short" in n:
        after = " " + _(
            "After that %(left)s was left, and this project costs %(cost)s.",
            left=t.money(n["left"]),
            cost=t.money(n["cost"]),
        )
    return f"{level} {parted_by(n['how'])}{after}"


def _theme_limit(n: Mapping[str, Any], t: Telling) -> str:
    return str(
        _(
            "The theme %(theme)s has a ceiling: %(left)s of it was left,"
            " the project costs %(cost)s.",
            theme=t.themes[n["theme"]],
            left=t.money(n["left"]),
            cost=t.money(n["cost"]),
        )
    )


def _behind_stop(n: Mapping[str, Any], t: Telling) -> str:
    return str(
        _(
            "The count stopped at %(stop)s, which no longer fitted. By the rules"
            " nothing after it is built, although %(left)s was left.",
            stop=t.project(n["stop"]),
            left=t.money(n["left"]),
        )
    )


SENTENCES: Mapping[ReasonCode, Callable[[Mapping[str, Any], Telling], str]] = {
    ReasonCode.FUNDED: _funded,
    ReasonCode.NO_MONEY: _no_money,
    ReasonCode.BELOW_THRESHOLD: _below_threshold,
    ReasonCode.CONFLICT: _conflict,
    ReasonCode.NEEDS: _needs,
    ReasonCode.DISPLACED: _displaced,
    ReasonCode.TIE_LOST: _tie_lost,
    ReasonCode.THEME_LIMIT: _theme_limit,
    ReasonCode.BEHIND_STOP: _behind_stop,
    ReasonCode.SUPPORTERS_SHORT: _supporters_short,
}


def parted_by(how: str) -> str:
    """What decided between level projects."""
    words = {
        "cost": _("The one that costs less went first."),
        "votes": _("The one with more votes went first."),
        "order": _("The one earlier on the ballot went first."),
        "draw": _("A draw of lots decided."),
    }
    return str(words[how])


def tie_sentence(tie: Tie, about: Telling) -> str:
    """Which projects were level, and what parted them."""
    level = _(
        "%(count)s projects were level: %(projects)s.",
        count=number(len(tie.projects)),
        projects=about.projects(list(tie.projects)),
    )
    chosen = _("Chosen: %(projects)s.", projects=about.projects(list(tie.chosen)))
    return f"{level} {parted_by(tie.broken_by)} {chosen if tie.chosen else ''}".strip()
