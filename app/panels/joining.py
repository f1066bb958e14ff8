"""From the letter into the pool: the code, the questions, thank you; or a no."""

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from app.access import everyone
from app.accounts.attempts import count_success, count_try, letter_codes
from app.extensions import clock, db
from app.fields import typed
from app.mail.links import link as mail_link
from app.messages import sentence
from app.panels.blueprint import bp
from app.panels.forms import CodeForm, JoiningForm, joining_form
from app.panels.pages import visible_panel
from app.people_keys import panel_keys
from app.transaction import transaction
from core.codes import normalized_code
from panels.models import Panel
from panels.panel_errors import (
    InvitationAnswered,
    InvitationCodeMisread,
    InvitationCodeUnknown,
    VolunteerAnswers,
    WaveClosed,
)
from panels.panels import targets_of
from panels.volunteers import decline, open_invitation, volunteer

REFUSALS = (
    InvitationAnswered,
    InvitationCodeMisread,
    InvitationCodeUnknown,
    WaveClosed,
)
# In the browser's own session, until the answer is in.
CODES = "panel_codes"


@bp.get("/<slug>/code")
@everyone
def enter_code(slug: str) -> ResponseReturnValue:
    """Where the letter leads; a code in the address' fragment never reaches us."""
    return _code_page(visible_panel(slug), CodeForm())


@bp.post("/<slug>/code")
@everyone
def submit_code(slug: str) -> ResponseReturnValue:
    """To the questions, if the code can be answered."""
    panel = visible_panel(slug)
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(panel, form), 422
    try:
        _look(panel, typed(form.code))
    except REFUSALS as refusal:
        form.code.errors = [sentence(refusal)]
        return _code_page(visible_panel(slug), form), 422
    session[CODES] = {**session.get(CODES, {}), slug: typed(form.code)}
    return redirect(url_for("panels.join", slug=slug))


@bp.route("/<slug>/join", methods=["GET", "POST"])
@everyone
def join(slug: str) -> ResponseReturnValue:
    """What taking part means, and the questions."""
    panel = visible_panel(slug)
    code = session.get(CODES, {}).get(slug)
    if code is None:
        return redirect(url_for("panels.enter_code", slug=slug))
    form = joining_form(targets_of(panel))
    if form.validate_on_submit():
        try:
            personal = _volunteer(panel, code, form)
        except VolunteerAnswers as refusal:
            form.consent.errors = [sentence(refusal)]
        else:
            _forget_code(slug)
            return _thanks(visible_panel(slug), personal)
    status = 422 if form.is_submitted() else 200
    panel = visible_panel(slug)
    return render_template("panels/join.html", panel=panel, form=form), status


@bp.post("/<slug>/no")
@everyone
def say_no(slug: str) -> ResponseReturnValue:
    """No, thank you: nobody writes again."""
    panel = visible_panel(slug)
    code = session.get(CODES, {}).get(slug)
    if code is None:
        return redirect(url_for("panels.enter_code", slug=slug))
    keys = panel_keys()
    with transaction() as act:
        decline(act, panel, code, keys=keys, now=clock().now(act))
    _forget_code(slug)
    return redirect(url_for("panels.said_no", slug=slug))


@bp.get("/<slug>/no")
@everyone
def said_no(slug: str) -> ResponseReturnValue:
    """It has been written down."""
    return render_template("panels/said_no.html", panel=visible_panel(slug))


def _look(panel: Panel, code: str) -> None:
    """A misread code is no guess; everything else is counted until it is right.

    Raises:
        TooManyAttempts: this network has to wait a little.
        others: see `open_invitation`.
    """
    if normalized_code(code) is None:
        raise InvitationCodeMisread
    with transaction() as act:
        count_try(act, letter_codes(), now=clock().now(act))
    keys = panel_keys()
    with transaction() as act:
        now = clock().now(act)
        open_invitation(act, panel, code, keys=keys, now=now)
        count_success(act, letter_codes(), now=now)


def _volunteer(panel: Panel, code: str, form: JoiningForm) -> str:
    keys = panel_keys()
    with transaction() as act:
        now = clock().now(act)
        return volunteer(act, panel, code, form.application(), keys=keys, now=now)


def _forget_code(slug: str) -> None:
    codes = dict(session.get(CODES, {}))
    codes.pop(slug, None)
    session[CODES] = codes


def _thanks(panel: Panel, personal: str) -> ResponseReturnValue:
    """Not redirected to: the personal code is shown once, and stands in no address."""
    db.session().rollback()
    page = mail_link("panels.own", slug=panel.slug)
    return render_template(
        "panels/thanks.html",
        panel=panel,
        code=personal,
        address=f"{page}#{personal}",
    )


def _code_page(panel: Panel, form: CodeForm) -> str:
    return render_template("panels/code.html", panel=panel, form=form)
