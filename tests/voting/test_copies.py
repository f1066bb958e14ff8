import gzip
import json
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.audit import SYSTEM
from tests.factories.ballots import CLOSES, Vote, cast_by, open_vote_with, voter_in
from voting.copies import Sum, check_copy, path_of_copy, write_copy
from voting.copy_errors import CopyMismatch, CopyNotWritten
from voting.models import AreaKind, SealedBallot, SealedReceipt, Stage
from voting.sealing import seal_copy

KINDS = [AreaKind.HOME, AreaKind.EVERYONE]


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    """A sealed round of six voters in two areas."""
    vote = open_vote_with(session, tmp_path, kinds=KINDS)
    for number in range(6):
        voter = voter_in(session, vote, home="area0")
        picks = [f"a1-{1 + number % 3}"]
        cast_by(session, vote, voter, area0=["a0-1", "a0-2"], area1=picks)
    vote.round.stage = Stage.RECONCILED
    seal_copy(session, vote.round, keys=vote.keys, actor=SYSTEM, now=CLOSES)
    return vote


@pytest.fixture
def path(session: Session, vote: Vote, tmp_path: Path) -> Path:
    """Its copy."""
    path = path_of_copy(tmp_path / "backups", vote.slug)
    write_copy(session, vote.round, path)
    return path


def lines(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)


def rewrite(path: Path, lines: list[str]) -> None:
    path.write_bytes(gzip.compress("".join(lines).encode()))


def test_what_was_written_can_be_read_back(
    session: Session, vote: Vote, path: Path
) -> None:
    check_copy(session, vote.round, path)
    last = json.loads(lines(path)[-1])["end"]
    assert [last[name][0] for name in ("round", "area", "project")] == [1, 2, 6]
    assert [last[f"sealed_{name}"][0] for name in ("ballot", "receipt")] == [12, 12]
    assert last["audit_entry"][0] == last["audit_head"][0] == 1
    assert last["manifest"][0] == 1


def test_it_says_nothing_of_people(session: Session, vote: Vote, path: Path) -> None:
    said = "".join(lines(path))
    heads = [json.loads(line) for line in lines(path) if line.startswith('{"columns')]
    assert not {head["table"] for head in heads} & {"voter", "account", "proposal"}
    assert "proposal_id" not in {name for head in heads for name in head["columns"]}
    assert "@" not in said


def test_written_again_it_is_the_same_file(
    session: Session, vote: Vote, path: Path
) -> None:
    before = path.read_bytes()
    write_copy(session, vote.round, path)
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("hurt", ["cut", "no end", "a line less", "another choice"])
def test_a_copy_that_is_hurt_is_noticed(
    session: Session, vote: Vote, path: Path, hurt: str
) -> None:
    there = lines(path)
    ballot = next(i for i, line in enumerate(there) if '[["a0-1"' in line)
    match hurt:
        case "cut":
            path.write_bytes(path.read_bytes()[:-200])
        case "no end":
            rewrite(path, there[:-1])
        case "a line less":
            rewrite(path, there[:ballot] + there[ballot + 1 :])
        case "another choice":
            rewrite(path, [line.replace('"a0-2"', '"a0-3"') for line in there])
    with pytest.raises(CopyMismatch):
        check_copy(session, vote.round, path)


def forged(there: list[str], old: str, new: str) -> list[str]:
    """Another text in the file, with its sums made to fit."""
    changed, sums, table = [], {}, ""
    for line in there[:-1]:
        text = line.replace(old, new)
        head = json.loads(text)
        if isinstance(head, dict):
            table = head["table"]
            sums[table] = Sum()
        else:
            sums[table].add(text.rstrip("\n"))
        changed.append(text)
    end = {"end": {name: each.said() for name, each in sums.items()}}
    return [*changed, json.dumps(end) + "\n"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        # The ballots are as they were, but of an area of another name.
        (('"area1"', '"areaX"'), "sha256"),
        (("ballots.sealed", "ballots.healed"), "audit_entry"),
    ],
)
def test_a_forgery_whose_sums_fit_is_noticed(
    session: Session, vote: Vote, path: Path, change: tuple[str, str], where: str
) -> None:
    there = lines(path)
    rewrite(path, forged(there, "nothing at all", ""))
    check_copy(session, vote.round, path)
    rewrite(path, forged(there, *change))
    with pytest.raises(CopyMismatch) as refused:
        check_copy(session, vote.round, path)
    assert refused.value.params == {"where": where}


def test_a_table_that_the_end_does_not_count_is_noticed(
    session: Session, vote: Vote, path: Path
) -> None:
    *there, last = lines(path)
    sums = json.loads(last)["end"]
    del sums["project"]
    rewrite(path, [*there, json.dumps({"end": sums}) + "\n"])
    with pytest.raises(CopyMismatch) as refused:
        check_copy(session, vote.round, path)
    assert refused.value.params == {"where": "file"}


@pytest.mark.parametrize("model", [SealedBallot, SealedReceipt])
def test_a_database_that_is_hurt_is_noticed(
    session: Session,
    vote: Vote,
    path: Path,
    model: type[SealedBallot] | type[SealedReceipt],
) -> None:
    session.execute(
        delete(model).where(model.id == session.query(model.id).limit(1).scalar())
    )
    with pytest.raises(CopyMismatch) as refused:
        check_copy(session, vote.round, path)
    assert refused.value.params == {"where": model.__tablename__}


def test_a_copy_that_is_not_there_is_no_copy(
    session: Session, vote: Vote, path: Path
) -> None:
    path.unlink()
    with pytest.raises(CopyMismatch):
        check_copy(session, vote.round, path)


def test_a_folder_that_takes_nothing_is_told(
    session: Session, vote: Vote, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CopyNotWritten) as refused:
        write_copy(session, vote.round, path_of_copy(tmp_path / "file", vote.slug))
    assert refused.value.params["why"]
