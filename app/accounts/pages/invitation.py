"""Accepting an invitation, with a new account or the one that there is."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import everyone, person, person_or_none, resident
from app.accounts import sessions
from app.accounts.blueprint import bp
from app.accounts.errors import LogInFirst
from app.accounts.forms import InvitationForm, typed
from app.accounts.invitations import accept_as_known, accept_as_new, invited_account
from app.accounts.models import TokenKind
from app.accounts.passwords import hash_password
from app.accounts.roles import role_name, scope_names
from app.accounts.tokens import find_token
from app.extensions import clock, db
from app.transaction import transaction


@bp.get("/invitation/<secret>")
@everyone
def invitation(secret: str) -> ResponseReturnValue:
    """What the invitation is to, and how to accept it."""
    session = db.session()
    account = invited_account(session, secret, now=clock().now(session))
    waiting = _waiting(secret)
    if account is None:
        form = InvitationForm(data={"name": waiting["name"]})
        return _page("accounts/invitation.html", secret, form=form)
    if account is not person_or_none():
        return _page("accounts/invitation_log_in.html", secret, here=request.path)
    return _page("accounts/invitation_accept.html", secret)


def _waiting(secret: str) -> dict[str, str]:
    session = db.session()
    now = clock().now(session)
    return find_token(session, TokenKind.INVITATION, secret, now=now).data


def _page(template: str, secret: str, **values: object) -> str:
    waiting = _waiting(secret)
    return render_template(
        template,
        secret=secret,
        email=waiting["email"],
        role=role_name(waiting["role"]),
        place=scope_names(db.session()).get(waiting["scope"]),
        **values,
    )


@bp.post("/invitation/<secret>")
@everyone
def submit_invitation(secret: str) -> ResponseReturnValue:
    """Accept with a new account, and set up the second factor next."""
    session = db.session()
    if invited_account(session, secret, now=clock().now(session)):
        raise LogInFirst
    form = InvitationForm()
    if not form.validate():
        return _page("accounts/invitation.html", secret, form=form), 422
    password_hash = hash_password(typed(form.password))
    with transaction() as act:
        account = accept_as_new(
            act,
            secret,
            name=typed(form.name),
            password_hash=password_hash,
            now=clock().now(act),
        )
    sessions.begin(account)
    return redirect(url_for("accounts.second_factor"))


@bp.post("/invitation/<secret>/accept")
@resident
def submit_invitation_accept(secret: str) -> ResponseReturnValue:
    """Accept with the account of whoever is logged in."""
    with transaction() as session:
        accept_as_known(session, secret, person(), now=clock().now(session))
    return redirect(url_for("accounts.settings"))
