"""Whom a letter goes to: name and address, encrypted until the letter is written."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.keys import RollKeys
from voting.models import RollContact, Round, Voter

BATCH = 1000


class Letter(NamedTuple):
    """The address on an envelope, and the language inside ("" where unknown)."""

    name: str
    street: str
    postcode: str
    town: str
    language: str


def encrypt_letter(keys: RollKeys, person_key: str, letter: Letter) -> bytes:
    """As it is stored; it opens only beside its own person."""
    return keys.encrypt(person_key, json.dumps(letter, ensure_ascii=False))


def letters(
    session: Session, round_: Round, *, keys: RollKeys
) -> Iterator[tuple[int, Letter]]:
    """(number of the voter's row, address), row by row; nobody without an address.

    Raises:
        RollTextUnreadable: an address was changed, or the key is another.
    """
    query = (
        select(Voter.id, Voter.person_key, RollContact.letter)
        .join(
            RollContact,
            (RollContact.round_id == Voter.round_id)
            & (RollContact.person_key == Voter.person_key),
        )
        .where(Voter.round_id == round_.id, RollContact.letter.is_not(None))
        .order_by(Voter.id)
        .execution_options(yield_per=BATCH)
    )
    for voter_id, person_key, stored in session.execute(query):
        if stored:
            yield voter_id, Letter(*json.loads(keys.decrypt(person_key, stored)))
