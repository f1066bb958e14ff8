"""An allocation rule and its parameters in plain words."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.locale import number


def rule_words(rule: str, parameters: Mapping[str, Any]) -> list[str]:
    """One short paragraph for each thing that decides who wins."""
    first = FIRST[rule](parameters)
    words = [first, *_thresholds(parameters), _ties(parameters)]
    return [str(text) for text in words]


def _greedy(parameters: Mapping[str, Any]) -> str:
    unit = parameters.get("satisfaction", "votes")
    if parameters.get("order") == "per-cost":
        order = _("The projects are taken in order of support for the money.")
    elif unit == "points":
        order = _("The projects are taken in order, the one with most points first.")
    elif unit == "cost":
        order = _(
            "The projects are taken in order: votes times price, the largest first."
        )
    else:
        order = _("The projects are taken in order, the one with most votes first.")
    if parameters.get("variant") == "no-skip":
        end = _("The first one that no longer fits ends the count.")
    else:
        end = _("One that no longer fits is passed over, and the next one is tried.")
    if percent := parameters.get("overshoot"):
        reserve = _(
            "If what a project lacks is at most %(percent)s per cent of its price, the"
            " town adds that from a reserve.",
            percent=percent,
        )
        return f"{order} {end} {reserve}"
    return f"{order} {end}"


def _max_welfare(parameters: Mapping[str, Any]) -> str:
    unit = parameters.get("satisfaction", "votes")
    if unit == "points":
        return str(
            _(
                "Of all sets of projects that the money allows, the one with the"
                " most points together is built."
            )
        )
    if unit == "cost":
        return str(
            _(
                "Of all sets of projects that the money allows, the one with the"
                " most votes together is built, and a vote counts for as much as"
                " its project costs."
            )
        )
    return str(
        _(
            "Of all sets of projects that the money allows, the one with the most"
            " votes together is built."
        )
    )


def _equal_shares(parameters: Mapping[str, Any]) -> str:
    completion = parameters.get("completion", "none")
    words = [
        _(
            "Every voter has an equal share of the money. Those who support a project"
            " pay for it together, and the project that asks the least of them is"
            " built first."
        )
    ]
    if completion in ("add1", "add1u"):
        words.append(
            _("Then every share is raised step by step, as long as the money suffices.")
        )
    if completion in ("add1u", "greedy"):
        words.append(
            _("What is left goes to the best supported projects that still fit.")
        )
    if completion == "none":
        words.append(_("What the shares cannot buy stays unspent."))
    if parameters.get("comparison"):
        words.append(
            _(
                "If more voters get more of their own projects when the projects are"
                " simply taken in order of support, that result stands."
            )
        )
    return " ".join(str(text) for text in words)


def _phragmen(_parameters: Mapping[str, Any]) -> str:
    return str(
        _(
            "Every voter earns money at the same speed. As soon as the supporters of a"
            " project can pay for it together, it is built. The first one that no"
            " longer fits ends the count."
        )
    )


FIRST: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greedy": _greedy,
    "max-welfare": _max_welfare,
    "equal-shares": _equal_shares,
    "phragmen": _phragmen,
}


def _thresholds(parameters: Mapping[str, Any]) -> list[str]:
    least, share = parameters.get("threshold", 0), parameters.get("share")
    words = []
    if least > 1 and parameters.get("satisfaction") == "points":
        words.append(
            ngettext(
                "A project needs at least %(count)s point.",
                "A project needs at least %(count)s points.",
                least,
                count=number(least),
            )
        )
    elif least > 1:
        words.append(
            ngettext(
                "A project needs at least %(count)s vote.",
                "A project needs at least %(count)s votes.",
                least,
                count=number(least),
            )
        )
    if share:
        words.append(
            _(
                "The dearer a project is, the more votes it needs: its share of the"
                " voters must be at least its share of the money divided by %(k)s.",
                k=number(share),
            )
        )
    return [str(text) for text in words]


def _ties(parameters: Mapping[str, Any]) -> str:
    names = {
        "cost": _("the lower price"),
        "votes": _("the larger number of votes"),
        "order": _("the earlier place on the ballot"),
        "draw": _("a draw of lots"),
    }
    order = [
        str(names[tie]) for tie in parameters.get("ties", ("cost", "votes", "draw"))
    ]
    return str(
        _(
            "Projects that are level are parted in this order: %(order)s.",
            order=", ".join(order),
        )
    )
