"""Who works here: inviting, granting, revoking."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.errors import LastAdministrator, NoLongerAdministrator
from app.accounts.grants import revoke_grant
from app.accounts.models import Account, Grant, Role, Token
from app.transaction import transaction
from core.audit import Actor, AuditEntry, check_chain
from core.clock import FixedClock
from tests.conftest import NOON
from tests.factories.accounts import (
    PASSWORD,
    administrator,
    auditor,
    log_in,
    official,
    resident,
)
from tests.factories.mail import link_in_last_mail, mails_to
from tests.support.apps import application_on, at_once
from tests.support.client import Client

STAFF = "/en/manage/staff"
INVITED = "invited@example.org"


@pytest.fixture
def boss(session: Session) -> Account:
    return administrator(session, name="Boss")


@pytest.fixture
def desk(client: Client, boss: Account) -> Client:
    return log_in(client, boss)


def invite(desk: Client, **fields: str) -> int:
    data = {
        "name": "Ida Invited",
        "email": INVITED,
        "role": "official",
        "scope": "house",
        "language": "en",
    }
    return desk.post(f"{STAFF}/invite", data=data | fields).status_code


def roles(session: Session, email: str) -> list[tuple[str, str]]:
    session.commit()
    found = session.scalars(
        select(Grant).join(Grant.account).where(Account.email == email)
    )
    return [(str(grant.role), grant.scope) for grant in found]


def log(session: Session) -> list[tuple[str, str]]:
    session.commit()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, entry.role) for entry in entries]


def test_an_invited_person_comes_in_and_has_the_role(
    desk: Client, session: Session, new_client: Callable[[], Client]
) -> None:
    assert invite(desk) // 100 == 3
    assert "Ida Invited" in desk.get(STAFF).text
    link = link_in_last_mail(session, INVITED, "account/invitation")
    guest = new_client()
    assert "Official" in guest.get(link).text
    assert roles(session, INVITED) == []
    answer = guest.post(link, data={"name": "Ida", "password": PASSWORD})
    assert "/second-factor" in answer.headers["Location"]
    assert roles(session, INVITED) == [("official", "house")]
    assert guest.get(link).status_code == 410
    assert log(session) == [
        ("invitation.sent", "administrator"),
        ("grant.given", "system"),
    ]


def test_a_second_click_sends_no_second_invitation(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    for _ in range(2):
        assert invite(desk) // 100 == 3
    assert len(mails_to(session, INVITED)) == 1
    # Another role is another invitation, and after a while so is the same one.
    invite(desk, role="auditor")
    clock.moment += timedelta(minutes=2)
    invite(desk)
    session.commit()
    assert len(mails_to(session, INVITED)) == 3


def test_names_stand_beside_the_log_only(desk: Client, session: Session) -> None:
    invite(desk)
    session.commit()
    entry = session.scalars(select(AuditEntry)).one()
    assert "Ida" not in str(entry.facts)
    assert INVITED not in str(entry.facts)
    assert entry.detail is not None
    assert "Ida Invited" in entry.detail.text
    assert "Boss" in entry.detail.text


def test_a_bad_password_does_not_use_the_invitation_up(
    desk: Client, session: Session, new_client: Callable[[], Client]
) -> None:
    invite(desk)
    link = link_in_last_mail(session, INVITED, "account/invitation")
    guest = new_client()
    data = {"name": "Ida", "password": "short"}
    assert guest.post(link, data=data).status_code == 422
    assert guest.get(link).status_code == 200


def test_somebody_with_an_account_accepts_by_logging_in(
    desk: Client, session: Session, new_client: Callable[[], Client]
) -> None:
    known = resident(session, email=INVITED)
    invite(desk)
    link = link_in_last_mail(session, INVITED, "account/invitation")
    guest = new_client()
    assert "/account/log-in?next=" in guest.get(link).text
    data = {"name": "Thief", "password": "another long password"}
    assert guest.post(link, data=data).status_code == 409
    stranger = log_in(new_client(), resident(session))
    assert stranger.post(f"{link}/accept").status_code == 409
    assert roles(session, INVITED) == []
    log_in(guest, known)
    assert guest.get(link).status_code == 200
    assert guest.post(f"{link}/accept").status_code // 100 == 3
    assert roles(session, INVITED) == [("official", "house")]


def test_a_withdrawn_invitation_is_over(
    desk: Client, session: Session, new_client: Callable[[], Client]
) -> None:
    invite(desk)
    link = link_in_last_mail(session, INVITED, "account/invitation")
    token = session.scalars(select(Token)).one()
    desk.post(f"{STAFF}/invitations/{token.id}/withdraw")
    assert new_client().get(link).status_code == 410
    assert "Ida Invited" not in desk.get(STAFF).text
    assert log(session)[-1] == ("invitation.withdrawn", "administrator")


def test_an_invitation_ends(
    desk: Client, session: Session, clock: FixedClock, new_client: Callable[[], Client]
) -> None:
    invite(desk)
    link = link_in_last_mail(session, INVITED, "account/invitation")
    clock.moment += timedelta(days=7)
    data = {"name": "Ida", "password": PASSWORD}
    assert new_client().post(link, data=data).status_code == 410
    assert roles(session, INVITED) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "nonsense"},
        {"name": ""},
        {"role": "emperor"},
        {"scope": "round:nowhere"},
        {"language": "de"},
    ],
)
def test_a_bad_invitation_is_answered_beside_the_field(
    desk: Client, session: Session, fields: dict[str, str]
) -> None:
    assert invite(desk, **fields) == 422
    assert mails_to(session, INVITED) == []


def give(desk: Client, account: Account, role: str, scope: str = "house") -> int:
    data = {"role": role, "scope": scope}
    return desk.post(f"{STAFF}/{account.id}/grants", data=data).status_code


def test_roles_are_given_once_and_taken_away(desk: Client, session: Session) -> None:
    account = official(session)
    assert give(desk, account, "auditor") // 100 == 3
    assert give(desk, account, "auditor") == 422
    grant = session.scalars(
        select(Grant).where(Grant.account_id == account.id, Grant.role == Role.AUDITOR)
    ).one()
    path = f"{STAFF}/{account.id}/grants/{grant.id}/revoke"
    assert desk.post(path).status_code // 100 == 3
    assert desk.post(path).status_code // 100 == 3
    assert roles(session, account.email) == [("official", "house")]
    assert [action for action, _ in log(session)] == ["grant.given", "grant.revoked"]


def test_another_persons_role_is_not_taken_by_a_wrong_address(
    desk: Client, session: Session
) -> None:
    one, other = official(session), official(session)
    grant = session.scalars(select(Grant).where(Grant.account_id == other.id)).one()
    desk.post(f"{STAFF}/{one.id}/grants/{grant.id}/revoke")
    assert roles(session, other.email) == [("official", "house")]


def test_the_last_administrator_stays(
    desk: Client, session: Session, boss: Account
) -> None:
    grant = session.scalars(select(Grant).where(Grant.account_id == boss.id)).one()
    path = f"{STAFF}/{boss.id}/grants/{grant.id}/revoke"
    assert desk.post(path).status_code == 409
    assert "Somebody must remain" in desk.post(path).text
    administrator(session)
    assert desk.post(path).status_code // 100 == 3
    assert desk.get(STAFF).status_code == 403


def test_a_right_that_is_gone_ends_at_once(
    desk: Client, session: Session, boss: Account
) -> None:
    administrator(session)
    assert desk.get(STAFF).status_code == 200
    session.delete(session.scalars(select(Grant).where(Grant.account == boss)).one())
    assert desk.get(STAFF).status_code == 403
    assert invite(desk) == 403


def test_a_lost_telephone_is_reset_by_another_administrator(
    desk: Client, session: Session, boss: Account, new_client: Callable[[], Client]
) -> None:
    colleague = official(session)
    theirs = log_in(new_client(), colleague)
    path = f"{STAFF}/{colleague.id}/second-factor/reset"
    assert desk.post(path).status_code // 100 == 3
    session.refresh(colleague)
    assert colleague.totp_secret is None
    assert "/log-in" in theirs.get("/en/account/settings").headers["Location"]
    assert log(session) == [("second_factor.reset", "administrator")]
    own = desk.post(f"{STAFF}/{boss.id}/second-factor/reset")
    assert own.status_code == 409


@pytest.mark.parametrize("kind", [resident, official, auditor])
def test_only_administrators_see_and_act(
    client: Client, session: Session, kind: Callable[[Session], Account], boss: Account
) -> None:
    log_in(client, kind(session))
    assert client.get(STAFF).status_code == 403
    assert client.get(f"{STAFF}/{boss.id}").status_code == 403
    assert invite(client) == 403
    assert give(client, boss, "auditor") == 403


def test_an_administrator_without_a_second_factor_sees_nothing(
    client: Client, boss: Account
) -> None:
    client.log_in(boss, second_factor=False)
    assert "/second-factor" in client.get(STAFF).headers["Location"]
    assert "/second-factor" in client.post(f"{STAFF}/invite").headers["Location"]


def test_a_name_is_never_markup(desk: Client, session: Session) -> None:
    payload = "<script>alert(1)</script>"
    account = official(session, name=payload)
    invite(desk, name=payload)
    for path in (STAFF, f"{STAFF}/{account.id}", "/en/manage/audit/house"):
        assert "<script>alert" not in desk.get(path).text


def test_the_list_asks_no_question_per_person(
    desk: Client, session: Session, queries: list[str]
) -> None:
    def count() -> int:
        session.commit()
        queries.clear()
        desk.get(STAFF)
        return len(queries)

    official(session)
    few = count()
    for _ in range(10):
        official(session)
    assert count() == few


def two_administrators(app: Flask) -> list[tuple[Actor, int]]:
    """Each with the grant of the other."""
    with app.app_context(), transaction() as session:
        pair = [administrator(session), administrator(session)]
        grants = [
            session.scalars(select(Grant.id).where(Grant.account == each)).one()
            for each in pair
        ]
        actors = [Actor("administrator", each.name, each.id) for each in pair]
    return list(zip(actors, reversed(grants), strict=True))


def test_of_two_who_remove_each_other_at_once_one_stays(own_database: str) -> None:
    def removing(actor: Actor, grant_id: int) -> Callable[[], None]:
        def act() -> None:
            with transaction() as session:
                revoke_grant(session, grant_id, actor=actor, now=NOON)

        return act

    with application_on(own_database) as app:
        for _ in range(5):
            pair = two_administrators(app)
            answers = at_once(app, [removing(*each) for each in pair])
            assert answers.count(None) == 1
            assert any(isinstance(each, NoLongerAdministrator) for each in answers)
            with app.app_context(), transaction() as session:
                left = session.scalars(select(Grant)).one()
                assert left.account_id in {actor.account_id for actor, _ in pair}
                assert check_chain(session, "house") is None
                session.delete(left)


def test_of_two_who_leave_at_once_one_stays(own_database: str) -> None:
    def leaving(actor: Actor, grant_id: int) -> Callable[[], None]:
        def act() -> None:
            with transaction() as session:
                revoke_grant(session, grant_id, actor=actor, now=NOON)

        return act

    with application_on(own_database) as app:
        (one, of_other), (other, of_one) = two_administrators(app)
        acts = [leaving(one, of_one), leaving(other, of_other)]
        answers = at_once(app, acts)
        assert answers.count(None) == 1
        assert any(isinstance(each, LastAdministrator) for each in answers)
        with app.app_context(), transaction() as session:
            assert session.scalar(select(func.count()).select_from(Grant)) == 1
