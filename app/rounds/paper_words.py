"""What the result page says about votes on paper; small numbers are not said."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.extensions import db
from app.locale import number, percent
from core.disclosure import shown
from voting.cards.balance import paper_totals
from voting.models import Round
from voting.opening import current_manifest
from voting.results import current_result, people


def paper_in_words(round_: Round) -> list[str]:
    """One or two sentences; none where nobody voted on paper."""
    session = db.session()
    totals = paper_totals(session, round_)
    result = current_result(session, round_)
    if totals is None or result is None or not totals.voters:
        return []
    least = current_manifest(session, round_).min_cell
    voters = shown(totals.voters, people(session, round_, result), least)
    if voters is None:
        return [str(_("People voted on paper too. How many is not said here."))]
    spoiled = shown(totals.spoiled, totals.cards, least)
    told = ngettext("%(num)d voted on paper.", "%(num)d voted on paper.", voters)
    if spoiled is None:
        hidden = _("How many of their cards were spoiled is not said here.")
        return [str(told), str(hidden)]
    text = _(
        "Of their %(cards)s cards %(spoiled)s were spoiled and could not be counted"
        " (%(share)s).",
        cards=number(totals.cards),
        spoiled=number(spoiled),
        share=percent(totals.spoiled_share, 1),
    )
    return [str(told), str(text)]
