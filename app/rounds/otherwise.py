"""What would have had to be different: a project's reason, turned around."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from app.locale import number
from app.rounds.reasons import Telling, points, votes
from voting.ahead import ahead
from voting.outcome import Reason, ReasonCode


def otherwise(code: str, about: Telling) -> list[str]:
    """Sentences that are true by counterfactual; none where nothing sure is known."""
    reason = about.outcome.reasons[code]
    words = TURNED.get(reason.code)
    return [str(text) for text in words(code, reason, about)] if words else []


def _funded(_code: str, reason: Reason, t: Telling) -> list[str]:
    n = reason.numbers
    if "reserve" in n:
        # It did not fit at its price; how dear it might have been is the reserve's.
        return []
    if "left" in n and t.outcome.parameters.get("satisfaction") != "cost":
        return [
            _(
                "It would still have fitted at a price of %(left)s.",
                left=_money(n, "left", t),
            )
        ]
    return []


def _no_money(code: str, reason: Reason, t: Telling) -> list[str]:
    n = reason.numbers
    words = [
        _(
            "%(short)s was missing. At a price of %(left)s it would have fitted.",
            short=_money(n, "short", t),
            left=_money(n, "left", t),
        )
    ]
    found = None if _is_bound(code, t) else ahead(t.outcome, code, _peers(code, t))
    if found:
        more = points(found.missing) if t.by_score else votes(found.missing)
        words.append(
            _(
                "With %(more)s more its turn would have come before %(project)s."
                " Then %(left)s was still left.",
                more=more,
                project=t.project(found.project),
                left=t.money(found.left),
            )
        )
    return words


def _is_bound(code: str, t: Telling) -> bool:
    """Whether anything but money ties the project to others."""
    manifest = t.manifest
    mine = next(p for p in manifest.projects if p.code == code)
    ceilings = {theme.slug for theme in manifest.themes if theme.maximum is not None}
    apart = any(code in pair for pair in manifest.conflicts)
    return bool(manifest.needs) or apart or mine.theme in ceilings


def _peers(code: str, t: Telling) -> set[str]:
    mine = next(p for p in t.manifest.projects if p.code == code)
    return {p.code for p in t.manifest.projects if p.area == mine.area}


def _below_threshold(_code: str, reason: Reason, t: Telling) -> list[str]:
    n = reason.numbers
    least, got = int(str(n["threshold"])), n["votes"]
    by_points = least == t.outcome.parameters.get("threshold") and t.by_score
    if by_points:
        got = n["score"]
    missing = least - int(str(got))
    return [
        _(
            "With %(more)s more it would have been among those that are considered.",
            more=points(missing) if by_points else votes(missing),
        )
    ]


def _displaced(_code: str, reason: Reason, t: Telling) -> list[str]:
    n = reason.numbers
    missing = int(str(n["missing"]))
    return [
        _(
            "With %(more)s more for this project alone it would have been built.",
            more=points(missing) if t.by_score else votes(missing),
        )
    ]


def _supporters_short(_code: str, reason: Reason, t: Telling) -> list[str]:
    n, how = reason.numbers, t.outcome.parameters
    words = [
        _("Its supporters lacked %(short)s together.", short=_money(n, "short", t))
    ]
    # With raised shares a lower price may end the raising elsewhere.
    if how.get("completion") == "none" and n["left"]:
        words.append(
            _(
                "At a price of %(left)s they could have bought it.",
                left=_money(n, "left", t),
            )
        )
    return words


def _tie_lost(_code: str, _reason: Reason, t: Telling) -> list[str]:
    if t.outcome.rule not in ("greedy", "max-welfare"):
        return []
    if t.by_score:
        return [_("With one point more it would have been built.")]
    return [_("With one vote more it would have been built.")]


def _theme_limit(_code: str, reason: Reason, t: Telling) -> list[str]:
    return [
        _(
            "The ceiling of the theme was %(short)s too low for it.",
            short=_money(reason.numbers, "short", t),
        )
    ]


def _behind_stop(_code: str, reason: Reason, t: Telling) -> list[str]:
    n = reason.numbers
    left, cost = int(str(n["left"])), int(str(n["cost"]))
    if left < cost:
        return [
            _(
                "Even without the stop %(short)s would have been missing.",
                short=t.money(cost - left),
            )
        ]
    return [_("Without the stop there would have been enough money for it.")]


def _money(numbers: Mapping[str, Any], name: str, t: Telling) -> str:
    return t.money(int(numbers[name]))


TURNED: Mapping[ReasonCode, Callable[[str, Reason, Telling], list[str]]] = {
    ReasonCode.FUNDED: _funded,
    ReasonCode.NO_MONEY: _no_money,
    ReasonCode.BELOW_THRESHOLD: _below_threshold,
    ReasonCode.DISPLACED: _displaced,
    ReasonCode.SUPPORTERS_SHORT: _supporters_short,
    ReasonCode.TIE_LOST: _tie_lost,
    ReasonCode.THEME_LIMIT: _theme_limit,
    ReasonCode.BEHIND_STOP: _behind_stop,
}


def proof(about: Telling) -> list[str]:
    """For the set with the most support: how large it is, and how sure that is."""
    outcome = about.outcome
    if outcome.rule != "max-welfare":
        return []
    value = _worth(outcome.objective, about)
    chosen = _(
        "%(count)s projects were chosen together. They gather %(value)s.",
        count=number(len(outcome.funded)),
        value=value,
    )
    if not outcome.optimal:
        gap = _worth(outcome.gap or 0, about)
        most = _worth(outcome.bound or 0, about)
        sure = _(
            "It is proven that no set gathers more than %(most)s: this one is at most"
            " %(gap)s from the best.",
            most=most,
            gap=gap,
        )
    elif outcome.unique:
        sure = _(
            "It is proven that no other set within the money gathers as much."
            " The best that can be reached is %(value)s, and the gap to it is nothing.",
            value=value,
        )
    else:
        sure = _(
            "It is proven that no set within the money gathers more, but another one"
            " gathers just as much."
        )
    return [str(chosen), str(sure)]


def _worth(value: int, about: Telling) -> str:
    """What the solver counts, in words."""
    if about.outcome.parameters.get("satisfaction") == "cost":
        return str(_("votes times price of %(money)s", money=about.money(value)))
    return points(value) if about.by_score else votes(value)


def preferred(about: Telling) -> list[str]:
    """How the voters fare under the rule and in plain order of support."""
    if about.outcome.preferred is None:
        return []
    ours, theirs = about.outcome.preferred
    values = {"ours": number(ours), "theirs": number(theirs)}
    if theirs > ours:
        return [
            _(
                "%(theirs)s voters get more of their own projects when the projects"
                " are simply taken in order of support, %(ours)s when every voter has"
                " an equal share. So the order of support decided.",
                **values,
            )
        ]
    return [
        _(
            "%(ours)s voters get more of their own projects when every voter has an"
            " equal share, %(theirs)s when the projects are simply taken in order of"
            " support. So the equal shares decided.",
            **values,
        )
    ]
