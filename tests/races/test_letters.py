"""Two officials make the same letters at once: one mailing, and one code for each."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.mailings import make_csv, make_pdf
from app.transaction import transaction
from core.audit import check_chain, round_chain
from core.errors import DomainError
from tests.factories.ballots import OPENS
from tests.factories.rolls import open_register_round
from tests.factories.rounds import OFFICIAL
from tests.support.apps import at_once
from voting.keys import RollKeys
from voting.letter_errors import (
    LettersBeingMade,
    LettersMade,
    LettersOvertaken,
    NobodyToWriteTo,
)
from voting.mailings.choosing import Mailing
from voting.models import LetterBatch, LetterKind, RollCode

PEOPLE, OFFICIALS = 5, 4


@dataclass
class Office:
    """A vote by register, whose people wait for their letters."""

    app: Flask
    slug: str
    keys: RollKeys

    def table(self, **fields: Any) -> Callable[[], list[str]]:
        """An official who has a table made; the codes that are in it."""
        mailing = Mailing(kind=LetterKind.CSV, **fields)

        def act() -> list[str]:
            _, parts = make_csv(self.slug, mailing, actor=OFFICIAL)
            text = b"".join(parts).decode("utf-8-sig")
            return [row["code"] for row in csv.DictReader(io.StringIO(text))]

        return act

    def sheets(self) -> int:
        """An official who has them set on paper; how many."""
        mailing = Mailing(kind=LetterKind.PDF, most=PEOPLE)
        made, _ = make_pdf(self.slug, mailing, actor=OFFICIAL)
        return made.letters

    def good_codes(self) -> Counter[int]:
        """How many codes of each person open the booth."""
        with self.app.app_context():
            assert check_chain(db.session(), round_chain(self.slug)) is None
            good = select(RollCode.voter_id).where(~RollCode.revoked)
            return Counter(db.session.scalars(good))

    def are_good(self, codes: list[str]) -> bool:
        """Whether exactly these open the booth."""
        with self.app.app_context():
            good = db.session.scalars(
                select(RollCode.code_key).where(~RollCode.revoked)
            )
            return sorted(good) == sorted(self.keys.code_key(code) for code in codes)

    def batches(self) -> list[tuple[int, bool, bool]]:
        """(letters, finished, revoked) of each."""
        with self.app.app_context():
            found = db.session.scalars(select(LetterBatch).order_by(LetterBatch.number))
            return [
                (each.letters, bool(each.finished_at), bool(each.revoked_at))
                for each in found
            ]


@pytest.fixture
def office(open_town: Any, tmp_path: Path) -> Office:
    """The town's own vote does not matter here."""
    town = open_town()
    with town.app.app_context(), transaction() as session:
        round_, keys = open_register_round(
            session, key_dir=town.key_dir, folder=tmp_path, now=OPENS, people=PEOPLE
        )
        return Office(town.app, round_.slug, keys)


def sorted_out(answers: list[Any]) -> tuple[list[Any], list[DomainError]]:
    """What came out, and the refusals; anything else is a fault."""
    refused = [each for each in answers if isinstance(each, DomainError)]
    made = [each for each in answers if not isinstance(each, Exception)]
    assert len(made) + len(refused) == len(answers), answers
    return made, refused


@pytest.mark.parametrize("one_form", [False, True])
def test_of_many_who_make_the_same_table_one_does(
    office: Office, *, one_form: bool
) -> None:
    key = "0" * 32 if one_form else None
    act = office.table(form_key=key)
    made, refused = sorted_out(at_once(office.app, [act] * OFFICIALS))
    (codes,) = made
    assert {type(each) for each in refused} <= (
        {LettersMade} if one_form else {LettersBeingMade, NobodyToWriteTo}
    )
    assert office.batches() == [(PEOPLE, True, False)]
    assert office.are_good(codes)
    assert set(office.good_codes().values()) == {1}


def test_of_many_who_make_a_batch_anew_the_last_file_alone_is_good(
    office: Office,
) -> None:
    with office.app.app_context():
        office.table()()
    act = office.table(instead_of=1)
    made, refused = sorted_out(at_once(office.app, [act] * OFFICIALS))
    assert {type(each) for each in refused} <= {LettersBeingMade, NobodyToWriteTo}
    # Whoever begins when another one has ended finds nobody waiting.
    (codes,) = made
    assert office.are_good(codes)
    assert set(office.good_codes().values()) == {1}


def test_a_table_and_sheets_at_once_are_one_mailing(office: Office) -> None:
    acts: list[Callable[[], Any]] = [office.table(), office.sheets]
    made, refused = sorted_out(at_once(office.app, acts))
    assert len(made) == len(refused) == 1
    kinds = (LettersBeingMade, LettersOvertaken, NobodyToWriteTo)
    assert isinstance(refused[0], kinds)
    assert office.batches() == [(PEOPLE, True, False)]
    assert set(office.good_codes().values()) == {1}
    assert office.good_codes().total() == PEOPLE
