"""One act: all of it or nothing, and never one inside another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.config import Config
from app.extensions import db
from app.transaction import transaction
from core.audit import SYSTEM, AuditEntry, record
from core.clock import DatabaseClock
from tests.support.databases import environment


def acts() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


@pytest.fixture
def own_app(own_database: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(
        Config.from_environment(environment(own_database, KEY_DIR=str(tmp_path)))
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("own_app")
class TestAnAct:
    def test_that_ends_well_stays(self) -> None:
        with transaction() as session:
            record(session, SYSTEM, "test", now=DatabaseClock().now(session))
        db.session.rollback()
        assert acts() == 1

    def test_that_fails_leaves_no_trace(self) -> None:
        with pytest.raises(ZeroDivisionError):
            self._fail()
        assert acts() == 0

    def test_inside_another_is_a_mistake_and_undoes_both(self) -> None:
        with pytest.raises(RuntimeError):
            self._nest()
        assert acts() == 0
        with transaction() as session:
            record(session, SYSTEM, "test", now=DatabaseClock().now(session))
        assert acts() == 1

    def test_may_follow_a_page_that_has_already_read(self) -> None:
        assert acts() == 0
        with transaction() as session:
            record(session, SYSTEM, "test", now=DatabaseClock().now(session))
        assert acts() == 1

    def test_cannot_edit_what_was_recorded(self) -> None:
        with transaction() as session:
            record(session, SYSTEM, "test", now=DatabaseClock().now(session))
        for statement in (
            "UPDATE audit_entry SET action = 'other'",
            "DELETE FROM audit_entry",
        ):
            with (
                pytest.raises(DBAPIError, match="append-only"),
                transaction() as session,
            ):
                session.execute(db.text(statement))
        assert acts() == 1

    def _fail(self) -> None:
        with transaction() as session:
            record(session, SYSTEM, "test", now=DatabaseClock().now(session))
            1 / 0  # noqa: B018 - the failure

    def _nest(self) -> None:
        with transaction() as session:
            record(session, SYSTEM, "test", now=DatabaseClock().now(session))
            with transaction():
                pass
