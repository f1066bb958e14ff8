"""What a person changes about their own account, up to its end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Token
from app.mail.models import Message
from core.audit import AuditEntry
from core.clock import FixedClock
from tests.factories.accounts import (
    PASSWORD,
    administrator,
    elected,
    log_in,
    official,
    resident,
)
from tests.factories.ballots import cast_by, open_vote_with, voter_in
from tests.factories.mail import link_in_last_mail, mails_to
from tests.support.client import Client
from voting.models import BoxBallot, Proposal, ProposalState

NEW_PASSWORD = "benches under the lindens"


def change_password(client: Client, old: str = PASSWORD) -> int:
    data = {"password": old, "new_password": NEW_PASSWORD}
    return client.post("/en/account/settings/password", data=data).status_code


def test_name_and_language_are_changed(client: Client, session: Session) -> None:
    account = log_in_as_resident(client, session)
    answer = client.post(
        "/en/account/settings/profile", data={"name": "Åsa", "language": "sv"}
    )
    assert answer.headers["Location"] == "/sv/account/settings"
    session.refresh(account)
    assert (account.name, account.language) == ("Åsa", "sv")


def log_in_as_resident(client: Client, session: Session) -> Account:
    account = resident(session)
    log_in(client, account)
    return account


def test_no_other_language_and_no_other_field(client: Client, session: Session) -> None:
    account = log_in_as_resident(client, session)
    data = {"name": "Eve", "language": "xx", "demo": "1"}
    answer = client.post("/en/account/settings/profile", data=data)
    assert answer.status_code == 422
    data["language"] = "fi"
    client.post("/en/account/settings/profile", data=data)
    session.refresh(account)
    assert account.language == "fi"
    assert not account.demo


def test_notifications_are_chosen(client: Client, session: Session) -> None:
    account = log_in_as_resident(client, session)
    client.post("/en/account/settings/notifications", data={"notify_reminders": "y"})
    session.refresh(account)
    chosen = (account.notify_reminders, account.notify_results)
    assert chosen == (True, False)


def test_a_password_is_changed_with_the_old_one(
    new_client: Callable[[], Client], session: Session
) -> None:
    account = resident(session)
    here, elsewhere = log_in(new_client(), account), log_in(new_client(), account)
    assert change_password(here, "wrong password") == 422
    assert elsewhere.get("/en/account/settings").status_code == 200
    assert change_password(here) // 100 == 3
    assert here.get("/en/account/settings").status_code == 200
    assert "/log-in" in elsewhere.get("/en/account/settings").headers["Location"]
    assert mails_to(session, account.email)[-1].kind == "password_changed"


def test_log_out_elsewhere(new_client: Callable[[], Client], session: Session) -> None:
    account = resident(session)
    here, elsewhere = log_in(new_client(), account), log_in(new_client(), account)
    here.post("/en/account/settings/log-out-elsewhere")
    assert here.get("/en/account/settings").status_code == 200
    assert "/log-in" in elsewhere.get("/en/account/settings").headers["Location"]


def ask_for_email(client: Client, email: str, password: str = PASSWORD) -> int:
    data = {"email": email, "password": password}
    return client.post("/en/account/settings/email", data=data).status_code


def test_a_new_address_counts_once_it_answers(client: Client, session: Session) -> None:
    account = log_in_as_resident(client, session)
    old = account.email
    assert ask_for_email(client, "fresh@example.org", "wrong password") == 422
    assert ask_for_email(client, "Fresh@example.org") // 100 == 3
    link = link_in_last_mail(session, "fresh@example.org", "account/confirm-email")
    assert client.get(link).status_code == 200
    session.refresh(account)
    assert account.email == old
    assert client.post(link).status_code // 100 == 3
    session.refresh(account)
    assert account.email == "fresh@example.org"
    assert mails_to(session, old)[-1].kind == "email_changed"
    assert client.post(link).status_code == 410


def test_an_address_in_use_gets_the_same_page_and_another_mail(
    client: Client, session: Session
) -> None:
    log_in_as_resident(client, session)
    taken = resident(session)
    assert ask_for_email(client, taken.email) // 100 == 3
    assert mails_to(session, taken.email)[-1].kind == "address_taken"


def test_an_address_taken_meanwhile_stays_with_its_owner(
    client: Client, session: Session
) -> None:
    account = log_in_as_resident(client, session)
    ask_for_email(client, "fresh@example.org")
    link = link_in_last_mail(session, "fresh@example.org", "account/confirm-email")
    resident(session, email="fresh@example.org")
    assert client.post(link).status_code == 410
    session.refresh(account)
    assert account.email != "fresh@example.org"


def delete(client: Client, password: str = PASSWORD, **more: str) -> int:
    data = {"password": password, "understood": "y"} | more
    return client.post("/en/account/settings/delete", data=data).status_code


def test_a_deleted_account_is_gone(
    new_client: Callable[[], Client], session: Session
) -> None:
    account = resident(session)
    here, elsewhere = log_in(new_client(), account), log_in(new_client(), account)
    here.post("/en/account/forgot", data={"email": account.email})
    assert delete(here, "wrong password") == 422
    assert delete(here, understood="") == 422
    assert delete(here) // 100 == 3
    session.expire_all()
    session.commit()
    assert session.scalars(select(Account)).all() == []
    assert session.scalars(select(Token)).all() == []
    assert session.scalars(select(Message)).all() == []
    for client in (here, elsewhere):
        assert "/log-in" in client.get("/en/account/settings").headers["Location"]


def test_a_vote_and_a_proposal_outlive_their_person(
    client: Client, session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    vote = open_vote_with(session, tmp_path)
    voter = voter_in(session, vote)
    cast_by(session, vote, voter, area0=["a0-1"])
    account = session.get_one(Account, voter.account_id)
    proposal, draft = (
        Proposal(
            round=vote.round,
            author_id=account.id,
            state=state,
            language="fi",
            title="Penkkejä",
            text="Lisää penkkejä.",
            created_at=clock.moment,
        )
        for state in (ProposalState.SUBMITTED, ProposalState.DRAFT)
    )
    session.add_all([proposal, draft])
    log_in(client, account)
    assert delete(client) // 100 == 3
    session.expire_all()
    assert voter.account_id is None
    assert voter.voted_hour
    assert proposal.author_id is None
    assert proposal.title == "Penkkejä"
    assert session.scalars(select(Proposal)).all() == [proposal], "drafts go along"
    assert len(session.scalars(select(BoxBallot)).all()) == 1


def test_the_end_of_a_residents_account_is_not_in_the_log(
    client: Client, session: Session
) -> None:
    log_in_as_resident(client, session)
    delete(client)
    session.commit()
    assert session.scalars(select(AuditEntry)).all() == []


def test_the_last_administrator_cannot_leave(client: Client, session: Session) -> None:
    last = administrator(session)
    log_in(client, last)
    assert delete(client) == 409
    administrator(session)
    assert delete(client) // 100 == 3


@pytest.mark.parametrize("kind", [official, elected])
def test_whoever_had_a_role_leaves_it_in_the_log(
    client: Client, session: Session, kind: Callable[[Session], Account]
) -> None:
    log_in(client, kind(session))
    assert delete(client) // 100 == 3
    session.commit()
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.action == "grant.revoked"
    assert entry.role == entry.facts["given_role"]


@pytest.mark.parametrize(
    "page",
    ["", "/profile", "/notifications", "/email", "/password", "/delete"],
)
def test_every_page_asks_who_you_are(client: Client, page: str) -> None:
    path = f"/en/account/settings{page}"
    assert "/account/log-in" in client.get(path).headers["Location"]
    if page:
        assert "/account/log-in" in client.post(path).headers["Location"]
