"""Who may open a page: one decorator above every view, checked by a test.

`@everyone`, `@resident` (logged in), `@elector` (that, or let in by a code or another
way without an account), `@official` (any official; the round's own
rights are checked by `may_run`), `@official_of_round`, `@administrator`, `@auditor`.
An official's page needs a second factor in this session, and so does every page of
somebody who has set one up: until it is shown, `@password_given` is all they see.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import Account, Role
from app.extensions import db
from core.audit import Actor, round_chain
from voting.electorate import is_by_register

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
F = TypeVar("F", bound=Callable[..., ResponseReturnValue])

HOUSE = "house"
BOOTH = "booth"
ASSISTED = "assisted"
STAFF = (Role.ADMINISTRATOR, Role.OFFICIAL, Role.AUDITOR)


def person() -> Account:
    """Who is logged in; only for views whose decorator has made sure of it."""
    return cast("Account", current_user._get_current_object())  # noqa: SLF001 - the proxy's own way out


def person_or_none() -> Account | None:
    """Who is logged in, or nobody."""
    return person() if current_user.is_authenticated else None


def has_role(account: Account, *roles: Role, scope: str | None = None) -> bool:
    """Whether a grant gives one of the roles, in this place or in the whole house."""
    return any(
        grant.role in roles and (scope is None or grant.scope in (HOUSE, scope))
        for grant in account.grants
    )


def may_run(account: Account, slug: str) -> bool:
    """Whether this official may run this round."""
    return has_role(account, Role.ADMINISTRATOR, Role.OFFICIAL, scope=round_chain(slug))


def is_staff(account: Account) -> bool:
    """Whether any staff page is open to this person."""
    return has_role(account, *STAFF)


def second_factor_passed() -> bool:
    """Whether this session has shown its second factor."""
    return bool(session.get("second_factor"))


def actor(role: str = "official") -> Actor:
    """The person logged in, as the audit log names them."""
    who = person()
    return Actor(role=role, name=who.name or who.email, account_id=who.id)


def everyone(view: F) -> F:
    """Open to anybody; saying so is a decision too."""
    return _mark(view, "everyone")


def password_given(view: F) -> F:
    """Open to whoever has shown a password, and perhaps no second factor yet."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401 - a view's own
        if not current_user.is_authenticated:
            return _to("accounts.log_in")
        return view(*args, **kwargs)

    return _mark(cast("F", checked), "password_given")


def resident(view: F) -> F:
    """Open to whoever is logged in."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401 - a view's own
        if not current_user.is_authenticated:
            return _to("accounts.log_in")
        if person().totp_confirmed_at and not second_factor_passed():
            return _to("accounts.second_factor")
        return view(*args, **kwargs)

    return _mark(cast("F", checked), "resident")


def elector(view: F) -> F:
    """Open to whoever is logged in, or is in this round's booth without an account.

    A pass in the browser lets nobody in by itself: the page looks whether it is good.
    """

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401 - a view's own
        slug = kwargs["slug"]
        if booth_token(slug):
            return view(*args, **kwargs)
        if not current_user.is_authenticated and is_by_register(db.session(), slug):
            return redirect(url_for("rounds.may_vote", slug=slug))
        return as_resident(*args, **kwargs)

    as_resident = resident(view)
    return _mark(cast("F", checked), "elector")


def booth_token(slug: str) -> str | None:
    """The token of this browser's pass into the booth of a round, good or not."""
    found = session.get(BOOTH, {}).get(slug)
    return found if isinstance(found, str) else None


def _staff_only(view: F, rule: str, allowed: Callable[..., bool]) -> F:
    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401 - a view's own
        if not current_user.is_authenticated:
            return _to("accounts.log_in")
        if not allowed(person(), **kwargs):
            abort(403)
        if not person().totp_confirmed_at or not second_factor_passed():
            return _to("accounts.second_factor")
        return view(*args, **kwargs)

    return _mark(cast("F", checked), rule)


def official(view: F) -> F:
    """Open to every official and administrator."""
    return _staff_only(
        view,
        "official",
        lambda who, **_: has_role(who, Role.ADMINISTRATOR, Role.OFFICIAL),
    )


def official_of_round(view: F) -> F:
    """Open to the officials of the round whose `slug` stands in the address."""
    return _staff_only(
        view, "official_of_round", lambda who, slug, **_: may_run(who, slug)
    )


def administrator(view: F) -> F:
    """Open to those who invite and grant."""
    return _staff_only(
        view,
        "administrator",
        lambda who, **_: has_role(who, Role.ADMINISTRATOR, scope=HOUSE),
    )


def auditor(view: F) -> F:
    """Open to auditors, and to administrators."""
    return _staff_only(
        view,
        "auditor",
        lambda who, **_: has_role(who, Role.AUDITOR, Role.ADMINISTRATOR),
    )


def _mark(view: F, rule: str) -> F:
    view.access_rule = rule  # type: ignore[attr-defined] # read by the test that walks all routes
    return view


def _to(endpoint: str) -> ResponseReturnValue:
    """To a page that asks for more, and back from there to a page that was read."""
    if request.method == "GET":
        return redirect(url_for(endpoint, next=request.full_path.rstrip("?")))
    return redirect(url_for(endpoint))
