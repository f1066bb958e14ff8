"""A new account: the form, the page after it, and the link in the mail."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import everyone
from app.accounts.attempts import count_try, mail_to, this_address
from app.accounts.blueprint import bp
from app.accounts.errors import LinkInvalid
from app.accounts.forms import SignUpForm, typed
from app.accounts.models import TokenKind
from app.accounts.passwords import hash_password
from app.accounts.registration import confirm_sign_up, one_spelling
from app.accounts.registration import sign_up as start_account
from app.accounts.tokens import find_token
from app.extensions import clock, db
from app.locale import current_language
from app.transaction import transaction


@bp.get("/sign-up")
@everyone
def sign_up() -> ResponseReturnValue:
    """The form."""
    return render_template("accounts/sign_up.html", form=SignUpForm())


@bp.post("/sign-up")
@everyone
def submit_sign_up() -> ResponseReturnValue:
    """Send the link; the answer is the same whether or not there is an account."""
    form = SignUpForm()
    if not form.validate():
        return render_template("accounts/sign_up.html", form=form), 422
    email = one_spelling(typed(form.email))
    count_mail(email)
    password_hash = hash_password(typed(form.password))
    with transaction() as session:
        start_account(
            session,
            email,
            name=typed(form.name),
            password_hash=password_hash,
            language=current_language(),
            now=clock().now(session),
        )
    return redirect(url_for("accounts.mail_sent"))


def count_mail(email: str) -> None:
    """Count a mail that a stranger asks for, so that nobody's inbox is flooded.

    Raises:
        TooManyAttempts: too many to this address, or from this network.
    """
    with transaction() as session:
        now = clock().now(session)
        count_try(session, mail_to(email), this_address(), now=now)


@bp.get("/mail-sent")
@everyone
def mail_sent() -> ResponseReturnValue:
    """Look into your mail now."""
    return render_template("accounts/mail_sent.html")


@bp.get("/confirm/<secret>")
@everyone
def confirm(secret: str) -> ResponseReturnValue:
    """A button: programs that check mails open links, but press nothing."""
    session = db.session()
    find_token(session, TokenKind.VERIFY_EMAIL, secret, now=clock().now(session))
    return render_template("accounts/confirm.html")


@bp.post("/confirm/<secret>")
@everyone
def submit_confirm(secret: str) -> ResponseReturnValue:
    """Make the account.

    Nobody is logged in by it: the password may have been chosen by a stranger who
    knew the address, and its owner must not work under it unawares.
    """
    with transaction() as session:
        confirm_sign_up(session, secret, now=clock().now(session))
    flash(_("Your account is ready. You can log in now."), "success")
    return redirect(url_for("accounts.log_in"))


def link_is_over(_error: LinkInvalid) -> ResponseReturnValue:
    """A one-time link that does nothing any more, and how to get another one."""
    db.session.rollback()
    return render_template("accounts/link_invalid.html"), 410
