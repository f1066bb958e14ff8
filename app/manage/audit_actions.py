"""What the log's entries mean, in a sentence each.

An entry holds an action ("round.opened") and its facts; here is the source text
with places for the facts. Whoever records a new action adds its sentence; a test
looks for every action in the code.
"""

from datetime import datetime

from flask_babel import gettext as translate

from app.accounts.models import Role
from app.accounts.roles import ROLE_NAMES
from app.locale import content, moment
from app.manage.draw_actions import DRAW_ACTIONS
from app.manage.panel_actions import PANEL_ACTIONS
from core.audit import AuditEntry
from core.text import Localized


def _(text: str) -> str:
    """Mark for translation; `act` translates when it is shown."""
    return text


ACTIONS: dict[str, str] = {
    "grant.given": _("Gave a role: %(given_role)s (%(scope)s)"),
    "grant.revoked": _("Took a role away: %(given_role)s (%(scope)s)"),
    "invitation.sent": _("Invited a person to a role: %(given_role)s (%(scope)s)"),
    "invitation.withdrawn": _("Withdrew an invitation: %(given_role)s (%(scope)s)"),
    "second_factor.reset": _("Let an official set up a new second factor"),
    "official.created": _("Made an account from the command line"),
    "vote.closed": _("Closed the vote"),
    "vote.closed_early": _("Closed the vote before its time. Reason: %(reason)s"),
    "vote.paused": _("Paused the vote. Reason: %(reason)s"),
    "vote.resumed": _("Ended the pause of the vote"),
    "vote.extended": _(
        "Moved the end of the vote from %(old_end)s to %(new_end)s. Reason: %(reason)s"
    ),
    "anomaly.proposed": _(
        "Proposed what should become of a sign that something may be wrong (number"
        " %(number)s, %(voters)s votes): %(verdict)s. Reason: %(reason)s"
    ),
    "anomaly.confirmed": _(
        "Confirmed, as a second person, a decision about a sign (number %(number)s,"
        " %(voters)s votes): %(verdict)s. Reason: %(reason)s"
    ),
    "anomaly.rejected": _(
        "Rejected a proposal about a sign (number %(number)s, %(voters)s votes):"
        " %(verdict)s. Its reason was: %(reason)s"
    ),
    "source.named": _("Named a network that many people share: %(name)s"),
    "ballots.excluded": _("Left %(ballots)s ballots out of the count"),
    "vote.reconciled": _("Reconciled the ballots: the box may be sealed"),
    "sealing.started": _("Started the sealing of the ballots"),
    "ballots.sealed": _("Sealed %(ballots)s ballots. SHA-256 of them all: %(sha256)s"),
    "round.created": _("Began the round"),
    "round.imported": _("Brought a whole election in from a file"),
    "round.edited": _("Edited a part of the round: %(part)s"),
    "round.announced": _("Announced the round to residents"),
    "vote.opened": _(
        "Opened the vote and froze the rules, version %(version)s, SHA-256 %(manifest)s"
    ),
    "project.added": _("Added project %(project)s"),
    "project.edited": _("Edited project %(project)s"),
    "project.removed": _("Removed project %(project)s"),
    "projects.imported": _("Brought projects from a file: %(count)s"),
    "proposal.assessed": _("Finished the assessment of idea %(proposal)s"),
    "proposal.admitted": _("Put idea %(proposal)s on the ballot"),
    "roll.imported": _(
        "Read a register into the electoral roll: %(size)s people from %(source)s, as"
        " of %(as_of)s. SHA-256 %(sha256)s"
    ),
    "roll.request_accepted": _("Corrected the electoral roll (request %(request)s)"),
    "roll.request_refused": _("Refused a correction of the roll (request %(request)s)"),
    "codes.issued": _("Made codes for letters: %(count)s"),
    "paper.batch_issued": _(
        "Issued batch %(batch)s of cards on paper: %(cards)s cards, area %(area)s"
    ),
    "paper.batch_closed": _(
        "Closed batch %(batch)s of cards: %(issued)s issued, %(returned)s returned,"
        " %(spoiled)s spoiled, %(missing)s missing"
    ),
    "paper.batch_reopened": _("Opened batch %(batch)s of cards again"),
    "paper.card_begun_anew": _("Had a card of batch %(batch)s entered anew"),
    "paper.envelope_taken_back": _("Took the mark of an envelope back"),
    "paper.difference_explained": _(
        "Area %(area)s: %(envelopes)s envelopes and %(cards)s cards. Reason: %(reason)s"
    ),
    "paper.difference_signed": _(
        "Signed the reason: area %(area)s, %(envelopes)s envelopes and %(cards)s cards."
        " %(reason)s"
    ),
    "code.reissued": _("Made a letter with a new code in place of a lost one"),
    "letters.made": _("Made batch %(batch)s of the letters: %(count)s letters"),
    "letters.revoked": _(
        "Revoked batch %(batch)s of the letters: %(count)s codes ended"
    ),
    "class.made": _("Made slips with codes for a class (number %(number)s): %(count)s"),
    "class.slip_replaced": _(
        "Made a slip anew in place of a lost one (class number %(number)s)"
    ),
    "class.revoked": _("Ended the codes of a class (number %(number)s): %(count)s"),
    "assisted.begun": _(
        "Opened an assisted session at %(desk)s (document seen: %(document)s)"
    ),
    "assisted.ended": _("An assisted session at %(desk)s ended: %(ending)s"),
    "result.counted": _("Counted the result"),
    "result.compared": _(
        "Looked, before the publication, at what the other rules would have given"
    ),
    "result.signed": _("Signed a result that is not proven to be the best"),
    "scenario.asked": _(
        "Asked what if, before the result was public: calculation %(scenario)s"
    ),
    "distances.asked": _(
        "Had it worked out, before the result was public, how close each project was"
    ),
    "result.published": _(
        "Published the result. SHA-256 of the rules %(manifest)s, of the outcome "
        "%(outcome)s"
    ),
    **DRAW_ACTIONS,
    **PANEL_ACTIONS,
}
UNKNOWN = _("An act that this version does not know")
SOMEBODY = _("Somebody")
ROUND = _("round %(slug)s")
PANEL = _("panel %(slug)s")
HOUSE = _("the whole service")
# What `round.edited` calls the parts of a round.
PARTS: dict[str, str] = {
    "texts": _("texts"),
    "budget": _("money"),
    "areas": _("areas"),
    "categories": _("categories"),
    "outlines": _("outlines on the map"),
    "phases": _("phases"),
    "ballot": _("ballot and voters"),
    "rule": _("how the winners are found"),
}
# What was proposed about a sign.
VERDICTS: dict[str, str] = {
    "nothing_wrong": _("nothing is wrong"),
    "exclude": _("leave the votes out of the count"),
}
# What an official saw before an assisted session, and how it ended.
DOCUMENTS: dict[str, str] = {
    "identity_card": _("identity card"),
    "passport": _("passport"),
    "driving_licence": _("driving licence"),
    "other": _("another official document"),
}
ENDINGS: dict[str, str] = {
    "here": _("in its browser"),
    "official": _("from the list"),
    "time": _("the time ran out"),
    "elsewhere": _("the person went on in another way"),
}
# Facts that have words of their own.
WORDS: dict[str, dict[str, str]] = {
    "part": PARTS,
    "verdict": VERDICTS,
    "document": DOCUMENTS,
    "ending": ENDINGS,
}
# Facts that are moments.
MOMENTS = ("old_end", "new_end")
# The roles under which acts are recorded.
ACTING: dict[str, str] = {
    "system": _("The system"),
    "operator": _("Whoever runs the service, from the command line"),
    "resident": _("A resident"),
}


