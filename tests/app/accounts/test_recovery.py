"""A forgotten password."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.invitations import invite_by_mail
from app.accounts.models import Account, Grant, Role
from core.audit import HOUSE, Actor
from core.clock import FixedClock
from tests.factories.accounts import (
    PASSWORD,
    administrator,
    log_in,
    resident,
)
from tests.factories.mail import link_in_last_mail, mails_to
from tests.support.client import Client

NEW_PASSWORD = "benches under the lindens"


def ask(client: Client, email: str) -> None:
    client.post("/en/account/forgot", data={"email": email})


def use(client: Client, link: str) -> int:
    return client.post(link, data={"password": NEW_PASSWORD}).status_code


def logs_in(client: Client, email: str, password: str) -> bool:
    data = {"email": email, "password": password}
    return client.post("/en/account/log-in", data=data).status_code // 100 == 3


def test_a_new_password_takes_the_place_of_the_old_one(
    client: Client, session: Session
) -> None:
    account = resident(session)
    ask(client, account.email)
    link = link_in_last_mail(session, account.email, "account/reset")
    assert client.get(link).status_code == 200
    assert use(client, link) // 100 == 3
    assert not logs_in(client, account.email, PASSWORD)
    assert logs_in(client, account.email, NEW_PASSWORD)
    assert mails_to(session, account.email)[-1].kind == "password_changed"


def test_the_link_works_once(client: Client, session: Session) -> None:
    account = resident(session)
    ask(client, account.email)
    link = link_in_last_mail(session, account.email, "account/reset")
    assert use(client, link) // 100 == 3
    assert use(client, link) == 410
    assert client.get(link).status_code == 410


def test_a_bad_password_does_not_use_the_link_up(
    client: Client, session: Session
) -> None:
    account = resident(session)
    ask(client, account.email)
    link = link_in_last_mail(session, account.email, "account/reset")
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert use(client, link) // 100 == 3


def test_every_other_link_ends_with_it(client: Client, session: Session) -> None:
    account = resident(session)
    ask(client, account.email)
    first = link_in_last_mail(session, account.email, "account/reset")
    ask(client, account.email)
    second = link_in_last_mail(session, account.email, "account/reset")
    assert use(client, second) // 100 == 3
    assert use(client, first) == 410


def test_the_link_ends(client: Client, session: Session, clock: FixedClock) -> None:
    account = resident(session)
    ask(client, account.email)
    link = link_in_last_mail(session, account.email, "account/reset")
    clock.moment += timedelta(hours=2)
    assert use(client, link) == 410


def test_a_link_of_one_kind_opens_no_other(client: Client, session: Session) -> None:
    account = resident(session)
    ask(client, account.email)
    secret = link_in_last_mail(session, account.email, "account/reset").split("/")[-1]
    assert client.post(f"/en/account/confirm/{secret}").status_code == 410
    assert client.post(f"/en/account/confirm-email/{secret}").status_code == 410
    assert client.get(f"/en/account/invitation/{secret}").status_code == 410


def test_whoever_was_logged_in_is_not_any_more(
    new_client: Callable[[], Client], session: Session
) -> None:
    account = resident(session)
    thief = log_in(new_client(), account)
    owner = new_client()
    ask(owner, account.email)
    use(owner, link_in_last_mail(session, account.email, "account/reset"))
    assert "/log-in" in thief.get("/en/account/settings").headers["Location"]


def test_an_unknown_address_gets_the_same_page_and_another_mail(
    new_client: Callable[[], Client], session: Session
) -> None:
    known = resident(session, email="known@example.org")
    answers = []
    for email in (known.email, "nobody@example.org"):
        answer = new_client().post(
            "/en/account/forgot", data={"email": email}, follow_redirects=True
        )
        answers.append((answer.status_code, answer.text))
    assert answers[0] == answers[1]
    kinds = [mails_to(session, e)[0].kind for e in (known.email, "nobody@example.org")]
    assert kinds == ["reset_password", "no_account"]


def test_both_ways_do_the_same_work(
    new_client: Callable[[], Client], session: Session, queries: list[str]
) -> None:
    known = resident(session, email="known@example.org")
    counts = []
    for email in (known.email, "nobody@example.org"):
        session.commit()
        queries.clear()
        ask(new_client(), email)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_reset_leaves_the_second_factor_alone(
    client: Client, session: Session
) -> None:
    official = administrator(session)
    ask(client, official.email)
    use(client, link_in_last_mail(session, official.email, "account/reset"))
    assert logs_in(client, official.email, NEW_PASSWORD)
    assert "/second-factor" in client.get("/en/manage/staff").headers["Location"]


def test_an_expired_invitation_is_not_revived_by_a_reset(
    client: Client, session: Session, clock: FixedClock
) -> None:
    boss = administrator(session)
    invited = "invited@example.org"
    with client.application.test_request_context():
        invite_for(session, invited, Actor("administrator", boss.name, boss.id), clock)
    link = link_in_last_mail(session, invited, "account/invitation")
    clock.moment += timedelta(days=8)
    assert client.get(link).status_code == 410
    ask(client, invited)
    assert mails_to(session, invited)[-1].kind == "no_account"
    data = {"name": "Late", "password": PASSWORD}
    assert client.post(link, data=data).status_code == 410
    found = session.scalar(select(Account).where(Account.email == invited))
    assert found is None
    roles = session.scalars(select(Grant.account_id)).all()
    assert roles == [boss.id]


def invite_for(session: Session, email: str, actor: Actor, clock: FixedClock) -> None:
    invite_by_mail(
        session,
        email,
        name="Invited",
        role=Role.OFFICIAL,
        scope=HOUSE,
        language="en",
        actor=actor,
        now=clock.moment,
    )
    session.commit()
