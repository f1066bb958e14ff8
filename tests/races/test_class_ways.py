"""Slips of a class under fire: one code twice at once, one pupil in every way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import db
from app.transaction import transaction
from tests.factories.accounts import official, resident
from tests.factories.ballots import OPENS, new_key
from tests.factories.classes import class_of, open_class_round
from tests.factories.rolls import code_of_person, hetu, row_of_person
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from voting.cards.duties import take_duty
from voting.cards.envelopes import accept_envelope
from voting.classes.batches import clear_class, replace_slip, revoke_class
from voting.codes import new_codes
from voting.electorate import share_round
from voting.entering import VerifiedId
from voting.keys import RollKeys, create_roll_key
from voting.models import (
    BoothPass,
    BoxBallot,
    ClassCode,
    Duty,
    PaperEnvelope,
    Round,
    Voter,
    Way,
)
from voting.models.rounds import PaperRule
from voting.opening import current_manifest
from voting.paper_errors import EnvelopeTwice


@dataclass
class School:
    """A vote by register and on paper, a class of persons 2 and 3, and their codes."""

    town: Any
    slug: str
    codes: list[str]
    letter: str
    account: int
    opener: int

    def client(self, account: int | None = None) -> Client:
        """A browser of its own."""
        client = self.town.app.test_client()
        client.session = Session()
        if account:
            with self.town.app.app_context():
                client.log_in(db.session.get_one(Account, account))
        return client

    def enter(self, client: Client, code: str, door: str = "class") -> int:
        address = f"/en/rounds/{self.slug}/{door}"
        return client.post(address, data={"code": code}).status_code

    def cast(self, client: Client) -> bool:
        """Whether the answer leads to a receipt, and not to the door or a refusal."""
        data = {"key": new_key(), "area.north": ["1"]}
        answer = client.post(f"/en/rounds/{self.slug}/vote", data=data)
        assert answer.status_code in (302, 409)
        return answer.headers.get("Location", "").endswith("/receipt")

    def is_inside(self, client: Client) -> bool:
        """Whether the booth is open to this browser, or shows its receipt."""
        answer = client.get(f"/en/rounds/{self.slug}/vote")
        place = answer.headers.get("Location", "")
        return answer.status_code == 200 or place.endswith("/receipt")

    def count(self, *which: Any) -> int:
        """How many rows are committed."""
        with self.town.app.app_context():
            query = select(func.count()).select_from(which[0]).where(*which[1:])
            return db.session.scalar(query) or 0

    def act(self, do: Callable[[Session, Round, RollKeys], object]) -> object:
        """An official's act, committed."""
        with self.town.app.app_context(), transaction() as session:
            round_ = session.scalars(select(Round).where(Round.slug == self.slug)).one()
            return do(session, round_, create_roll_key(self.town.key_dir, self.slug))


@pytest.fixture
def school(open_town: Any, tmp_path: Path) -> School:
    town = open_town()
    with town.app.app_context(), transaction() as session:
        round_, keys = open_class_round(
            session,
            key_dir=town.key_dir,
            folder=tmp_path,
            now=OPENS,
            people=3,
            paper=PaperRule.REPLACES,
            ways=(Way.CODE, Way.EMAIL, Way.CLASS),
        )
        _, codes = class_of(session, round_, keys, 2, 3, now=OPENS)
        letter = code_of_person(session, round_, 2, keys=keys, now=OPENS)
        account = resident(session, email="asukas2@example.org").id
        opener = official(session).id
        take_duty(session, round_, opener, Duty.ENVELOPES)
        slug = round_.slug
    return School(town, slug, codes, letter, account, opener)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(act) for act in acts]]


def test_of_two_browsers_with_one_slip_one_is_in_the_booth_and_votes(
    school: School,
) -> None:
    clients = [school.client() for _ in range(6)]

    def enter_and_cast(client: Client) -> tuple[int, bool]:
        return school.enter(client, school.codes[0]), school.cast(client)

    found = at_once(*(lambda c=each: enter_and_cast(c) for each in clients))
    # Entered while the slip was good, else it had been used; cast, or shown out.
    assert {entered for entered, _ in found} <= {302, 422}
    assert [voted for _, voted in found].count(True) == 1
    assert school.count(BoxBallot) == 1
    assert school.count(ClassCode, ClassCode.used) == 1
    assert sum(school.is_inside(each) for each in clients) == 1


