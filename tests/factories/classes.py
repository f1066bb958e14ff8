"""Votes in which a school class votes together, and the slips of one."""

import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories.ballots import new_key
from tests.factories.rolls import hetu, open_register_round, row_of_person
from tests.factories.rounds import OFFICIAL
from voting.ballots import cast
from voting.classes.batches import (
    Lesson,
    begin_class,
    clear_class,
    fill_class,
    revoke_class,
)
from voting.classes.redeeming import redeem_class_code, spend_class_code
from voting.codes import new_codes
from voting.keys import RollKeys, RoundKeys
from voting.models import ClassBatch, Round, VoterSource, Way
from voting.opening import current_manifest
from voting.rounds import BallotPlan

Place = tuple[Round, RollKeys]
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
# Born in 2020: nobody of the register, and too young where the age counts.
CHILD = hetu(901, born="010120", sign="A")


def open_class_round(
    session: Session,
    *,
    key_dir: Path,
    folder: Path,
    now: datetime,
    people: int = 12,
    **rules: Any,
) -> tuple[Round, RollKeys]:
    """The vote is on, from the age of twelve; persons 2, 3, ... are on the roll."""
    plan = {
        "max_picks": 2,
        "municipality": "Puistola",
        "min_age": 12,
        "voter_source": VoterSource.REGISTER,
        "ways": (Way.CODE, Way.EMAIL, Way.CLASS),
    } | rules
    return open_register_round(
        session,
        key_dir=key_dir,
        folder=folder,
        now=now,
        people=people,
        ballot=BallotPlan(**plan),
    )


def lesson(now: datetime, **said: Any) -> Lesson:
    """From a quarter of an hour ago, for three quarters of an hour."""
    opens = now - timedelta(minutes=15)
    times = {"opens_at": opens, "ends_at": opens + timedelta(minutes=45)}
    return Lesson(**({"school": "Puistolan koulu", "name": "7B"} | times | said))


def class_of(
    session: Session,
    round_: Round,
    keys: RollKeys,
    *numbers: int,
    now: datetime,
    **said: Any,
) -> tuple[ClassBatch, list[str]]:
    """A class of these persons, and the codes of their slips in its order."""
    rows = [row_of_person(session, round_, number, keys).id for number in numbers]
    codes = new_codes(rows)
    act: dict[str, Any] = {"keys": keys, "now": now}
    about = lesson(now, **said)
    begun = begin_class(session, round_, about, rows, actor=OFFICIAL, **act)
    batch = fill_class(session, round_, begun.number, codes, **act)
    return batch, [each.code for each in codes]


def end(
    session: Session, round_: Round, keys: RollKeys, number: int, *, now: datetime
) -> ClassBatch:
    """Both acts of the end of a class."""
    batch = revoke_class(session, round_, number, keys=keys, actor=OFFICIAL, now=now)
    clear_class(session, round_, number, keys=keys)
    return batch


def list_of(*numbers: int) -> str:
    """A teacher's list by identity numbers."""
    return "\n".join(hetu(number) for number in numbers)


def codes_in(pdf: bytes) -> list[str]:
    """The codes on the slips, in their order."""
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return CODE.findall(text)


def enter(
    session: Session,
    place: Place,
    code: str,
    keys: RoundKeys,
    *,
    now: datetime = NOON,
) -> str:
    """A pass for whoever holds the slip."""
    round_, roll_keys = place
    manifest = current_manifest(session, round_)
    return redeem_class_code(
        session,
        round_,
        manifest,
        code,
        roll_keys=roll_keys,
        keys=lambda: keys,
        now=now,
    )


def vote(
    session: Session,
    place: Place,
    number: int,
    keys: RoundKeys,
    *,
    token: str | None = None,
    project: str = "1",
    now: datetime = NOON,
) -> None:
    """As the booth does it; with a token: of a class."""
    round_, roll_keys = place
    voter = row_of_person(session, round_, number, roll_keys)
    cast(
        session,
        round_,
        current_manifest(session, round_),
        voter,
        {"north": [project]},
        key=new_key(),
        now=now,
        keys=keys,
        channel="class" if token else "code",
    )
    if token:
        spend_class_code(session, round_, voter, token, now=now)
