"""How lots were drawn between level projects, so that anybody can repeat it."""

from flask_babel import gettext as _

from app.rounds.reasons import Telling
from core.chance import Chance
from voting.outcome import ReasonCode


def lots(about: Telling) -> list[str]:
    """What was drawn, from what text, and in what order; nothing without a draw."""
    those = drawn(about)
    if not those:
        return []
    seed = str(about.outcome.parameters.get("seed") or "")
    every = Chance(seed).shuffle(sorted(about.outcome.reasons))
    order = [about.titles.get(code, code) for code in every if code in those]
    text = _("the text “%(seed)s”", seed=seed) if seed else _("the empty text")
    return [
        str(
            _(
                "The lots were drawn like this: the codes of all projects were put in"
                " order and shuffled with SHA-256, beginning from %(text)s. Whoever"
                " repeats it gets the same order.",
                text=text,
            )
        ),
        str(_("The order that was drawn: %(order)s.", order=", ".join(order))),
    ]


def drawn(about: Telling) -> set[str]:
    """The projects between which lots decided."""
    outcome = about.outcome
    found = {
        code for tie in outcome.ties if tie.broken_by == "draw" for code in tie.projects
    }
    for code, reason in outcome.reasons.items():
        if reason.code is ReasonCode.TIE_LOST and reason.numbers["how"] == "draw":
            others = reason.numbers["with"]
            found |= {code, *map(str, others if isinstance(others, list) else [])}
    return found
