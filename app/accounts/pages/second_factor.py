"""The second factor: setting it up, showing it, new recovery codes, taking it away."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import (
    is_staff,
    password_given,
    person,
    resident,
    second_factor_passed,
)
from app.accounts import sessions, totp
from app.accounts.blueprint import bp
from app.accounts.errors import CodeWrong, SecondFactorCompulsory
from app.accounts.factors import (
    new_recovery_codes,
    next_code,
    recovery_codes_left,
    remove_second_factor,
    secret_of,
    start_second_factor,
)
from app.accounts.forms import CodeForm, typed
from app.accounts.links import own_path, settings
from app.accounts.proofs import prove_code, prove_telephone, secret_key
from app.extensions import clock, db
from app.transaction import transaction


@bp.get("/second-factor")
@password_given
def second_factor() -> ResponseReturnValue:
    """Ask for the code; where there is no second factor yet, set one up."""
    if person().totp_confirmed_at and second_factor_passed():
        return redirect(_where_to())
    return _ask(CodeForm())


def _ask(form: CodeForm) -> str:
    me = person()
    if me.totp_confirmed_at:
        return render_template(
            "accounts/second_factor.html", form=form, demo_code=_demo_code()
        )
    secret = secret_of(me, secret_key=secret_key())
    return render_template(
        "accounts/set_up_second_factor.html",
        form=form,
        staff=is_staff(me),
        next=own_path(request.args.get("next")),
        secret=totp.in_groups(secret) if secret else None,
        picture=totp.picture(secret, me.email) if secret else None,
    )


def _demo_code() -> str | None:
    """In the demo nobody has the officials' telephones: the page shows the code."""
    if not (settings().demo and person().demo):
        return None
    now = clock().now(db.session())
    return next_code(person(), secret_key=secret_key(), now=now)


@bp.post("/second-factor/start")
@password_given
def start() -> ResponseReturnValue:
    """Make a secret for the telephone."""
    with transaction() as db_session:
        start_second_factor(db_session, person(), secret_key=secret_key())
    return redirect(
        url_for("accounts.second_factor", next=own_path(request.args.get("next")))
    )


@bp.post("/second-factor")
@password_given
def submit_second_factor() -> ResponseReturnValue:
    """Check the code; the first one confirms the telephone and shows paper codes."""
    form = CodeForm()
    codes = None
    if not form.validate():
        return _ask(form), 422
    try:
        if person().totp_confirmed_at:
            prove_code(person(), typed(form.code))
        else:
            codes = prove_telephone(person(), typed(form.code))
    except CodeWrong:
        form.code.errors = [_("This code is wrong or has been used. Take the next.")]
        return _ask(form), 422
    session["second_factor"] = True
    if codes:
        return _show(codes)
    return redirect(_where_to())


def _show(codes: list[str]) -> str:
    """The recovery codes, this once; therefore the answer to a POST shows a page."""
    return render_template(
        "accounts/recovery_codes.html", codes=codes, onward=_where_to()
    )


def _where_to() -> str:
    return own_path(request.args.get("next")) or url_for("accounts.settings")


@bp.get("/settings/second-factor")
@resident
def manage_second_factor() -> ResponseReturnValue:
    """What there is, and what can be changed."""
    if not person().totp_confirmed_at:
        return redirect(url_for("accounts.second_factor"))
    return _manage(CodeForm())


def _manage(form: CodeForm) -> str:
    return render_template(
        "accounts/manage_second_factor.html",
        form=form,
        left=recovery_codes_left(db.session(), person()),
        staff=is_staff(person()),
        demo_code=_demo_code(),
    )


@bp.post("/settings/second-factor")
@resident
def submit_manage_second_factor() -> ResponseReturnValue:
    """New recovery codes, or no second factor any more; both ask for a code."""
    form = CodeForm()
    remove = request.form.get("act") == "remove"
    if remove and is_staff(person()):
        raise SecondFactorCompulsory
    if not form.validate():
        return _manage(form), 422
    try:
        prove_code(person(), typed(form.code))
    except CodeWrong:
        form.code.errors = [_("This code is wrong or has been used. Take the next.")]
        return _manage(form), 422
    return _remove() if remove else _renew()


def _renew() -> ResponseReturnValue:
    with transaction() as db_session:
        codes = new_recovery_codes(db_session, person())
    return _show(codes)


def _remove() -> ResponseReturnValue:
    with transaction() as db_session:
        remove_second_factor(db_session, person())
    session["second_factor"] = False
    sessions.go_on(person())
    flash(_("The second factor has been removed."), "success")
    return redirect(url_for("accounts.settings"))
