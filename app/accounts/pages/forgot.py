"""A forgotten password: asking for a link, and using it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import everyone
from app.accounts import sessions
from app.accounts.blueprint import bp
from app.accounts.forms import ForgotForm, ResetForm, typed
from app.accounts.models import TokenKind
from app.accounts.pages.sign_up import count_mail
from app.accounts.passwords import hash_password
from app.accounts.recovery import ask_for_reset, reset_password
from app.accounts.registration import one_spelling
from app.accounts.tokens import find_token
from app.extensions import clock, db
from app.locale import current_language
from app.transaction import transaction


@bp.get("/forgot")
@everyone
def forgot() -> ResponseReturnValue:
    """Where shall we send the link."""
    return render_template("accounts/forgot.html", form=ForgotForm())


@bp.post("/forgot")
@everyone
def submit_forgot() -> ResponseReturnValue:
    """Send the link; the answer is the same whether or not there is an account."""
    form = ForgotForm()
    if not form.validate():
        return render_template("accounts/forgot.html", form=form), 422
    email = one_spelling(typed(form.email))
    count_mail(email)
    with transaction() as session:
        ask_for_reset(
            session, email, language=current_language(), now=clock().now(session)
        )
    return redirect(url_for("accounts.mail_sent"))


@bp.get("/reset/<secret>")
@everyone
def reset(secret: str) -> ResponseReturnValue:
    """The form for a new password."""
    session = db.session()
    find_token(session, TokenKind.RESET_PASSWORD, secret, now=clock().now(session))
    return render_template("accounts/reset.html", form=ResetForm())


@bp.post("/reset/<secret>")
@everyone
def submit_reset(secret: str) -> ResponseReturnValue:
    """Set the new password; whoever was logged in, with the old one, is not now."""
    form = ResetForm()
    if not form.validate():
        return render_template("accounts/reset.html", form=form), 422
    password_hash = hash_password(typed(form.password))
    with transaction() as session:
        now = clock().now(session)
        reset_password(session, secret, password_hash=password_hash, now=now)
    sessions.end()
    flash(_("Your new password is in force. Log in with it."), "success")
    return redirect(url_for("accounts.log_in"))
