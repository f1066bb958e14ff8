"""Pause a vote, let it go on, or give it more time: each for a public reason."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import actor, official_of_round
from app.extensions import clock, db
from app.jobs.interruptions import (
    schedule_word_of_extension,
    schedule_word_of_pause,
)
from app.jobs.reminders import schedule_reminders
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.manage.forms.interruptions import ExtendForm, PauseForm, PublicReasonForm
from app.messages import sentence
from app.transaction import transaction
from voting.electorate import stop_casting
from voting.errors import EndNotLater, ReturnNotLater
from voting.interruptions import (
    extend_vote,
    interruptions_of,
    pause_vote,
    present_pause,
    resume_vote,
)
from voting.opening import current_manifest, end_of_vote
from voting.round_errors import PhasesOverlap


@bp.get("/rounds/<slug>/pause")
@official_of_round
def pause(slug: str) -> ResponseReturnValue:
    """Stop the vote for a while; or, while it is stopped, let it go on."""
    return _pause_page(slug, PauseForm())


@bp.post("/rounds/<slug>/pause")
@official_of_round
def submit_pause(slug: str) -> ResponseReturnValue:
    """No ballot is taken from here on."""
    form = PauseForm()
    if not form.validate_on_submit():
        return _pause_page(slug, form), 422
    try:
        with transaction() as session:
            round_ = stop_casting(session, the_round(slug).id)
            now = clock().now(session)
            paused = pause_vote(
                session,
                round_,
                form.public_reason(),
                expected_until=form.expected_until.data,
                actor=actor(),
                now=now,
            )
            schedule_word_of_pause(session, paused, now=now)
    except ReturnNotLater as refusal:
        form.expected_until.errors = [sentence(refusal)]
        return _pause_page(slug, form), 422
    flash(_("The vote is paused. No votes are taken."), "success")
    return redirect(url_for("manage.pause", slug=slug))


@bp.post("/rounds/<slug>/resume")
@official_of_round
def submit_resume(slug: str) -> ResponseReturnValue:
    """Ballots are taken again."""
    with transaction() as session:
        round_ = stop_casting(session, the_round(slug).id)
        now = clock().now(session)
        paused = resume_vote(session, round_, actor=actor(), now=now)
        schedule_word_of_pause(session, paused, now=now)
    flash(_("The vote goes on."), "success")
    return redirect(url_for("manage.pause", slug=slug))


@bp.get("/rounds/<slug>/extend")
@official_of_round
def extend(slug: str) -> ResponseReturnValue:
    """Give the vote a later end."""
    return _extend_page(slug, ExtendForm())


@bp.post("/rounds/<slug>/extend")
@official_of_round
def submit_extend(slug: str) -> ResponseReturnValue:
    """The end moves forward, and everybody can read why."""
    form = ExtendForm()
    if not form.validate_on_submit():
        return _extend_page(slug, form), 422
    try:
        with transaction() as session:
            round_ = stop_casting(session, the_round(slug).id)
            now = clock().now(session)
            extension = extend_vote(
                session,
                round_,
                form.end(),
                form.public_reason(),
                actor=actor(),
                now=now,
            )
            schedule_word_of_extension(session, extension, now=now)
            schedule_reminders(session, round_, now=now)
    except (EndNotLater, PhasesOverlap) as refusal:
        form.until.errors = [sentence(refusal)]
        return _extend_page(slug, form), 422
    flash(_("The vote has a later end."), "success")
    return redirect(url_for("manage.extend", slug=slug))


def _pause_page(slug: str, form: PauseForm) -> str:
    return _page("manage/interruptions/pause.html", slug, form)


def _extend_page(slug: str, form: ExtendForm) -> str:
    return _page("manage/interruptions/extend.html", slug, form)


def _page(template: str, slug: str, form: PublicReasonForm) -> str:
    session = db.session()
    round_ = the_round(slug)
    ends = end_of_vote(round_, current_manifest(session, round_))
    return render_template(
        template,
        round=round_,
        form=form,
        pause=present_pause(session, round_),
        acts=interruptions_of(session, round_),
        ends=ends,
        is_voting=round_.stage.value == "voting",
        is_over=ends is not None and clock().now(session) >= ends,
    )
