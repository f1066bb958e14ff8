"""Registers of people who never lived, and rounds that vote by them."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.register.numbers import identity
from tests.factories.rounds import OFFICIAL, announced_round
from voting.codes import issue_codes
from voting.keys import RollKeys, create_roll_key
from voting.models import AreaKind, Roll, Round, Voter, VoterSource, Way
from voting.opening import open_vote
from voting.roll.columns import Extract
from voting.roll.importing import check_extract, ground_of, store_extract
from voting.rounds import BallotPlan

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
AS_OF = date(2027, 3, 1)
HEAD = "identity;municipality;area;name;street;postcode;town;email;protected"


def hetu(number: int, *, born: str = "140560", sign: str = "-") -> str:
    """A Finnish identity code with a right check character."""
    digits = f"{born}{number:03}"
    return f"{born}{sign}{number:03}{CHECK[int(digits) % 31]}"


def line(number: int, **cells: str) -> str:
    """A person's line: in Puistola, north, with an address for letters and mail."""
    values = {
        "identity": hetu(number),
        "municipality": "Puistola",
        "area": "north",
        "name": f"Asukas {number}",
        "street": f"Lehmuskuja {number}",
        "postcode": "00100",
        "town": "PUISTOLA",
        "email": f"asukas{number}@example.org",
        "protected": "",
        **cells,
    }
    return ";".join(values[name] for name in HEAD.split(";"))


def register(path: Path, *lines: str, head: str = HEAD) -> Path:
    """The file of a register."""
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def extract(**said: Any) -> Extract:
    """What is said of the file besides its rows."""
    return Extract(**({"source": "Register, 1 March 2027", "as_of": AS_OF} | said))


def register_round(
    session: Session, *, now: datetime, ballot: BallotPlan | None = None, **options: Any
) -> Round:
    """Announced, by register, with two home areas: north and south; no roll yet."""
    plan = ballot or BallotPlan(
        max_picks=2,
        municipality="Puistola",
        voter_source=VoterSource.REGISTER,
        ways=(Way.CODE, Way.EMAIL, Way.STRONG, Way.DESK),
    )
    round_ = announced_round(session, now=now, ballot=plan, **options)
    for area in round_.areas:
        area.kind = AreaKind.HOME
    session.flush()
    return round_


def read_into(
    session: Session,
    round_: Round,
    path: Path,
    *,
    key_dir: Path,
    now: datetime,
    **said: Any,
) -> Roll:
    """Read a register, as a job does."""
    keys = create_roll_key(key_dir, round_.slug)
    checked = check_extract(ground_of(round_), path, extract(**said), keys=keys)
    return store_extract(session, round_, checked, keys=keys, actor=OFFICIAL, now=now)


def open_register_round(
    session: Session,
    *,
    key_dir: Path,
    folder: Path,
    now: datetime,
    people: int = 3,
    **options: Any,
) -> tuple[Round, RollKeys]:
    """The vote is on, with persons 2, 3, ... on the roll, all of them in the north."""
    round_ = register_round(session, now=now, **options)
    lines = [line(number) for number in range(2, people + 2)]
    path = register(folder / f"{round_.slug}.csv", *lines)
    read_into(session, round_, path, key_dir=key_dir, now=now)
    open_vote(session, round_, actor=OFFICIAL, now=now, key_dir=key_dir)
    return round_, create_roll_key(key_dir, round_.slug)


def row_of_person(
    session: Session, round_: Round, number: int, keys: RollKeys
) -> Voter:
    """The row of a person of `line`."""
    roll = session.get_one(Roll, round_.id)
    key = keys.person_key(identity(hetu(number), roll.numbers))
    query = select(Voter).where(Voter.round_id == round_.id, Voter.person_key == key)
    return session.scalars(query).one()


def code_of_person(
    session: Session, round_: Round, number: int, *, keys: RollKeys, now: datetime
) -> str:
    """A new code for a person of `line`."""
    row = row_of_person(session, round_, number, keys)
    (issued,) = issue_codes(
        session, round_, [row.id], keys=keys, actor=OFFICIAL, now=now
    )
    return issued.code
