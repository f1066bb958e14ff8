"""The round desk: every round, one round, and the two acts that move it on."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import HOUSE, actor, has_role, official, official_of_round, person
from app.accounts.models import Role
from app.extensions import clock, db
from app.fields import cents, typed, written
from app.jobs.closing import schedule_close
from app.jobs.reminders import schedule_reminders
from app.jobs.turnout import schedule_turnout
from app.manage.blueprint import bp
from app.manage.desk import desk_of, desks_of, own_rounds, the_round
from app.manage.forms.rounds import NewRoundForm
from app.manage.words import STAGES
from app.messages import sentence
from app.rounds.what_if_words import RULES
from app.transaction import transaction
from voting.models import PhaseKind
from voting.opening import build_manifest, frozen_manifest, open_vote
from voting.round_errors import RoundSlugTaken
from voting.rounds import RoundTexts, announce_round, create_round, phase_of


@bp.get("/")
@official
def index() -> ResponseReturnValue:
    """The official's start page: own rounds with what waits in each."""
    session = db.session()
    now = clock().now(session)
    desks = desks_of(session, own_rounds(session), now)
    may_create = _may_create()
    return render_template(
        "manage/index.html", desks=desks, stages=STAGES, may_create=may_create
    )


@bp.get("/rounds")
@official
def rounds() -> ResponseReturnValue:
    """Every round that this official may run."""
    return render_template(
        "manage/rounds/index.html",
        rounds=own_rounds(db.session()),
        stages=STAGES,
        may_create=_may_create(),
    )


def _may_create() -> bool:
    """Whoever may run one round only does not make others."""
    return has_role(person(), Role.ADMINISTRATOR, Role.OFFICIAL, scope=HOUSE)


@bp.route("/rounds/new", methods=["GET", "POST"])
@official
def new_round() -> ResponseReturnValue:
    """Begin a round with its title, address and money."""
    if not _may_create():
        abort(403)
    form = NewRoundForm()
    if form.validate_on_submit():
        try:
            _create(form)
        except RoundSlugTaken as refusal:
            form.slug.errors = [sentence(refusal)]
        else:
            flash(_("The round has been created. Its parts are below."), "success")
            return redirect(url_for("manage.round_desk", slug=typed(form.slug)))
    status = 422 if form.is_submitted() else 200
    return render_template("manage/rounds/new.html", form=form), status


def _create(form: NewRoundForm) -> None:
    with transaction() as session:
        create_round(
            session,
            slug=typed(form.slug),
            texts=RoundTexts(title=written(form.title)),
            budget_cents=cents(form.budget_cents),
            actor=actor(),
            now=clock().now(session),
        )


@bp.get("/rounds/<slug>")
@official_of_round
def round_desk(slug: str) -> ResponseReturnValue:
    """One round: where it stands, what is missing, what can be done."""
    session = db.session()
    round_ = the_round(slug)
    return render_template(
        "manage/rounds/desk.html",
        desk=desk_of(session, round_, clock().now(session)),
        frozen=frozen_manifest(session, round_),
        stages=STAGES,
        rule_names=RULES,
    )


@bp.post("/rounds/<slug>/announce")
@official_of_round
def announce(slug: str) -> ResponseReturnValue:
    """Show the round to residents."""
    round_ = the_round(slug)
    with transaction() as session:
        announce_round(session, round_, actor=actor(), now=clock().now(session))
    flash(_("The round has been announced. Residents see it now."), "success")
    return redirect(url_for("manage.round_desk", slug=slug))


@bp.get("/rounds/<slug>/open")
@official_of_round
def confirm_opening(slug: str) -> ResponseReturnValue:
    """What will be frozen, before it is."""
    session = db.session()
    round_ = the_round(slug)
    return render_template(
        "manage/rounds/open.html",
        desk=desk_of(session, round_, clock().now(session)),
        manifest=build_manifest(session, round_),
        vote=phase_of(round_, PhaseKind.VOTE),
    )


@bp.post("/rounds/<slug>/open")
@official_of_round
def submit_opening(slug: str) -> ResponseReturnValue:
    """Freeze the rules and open the vote."""
    round_ = the_round(slug)
    key_dir = current_app.extensions["puistokatu"].key_dir
    with transaction() as session:
        now = clock().now(session)
        open_vote(session, round_, actor=actor(), now=now, key_dir=key_dir)
        schedule_close(session, round_, now=now)
        schedule_reminders(session, round_, now=now)
        schedule_turnout(session, round_, now=now)
    flash(_("The vote has been opened. The rules are frozen."), "success")
    return redirect(url_for("manage.round_desk", slug=slug))