def test_a_whole_class_at_once_has_a_ballot_each(school: School) -> None:
    clients = [school.client() for _ in school.codes]
    pupils = list(zip(clients, school.codes, strict=True))

    def vote(client: Client, code: str) -> tuple[int, bool]:
        return school.enter(client, code), school.cast(client)

    found = at_once(*(lambda p=each: vote(*p) for each in pupils))
    assert found == [(302, True)] * 2
    assert school.count(BoxBallot) == 2
    assert school.count(ClassCode, ClassCode.used) == 2


def test_one_pupil_in_every_way_at_once_has_one_vote(school: School) -> None:
    in_class, by_letter = school.client(), school.client()
    by_account = school.client(school.account)

    def with_slip() -> bool:
        school.enter(in_class, school.codes[0])
        return school.cast(in_class)

    def with_letter() -> bool:
        school.enter(by_letter, school.letter, "code")
        return school.cast(by_letter)

    def with_account() -> bool:
        by_account.post(f"/en/rounds/{school.slug}/vote/enter")
        return school.cast(by_account)

    def on_paper() -> bool:
        try:
            school.act(_open_envelope)
        except EnvelopeTwice:
            return False
        return True

    def _open_envelope(session: Session, round_: Round, keys: RollKeys) -> None:
        round_ = share_round(session, round_.slug) or round_
        accept_envelope(
            session,
            round_,
            current_manifest(session, round_),
            VerifiedId(hetu(2)),
            ["north"],
            key=new_key(),
            clerk=school.opener,
            keys=keys,
            now=OPENS,
        )

    *_, opened = at_once(with_slip, with_letter, with_account, on_paper)
    assert opened
    # An envelope is final and counts in place of what was cast before it; at most one
    # ballot is in the box, which the sealing leaves out.
    assert school.count(PaperEnvelope) == 1
    assert school.count(BoxBallot) <= 1
    assert school.count(BoothPass) <= 1
    assert school.count(Voter, Voter.voted_hour.is_not(None)) == 1
    assert school.count(Voter, Voter.channel == "paper") == 1


def test_a_vote_while_its_slip_is_replaced_leaves_the_new_slip_good(
    school: School,
) -> None:
    """Either the vote was first, or the pass had ended and nothing was cast."""
    pupil = school.client()
    assert school.enter(pupil, school.codes[0]) == 302

    def replace() -> str:
        def act(session: Session, round_: Round, keys: RollKeys) -> str:
            row = row_of_person(session, round_, 2, keys).id
            (code,) = new_codes([row])
            replace_slip(session, round_, 1, 1, code, keys=keys, now=OPENS)
            return code.code

        return str(school.act(act))

    cast, new = at_once(lambda: school.cast(pupil), replace)
    assert school.count(BoxBallot) == cast
    assert not school.is_inside(pupil)
    assert school.enter(pupil, school.codes[0]) == 422
    assert school.enter(pupil, new) == 302
    assert school.cast(pupil)
    assert school.count(BoxBallot) == 1


def test_a_class_that_ends_while_its_pupils_come_in_and_vote(school: School) -> None:
    first, second = school.client(), school.client()
    assert school.enter(first, school.codes[0]) == 302

    def end() -> None:
        more = {"actor": OFFICIAL, "now": OPENS}
        school.act(lambda s, r, k: revoke_class(s, r, 1, keys=k, **more).number)
        school.act(lambda s, r, k: clear_class(s, r, 1, keys=k))

    cast, entered, _ = at_once(
        lambda: school.cast(first),
        lambda: school.enter(second, school.codes[1]),
        end,
    )
    assert entered in (302, 422)
    assert school.count(ClassCode) == 0
    # Whoever had voted sees the receipt; whoever had only come in is out again.
    assert school.count(BoxBallot) == cast
    assert school.is_inside(first) == cast
    assert not school.is_inside(second)
    assert not school.cast(second)
