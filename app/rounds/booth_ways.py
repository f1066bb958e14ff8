"""At the door of a round with a register: the ways in, the code, the way out."""

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from app.access import booth_token, elector, everyone, person, resident
from app.accounts.attempts import count_success, count_try, letter_codes
from app.extensions import clock, db
from app.fields import line_field, typed
from app.messages import sentence
from app.rounds.at_desk import is_at_desk
from app.rounds.blueprint import bp
from app.rounds.booth_place import closed_page, key_dir, opening_time, why_not_open
from app.rounds.refusals import note_refused
from app.rounds.visible import visible_round
from app.rounds.ways import let_in, pass_length, providers_of, show_out
from app.transaction import transaction
from core.codes import normalized_code
from voting.codes import redeem_code, voter_of_code
from voting.electorate import share_round
from voting.entering import check_way, end_pass, pass_of
from voting.errors import VoteNotOpenYet
from voting.keys import load_roll_keys
from voting.manifest import RuleManifest
from voting.models import Round, Stage, Way
from voting.opening import current_manifest
from voting.roll_errors import CodeMisread, CodeReplaced, CodeUnknown, CodeUsed

REFUSALS = (CodeMisread, CodeReplaced, CodeUnknown, CodeUsed)


class CodeForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """The code from a letter."""

    code = line_field(
        _l("Code"), most=60, required=_l("Write the code from your letter.")
    )


def ways_page(round_: Round, manifest: RuleManifest, *, answered: bool) -> str:
    """Who is on the roll, how to get in, and what to do if something is wrong."""
    roll = manifest.eligibility.roll
    return render_template(
        "rounds/booth/ways.html",
        round=round_,
        roll=roll,
        as_of=date.fromisoformat(roll.as_of) if roll else None,
        is_open=why_not_open(round_, manifest) is None,
        opens=opening_time(manifest),
        providers=providers_of(manifest),
        answered=answered,
        asks=bool(manifest.eligibility.municipality or manifest.eligibility.min_age),
        may_ask=round_.stage is Stage.ANNOUNCED and roll is not None,
        inside=_is_inside(round_),
    )


@bp.get("/<slug>/code")
@everyone
def enter_code(slug: str) -> ResponseReturnValue:
    """Where the letter leads; a code in the address' fragment never reaches us."""
    round_ = visible_round(slug)
    _check_way(round_, Way.CODE)
    return _code_page(round_, CodeForm())


@bp.post("/<slug>/code")
@everyone
def submit_code(slug: str) -> ResponseReturnValue:
    """Into the booth; before the vote opens, only the answer: you are on the roll."""
    round_ = visible_round(slug)
    _check_way(round_, Way.CODE)
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(round_, form), 422
    try:
        _count(typed(form.code))
        token = _redeem(slug, typed(form.code))
    except REFUSALS as refusal:
        if isinstance(refusal, CodeUnknown):
            note_refused(slug)
        form.code.errors = [sentence(refusal)]
        return _code_page(visible_round(slug), form), 422
    if token is None:
        manifest = current_manifest(db.session(), visible_round(slug))
        return render_template(
            "rounds/booth/on_the_roll.html",
            round=visible_round(slug),
            opens=opening_time(manifest),
            by_code=True,
        )
    let_in(slug, token)
    return redirect(url_for("rounds.booth", slug=slug))


@bp.get("/<slug>/vote/account")
@resident
def enter_with_account(slug: str) -> ResponseReturnValue:
    """The account's address, and the button that looks for it on the roll."""
    round_ = visible_round(slug)
    _check_way(round_, Way.EMAIL)
    if reason := why_not_open(round_, current_manifest(db.session(), round_)):
        return closed_page(round_, reason)
    return render_template(
        "rounds/booth/account.html", round=round_, email=person().email
    )


@bp.post("/<slug>/vote/leave")
@elector
def leave_booth(slug: str) -> ResponseReturnValue:
    """Out of the booth, on a machine that others use as well."""
    if is_at_desk(slug):
        return redirect(url_for("rounds.confirm_end", slug=slug))
    token = booth_token(slug)
    if token:
        with transaction() as session:
            end_pass(session, visible_round(slug), token)
        show_out(slug)
        flash(_("You have left the booth."), "success")
    return redirect(url_for("rounds.may_vote", slug=slug))


def _is_inside(round_: Round) -> bool:
    """Whether this browser's pass is still good; one for a lesson ends soon."""
    session = db.session()
    token = booth_token(round_.slug)
    now = clock().now(session)
    return bool(token and pass_of(session, round_, token, now=now))


def _check_way(round_: Round, way: Way) -> None:
    check_way(current_manifest(db.session(), round_), way)


def _count(code: str) -> None:
    """A misread code is no guess; everything else is counted until it is right.

    Raises:
        CodeMisread: it is no code at all.
        TooManyAttempts: this network has to wait a little.
    """
    if normalized_code(code) is None:
        raise CodeMisread
    with transaction() as session:
        count_try(session, letter_codes(), now=clock().now(session))


def _redeem(slug: str, code: str) -> str | None:
    """The token of a pass; None where the vote is not open yet and the code is good."""
    with transaction() as session:
        round_ = share_round(session, slug) or abort(404)
        keys = load_roll_keys(key_dir(), slug)
        now = clock().now(session)
        try:
            token = redeem_code(
                session,
                round_,
                current_manifest(session, round_),
                code,
                keys=keys,
                now=now,
                lasts=pass_length(),
            )
        except VoteNotOpenYet:
            voter_of_code(session, round_, code, keys=keys)
            token = None
        count_success(session, letter_codes(), now=now)
    return token


def _code_page(round_: Round, form: CodeForm) -> str:
    manifest = current_manifest(db.session(), round_)
    return render_template(
        "rounds/booth/code.html",
        round=round_,
        form=form,
        is_open=why_not_open(round_, manifest) is None,
    )
