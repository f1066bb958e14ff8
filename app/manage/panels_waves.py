"""Invitation waves on the desk: planned, drawn, sent, answered."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import actor, official_of_panel
from app.extensions import clock, db
from app.fields import typed
from app.invitation_letters import MOST_ON_A_PAGE, make_letters
from app.manage.blueprint import bp
from app.manage.forms.panels import LettersForm, SeedForm, WaveForm
from app.manage.letters import download
from app.manage.panels import the_panel
from app.manage.words import LEFT_OUT
from app.messages import sentence
from app.people_keys import panel_keys
from app.transaction import transaction
from core.errors import DomainError
from panels.invitations import (
    WavePlan,
    draw_wave,
    drop_wave,
    excluded_keys,
    plan_wave,
)
from panels.letters import letters_waiting, list_runs, revoke_run
from panels.models import InvitationWave, Panel, WaveState
from panels.panel_errors import WaveExcludedInvalid
from panels.panels import targets_of
from panels.registers import get_register, list_registers
from panels.responses import response_of
from panels.waves import get_wave, list_waves, strata_of
from voting.models import LetterKind


@bp.route("/panels/<slug>/waves", methods=["GET", "POST"])
@official_of_panel
def waves(slug: str) -> ResponseReturnValue:
    """The waves so far, and the plan of the next one."""
    panel = the_panel(slug)
    session = db.session()
    form = WaveForm.of(list_registers(session))
    if form.validate_on_submit():
        try:
            number = _plan(panel, form)
        except WaveExcludedInvalid as refusal:
            form.excluded.errors = [sentence(refusal)]
        except DomainError as refusal:
            form.register.errors = [sentence(refusal)]
        else:
            return redirect(url_for("manage.wave", slug=slug, number=number))
    status = 422 if form.is_submitted() else 200
    panel = the_panel(slug)
    return render_template(
        "manage/panels/waves.html",
        panel=panel,
        form=form,
        waves=list_waves(session, panel),
    ), status


def _plan(panel: Panel, form: WaveForm) -> int:
    keys = panel_keys()
    with transaction() as session:
        register = get_register(session, int(form.register.data))
        plan = WavePlan(
            register=register.id,
            answer_by=form.last_day,
            per_seat=float(form.per_seat.data or 0),
            response=float(form.response.data or 0) / 100,
            excluded=excluded_keys(typed(form.excluded), register, keys),
        )
        now = clock().now(session)
        return plan_wave(session, panel, plan, keys=keys, actor=actor(), now=now).number


@bp.get("/panels/<slug>/waves/<int:number>")
@official_of_panel
def wave(slug: str, number: int) -> ResponseReturnValue:
    """One wave: its numbers, its draw, its letters, its answers."""
    panel = the_panel(slug)
    return _page(panel, get_wave(db.session(), panel, number), SeedForm())


@bp.post("/panels/<slug>/waves/<int:number>/draw")
@official_of_panel
def draw_invitation_wave(slug: str, number: int) -> ResponseReturnValue:
    """Draw by the text that was typed."""
    panel = the_panel(slug)
    form = SeedForm()
    if not form.validate_on_submit():
        planned = get_wave(db.session(), panel, number)
        return _page(panel, planned, form), 422
    keys = panel_keys()
    with transaction() as session:
        drawn = draw_wave(
            session,
            panel,
            get_wave(session, panel, number),
            typed(form.seed),
            keys=keys,
            actor=actor(),
            now=clock().now(session),
        )
        size = drawn.size
    flash(_("The draw is done: %(count)d people are invited.", count=size), "success")
    return redirect(url_for("manage.wave", slug=slug, number=number))


@bp.post("/panels/<slug>/waves/<int:number>/drop")
@official_of_panel
def drop_invitation_wave(slug: str, number: int) -> ResponseReturnValue:
    """Take a plan back that has not been drawn."""
    panel = the_panel(slug)
    with transaction() as session:
        planned = get_wave(session, panel, number)
        drop_wave(session, panel, planned, actor=actor(), now=clock().now(session))
    flash(_("The plan has been taken back."), "success")
    return redirect(url_for("manage.waves", slug=slug))


@bp.post("/panels/<slug>/waves/<int:number>/letters")
@official_of_panel
def make_invitation_letters(slug: str, number: int) -> ResponseReturnValue:
    """Make codes, and hand the letters out in this answer only."""
    panel = the_panel(slug)
    form = LettersForm()
    if not form.validate_on_submit():
        drawn = get_wave(db.session(), panel, number)
        return _page(panel, drawn, SeedForm(), form), 422
    order = form.order(MOST_ON_A_PAGE)
    run, body = make_letters(slug, number, order, actor=actor())
    name = f"{slug}-wave-{number}-letters-{run}"
    return _once(body, name, LetterKind(order.kind.value))


@bp.post("/panels/<slug>/waves/<int:number>/letters/<int:run>/revoke")
@official_of_panel
def revoke_invitation_letters(slug: str, number: int, run: int) -> ResponseReturnValue:
    """End the codes of letters that have got lost on their way."""
    panel = the_panel(slug)
    with transaction() as session:
        drawn = get_wave(session, panel, number)
        now = clock().now(session)
        revoke_run(session, panel, drawn, run, actor=actor(), now=now)
    flash(_("The codes of letters %(number)d do not work any more.", number=run))
    return redirect(url_for("manage.wave", slug=slug, number=number))


def _once(body: bytes, name: str, kind: LetterKind) -> Response:
    return download(body, name, kind)


def _page(
    panel: Panel,
    one: InvitationWave,
    seed: SeedForm,
    letters: LettersForm | None = None,
) -> str:
    session = db.session()
    is_drawn = one.state is not WaveState.PLANNED
    first, second = letters_waiting(session, one)
    letters = letters or LettersForm.of(first)
    return render_template(
        "manage/panels/wave.html",
        panel=panel,
        wave=one,
        is_drawn=is_drawn,
        strata=strata_of(one),
        targets=targets_of(panel),
        response=response_of(session, panel, one),
        register=get_register(session, one.register_id),
        runs=list_runs(session, one),
        first=first,
        second=second,
        seed_form=seed,
        form=seed if seed.errors else letters,
        letters_form=letters,
        most=MOST_ON_A_PAGE,
        left_out_words=LEFT_OUT,
    )
