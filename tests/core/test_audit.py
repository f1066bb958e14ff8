"""The chain of acts: it does not fork, and a change in it shows."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.transaction import transaction
from core.audit import (
    GENESIS,
    SYSTEM,
    Actor,
    AuditDetail,
    AuditEntry,
    AuditHead,
    ChainFault,
    check_chain,
    entries,
    record,
    round_chain,
)
from tests.support.apps import application_on, at_once

NOW = datetime(2027, 4, 12, 9, 0, tzinfo=UTC)
OFFICIAL = Actor("official", "Oona Official", 7)


@pytest.fixture
def chain(session: Session) -> str:
    """A chain of five acts."""
    for number in range(5):
        record(session, OFFICIAL, "test.act", now=NOW, step=number, word="ä")
    return "house"


@pytest.fixture
def unguarded(session: Session) -> Iterator[Session]:
    """A database whose triggers somebody with all rights has removed."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    else:
        for act in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_entry_refuse_{act}"))
    return session


def test_entries_follow_one_another(session: Session, chain: str) -> None:
    found = list(entries(session, chain))
    assert [entry.number for entry in found] == [1, 2, 3, 4, 5]
    assert found[0].previous_hash == GENESIS
    links = [entry.previous_hash for entry in found[1:]]
    assert links == [entry.hash for entry in found[:-1]]
    head = session.get_one(AuditHead, chain)
    assert (head.number, head.hash) == (5, found[-1].hash)
    assert check_chain(session, chain) is None


def test_the_name_is_not_in_the_chain(session: Session, chain: str) -> None:
    entry = next(entries(session, chain))
    public = f"{entry.role} {entry.action} {entry.facts} {entry.hash}"
    assert "Oona" not in public
    assert entry.detail is not None
    assert "Oona Official" in entry.detail.text


def test_equal_details_do_not_show_as_equal(session: Session, chain: str) -> None:
    hashes = {entry.detail_hash for entry in entries(session, chain)}
    assert len(hashes) == 5


def test_each_round_has_a_chain_of_its_own(session: Session, chain: str) -> None:
    entry = record(session, SYSTEM, "test.act", now=NOW, chain=round_chain("park"))
    assert (entry.number, entry.previous_hash) == (1, GENESIS)
    assert check_chain(session, round_chain("park")) is None
    assert check_chain(session, chain) is None


def test_an_act_that_is_rolled_back_leaves_no_entry(
    session: Session, chain: str
) -> None:
    session.commit()
    record(session, OFFICIAL, "test.act", now=NOW)
    session.rollback()
    assert len(list(entries(session, chain))) == 5
    assert check_chain(session, chain) is None


def test_erasing_the_names_keeps_the_chain_whole(session: Session, chain: str) -> None:
    session.execute(delete(AuditDetail))
    session.expire_all()
    assert check_chain(session, chain) is None
    assert next(entries(session, chain)).detail is None


def test_the_database_refuses_to_change_an_entry(session: Session, chain: str) -> None:
    session.commit()
    for act in ("UPDATE audit_entry SET role = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(act))
    assert check_chain(session, chain) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE audit_entry SET role = 'auditor' WHERE number = 3", (3, "altered")),
        ("UPDATE audit_entry SET facts = '{}' WHERE number = 2", (2, "altered")),
        ("UPDATE audit_entry SET at = '2020-01-01' WHERE number = 4", (4, "altered")),
        ("UPDATE audit_entry SET hash = 'x' WHERE number = 2", (2, "altered")),
        ("DELETE FROM audit_entry WHERE number = 3", (3, "missing")),
        ("DELETE FROM audit_entry WHERE number = 5", (4, "head")),
        ("UPDATE audit_head SET hash = 'x'", (5, "head")),
        ("UPDATE audit_head SET number = 4", (5, "head")),
        ("UPDATE audit_head SET number = 6", (5, "head")),
        ("DELETE FROM audit_head", (5, "head")),
    ],
)
def test_a_change_is_found(
    unguarded: Session, chain: str, change: str, fault: tuple[int, str]
) -> None:
    unguarded.execute(delete(AuditDetail))
    if unguarded.get_bind().dialect.name == "sqlite" and "at =" in change:
        change = change.replace("2020-01-01", "2020-01-01 00:00:00.000000")
    unguarded.execute(text(change))
    unguarded.expire_all()
    assert check_chain(unguarded, chain) == ChainFault(chain, *fault)


def test_a_changed_name_is_found(session: Session, chain: str) -> None:
    entry = list(entries(session, chain))[2]
    assert entry.detail is not None
    entry.detail.text = entry.detail.text.replace("Oona", "Somebody else")
    session.flush()
    assert check_chain(session, chain) == ChainFault(chain, 3, "detail_altered")


def test_two_entries_exchanged_are_found(unguarded: Session, chain: str) -> None:
    for swap in ((2, 90), (3, 2), (90, 3)):
        unguarded.execute(
            text("UPDATE audit_entry SET number = :new WHERE number = :old"),
            {"old": swap[0], "new": swap[1]},
        )
    unguarded.expire_all()
    assert check_chain(unguarded, chain) == ChainFault(chain, 2, "broken_link")


def test_acts_at_the_same_instant_do_not_fork_the_chain(own_database: str) -> None:
    def act() -> None:
        for _ in range(5):
            with transaction() as session:
                record(session, SYSTEM, "test.act", now=NOW)

    with application_on(own_database) as app:
        assert at_once(app, [act] * 8) == [None] * 8
        with app.app_context(), transaction() as session:
            assert session.scalar(select(func.count()).select_from(AuditEntry)) == 40
            assert check_chain(session, "house") is None


def test_the_check_is_not_disturbed_by_acts_that_go_on(own_database: str) -> None:
    def act() -> None:
        for _ in range(10):
            with transaction() as session:
                record(session, SYSTEM, "test.act", now=NOW)

    def check() -> list[ChainFault | None]:
        found = []
        for _ in range(10):
            with transaction() as session:
                found.append(check_chain(session, "house"))
        return found

    with application_on(own_database) as app:
        answers = at_once(app, [act, act, check])
    assert answers == [None, None, [None] * 10]
