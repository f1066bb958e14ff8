"""Published rounds whose ballots went through the box, and their bundles."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.bundles import round_bundle
from core.audit import SYSTEM
from core.db import Base
from tests.factories.elections import imported_round
from tests.factories.rounds import OFFICIAL, open_round
from voting.keys import load_round_keys
from voting.models import BoxBallot, Round, Stage, Voter
from voting.recount import SUMS
from voting.recount.bundle import sums_of
from voting.results import count_round, current_result, publish_result
from voting.rounds import BallotPlan
from voting.sealing import seal_copy

Files = dict[str, bytes]
# North (60 000 e): 1 costs 20 000, 2 45 000; south (40 000 e): 3 15 000, 4 30 000.
BALLOTS: tuple[tuple[str, Sequence[str]], ...] = (
    ("north", ["1", "2"]),
    ("north", ["2"]),
    ("north", ["2"]),
    ("north", ["1"]),
    ("south", ["3", "4"]),
    ("south", ["4"]),
    ("south", ["4"]),
    ("south", []),
)

# Of every rule something that is not its default; raising shares takes its time.
RULES: dict[str, dict[str, Any]] = {
    "greedy": {"variant": "no-skip"},
    "max-welfare": {"satisfaction": "cost"},
    "equal-shares": {"completion": "greedy", "comparison": True},
    "phragmen": {"ties": ["draw"], "seed": "dice"},
}
ADD1 = {"completion": "add1"}
# Of one area with 92 000 e: 17 000 are left when the hill comes, which costs 20 000.
RESERVE: dict[str, Any] = {"overshoot": 20, "variant": "no-skip"}
SCARCE = 9_200_000
BLANK = BallotPlan(max_picks=2, municipality="Puistola", blank_allowed=True)
NOON = datetime(2027, 4, 12, 9, 0, tzinfo=UTC)


def recountable_round(
    session: Session,
    key_dir: Path,
    *,
    now: datetime,
    ballots: Sequence[tuple[str, Sequence[str]]] = BALLOTS,
    **options: Any,
) -> Round:
    """Opened, cast, sealed, counted and published; options as of `open_round`."""
    round_ = open_round(session, now=now, key_dir=key_dir, **options)
    areas = {area.slug: area.id for area in round_.areas}
    keys = load_round_keys(key_dir, round_.slug)
    voters = [
        Voter(round_id=round_.id, person_key=f"{n:064}", voted_hour=now)
        for n, _ in enumerate(ballots)
    ]
    session.add_all(voters)
    session.flush()
    session.add_all(
        BoxBallot(
            round_id=round_.id,
            area_id=areas[area],
            tag=keys.tag(voter.id),
            choices=[[code, 1] for code in codes],
        )
        for voter, (area, codes) in zip(voters, ballots, strict=True)
    )
    round_.stage = Stage.RECONCILED
    session.flush()
    seal_copy(session, round_, keys=keys, actor=SYSTEM, now=now)
    count_round(session, round_, actor=OFFICIAL, now=now)
    publish_result(session, round_, actor=OFFICIAL, now=now)
    return round_


def bundle_of(session: Session, round_: Round) -> Files:
    """The files of a published round's bundle."""
    result = current_result(session, round_)
    assert result is not None
    return round_bundle(session, round_, result)


def reserve_bundle() -> Files:
    """The bundle of a round in which a reserve added 3 000 e."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session, TemporaryDirectory() as key_dir:
        round_ = recountable_round(
            session,
            Path(key_dir),
            now=NOON,
            ballots=[("north", codes) for _, codes in BALLOTS],
            ballot=BLANK,
            rule="greedy",
            parameters=RESERVE,
            one_area=True,
            budget=SCARCE,
        )
        files = bundle_of(session, round_)
    engine.dispose()
    return files


@cache
def made_bundle(rule: str = "greedy", *, one_area: bool = False) -> Files:
    """The bundle of a round with blank ballots, in a database of its own memory."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    ballots = [("north", codes) for _, codes in BALLOTS] if one_area else BALLOTS
    with Session(engine) as session, TemporaryDirectory() as key_dir:
        round_ = recountable_round(
            session,
            Path(key_dir),
            now=NOON,
            ballots=ballots,
            ballot=BLANK,
            rule="equal-shares" if rule == "add1" else rule,
            parameters=RULES.get(rule, ADD1),
            one_area=one_area,
        )
        files = bundle_of(session, round_)
    engine.dispose()
    return files


def imported_bundle(text: str, *, rule: str) -> Files:
    """The bundle of an election that came from a .pb file."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        round_ = imported_round(session, now=NOON, text=text, rule=rule)
        count_round(session, round_, actor=OFFICIAL, now=NOON)
        publish_result(session, round_, actor=OFFICIAL, now=NOON)
        files = bundle_of(session, round_)
    engine.dispose()
    return files


def forged(files: Files, name: str, change: Callable[[str], str]) -> Files:
    """One file changed, and SHA256SUMS made to fit."""
    text = files[name].decode()
    changed = {**files, name: change(text).encode()}
    assert changed[name] != files[name]
    return {**changed, SUMS: sums_of(changed)}


def forged_json(files: Files, name: str, change: Callable[[Any], None]) -> Files:
    """As `forged`, of a JSON document."""

    def text(before: str) -> str:
        document = json.loads(before)
        change(document)
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    return forged(files, name, text)
