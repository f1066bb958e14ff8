"""Whom a letter goes to: name and address, encrypted until the letter is written."""

import json
from collections.abc import Collection, Iterator
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


def read_letter(keys: RollKeys, person_key: str, stored: bytes) -> Letter:
    """What `encrypt_letter` has stored.

    Raises:
        RollTextUnreadable: it was changed, or the key is another.
    """
    return Letter(*json.loads(keys.decrypt(person_key, stored)))


def letters(
    session: Session,
    round_: Round,
    *,
    keys: RollKeys,
    only: Collection[int] | None = None,
) -> Iterator[tuple[int, Letter]]:
    """(number of the voter's row, address), row by row; nobody without an address.

    `only`: some rows of the roll, at most some thousand.

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
    if only is not None:
        query = query.where(Voter.id.in_(only))
    for voter_id, person_key, stored in session.execute(query):
        if stored:
            yield voter_id, read_letter(keys, person_key, stored)
