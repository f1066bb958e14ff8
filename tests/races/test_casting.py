import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.mail.models import Message
from app.transaction import transaction
from core.audit import Actor, check_chain, entries, round_chain
from tests.factories.ballots import CLOSES, Vote, new_key, vote_of
from tests.support.client import Client
from voting.ballots import current_receipt
from voting.closing import close_vote
from voting.errors import VoteAlreadyClosed
from voting.models import BoxBallot, BoxCast, Voter

AT_ONCE = 50
OFFICIAL = Actor(role="official")


def cast(client: Client, slug: str, code: str, key: str) -> int:
    data = {"key": key, "area.area0": [code]}
    return client.post(f"/en/rounds/{slug}/vote", data=data).status_code


def all_at_once(acts: Iterable[Callable[[], int]]) -> Counter[int]:
    """Every act in a thread of its own, started together; the answers' codes."""
    acts, start = list(acts), Event()

    def wait_and_act(act: Callable[[], int]) -> int:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(wait_and_act, act) for act in acts]
        start.set()
        return Counter(each.result() for each in running)


def number_of(model: Any) -> Callable[[Session, Vote], int]:
    return lambda session, _: session.scalar(select(func.count()).select_from(model))


def submits(town: Any, account: int, keys: Iterable[str]) -> list[Callable[[], int]]:
    def submit(client: Client, number: int, key: str) -> Callable[[], int]:
        return lambda: cast(client, town.slug, f"a0-{1 + number % 3}", key)

    return [
        submit(town.client_of(account), number, key) for number, key in enumerate(keys)
    ]


def test_fifty_submits_of_one_voter_are_one_ballot(open_town: Any) -> None:
    town = open_town()
    (account,) = town.new_residents(1, on_the_roll=True)
    keys = [new_key() for _ in range(AT_ONCE)]
    assert all_at_once(submits(town, account, keys)) == {302: AT_ONCE}
    assert town.read(number_of(BoxBallot)) == 1
    versions = town.read(lambda s, _: sorted(s.scalars(select(BoxCast.version))))
    assert versions == list(range(1, AT_ONCE + 1))
    newest = town.read(lambda s, _: s.scalars(select(BoxBallot.version)).one())
    assert newest == AT_ONCE


def test_one_button_pressed_fifty_times_is_one_cast_and_one_receipt(
    open_town: Any,
) -> None:
    town = open_town()
    (account,) = town.new_residents(1, on_the_roll=True)
    keys = [new_key()] * AT_ONCE
    assert all_at_once(submits(town, account, keys)) == {302: AT_ONCE}
    assert town.read(number_of(BoxBallot)) == 1
    assert town.read(number_of(BoxCast)) == 1
    assert town.read(number_of(Message)) == 1
    page = town.client_of(account).get(f"/en/rounds/{town.slug}/vote/receipt").text
    mail = town.read(lambda s, _: s.scalars(select(Message.body)).one())
    (code,) = re.findall(r'<td class="code">([^<]+)</td>', page)
    assert mail
    assert code in mail


def test_where_no_change_is_allowed_one_of_many_is_taken(open_town: Any) -> None:
    town = open_town(change_allowed=False)
    (account,) = town.new_residents(1, on_the_roll=True)
    keys = [new_key() for _ in range(20)]
    assert all_at_once(submits(town, account, keys)) == {302: 1, 409: 19}
    assert town.read(number_of(BoxBallot)) == 1


def test_voting_and_withdrawing_at_once_leave_one_ballot_or_none(
    open_town: Any,
) -> None:
    town = open_town()
    (account,) = town.new_residents(1, on_the_roll=True)
    address = f"/en/rounds/{town.slug}/vote/withdraw"

    def withdrawal(client: Client) -> Callable[[], int]:
        return lambda: client.post(address).status_code

    casts = submits(town, account, [new_key() for _ in range(12)])
    acts = [withdrawal(town.client_of(account)) for _ in range(12)]
    assert set(all_at_once([*casts, *acts])) <= {302, 409}

    def ballots_and_word(session: Session, vote: Vote) -> tuple[int, bool, bool]:
        voter = session.scalars(select(Voter)).one()
        receipt = current_receipt(session, vote.round, voter, keys=vote.keys)
        there = number_of(BoxBallot)(session, vote)
        return there, voter.voted_hour is not None, receipt is not None

    found = town.read(ballots_and_word)
    assert found in ((0, False, False), (1, True, True))


def test_two_voters_with_one_key_at_once(open_town: Any) -> None:
    town = open_town()
    key = new_key()
    acts = [
        submits(town, account, [key])[0]
        for account in town.new_residents(8, on_the_roll=True)
    ]
    assert all_at_once(acts) == {302: 1, 404: 7}
    assert town.read(number_of(BoxBallot)) == 1
    assert town.read(number_of(Message)) == 1


def test_parallel_entries_give_one_row_on_the_roll(open_town: Any) -> None:
    town = open_town()
    (account,) = town.new_residents(1, on_the_roll=False)

    def entry(client: Client) -> Callable[[], int]:
        return lambda: client.post(f"/en/rounds/{town.slug}/vote/enter").status_code

    acts = [entry(town.client_of(account)) for _ in range(20)]
    assert all_at_once(acts) == {302: 20}
    assert town.read(number_of(Voter)) == 1


def test_who_votes_while_the_vote_closes_is_counted_or_refused(open_town: Any) -> None:
    town = open_town()
    accounts = town.new_residents(60, on_the_roll=True)
    answers: dict[int, int] = {}
    some_have_voted = Event()

    def vote(account: int) -> Callable[[], int]:
        client, key = town.client_of(account), new_key()

        def act() -> int:
            answers[account] = cast(client, town.slug, "a0-1", key)
            if len(answers) >= 15:
                some_have_voted.set()
            return answers[account]

        return act

    def close() -> int:
        some_have_voted.wait(timeout=30)
        with town.app.app_context(), transaction() as session:
            round_ = vote_of(session, town.slug, town.key_dir).round
            close_vote(
                session, round_, actor=OFFICIAL, now=town.clock.moment, reason="Storm"
            )
        return 0

    codes = all_at_once([close, *(vote(account) for account in accounts)])
    assert set(codes) <= {0, 302, 409}
    assert codes[302] >= 15

    def who_has_a_receipt(session: Session, vote: Vote) -> set[int]:
        return {
            voter.account_id
            for voter in session.scalars(select(Voter))
            if current_receipt(session, vote.round, voter, keys=vote.keys)
            and voter.account_id
        }

    acknowledged = {account for account, code in answers.items() if code == 302}
    assert town.read(who_has_a_receipt) == acknowledged
    assert town.read(number_of(BoxBallot)) == len(acknowledged)
    assert town.read(number_of(Message)) == len(acknowledged)


def test_two_who_close_at_once_are_one_act(open_town: Any) -> None:
    town = open_town()
    town.clock.moment = CLOSES

    def close() -> int:
        try:
            with town.app.app_context(), transaction() as session:
                round_ = vote_of(session, town.slug, town.key_dir).round
                close_vote(session, round_, actor=OFFICIAL, now=CLOSES)
        except VoteAlreadyClosed:
            return 409
        return 302

    assert all_at_once([close] * 8) == {302: 1, 409: 7}

    def log(session: Session, vote: Vote) -> list[str]:
        chain = round_chain(vote.slug)
        assert check_chain(session, chain) is None
        return [entry.action for entry in entries(session, chain)]

    assert town.read(log) == ["vote.closed"]
