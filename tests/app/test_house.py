"""The fixtures themselves, and the house around the pages."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import db
from app.transaction import transaction
from core.clock import FixedClock
from tests.support.client import Client


def an_account(clock: FixedClock) -> Account:
    return Account(email="aino@example.org", created_at=clock.moment)


@pytest.mark.parametrize("run", ["first", "second"])
def test_what_a_test_writes_is_gone_in_the_next(
    session: Session, clock: FixedClock, run: str
) -> None:
    assert session.scalar(select(func.count()).select_from(Account)) == 0
    session.add(an_account(clock))
    session.commit()


def test_a_request_sees_what_the_test_wrote_and_not_its_objects(
    client: Client, session: Session, clock: FixedClock
) -> None:
    account = an_account(clock)
    session.add(account)
    session.commit()
    with client.application.app_context():
        theirs = db.session.get(Account, account.id)
        assert theirs is not account
        assert theirs is not None
        assert theirs.email == account.email


def test_a_write_without_a_transaction_is_lost(
    client: Client, session: Session, clock: FixedClock
) -> None:
    with client.application.app_context():
        db.session.add(an_account(clock))
        db.session.flush()
    assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_a_write_in_a_transaction_stays(
    client: Client, session: Session, clock: FixedClock
) -> None:
    with client.application.app_context(), transaction() as inner:
        inner.add(an_account(clock))
    assert session.scalar(select(func.count()).select_from(Account)) == 1


def test_a_transaction_inside_another_is_refused(client: Client) -> None:
    with (
        client.application.app_context(),
        transaction(),
        pytest.raises(RuntimeError, match="inside"),
        transaction(),
    ):
        pass


def test_the_home_page_answers(client: Client) -> None:
    assert client.get("/en/").status_code == 200
