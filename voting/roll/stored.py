"""The roll in the database: where it comes from, its hash, and that it still holds."""

import hashlib

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from voting.keys import RollKeys
from voting.models import Roll, RollContact, Round, Voter, VoterSource
from voting.roll_errors import RollKeyChanged, RollMissing

BATCH = 5000


def roll_of(session: Session, round_: Round) -> Roll | None:
    """Where the round's roll comes from; None where none has been read."""
    return session.get(Roll, round_.id)


def needed_roll(session: Session, round_: Round) -> Roll:
    """The same, where there must be one.

    Raises:
        RollMissing: there is none.
    """
    roll = roll_of(session, round_)
    if roll is None:
        raise RollMissing
    return roll


def check_roll_key(roll: Roll, keys: RollKeys, *, slug: str) -> None:
    """Refuse to go on with a key that would find nobody on this roll.

    Raises:
        RollKeyChanged: the file is another than when the roll was read.
    """
    if roll.key_check != keys.check:
        raise RollKeyChanged(round=slug)


def hash_of_the_roll(session: Session, round_: Round) -> tuple[int, str]:
    """(number of rows, SHA-256) of the roll as it stands.

    Over one line for each person, sorted by person key: the key, the slug of the
    home area and the year of birth, parted by spaces, `-` where there is none.
    """
    slugs = {area.id: area.slug for area in round_.areas}
    query = (
        select(Voter.person_key, Voter.home_area_id, Voter.birth_year)
        .where(Voter.round_id == round_.id)
        .order_by(Voter.person_key)
        .execution_options(yield_per=BATCH)
    )
    total, size = hashlib.sha256(), 0
    for part in session.execute(query).partitions():
        lines = [
            f"{key} {slugs.get(area or 0, '-')} {year or '-'}\n"
            for key, area, year in part
        ]
        total.update("".join(lines).encode())
        size += len(lines)
    return size, total.hexdigest()


def settle_roll(session: Session, round_: Round, keys: RollKeys | None) -> None:
    """Before the opening: the roll's last hash; or its end, if nobody votes by it.

    Raises:
        RollMissing, RollKeyChanged: the round needs a roll, and has none that works.
    """
    if round_.voter_source is not VoterSource.REGISTER:
        _forget_roll(session, round_)
        return
    roll = needed_roll(session, round_)
    if keys is None:
        raise RollKeyChanged(round=round_.slug)
    check_roll_key(roll, keys, slug=round_.slug)
    if roll.sha256 is None:
        roll.size, roll.sha256 = hash_of_the_roll(session, round_)
    session.flush()


def _forget_roll(session: Session, round_: Round) -> None:
    """An official has chosen otherwise after a register had been read."""
    for model in (Roll, RollContact, Voter):
        session.execute(delete(model).where(model.round_id == round_.id))
