"""From the close to the seal: the official's three acts, and where they stand."""

from pathlib import Path

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from app.access import actor, official_of_round
from app.extensions import clock, db
from app.jobs import enqueue
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.messages import sentence
from app.transaction import transaction
from core.audit import record, round_chain
from core.jobs import unfinished_job
from voting.closing import close_vote, is_due, reconcile
from voting.electorate import stop_casting
from voting.errors import ReasonNeeded
from voting.exclusions import open_proposals
from voting.models import Stage
from voting.opening import current_manifest
from voting.rounds import locked
from voting.sealing import check_may_seal, is_broken_off

LONGEST_REASON = 500


class CloseForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Why a vote ends before its time."""

    reason = TextAreaField(
        _l("Reason, public"),
        validators=[Length(max=LONGEST_REASON)],
        description=_l("Everybody can read it in the log of the round."),
    )


@bp.get("/rounds/<slug>/closing")
@official_of_round
def closing(slug: str) -> ResponseReturnValue:
    """What stands between the vote and the count."""
    return _page(slug, CloseForm())


@bp.post("/rounds/<slug>/close")
@official_of_round
def submit_close(slug: str) -> ResponseReturnValue:
    """Close the vote for good."""
    form = CloseForm()
    if not form.validate_on_submit():
        return _page(slug, form), 422
    try:
        with transaction() as session:
            round_ = stop_casting(session, the_round(slug).id)
            close_vote(
                session,
                round_,
                actor=actor(),
                now=clock().now(session),
                reason=form.reason.data or "",
            )
    except ReasonNeeded as refusal:
        form.reason.errors = [sentence(refusal)]
        return _page(slug, form), 422
    flash(_("The vote is closed. No more votes are taken."), "success")
    return redirect(url_for("manage.closing", slug=slug))


@bp.post("/rounds/<slug>/reconcile")
@official_of_round
def submit_reconcile(slug: str) -> ResponseReturnValue:
    """Say that the box may be sealed."""
    with transaction() as session:
        now = clock().now(session)
        reconcile(session, the_round(slug), actor=actor(), now=now)
    flash(_("The ballots are reconciled. They can be sealed now."), "success")
    return redirect(url_for("manage.closing", slug=slug))


@bp.post("/rounds/<slug>/seal")
@official_of_round
def submit_seal(slug: str) -> ResponseReturnValue:
    """Start the sealing in the background, or go on with one that broke off."""
    with transaction() as session:
        round_ = locked(session, the_round(slug).id)
        if not is_broken_off(session, round_, _key_dir()):
            check_may_seal(round_)
        now = clock().now(session)
        key = f"seal:{slug}"
        if unfinished_job(session, key) is None:
            chain = round_chain(slug)
            record(session, actor(), "sealing.started", now=now, chain=chain)
        job_id = enqueue(session, "seal_round", now=now, key=key, slug=slug).id
    after = url_for("manage.closing", slug=slug)
    return redirect(url_for("manage.job", job_id=job_id, next=after))


def _page(slug: str, form: CloseForm) -> str:
    session = db.session()
    round_ = the_round(slug)
    manifest = current_manifest(session, round_)
    return render_template(
        "manage/closing/closing.html",
        round=round_,
        form=form,
        steps=Stage,
        proposals=open_proposals(session, round_, now=clock().now(session)),
        early=not is_due(round_, manifest, clock().now(session)),
        broken_off=is_broken_off(session, round_, _key_dir()),
    )


def _key_dir() -> Path:
    folder: Path = current_app.extensions["puistokatu"].key_dir
    return folder
