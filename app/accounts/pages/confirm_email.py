"""The link that proves a new e-mail address."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import everyone
from app.accounts.blueprint import bp
from app.accounts.changes import confirm_new_email
from app.accounts.models import TokenKind
from app.accounts.tokens import find_token
from app.extensions import clock, db
from app.transaction import transaction


@bp.get("/confirm-email/<secret>")
@everyone
def confirm_email(secret: str) -> ResponseReturnValue:
    """A button: programs that check mails open links, but press nothing."""
    session = db.session()
    token = find_token(
        session, TokenKind.CHANGE_EMAIL, secret, now=clock().now(session)
    )
    return render_template("accounts/confirm_email.html", email=token.data["email"])


@bp.post("/confirm-email/<secret>")
@everyone
def submit_confirm_email(secret: str) -> ResponseReturnValue:
    """Put the new address in force."""
    with transaction() as session:
        confirm_new_email(session, secret, now=clock().now(session))
    flash(_("Your new e-mail address is in force."), "success")
    return redirect(url_for("accounts.settings"))
