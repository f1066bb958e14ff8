"""What must happen once, tried at the same instant by real threads."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.errors import CodeWrong, LinkInvalid
from app.accounts.factors import check_second_factor, new_recovery_codes
from app.accounts.models import Account, TokenKind
from app.accounts.recovery import reset_password
from app.accounts.registration import confirm_sign_up
from app.accounts.tokens import issue_token
from app.transaction import transaction
from tests.conftest import NOON
from tests.factories.accounts import administrator, code_of_the_moment, resident
from tests.support.apps import application_on, at_once
from tests.support.databases import SECRET

MANY = 6


def test_a_reset_link_used_at_once_works_once(own_database: str) -> None:
    with application_on(own_database) as app:
        with app.app_context(), transaction() as session:
            secret = issue_token(
                session,
                TokenKind.RESET_PASSWORD,
                account_id=resident(session).id,
                now=NOON,
            )

        def use(number: int) -> Callable[[], None]:
            def act() -> None:
                with transaction() as session:
                    fresh = f"hash {number}"
                    reset_password(session, secret, password_hash=fresh, now=NOON)

            return act

        answers = at_once(app, [use(number) for number in range(MANY)])
        assert answers.count(None) == 1
        assert sum(isinstance(each, LinkInvalid) for each in answers) == MANY - 1
        with app.app_context(), transaction() as session:
            account = session.scalars(select(Account)).one()
            assert account.password_hash == f"hash {answers.index(None)}"
            assert account.session_epoch == 2


def test_two_sign_ups_of_one_address_make_one_account(own_database: str) -> None:
    with application_on(own_database) as app:
        with app.app_context(), transaction() as session:
            secrets = [
                issue_token(
                    session,
                    TokenKind.VERIFY_EMAIL,
                    now=NOON,
                    email="new@example.org",
                    name=f"Number {number}",
                    password_hash="x",
                    language="fi",
                )
                for number in range(MANY)
            ]

        def use(secret: str) -> Callable[[], None]:
            def act() -> None:
                with transaction() as session:
                    confirm_sign_up(session, secret, now=NOON)

            return act

        answers = at_once(app, [use(secret) for secret in secrets])
        assert answers.count(None) == 1
        assert sum(isinstance(each, LinkInvalid) for each in answers) == MANY - 1


def official_with_code(session: Session) -> tuple[int, str]:
    account = administrator(session)
    return account.id, new_recovery_codes(session, account)[0]


def test_one_code_shown_at_once_opens_one_session(own_database: str) -> None:
    with application_on(own_database) as app:
        with app.app_context(), transaction() as session:
            account_id, recovery = official_with_code(session)

        for code in (code_of_the_moment(NOON), recovery):

            def show(code: str = code) -> None:
                with transaction() as session:
                    account = session.get_one(Account, account_id)
                    check_second_factor(
                        session, account, code, secret_key=SECRET, now=NOON
                    )

            answers = at_once(app, [show] * MANY)
            assert answers.count(None) == 1
            assert sum(isinstance(each, CodeWrong) for each in answers) == MANY - 1
