"""The ballot as the booth's forms post it.

Whether the choices are allowed is for `voting.papers` to say; whatever else is
posted is looked at by nobody.
"""

import re

from werkzeug.datastructures import MultiDict

from voting.manifest import RuleManifest
from voting.papers import Mark
from voting.profile import BallotType

AREA, POINTS, BLANK = "area.", "points.", "blank"
# What stands for a number that is none; no ballot can have it.
NO_NUMBER = -1
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)

Form = MultiDict[str, str]


def whole(text: str) -> int:
    """The number that was typed; an empty field is 0."""
    text = text.strip()
    if not text:
        return 0
    return int(text) if _NUMBER.fullmatch(text) else NO_NUMBER


def posted_picks(manifest: RuleManifest, form: Form) -> list[Mark]:
    """One area of the paper: `points.<code>`, or `project`, in order if ranked.

    The button of a ranking that was pressed (`move`) has had its effect.
    """
    if manifest.ballot.type.has_points:
        picks = [(code, whole(text)) for code, text in posted_points(form).items()]
        return [mark for mark in picks if mark[1]]
    codes = form.getlist("project")
    if manifest.ballot.type is BallotType.ORDINAL:
        act, _, code = form.get("move", "").partition(" ")
        codes = moved(codes, act, code)
    return [(code, 1) for code in codes]


def posted_points(form: Form) -> dict[str, str]:
    """What was typed, by project code."""
    return {
        name.removeprefix(POINTS): form[name]
        for name in form
        if name.startswith(POINTS)
    }


def moved(codes: list[str], act: str, code: str) -> list[str]:
    """A ranking after one of its buttons: in, out, up or down."""
    rest = [each for each in codes if each != code]
    if act == "in" and code not in codes:
        return [*rest, code]
    if code not in codes:
        return codes
    if act == "out":
        return rest
    steps = {"up": -1, "down": 1}
    place = max(0, codes.index(code) + steps.get(act, 0))
    return [*rest[:place], code, *rest[place:]]


def posted_choices(form: Form) -> dict[str, list[Mark]]:
    """The ballots that a review page posts, by area.

    `area.<slug>` by project, best first if ranked; `points.<slug>.<code>` where
    there are points; `blank` by area.
    """
    choices: dict[str, list[Mark]] = {slug: [] for slug in form.getlist(BLANK)}
    for name in form:
        if name.startswith(AREA):
            slug = name.removeprefix(AREA)
            choices.setdefault(slug, []).extend(
                (code, whole(form.get(f"{POINTS}{slug}.{code}", "1")))
                for code in form.getlist(name)
            )
    return choices
