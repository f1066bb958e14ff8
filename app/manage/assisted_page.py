"""What the pages of the assisted desk say of sessions and of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import db
from app.messages import sentence
from app.rounds.booth_place import why_not_open
from voting.assisted import list_sessions, state_of
from voting.entering import ways_into
from voting.models import Ending, Round, Way
from voting.opening import current_manifest
from voting.roll.finding import Found

ENDINGS = {
    Ending.HERE: _l("Ended in the browser"),
    Ending.OFFICIAL: _l("Ended from this list"),
    Ending.TIME: _l("The time ran out"),
    Ending.ELSEWHERE: _l("The person went on in another way"),
}


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in words; nothing of whom it was for."""

    number: int
    official: str
    desk: str
    began_at: datetime
    # When it ended, or will.
    until: datetime
    runs: bool
    state: str


def lines_of(session: Session, round_: Round, now: datetime) -> list[SessionLine]:
    """All sessions of the round, the newest first."""
    lines = []
    for row in list_sessions(session, round_):
        who = session.get(Account, row.official_id) if row.official_id else None
        how = state_of(session, row, now=now)
        lines.append(
            SessionLine(
                number=row.id,
                official=(who.name or who.email) if who else "",
                desk=row.desk,
                began_at=row.began_at,
                until=row.ended_at or row.ends_at,
                runs=how is None,
                state=str(ENDINGS[how]) if how else _("Runs now"),
            )
        )
    return lines


def names_of(found: Sequence[Found]) -> list[tuple[int, str]]:
    """Each person as the official compares him with the document."""
    return [(each.voter_id, _name(each, alone=len(found) == 1)) for each in found]


def refusal_of(round_: Round) -> str | None:
    """Why nobody can be helped now, as a sentence."""
    manifest = current_manifest(db.session(), round_)
    if Way.DESK not in ways_into(manifest):
        return str(_("By the rules of this round nobody votes at a service point."))
    refusal = why_not_open(round_, manifest)
    return sentence(refusal) if refusal else None


def _name(found: Found, *, alone: bool) -> str:
    letter = found.letter
    if letter is None:
        return str(_("On the roll, without a name or an address"))
    # Where there are several of one name, the street tells them apart.
    return letter.name if alone else f"{letter.name}, {letter.street}"
