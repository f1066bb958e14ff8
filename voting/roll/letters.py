"""Whom a letter goes to: name and address, encrypted until the letter is written."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.keys import RollKeys
from voting.models import RollContact, Round, Voter


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


def letters_of(
    session: Session, round_: Round, voter_ids: Sequence[int], *, keys: RollKeys
) -> dict[int, Letter]:
    """The addresses of some rows, at most some thousand, by the row's number.

    In two steps, each along an index: a join is planned the wrong way round where
    the roll is long.

    Raises:
        RollTextUnreadable: an address was changed, or the key is another.
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
