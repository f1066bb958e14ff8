"""A teacher's list: each line is one row of the roll, or the whole list is refused."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.register.errors import IdentityInvalid
from core.register.numbers import NumberKind, person
from voting.class_errors import ClassListInvalid
from voting.electorate import age_day
from voting.eligibility import is_old_enough
from voting.keys import RollKeys
from voting.manifest import RuleManifest
from voting.models import ClassBatch, ClassCode, Round, Voter
from voting.models.rounds import AgeBy
from voting.roll.finding import find_by_names
from voting.roll.stored import needed_roll

# Two classes in one room; the slips are set while somebody waits.
MOST_PUPILS = 80
WORDS_OF_A_NAME = 2
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)
_BREAKS = ("\t", ";", ",")


class Fault(NamedTuple):
    """What is wrong at a place of the list, from 1; 0: with all of it."""

    number: int
    code: str
    value: str = ""


class _Numbered(NamedTuple):
    """A pupil by identity number: as the key takes it, and the day that it tells."""

    identity: str
    born: date | None


class _Named(NamedTuple):
    """A pupil without a number."""

    name: str
    born: int


_Said = _Numbered | _Named | None


def find_pupils(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    text: str,
    *,
    keys: RollKeys,
    now: datetime,
) -> list[int]:
    """The rows of a list's pupils, in its order; all of them, or none.

    A line is an identity number, with or without a name beside it, or a name and a
    year of birth. A first line without a digit is a heading.

    Raises:
        RollMissing: there is no roll.
        ClassListInvalid: with what is wrong, pupil by pupil.
    """
    kind = needed_roll(session, round_).numbers
    lines = _lines(text)
    if not lines:
        raise _invalid([Fault(0, "nobody")])
    if len(lines) > MOST_PUPILS:
        raise _invalid([Fault(0, "too_many", str(MOST_PUPILS))])
    said = [_said(line, kind) for line in lines]
    found = _by_number(session, round_, manifest, said, keys)
    found |= _by_name(session, round_, said, keys)
    in_order = [
        found.get(number, Fault(number, "unreadable"))
        for number in range(1, len(said) + 1)
    ]
    return _each_once(session, in_order, now)


def taken_pupils(
    session: Session, voter_ids: Sequence[int], now: datetime
) -> dict[int, ClassBatch]:
    """Who of them has a slip that works, or will work, and of which class."""
    rows = session.execute(
        select(ClassCode.voter_id, ClassBatch)
        .join(ClassBatch, ClassCode.batch_id == ClassBatch.id)
        .where(
            ClassCode.voter_id.in_(voter_ids),
            ~ClassCode.revoked,
            ClassBatch.ends_at > now,
            ClassBatch.revoked_at.is_(None),
        )
    )
    return {row[0]: row[1] for row in rows}


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    lines = [line for line in lines if line.strip(";,\t ")]
    if lines and not any(letter.isdigit() for letter in lines[0]):
        return lines[1:]
    return lines


def _said(line: str, kind: NumberKind) -> _Said:
    """Who a line names: a person by number, a name with a year, or nobody."""
    mark = next((mark for mark in _BREAKS if mark in line), None)
    cells = [cell.strip().strip('"').strip() for cell in line.split(mark)]
    cells = [cell for cell in cells if cell]
    if len(cells) > 1 and _YEAR.fullmatch(cells[-1]):
        name = " ".join(cells[:-1])
        if len(name.split()) >= WORDS_OF_A_NAME:
            return _Named(name, int(cells[-1]))
    # With numbers of any kind, only the first cell is one for sure.
    for cell in cells[:1] if kind is NumberKind.OTHER else cells:
        try:
            return _Numbered(*person(cell, kind))
        except IdentityInvalid:
            continue
    return None


def _by_number(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    said: Sequence[_Said],
    keys: RollKeys,
) -> dict[int, int | Fault]:
    numbered = {
        number: (keys.person_key(each.identity), each.born)
        for number, each in enumerate(said, 1)
        if isinstance(each, _Numbered)
    }
    query = select(Voter.person_key, Voter.id).where(
        Voter.round_id == round_.id,
        Voter.person_key.in_([key for key, _ in numbered.values()]),
    )
    rows = {row.person_key: row.id for row in session.execute(query)}
    return {
        number: rows.get(key, Fault(number, _why_missing(manifest, born)))
        for number, (key, born) in numbered.items()
    }


def _why_missing(manifest: RuleManifest, born: date | None) -> str:
    """Why somebody with a good number is not on the roll, as far as it tells."""
    rules = manifest.eligibility
    if born is None or not rules.min_age:
        return "not_on_the_roll"
    old = is_old_enough(
        born,
        least=rules.min_age,
        by_date=rules.age_by == AgeBy.DATE.value,
        day=age_day(manifest),
    )
    return "not_on_the_roll" if old else "too_young"


def _by_name(
    session: Session, round_: Round, said: Sequence[_Said], keys: RollKeys
) -> dict[int, int | Fault]:
    """Only where one row fits: of two people of one name, neither is guessed."""
    named = [(n, each) for n, each in enumerate(said, 1) if isinstance(each, _Named)]
    wanted = [(each.name, each.born) for _, each in named]
    found = find_by_names(session, round_, wanted, keys=keys)
    result: dict[int, int | Fault] = {}
    for (number, _), rows in zip(named, found, strict=True):
        fault = Fault(number, "several" if rows else "nobody_fits")
        result[number] = rows[0] if len(rows) == 1 else fault
    return result


def _each_once(
    session: Session, found: Sequence[int | Fault], now: datetime
) -> list[int]:
    """Refuse the list if anybody is missing, there twice, or in another class."""
    ids = [each for each in found if isinstance(each, int)]
    taken = taken_pupils(session, ids, now)
    first: dict[int, int] = {}
    faults = []
    for number, each in enumerate(found, 1):
        if isinstance(each, Fault):
            faults.append(each)
        elif each in first:
            faults.append(Fault(number, "twice", str(first[each])))
        elif each in taken:
            faults.append(Fault(number, "in_another_class", str(taken[each].number)))
        else:
            first[each] = number
    if faults:
        raise _invalid(faults)
    return ids


def _invalid(faults: Sequence[Fault]) -> ClassListInvalid:
    return ClassListInvalid(count=len(faults), faults=[tuple(each) for each in faults])
