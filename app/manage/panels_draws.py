"""Draws on the desk: prepared, listed, dice by two officials, or given up."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import actor, official_of_panel, person
from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.draws import schedule_terms
from app.manage.blueprint import bp
from app.manage.forms.draws import LOTTERIES, DiceForm, PrepareForm
from app.manage.panels import the_panel
from app.messages import sentence
from app.transaction import transaction
from core.errors import DomainError
from core.jobs import Job, JobState
from panels.draw_errors import DiceDiffer, DiceOfTheSame
from panels.draws import (
    accept_relaxation,
    cancel_draw,
    confirm_dice,
    draws_of,
    enter_dice,
    find_draw,
    prepare_draw,
    take_dice_back,
)
from panels.errors import DiceInvalid
from panels.models import Draw, DrawState, Panel
from panels.panels import get_panel, targets_of
from panels.pools import pool_of
from panels.seating import current_seats

Act = Callable[..., Any]


@bp.route("/panels/<slug>/draws", methods=["GET", "POST"])
@official_of_panel
def draws(slug: str) -> ResponseReturnValue:
    """The draws so far, and the beginning of another one."""
    form = PrepareForm()
    if form.validate_on_submit():
        try:
            number, job = _prepare(slug, form)
        except DomainError as refusal:
            form.lottery.errors = [sentence(refusal)]
        else:
            there = url_for("manage.draw", slug=slug, number=number)
            return redirect(url_for("manage.job", job_id=job, next=there))
    session, panel = db.session(), the_panel(slug)
    page = render_template(
        "manage/panels/draws.html",
        panel=panel,
        form=form,
        draws=draws_of(session, panel),
        seated=len(current_seats(session, panel)),
        pool=len(pool_of(session, panel).people) if panel.targets else 0,
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/panels/<slug>/draws/<int:number>")
@official_of_panel
def draw(slug: str, number: int) -> ResponseReturnValue:
    """One draw, and what is to be done next."""
    return _page(slug, number, DiceForm())


@bp.post("/panels/<slug>/draws/<int:number>/dice")
@official_of_panel
def submit_dice(slug: str, number: int) -> ResponseReturnValue:
    """The first entry of a throw, or the second one that picks the panel."""
    form = DiceForm()
    if not form.validate_on_submit():
        return _page(slug, number, form), 422
    dice = form.numbers()
    if dice is None:
        form.dice.errors = [_("Write numbers from 1 to 6 only.")]
        return _page(slug, number, form), 422
    try:
        with transaction() as session:
            found = _draw(session, slug, number)
            who, now = actor(), clock().now(session)
            if found.state is DrawState.ENTERED:
                confirm_dice(session, found, dice, actor=who, now=now)
                enqueue(session, "tell_the_drawn", now=now, panel=slug, draw=number)
                schedule_terms(session, found, now=now)
            else:
                enter_dice(session, found, dice, actor=who, now=now)
    except (DiceDiffer, DiceInvalid, DiceOfTheSame) as refusal:
        form.dice.errors = [sentence(refusal)]
        return _page(slug, number, form), 422
    return redirect(url_for("manage.draw", slug=slug, number=number))


@bp.post("/panels/<slug>/draws/<int:number>/take-back")
@official_of_panel
def submit_dice_back(slug: str, number: int) -> ResponseReturnValue:
    """The first entry was mistyped."""
    return _do(slug, number, take_dice_back)


@bp.post("/panels/<slug>/draws/<int:number>/cancel")
@official_of_panel
def submit_cancel_draw(slug: str, number: int) -> ResponseReturnValue:
    """Give the draw up, as long as nothing has been thrown."""
    return _do(slug, number, cancel_draw)


@bp.post("/panels/<slug>/draws/<int:number>/relax")
@official_of_panel
def submit_relaxation(slug: str, number: int) -> ResponseReturnValue:
    """Accept wider quotas, and hold the lottery again."""
    with transaction() as session:
        now = clock().now(session)
        found = _draw(session, slug, number)
        accept_relaxation(session, found, actor=actor(), now=now)
        job = _hold(session, slug, number)
    there = url_for("manage.draw", slug=slug, number=number)
    return redirect(url_for("manage.job", job_id=job, next=there))


def _prepare(slug: str, form: PrepareForm) -> tuple[int, int]:
    with transaction() as session:
        now = clock().now(session)
        made = prepare_draw(
            session,
            get_panel(session, slug),
            lottery=form.lottery.data,
            rotation=form.rotation.data,
            actor=actor(),
            now=now,
        )
        return made.number, _hold(session, slug, made.number)


def _hold(session: Session, slug: str, number: int) -> int:
    now = clock().now(session)
    key = _key(slug, number)
    return enqueue(session, "hold_draw", now=now, key=key, panel=slug, draw=number).id


def _do(slug: str, number: int, act: Act) -> ResponseReturnValue:
    with transaction() as session:
        now = clock().now(session)
        act(session, _draw(session, slug, number), actor=actor(), now=now)
    flash(_("Done."), "success")
    return redirect(url_for("manage.draw", slug=slug, number=number))


def _draw(session: Session, slug: str, number: int) -> Draw:
    return find_draw(session, get_panel(session, slug), number)


def _page(slug: str, number: int, form: DiceForm) -> str:
    session, panel = db.session(), the_panel(slug)
    found = find_draw(session, panel, number)
    return render_template(
        "manage/panels/draw.html",
        panel=panel,
        draw=found,
        form=form,
        lottery=LOTTERIES[found.lottery],
        changes=changes_of(panel, found),
        is_own_entry=found.entered_by == person().id,
        failed=_failed(session, slug, found),
    )


def changes_of(panel: Panel, draw: Draw) -> list[dict[str, Any]]:
    """The proposed wider quotas, with the names of their values."""
    targets = targets_of(panel)
    found = []
    for each in draw.relaxation or ():
        feature = targets.feature(each["feature"])
        value = feature.value(each["value"]) if feature else None
        if feature and value:
            found.append({**each, "feature": feature.name, "value": value.name})
    return found


def _failed(session: Session, slug: str, draw: Draw) -> Job | None:
    """The job that could not hold the lottery, if it is that which waits."""
    if draw.state is not DrawState.PREPARED:
        return None
    job = session.scalar(
        select(Job)
        .where(Job.key == _key(slug, draw.number))
        .order_by(Job.id.desc())
        .limit(1)
    )
    return job if job and job.state is JobState.FAILED else None


def _key(slug: str, number: int) -> str:
    return f"draw:{slug}:{number}"
