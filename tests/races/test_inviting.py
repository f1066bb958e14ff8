"""Letters and answers at the same moment: one of them wins, whole."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app
from app.config import Config
from app.extensions import db
from app.transaction import transaction
from core.clock import FixedClock
from core.errors import DomainError
from panels.keys import PeopleKeys
from panels.letters import Addressed, Order, addressed_letters, store_run
from panels.models import Invitation, LetterRun, LetterRunKind, Panel, Volunteer
from panels.panels import get_panel
from panels.volunteers import volunteer
from panels.waves import get_wave
from tests.conftest import NOON
from tests.factories.panels import (
    OFFICIAL,
    application,
    drawn_wave,
    panel_with_targets,
    read_town,
    sent_letters,
)
from tests.support.databases import environment

AT_ONCE = 8
SECOND = Order(kind=LetterRunKind.CSV, is_reminder=True)


@dataclass
class Invited:
    """A panel whose letters are in the post."""

    app: Flask
    keys: PeopleKeys
    letters: list[Addressed]

    def at_once(self, act: Callable[[Session, Panel], object]) -> Counter[str]:
        """The act in threads that start together; "done", or why not."""
        start = Barrier(AT_ONCE)

        def run(_: int) -> str:
            with self.app.app_context():
                start.wait()
                try:
                    with transaction() as session:
                        act(session, get_panel(session, "town"))
                except DomainError as refusal:
                    return refusal.code
                finally:
                    db.session.remove()
            return "done"

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return Counter(pool.map(run, range(AT_ONCE)))

    def count(self, model: type) -> int:
        """Rows that are committed."""
        with self.app.app_context():
            query = select(func.count()).select_from(model)
            return db.session().scalar(query) or 0


@pytest.fixture
def invited(own_database: str, tmp_path: Path) -> Iterator[Invited]:
    folder = tmp_path / "keys"
    config = Config.from_environment(environment(own_database, KEY_DIR=str(folder)))
    app = create_app(replace(config, testing=True), clock=FixedClock(NOON))
    with app.app_context(), transaction() as session:
        register, keys = read_town(
            session, tmp_path, now=NOON, people=60, key_dir=folder
        )
        panel = panel_with_targets(session, now=NOON, size=6)
        wave = drawn_wave(session, panel, register, keys, now=NOON)
        letters = sent_letters(session, panel, wave, keys, now=NOON)
    yield Invited(app, keys, letters)
    with app.app_context():
        db.engine.dispose()


def test_a_code_that_is_sent_in_many_times_is_one_volunteer(invited: Invited) -> None:
    code = invited.letters[0].code

    def join(session: Session, panel: Panel) -> None:
        volunteer(session, panel, code, application(), keys=invited.keys, now=NOON)

    found = invited.at_once(join)
    assert found == {"done": 1, "invitation_answered": AT_ONCE - 1}
    assert invited.count(Volunteer) == 1


def test_two_officials_do_not_make_the_same_letters(invited: Invited) -> None:
    with invited.app.app_context(), transaction() as session:
        wave = get_wave(session, get_panel(session, "town"), 1)
        letters = addressed_letters(session, wave, SECOND, keys=invited.keys)

    def make(session: Session, panel: Panel) -> None:
        store_run(
            session,
            panel,
            get_wave(session, panel, 1),
            SECOND,
            letters,
            keys=invited.keys,
            actor=OFFICIAL,
            now=NOON,
        )

    found = invited.at_once(make)
    assert found == {"done": 1, "invitation_letters_overtaken": AT_ONCE - 1}
    assert invited.count(LetterRun) == 2
    with invited.app.app_context():
        sent = db.session().scalars(select(Invitation.letters).distinct()).all()
    assert sent == [2]
