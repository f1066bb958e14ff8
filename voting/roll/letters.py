"""The addresses of people on the roll."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.register.letters import Letter, read_letter
from voting.keys import RollKeys
from voting.models import RollContact, Round, Voter


def letters_of(
    session: Session, round_: Round, voter_ids: Sequence[int], *, keys: RollKeys
) -> dict[int, Letter]:
    """The addresses of some rows, at most some thousand, by the row's number.

    In two steps, each along an index: a join is planned the wrong way round where
    the roll is long.

    Raises:
        TextUnreadable: an address was changed, or the key is another.
    """
    rows = select(Voter.person_key, Voter.id).where(
        Voter.round_id == round_.id, Voter.id.in_(voter_ids)
    )
    ids = {row.person_key: row.id for row in session.execute(rows)}
    contacts = select(RollContact.person_key, RollContact.letter).where(
        RollContact.round_id == round_.id, RollContact.person_key.in_(ids)
    )
    return {
        ids[person_key]: read_letter(keys, person_key, stored)
        for person_key, stored in session.execute(contacts)
        if stored
    }
