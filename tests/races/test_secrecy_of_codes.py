"""What PostgreSQL's own columns would tell of slips and letters: nothing that lasts."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.classes import end_class, make_slip_anew, make_slips
from app.extensions import db
from app.mailings import make_one, make_pdf, revoke
from app.transaction import transaction
from core.audit import SYSTEM, Actor
from tests.factories.ballots import OPENS
from tests.factories.classes import lesson, list_of, open_class_round
from tests.factories.rolls import row_of_person
from tests.support.databases import ON_POSTGRESQL
from voting.closing import close_vote, reconcile
from voting.keys import load_round_keys
from voting.mailings.choosing import Mailing
from voting.models import LetterKind
from voting.rounds import get_round
from voting.sealing import empty_box, forget_deleted_rows, seal_copy

CLERK = Actor(role="official", name="Annika Wikström")
# What outlives the vote and may name an official, a class or a mailing.
LASTING = ("audit_entry", "audit_detail", "audit_head", "job", "message")
# Who is meant. A code of a letter has the number of its mailing in a column anyway.
PEOPLE = ("voter", "class_code")


def numbers_in(tables: Iterable[str]) -> set[str]:
    """The transactions that have written a row or have locked it."""
    found: set[str] = set()
    for table in tables:
        query = f"SELECT xmin::text, xmax::text FROM {table}"  # noqa: S608 - names of our own
        found |= {n for row in db.session.execute(text(query)) for n in row}
    return found - {"0"}


@pytest.fixture
def place(open_town: Any, tmp_path: Path) -> tuple[Any, str, int]:
    """An application, a vote with letters and classes, and one person's row."""
    town = open_town()
    with town.app.app_context(), transaction() as session:
        round_, keys = open_class_round(
            session, key_dir=town.key_dir, folder=tmp_path, now=OPENS, people=6
        )
        return town, round_.slug, row_of_person(session, round_, 6, keys).id


@ON_POSTGRESQL
def test_no_transaction_number_joins_the_log_of_slips_and_letters_to_a_voter(
    place: tuple[Any, str, int],
) -> None:
    town, slug, row = place
    paper = Mailing(kind=LetterKind.PDF, most=6)
    acts: list[Callable[[], object]] = [
        lambda: make_pdf(slug, paper, actor=CLERK),
        lambda: make_one(slug, row, actor=CLERK),
        lambda: revoke(slug, 1, actor=CLERK),
        lambda: make_slips(slug, lesson(OPENS), list_of(2, 3), actor=CLERK),
        lambda: make_slip_anew(slug, 1, 1, actor=CLERK),
        lambda: end_class(slug, 1, actor=CLERK),
    ]
    with town.app.app_context():
        # The reading of the register has everybody in one act with its entry.
        before = numbers_in(LASTING)
        for act in acts:
            act()
            # After each of them: a later lock would hide an earlier number.
            assert not (numbers_in(LASTING) - before) & numbers_in(PEOPLE)
            db.session.rollback()
        seal(town, slug)
        lasting = numbers_in((*LASTING, "letter_batch")) - before
        assert len(lasting) >= len(acts)
        assert not lasting & numbers_in(PEOPLE)


def seal(town: Any, slug: str) -> None:
    act: dict[str, Any] = {"actor": SYSTEM, "now": OPENS + timedelta(days=20)}
    with transaction() as session:
        close_vote(session, get_round(session, slug), **act, reason="A test")
        reconcile(session, get_round(session, slug), **act)
        keys = load_round_keys(town.key_dir, slug)
        seal_copy(session, get_round(session, slug), keys=keys, **act)
        empty_box(session, get_round(session, slug))
    db.session.rollback()
    assert forget_deleted_rows(db.engine)
