"""Make the slips of a class: set first, then logged, and made good in the last act.

The log and the rows of the pupils are never in one act: see `voting.classes.batches`.
A program that dies between the two leaves a class without a slip, or an entry of the
log for a slip that was not replaced; the page shows the one, and the other is repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.class_slips import about_the_class, slips_pdf
from app.extensions import clock
from app.rounds.booth_place import key_dir
from app.transaction import transaction
from core.audit import SYSTEM, Actor
from core.errors import DomainError
from voting.classes.batches import (
    Lesson,
    begin_class,
    check_lesson,
    check_may_teach,
    clear_class,
    fill_class,
    find_class,
    note_replacement,
    pupil_at,
    replace_slip,
    revoke_class,
)
from voting.classes.pupils import find_pupils
from voting.codes import IssuedCode, new_codes
from voting.keys import RollKeys, load_roll_keys
from voting.rounds import get_round


@dataclass(frozen=True, slots=True)
class Slips:
    """A class that has been made: its number, and the file that comes once."""

    number: int
    pdf: bytes


def make_slips(slug: str, lesson: Lesson, pupils: str, *, actor: Actor) -> Slips:
    """A slip for each pupil of a list, or for nobody.

    Raises:
        ClassListInvalid, ClassMade, ClassOvertaken, ClassEndsTooSoon, ClassTooLong,
        ClassOutsideVote, ClassUndated, WayNotOpen, VoteClosed, RoundNotAnnounced,
        RollMissing, RollKeyChanged: nothing was made.
    """
    keys = load_roll_keys(key_dir(), slug)
    with transaction() as session:
        round_, now = get_round(session, slug), clock().now(session)
        manifest = check_lesson(session, round_, lesson, now=now)
        rows = find_pupils(session, round_, manifest, pupils, keys=keys, now=now)
        codes = new_codes(rows)
        about = about_the_class(
            round_,
            manifest,
            school=lesson.school,
            name=lesson.name,
            opens=lesson.opens_at,
            ends=lesson.ends_at,
        )
    # Between two acts: nobody who votes waits until the slips are set.
    pdf = slips_pdf(about, [(line, each.code) for line, each in enumerate(codes, 1)])
    with transaction() as session:
        number = begin_class(
            session,
            get_round(session, slug),
            lesson,
            rows,
            keys=keys,
            actor=actor,
            now=clock().now(session),
        ).number
    _fill(slug, number, codes, keys)
    return Slips(number, pdf)


def _fill(slug: str, number: int, codes: Sequence[IssuedCode], keys: RollKeys) -> None:
    try:
        with transaction() as session:
            round_, now = get_round(session, slug), clock().now(session)
            fill_class(session, round_, number, codes, keys=keys, now=now)
    except DomainError:
        # Somebody was quicker: a class without slips is none.
        end_class(slug, number, actor=SYSTEM)
        raise


def make_slip_anew(slug: str, number: int, line: int, *, actor: Actor) -> bytes:
    """A new slip for the pupil at a place of the list; the old code ends.

    Raises:
        ClassUnknown, ClassEnded, ClassLineUnknown: nobody gets one.
        others: as `make_slips`.
    """
    keys = load_roll_keys(key_dir(), slug)
    with transaction() as session:
        round_, now = get_round(session, slug), clock().now(session)
        manifest = check_may_teach(session, round_, now=now)
        batch = find_class(session, round_, number)
        (code,) = new_codes([pupil_at(session, batch, line, now=now)])
        about = about_the_class(
            round_,
            manifest,
            school=batch.school,
            name=batch.name,
            opens=batch.opens_at,
            ends=batch.ends_at,
        )
    pdf = slips_pdf(about, [(line, code.code)], alone=True)
    with transaction() as session:
        round_, now = get_round(session, slug), clock().now(session)
        note_replacement(session, round_, number, line, actor=actor, now=now)
    with transaction() as session:
        round_, now = get_round(session, slug), clock().now(session)
        replace_slip(session, round_, number, line, code, keys=keys, now=now)
    return pdf


def end_class(slug: str, number: int, *, actor: Actor) -> None:
    """End the codes of a class.

    Raises:
        ClassUnknown: there is none of this number.
    """
    keys = load_roll_keys(key_dir(), slug)
    with transaction() as session:
        revoke_class(
            session,
            get_round(session, slug),
            number,
            keys=keys,
            actor=actor,
            now=clock().now(session),
        )
    with transaction() as session:
        clear_class(session, get_round(session, slug), number, keys=keys)
