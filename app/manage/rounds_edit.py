"""Edit a round: its texts, its phases, its ballot and its rule."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.access import actor, official_of_round
from app.extensions import clock, db
from app.manage.blueprint import bp
from app.manage.desk import desk_of, the_round
from app.manage.forms.rounds import PhasesForm, TextsForm
from app.manage.forms.rules import BallotForm, RuleForm
from app.messages import sentence
from app.transaction import transaction
from core.errors import DomainError
from voting.models import Round
from voting.round_errors import PhaseEndsBeforeStart, PhasesOverlap
from voting.rounds import edit_ballot, edit_phases, edit_rule, edit_texts


def edit_page(
    template: str, form: FlaskForm, round_: Round, **more: object
) -> ResponseReturnValue:
    """A page with a form: as it is, or with what was wrong with it."""
    session = db.session()
    desk = desk_of(session, round_, clock().now(session))
    page = render_template(template, form=form, desk=desk, round=round_, **more)
    return page, 422 if form.is_submitted() else 200


def saved(slug: str) -> ResponseReturnValue:
    """Back to the desk."""
    flash(_("Saved."), "success")
    return redirect(url_for("manage.round_desk", slug=slug))


@bp.route("/rounds/<slug>/texts", methods=["GET", "POST"])
@official_of_round
def round_texts(slug: str) -> ResponseReturnValue:
    """What residents read."""
    round_ = the_round(slug)
    form = TextsForm(obj=round_)
    if not form.validate_on_submit():
        return edit_page("manage/rounds/texts.html", form, round_)
    with transaction() as session:
        now = clock().now(session)
        edit_texts(session, round_, form.texts(), actor=actor(), now=now)
    return saved(slug)


@bp.route("/rounds/<slug>/phases", methods=["GET", "POST"])
@official_of_round
def round_phases(slug: str) -> ResponseReturnValue:
    """The eight steps."""
    round_ = the_round(slug)
    form = PhasesForm(data={phase.kind.value: phase for phase in round_.phases})
    if not form.validate_on_submit():
        return edit_page("manage/rounds/phases.html", form, round_)
    try:
        with transaction() as session:
            now = clock().now(session)
            edit_phases(session, round_, form.plans(), actor=actor(), now=now)
    except (PhaseEndsBeforeStart, PhasesOverlap) as refusal:
        _blame(form, refusal)
        return edit_page("manage/rounds/phases.html", form, the_round(slug))
    return saved(slug)


def _blame(form: PhasesForm, refusal: DomainError) -> None:
    """Put the refusal beside the date that it is about."""
    phase = form[str(refusal.params["kind"])].form
    field = phase.ends_at if isinstance(refusal, PhaseEndsBeforeStart) else None
    (field or phase.starts_at).errors = [sentence(refusal)]


@bp.route("/rounds/<slug>/ballot", methods=["GET", "POST"])
@official_of_round
def round_ballot(slug: str) -> ResponseReturnValue:
    """What a ballot is and who may cast one."""
    round_ = the_round(slug)
    form = BallotForm.of(round_)
    if not form.validate_on_submit():
        return edit_page("manage/rounds/ballot.html", form, round_)
    with transaction() as session:
        now = clock().now(session)
        edit_ballot(session, round_, form.plan(), actor=actor(), now=now)
    return saved(slug)


@bp.route("/rounds/<slug>/rule", methods=["GET", "POST"])
@official_of_round
def round_rule(slug: str) -> ResponseReturnValue:
    """How votes become winners."""
    round_ = the_round(slug)
    form = RuleForm.of(round_)
    if not form.validate_on_submit():
        return edit_page("manage/rounds/rule.html", form, round_)
    with transaction() as session:
        edit_rule(
            session,
            round_,
            rule=form.rule.data,
            parameters=form.parameters(),
            actor=actor(),
            now=clock().now(session),
        )
    return saved(slug)
