"""Who works here: inviting, granting, revoking; every act is in the log."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.access import actor, administrator, person
from app.accounts.errors import GrantExists, ScopeInvalid
from app.accounts.factors import reset_second_factor
from app.accounts.forms import choices, typed
from app.accounts.grants import grant_role, revoke_grant
from app.accounts.invitations import (
    invite_by_mail,
    open_invitations,
    withdraw_invitation,
)
from app.accounts.models import Account, Grant, Role
from app.accounts.roles import ROLE_NAMES, scope_names
from app.extensions import clock, db
from app.locale import current_language
from app.manage.blueprint import bp
from app.manage.staff_forms import GrantForm, InviteForm
from app.messages import sentence
from app.transaction import transaction


@bp.get("/staff")
@administrator
def staff() -> ResponseReturnValue:
    """Everybody with a role, and the invitations that wait."""
    session = db.session()
    people = session.scalars(
        select(Account)
        .where(Account.id.in_(select(Grant.account_id)))
        .order_by(Account.name, Account.id)
        .options(selectinload(Account.grants))
    )
    return render_template(
        "manage/staff/index.html",
        people=people.all(),
        invitations=open_invitations(session, now=clock().now(session)),
        role_names=ROLE_NAMES,
        places=scope_names(session),
        me=person(),
    )


def _with_places(form: GrantForm) -> GrantForm:
    form.scope.choices = choices(scope_names(db.session()))
    return form


@bp.get("/staff/invite")
@administrator
def invite() -> ResponseReturnValue:
    """Whom, to what, and where."""
    form = _with_places(InviteForm(language=current_language()))
    return render_template("manage/staff/invite.html", form=form)


@bp.post("/staff/invite")
@administrator
def submit_invite() -> ResponseReturnValue:
    """Send the invitation."""
    form = InviteForm()
    _with_places(form)
    if form.validate():
        try:
            _invite(form)
        except ScopeInvalid as refusal:
            form.scope.errors = [sentence(refusal)]
        else:
            flash(_("The invitation is on its way."), "success")
            return redirect(url_for("manage.staff"))
    return render_template("manage/staff/invite.html", form=form), 422


def _invite(form: InviteForm) -> None:
    with transaction() as session:
        invite_by_mail(
            session,
            typed(form.email),
            name=typed(form.name),
            role=Role(form.role.data),
            scope=form.scope.data,
            language=form.language.data,
            actor=actor("administrator"),
            now=clock().now(session),
        )


@bp.post("/staff/invitations/<int:token_id>/withdraw")
@administrator
def withdraw(token_id: int) -> ResponseReturnValue:
    """Let an invitation end before it is used."""
    with transaction() as session:
        now = clock().now(session)
        withdraw_invitation(session, token_id, actor=actor("administrator"), now=now)
    flash(_("The invitation has been withdrawn."), "success")
    return redirect(url_for("manage.staff"))


@bp.get("/staff/<int:account_id>")
@administrator
def staff_member(account_id: int) -> ResponseReturnValue:
    """One person's roles, and one more."""
    return _member(account_id, _with_places(GrantForm()))


def _member(account_id: int, form: GrantForm) -> str:
    return render_template(
        "manage/staff/member.html",
        account=db.get_or_404(Account, account_id),
        form=form,
        role_names=ROLE_NAMES,
        places=scope_names(db.session()),
        me=person(),
    )


@bp.post("/staff/<int:account_id>/grants")
@administrator
def submit_grant(account_id: int) -> ResponseReturnValue:
    """Give a role."""
    db.get_or_404(Account, account_id)
    form = _with_places(GrantForm())
    if form.validate():
        try:
            _grant(account_id, form)
        except (GrantExists, ScopeInvalid) as refusal:
            form.scope.errors = [sentence(refusal)]
        else:
            flash(_("The role has been given."), "success")
            return redirect(url_for("manage.staff_member", account_id=account_id))
    return _member(account_id, form), 422


def _grant(account_id: int, form: GrantForm) -> None:
    with transaction() as session:
        grant_role(
            session,
            db.get_or_404(Account, account_id),
            Role(form.role.data),
            scope=form.scope.data,
            actor=actor("administrator"),
            now=clock().now(session),
        )


@bp.post("/staff/<int:account_id>/grants/<int:grant_id>/revoke")
@administrator
def revoke(account_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    with transaction() as session:
        if _belongs(grant_id, account_id):
            now = clock().now(session)
            revoke_grant(session, grant_id, actor=actor("administrator"), now=now)
    flash(_("The role has been taken away."), "success")
    return redirect(url_for("manage.staff"))


def _belongs(grant_id: int, account_id: int) -> bool:
    grant = db.session.get(Grant, grant_id)
    return grant is not None and grant.account_id == account_id


@bp.post("/staff/<int:account_id>/second-factor/reset")
@administrator
def submit_reset_second_factor(account_id: int) -> ResponseReturnValue:
    """Let somebody who has lost the telephone set it up again."""
    with transaction() as session:
        account = db.get_or_404(Account, account_id)
        now = clock().now(session)
        reset_second_factor(session, account, actor=actor("administrator"), now=now)
    flash(_("The second factor can be set up again at the next log-in."), "success")
    return redirect(url_for("manage.staff"))
