"""Find a person on the roll by what somebody at the desk says of himself."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.register.letters import Letter, read_letter
from core.register.numbers import identity
from voting.keys import RollKeys
from voting.models import RollContact, Round, Voter
from voting.roll.letters import letters_of
from voting.roll.stored import needed_roll

# More people of one name than this are told apart by their numbers only.
MOST_FOUND = 10
BATCH = 1000


class Found(NamedTuple):
    """A row of the roll, and its address if there is one."""

    voter_id: int
    letter: Letter | None


def find_by_number(
    session: Session, round_: Round, number: str, *, keys: RollKeys
) -> list[Found]:
    """The person with this identity number, or nobody.

    Raises:
        RollMissing: there is no roll.
        IdentityInvalid: it is none.
    """
    kind = needed_roll(session, round_).numbers
    person_key = keys.person_key(identity(number, kind))
    row = session.execute(
        select(Voter.id, RollContact.letter)
        .outerjoin(
            RollContact,
            (RollContact.round_id == Voter.round_id)
            & (RollContact.person_key == Voter.person_key),
        )
        .where(Voter.round_id == round_.id, Voter.person_key == person_key)
    ).one_or_none()
    if row is None:
        return []
    return [Found(row[0], read_letter(keys, person_key, row[1]) if row[1] else None)]


def find_by_name(
    session: Session, round_: Round, name: str, birth_year: int, *, keys: RollKeys
) -> list[Found]:
    """Everybody of that year whose name has all of these words, at most one too many.

    Names are encrypted, so all of that year are read. People without an address are
    not found: of them no name is stored.

    Raises:
        TextUnreadable: an address was changed, or the key is another.
    """
    words = _words(name)
    if not words:
        return []
    found: list[Found] = []
    for part in _of_the_year(session, round_, birth_year, keys):
        found += [
            Found(voter_id, letter)
            for voter_id, letter in part.items()
            if words <= _words(letter.name)
        ]
        if len(found) > MOST_FOUND:
            break
    return found[: MOST_FOUND + 1]


def find_by_names(
    session: Session,
    round_: Round,
    people: Sequence[tuple[str, int]],
    *,
    keys: RollKeys,
) -> list[list[int]]:
    """For each name and year of birth the rows that fit; each year is read once.

    Raises:
        RollTextUnreadable: see `find_by_name`.
    """
    found: list[list[int]] = [[] for _ in people]
    for year in sorted({year for _, year in people}):
        wanted = [
            (place, _words(name))
            for place, (name, born) in enumerate(people)
            if born == year
        ]
        for part in _of_the_year(session, round_, year, keys):
            for voter_id, letter in part.items():
                said = _words(letter.name)
                for place, words in wanted:
                    if words and words <= said:
                        found[place].append(voter_id)
    return found


def _words(name: str) -> set[str]:
    return set(name.replace(",", " ").casefold().split())


def _of_the_year(
    session: Session, round_: Round, birth_year: int, keys: RollKeys
) -> Iterator[dict[int, Letter]]:
    """The addresses of all who were born in a year, or nobody knows when."""
    query = select(Voter.id).where(
        Voter.round_id == round_.id,
        or_(Voter.birth_year == birth_year, Voter.birth_year.is_(None)),
    )
    ids = list(session.scalars(query.order_by(Voter.id)))
    for start in range(0, len(ids), BATCH):
        yield letters_of(session, round_, ids[start : start + BATCH], keys=keys)
