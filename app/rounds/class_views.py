"""The code of a slip that was handed out in class, and the way into the booth."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from app.access import everyone
from app.accounts.attempts import count_success, count_try, letter_codes
from app.extensions import clock, db
from app.fields import line_field, typed
from app.messages import sentence
from app.rounds.blueprint import bp
from app.rounds.booth_place import closed_page, key_dir
from app.rounds.refusals import note_refused
from app.rounds.visible import visible_round
from app.rounds.voters_act import voters_act
from app.rounds.ways import let_in
from app.transaction import transaction
from core.codes import normalized_code
from voting.class_errors import (
    ClassCodeReplaced,
    ClassCodeUnknown,
    ClassCodeUsed,
    ClassNotNow,
)
from voting.classes.redeeming import redeem_class_code
from voting.electorate import share_round
from voting.entering import check_way
from voting.errors import VoteClosed, VoteNotOpenYet, VotePaused
from voting.keys import load_roll_keys, load_round_keys
from voting.models import Round, Way
from voting.opening import current_manifest
from voting.roll_errors import CodeMisread

# A code that is right, at the wrong time or for the second time, is no guess: a class
# that comes too early must not be kept waiting for it.
NO_GUESS = (
    ClassNotNow,
    ClassCodeReplaced,
    ClassCodeUsed,
    VoteNotOpenYet,
    VotePaused,
)
REFUSALS = (*NO_GUESS, ClassCodeUnknown, CodeMisread)


class SlipForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """The code from a slip."""

    code = line_field(
        _l("Code"), most=60, required=_l("Write the code from your slip.")
    )


@bp.get("/<slug>/class")
@everyone
def enter_class_code(slug: str) -> ResponseReturnValue:
    """Where the slip leads; a code in the address' fragment never reaches us."""
    round_ = _round(slug)
    return _page(round_, SlipForm())


@bp.post("/<slug>/class")
@everyone
def submit_class_code(slug: str) -> ResponseReturnValue:
    """Into the booth; outside of the lesson, when it is."""
    round_ = _round(slug)
    form = SlipForm()
    if not form.validate_on_submit():
        return _page(round_, form), 422
    try:
        token = _redeem(slug, typed(form.code))
    except (VoteClosed, VotePaused) as refusal:
        return closed_page(visible_round(slug), refusal), 409
    except REFUSALS as refusal:
        if isinstance(refusal, ClassCodeUnknown):
            note_refused(slug)
        form.code.errors = [sentence(refusal)]
        return _page(visible_round(slug), form), 422
    let_in(slug, token)
    return redirect(url_for("rounds.booth", slug=slug))


def _round(slug: str) -> Round:
    round_ = visible_round(slug)
    check_way(current_manifest(db.session(), round_), Way.CLASS)
    return round_


def _redeem(slug: str, code: str) -> str:
    """The token of a pass; the try is counted before the code is looked at.

    Raises:
        TooManyAttempts: this network has to wait a little.
        CodeMisread: it is no code at all, and no guess either.
        others: see `redeem_class_code`.
    """
    if normalized_code(code) is None:
        raise CodeMisread
    with transaction() as session:
        count_try(session, letter_codes(), now=clock().now(session))
    refusal = token = None
    with voters_act(slug) as session:
        round_ = share_round(session, slug) or abort(404)
        now = clock().now(session)
        try:
            token = redeem_class_code(
                session,
                round_,
                current_manifest(session, round_),
                code,
                roll_keys=load_roll_keys(key_dir(), slug),
                keys=lambda: load_round_keys(key_dir(), slug),
                now=now,
            )
        except NO_GUESS as found:
            # Nothing has been written by then; the count is taken back all the same.
            refusal = found
        count_success(session, letter_codes(), now=now)
    if token is None:
        raise refusal or ClassCodeUnknown
    return token


def _page(round_: Round, form: SlipForm) -> str:
    manifest = current_manifest(db.session(), round_)
    return render_template(
        "rounds/booth/class_code.html",
        round=round_,
        form=form,
        change_allowed=manifest.ballot.change_allowed,
    )
