"""A teacher's list and a lesson: taken whole, or answered pupil by pupil."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.errors import DomainError
from tests.conftest import NOON
from tests.factories.classes import (
    CHILD,
    Place,
    class_of,
    lesson,
    list_of,
)
from tests.factories.rolls import hetu, row_of_person
from tests.factories.rounds import draft_round
from voting.class_errors import (
    ClassEndsTooSoon,
    ClassListInvalid,
    ClassOutsideVote,
    ClassTooLong,
    ClassUndated,
)
from voting.classes.batches import (
    check_lesson,
)
from voting.classes.pupils import MOST_PUPILS, find_pupils
from voting.errors import VoteClosed
from voting.models import (
    Stage,
    Way,
)
from voting.opening import current_manifest
from voting.roll_errors import WayNotOpen
from voting.round_errors import RoundNotAnnounced

MINUTE = timedelta(minutes=1)


def faults(session: Session, place: Place, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ClassListInvalid) as refused:
        pupils(session, place, text)
    found = refused.value.params["faults"]
    assert isinstance(found, list)
    return found


def pupils(session: Session, place: Place, text: str) -> list[int]:
    round_, keys = place
    manifest = current_manifest(session, round_)
    return find_pupils(session, round_, manifest, text, keys=keys, now=NOON)


def test_a_list_is_read_as_it_comes(session: Session, place: Place) -> None:
    round_, keys = place
    rows = [row_of_person(session, round_, number, keys).id for number in (2, 3, 4)]
    text = f"Nimi;Tunnus\n\n Joku Muu; {hetu(2)}\r\n{hetu(3).lower()}\n;;\n"
    text += '"Asukas, 4", 1960'
    assert pupils(session, place, text) == rows
    assert pupils(session, place, f"\ufeff{hetu(4)}\t7B") == rows[2:]


def test_a_list_is_answered_pupil_by_pupil_and_nothing_is_made(
    session: Session, place: Place
) -> None:
    class_of(session, *place, 9, now=NOON)
    text = "\n".join(
        [
            hetu(2),
            "140560-002Z",
            CHILD,
            hetu(700),
            hetu(2),
            hetu(9),
            "Asukas 999; 1960",
            "Asukas; 1960",
            "Asukas asukas; 1960",
            hetu(3),
        ]
    )
    assert faults(session, place, text) == [
        (2, "unreadable", ""),
        (3, "too_young", ""),
        (4, "not_on_the_roll", ""),
        (5, "twice", "1"),
        (6, "in_another_class", "1"),
        (7, "nobody_fits", ""),
        # One word is no name: somebody else might fit by chance.
        (8, "unreadable", ""),
        (9, "several", ""),
    ]
    assert faults(session, place, " \n Nimi\n") == [(0, "nobody", "")]
    many = list_of(*range(2, MOST_PUPILS + 3))
    assert faults(session, place, many) == [(0, "too_many", str(MOST_PUPILS))]
    # Neither a number nor a name is in what is said of the list.
    assert "140560" not in repr(faults(session, place, text))


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"ends_at": NOON - timedelta(hours=1)}, ClassEndsTooSoon),
        ({"opens_at": NOON - 2 * MINUTE, "ends_at": NOON - MINUTE}, ClassEndsTooSoon),
        ({"ends_at": NOON + timedelta(hours=9)}, ClassTooLong),
        (
            {"opens_at": NOON - timedelta(days=2), "ends_at": NOON + MINUTE},
            ClassTooLong,
        ),
        (
            {
                "opens_at": NOON - timedelta(days=1, minutes=1),
                "ends_at": NOON - timedelta(days=1) + MINUTE,
            },
            ClassEndsTooSoon,
        ),
        (
            {
                "opens_at": NOON + timedelta(days=14, minutes=-9),
                "ends_at": NOON + timedelta(days=14, minutes=1),
            },
            ClassOutsideVote,
        ),
    ],
)
def test_a_lesson_lies_within_the_vote_and_ahead(
    session: Session, place: Place, said: dict[str, datetime], refusal: type
) -> None:
    with pytest.raises(refusal):
        check_lesson(session, place[0], lesson(NOON, **said), now=NOON)


def test_a_lesson_before_the_vote_s_first_moment_is_none(
    session: Session, place: Place
) -> None:
    early = NOON - timedelta(days=1, minutes=10)
    before = lesson(early, opens_at=early, ends_at=early + timedelta(hours=1))
    with pytest.raises(ClassOutsideVote):
        check_lesson(session, place[0], before, now=early)


def test_slips_are_made_while_a_class_can_vote(
    session: Session, place: Place, tmp_path: Path
) -> None:
    round_, _ = place

    def refused(refusal: type[DomainError], now: datetime = NOON) -> None:
        with pytest.raises(refusal):
            check_lesson(session, round_, lesson(now), now=now)

    refused(VoteClosed, NOON + timedelta(days=15))
    round_.stage = Stage.CLOSED
    refused(VoteClosed)
    round_ = draft_round(session, now=NOON, slug="draft")
    refused(RoundNotAnnounced)
    round_.stage = Stage.ANNOUNCED
    refused(WayNotOpen)
    round_.voter_source, round_.ways = place[0].voter_source, [Way.CLASS.value]
    for phase in round_.phases:
        phase.starts_at = phase.ends_at = None
    refused(ClassUndated)