def say(source: str) -> str:
    """A sentence marked above, in the page's language."""
    return str(translate(source))


def act(entry: AuditEntry) -> str:
    """The entry as a sentence in the page's language."""
    source = ACTIONS.get(entry.action)
    if source is None:
        return say(UNKNOWN)
    facts = {name: _shown(name, value) for name, value in entry.facts.items()}
    try:
        return say(source) % facts if facts else say(source)
    except (KeyError, TypeError, ValueError):
        # Written by an older version, with other facts: the sentence without them.
        return say(UNKNOWN)


def _shown(name: str, value: object) -> object:
    if name == "given_role":
        return role(str(value))
    if name == "scope":
        return chain_name(str(value))
    if name in WORDS:
        return say(WORDS[name][str(value)])
    if name in MOMENTS:
        return moment(datetime.fromisoformat(str(value)))
    return _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return content(Localized.from_json(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value


def role(name: str) -> str:
    """Who acted, as the log may say it in public."""
    if name in ACTING:
        return say(ACTING[name])
    return str(ROLE_NAMES[Role(name)]) if name in set(Role) else say(SOMEBODY)


def chain_name(chain: str) -> str:
    """A chain, or the place of a right: the house, or a round by its address."""
    kind, colon, slug = chain.partition(":")
    if kind == "round" and colon:
        return say(ROUND) % {"slug": slug}
    if kind == "panel" and colon:
        return say(PANEL) % {"slug": slug}
    return say(HOUSE)


FAULTS: dict[str, str] = {
    "missing": _("Entry %(number)d is missing."),
    "altered": _("Entry %(number)d has been altered."),
    "broken_link": _("Entry %(number)d does not continue the one before it."),
    "detail_altered": _("The names beside entry %(number)d have been altered."),
    "head": _("The end of the chain, after entry %(number)d, does not fit."),
}


def fault(kind: str, number: int) -> str:
    """Where a chain breaks, as a sentence."""
    return say(FAULTS[kind]) % {"number": number}
