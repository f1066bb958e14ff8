"""My account: what is known about me, and what I change."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import HOUSE, actor, person, resident
from app.accounts import sessions
from app.accounts.attempts import count_try, mail_to
from app.accounts.blueprint import bp
from app.accounts.changes import (
    ask_for_new_email,
    change_password,
    delete_account,
    log_out_elsewhere,
)
from app.accounts.errors import PasswordWrong
from app.accounts.forms import (
    DeleteForm,
    EmailForm,
    NotificationsForm,
    PasswordForm,
    ProfileForm,
    typed,
)
from app.accounts.passwords import hash_password
from app.accounts.proofs import prove_password
from app.accounts.registration import one_spelling
from app.accounts.roles import role_name, scope_names
from app.extensions import clock, db
from app.transaction import transaction


@bp.get("/settings")
@resident
def settings() -> ResponseReturnValue:
    """Everything on one page, with a way to change each thing."""
    places = scope_names(db.session())
    roles = [
        (role_name(grant.role), places.get(grant.scope, places[HOUSE]))
        for grant in person().grants
    ]
    return render_template("accounts/settings.html", account=person(), roles=roles)


@bp.get("/settings/profile")
@resident
def profile() -> ResponseReturnValue:
    """Name and language."""
    return render_template("accounts/profile.html", form=ProfileForm(obj=person()))


@bp.post("/settings/profile")
@resident
def submit_profile() -> ResponseReturnValue:
    """Store them, and go on in the language that was chosen."""
    form = ProfileForm()
    if not form.validate():
        return render_template("accounts/profile.html", form=form), 422
    with transaction():
        form.populate_obj(person())
    return redirect(url_for("accounts.settings", lang=form.language.data))


@bp.get("/settings/notifications")
@resident
def notifications() -> ResponseReturnValue:
    """What we may write about."""
    form = NotificationsForm(obj=person())
    return render_template("accounts/notifications.html", form=form)


@bp.post("/settings/notifications")
@resident
def submit_notifications() -> ResponseReturnValue:
    """Store it."""
    form = NotificationsForm()
    if not form.validate():
        return render_template("accounts/notifications.html", form=form), 422
    with transaction():
        form.populate_obj(person())
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.settings"))


@bp.get("/settings/email")
@resident
def email() -> ResponseReturnValue:
    """A new address."""
    return render_template("accounts/email.html", form=EmailForm())


@bp.post("/settings/email")
@resident
def submit_email() -> ResponseReturnValue:
    """Write to the new address; nothing changes before it answers."""
    form = EmailForm()
    if not (form.validate() and _is_me(form)):
        return render_template("accounts/email.html", form=form), 422
    address = one_spelling(typed(form.email))
    with transaction() as session:
        count_try(session, mail_to(address), now=clock().now(session))
    with transaction() as session:
        ask_for_new_email(session, person(), address, now=clock().now(session))
    return redirect(url_for("accounts.mail_sent"))


@bp.get("/settings/password")
@resident
def password() -> ResponseReturnValue:
    """A new password."""
    return render_template("accounts/password.html", form=PasswordForm())


@bp.post("/settings/password")
@resident
def submit_password() -> ResponseReturnValue:
    """Set it; every other session ends."""
    form = PasswordForm()
    if not (form.validate() and _is_me(form)):
        return render_template("accounts/password.html", form=form), 422
    password_hash = hash_password(typed(form.new_password))
    with transaction() as session:
        now = clock().now(session)
        change_password(session, person(), password_hash=password_hash, now=now)
    sessions.go_on(person())
    flash(_("Your new password is in force. You are logged out elsewhere."), "success")
    return redirect(url_for("accounts.settings"))


def _is_me(form: EmailForm | PasswordForm | DeleteForm) -> bool:
    """Whether the password in the form is right; the form says so if it is not."""
    me = person()
    try:
        prove_password(me.email, me.password_hash, typed(form.password))
    except PasswordWrong:
        form.password.errors = [*form.password.errors, _("This password is wrong.")]
        return False
    return True


@bp.post("/settings/log-out-elsewhere")
@resident
def submit_log_out_elsewhere() -> ResponseReturnValue:
    """End every session but this one."""
    with transaction() as session:
        log_out_elsewhere(session, person())
    sessions.go_on(person())
    flash(_("You are logged out everywhere else."), "success")
    return redirect(url_for("accounts.settings"))


@bp.get("/settings/delete")
@resident
def delete() -> ResponseReturnValue:
    """What goes and what stays."""
    return render_template("accounts/delete.html", form=DeleteForm())


@bp.post("/settings/delete")
@resident
def submit_delete() -> ResponseReturnValue:
    """Erase the account."""
    form = DeleteForm()
    if not (form.validate() and _is_me(form)):
        return render_template("accounts/delete.html", form=form), 422
    with transaction() as session:
        role = next((str(grant.role) for grant in person().grants), "resident")
        now = clock().now(session)
        delete_account(session, person(), actor=actor(role), now=now)
    sessions.end()
    flash(_("Your account has been deleted."), "success")
    return redirect(url_for("pages.home"))
