"""The second signature: another person's, who has shown a second factor."""

from app.access import second_factor_passed
from app.accounts.errors import SamePerson, SecondFactorMissing
from app.accounts.models import Account


def require_other_person(author_id: int | None, account: Account) -> None:
    """See that this person may sign what somebody else has done.

    Args:
        author_id: the account of the one who did the act; None where that account
            has been deleted since, which makes anybody another person.
        account: who is about to sign, in this session.

    Raises:
        SamePerson: nobody signs their own act.
        SecondFactorMissing: signing needs a verified second factor.
    """
    if account.id == author_id:
        raise SamePerson
    if account.totp_confirmed_at is None or not second_factor_passed():
        raise SecondFactorMissing
