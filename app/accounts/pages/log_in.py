"""Logging in and out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import everyone, person_or_none
from app.accounts import sessions
from app.accounts.blueprint import bp
from app.accounts.errors import PasswordWrong
from app.accounts.forms import LogInForm, typed
from app.accounts.links import own_path
from app.accounts.models import Account
from app.accounts.passwords import hash_password, is_outdated
from app.accounts.proofs import prove_password
from app.accounts.registration import find_account, one_spelling
from app.extensions import db
from app.transaction import transaction


@bp.get("/log-in")
@everyone
def log_in() -> ResponseReturnValue:
    """The form; whoever is logged in already goes on."""
    if person_or_none():
        return redirect(_where_to())
    return render_template("accounts/log_in.html", form=LogInForm())


@bp.post("/log-in")
@everyone
def submit_log_in() -> ResponseReturnValue:
    """Check the password and begin a session."""
    form = LogInForm()
    if form.validate():
        try:
            account = _who(form)
        except PasswordWrong:
            form.form_errors.append(_("The e-mail address or the password is wrong."))
        else:
            sessions.begin(account)
            if account.totp_confirmed_at:
                return redirect(url_for("accounts.second_factor", next=_where_to()))
            return redirect(_where_to())
    return render_template("accounts/log_in.html", form=form), 422


def _who(form: LogInForm) -> Account:
    """The account behind the address and the password.

    Raises:
        PasswordWrong: one of the two is wrong; nobody says which.
        TooManyAttempts: it is not time for another try yet.
    """
    email, password = one_spelling(typed(form.email)), typed(form.password)
    account = find_account(db.session(), email)
    stored = account.password_hash if account else None
    prove_password(email, stored, password)
    if stored and is_outdated(stored):
        _hash_anew(email, stored, password)
    found = find_account(db.session(), email)
    if found is None:
        raise PasswordWrong
    return found


def _hash_anew(email: str, stored: str, password: str) -> None:
    fresh = hash_password(password)
    with transaction() as session:
        account = find_account(session, email)
        if account and account.password_hash == stored:
            account.password_hash = fresh


def _where_to() -> str:
    return own_path(request.args.get("next")) or url_for("pages.home")


@bp.post("/log-out")
@everyone
def log_out() -> ResponseReturnValue:
    """End the session here."""
    sessions.end()
    flash(_("You have logged out."), "success")
    return redirect(url_for("pages.home"))
