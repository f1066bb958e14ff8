"""Before the booth: can you vote? One question a screen, answers not kept."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import elector, everyone, person, person_or_none, resident
from app.extensions import clock, db
from app.locale import content
from app.messages import sentence
from app.rounds.blueprint import bp
from app.rounds.booth_forms import (
    BirthDateForm,
    BirthYearForm,
    HomeAreaForm,
    ResidenceForm,
)
from app.rounds.booth_place import (
    Booth,
    closed_page,
    hold,
    key_dir,
    opening_time,
    place_in,
    refusal_of,
    why_not_open,
)
from app.rounds.booth_ways import ways_page
from app.rounds.visible import visible_round
from app.transaction import transaction
from core.errors import DomainError
from voting.ballots import keep_draft
from voting.electorate import (
    Applicant,
    Declaration,
    check_age,
    check_home_area,
    check_residence,
    enter_roll,
    home_areas,
    localized,
    share_round,
)
from voting.entering import enter_by_email
from voting.errors import RollFromRegister, VoteClosed, VoteNotOpenYet
from voting.keys import load_roll_keys, load_round_keys
from voting.manifest import RuleManifest
from voting.models.rounds import AgeBy, VoterSource
from voting.opening import current_manifest

# Only that an answer was good enough is remembered, in the browser's own cookie.
ANSWERS = "may_vote"


@bp.get("/<slug>/may-vote")
@everyone
def may_vote(slug: str) -> ResponseReturnValue:
    """The next question, or the answer: you can vote."""
    round_ = visible_round(slug)
    manifest = current_manifest(db.session(), round_)
    not_open = why_not_open(round_, manifest)
    if refusal := _nobody_is_asked(manifest, not_open):
        return closed_page(round_, refusal)
    answers = _answers(slug)
    form = _next_question(manifest, answers)
    by_register = manifest.eligibility.source == VoterSource.REGISTER.value
    if by_register and not (form and (answers or "ask" in request.args)):
        return ways_page(round_, manifest, answered=bool(answers))
    if form is not None:
        return _question_page(slug, manifest, form)
    return render_template(
        "rounds/booth/may_vote.html",
        round=round_,
        is_open=not_open is None,
        opens=opening_time(manifest),
        who=person_or_none(),
    )


@bp.post("/<slug>/may-vote")
@everyone
def answer(slug: str) -> ResponseReturnValue:
    """Look at one answer; what was said is forgotten, that it was enough is kept."""
    round_ = visible_round(slug)
    manifest = current_manifest(db.session(), round_)
    question = request.form.get("question")
    if question == "again":
        cookie.pop(ANSWERS, None)
        return redirect(url_for("rounds.may_vote", slug=slug))
    form = _questions(manifest).get(question or "")
    if form is None:
        return redirect(url_for("rounds.may_vote", slug=slug))
    if not form.validate_on_submit():
        return _question_page(slug, manifest, form), 422
    if refusal := refusal_of(lambda: _check(manifest, form)):
        form.answer.errors = [*form.answer.errors, sentence(refusal)]
        return _question_page(slug, manifest, form), 422
    kept = form.answer.data if question == "home" else True
    cookie[ANSWERS] = {slug: {**_answers(slug), question: kept}}
    return redirect(url_for("rounds.may_vote", slug=slug))


@bp.post("/<slug>/vote/enter")
@resident
def enter(slug: str) -> ResponseReturnValue:
    """Onto the roll, and into the booth."""
    answers = _answers(slug)
    with transaction() as session:
        round_ = share_round(session, visible_round(slug).slug) or abort(404)
        manifest = current_manifest(session, round_)
        who = person()
        applicant = Applicant(who.id, who.email, verified=who.verified_at is not None)
        now = clock().now(session)
        if manifest.eligibility.source == VoterSource.REGISTER.value:
            keys = load_roll_keys(key_dir(), slug)
            enter_by_email(session, round_, manifest, applicant, keys=keys, now=now)
            return redirect(url_for("rounds.booth", slug=slug))
        enter_roll(
            session,
            round_,
            manifest,
            applicant,
            Declaration(
                lives_here=bool(answers.get("municipality")),
                old_enough=bool(answers.get("age") or not manifest.eligibility.min_age),
                home_area=answers.get("home"),
            ),
            keys=load_round_keys(key_dir(), slug),
            now=now,
        )
    cookie.pop(ANSWERS, None)
    return redirect(url_for("rounds.booth", slug=slug))


@bp.get("/<slug>/vote/home")
@elector
def home_area(slug: str) -> ResponseReturnValue:
    """Change the area where you live, until the close."""
    place = place_in(slug)
    if not isinstance(place, Booth):
        return place
    form = _home_of_the_voter(place.manifest)
    form.answer.data = place.paper.home
    return _question_page(slug, place.manifest, form, action="rounds.change_home_area")


@bp.post("/<slug>/vote/home")
@elector
def change_home_area(slug: str) -> ResponseReturnValue:
    """It counts from the next cast on; what is in the box stays until then."""
    with transaction() as session:
        round_, manifest, voter = hold(session, slug)
        form = _home_of_the_voter(manifest)
        if form.validate_on_submit():
            keep_draft(
                session,
                round_,
                manifest,
                voter,
                home=form.answer.data,
                now=clock().now(session),
                keys=load_round_keys(key_dir(), slug),
            )
            return redirect(url_for("rounds.booth", slug=slug))
    return _question_page(slug, manifest, form, "rounds.change_home_area"), 422


def _answers(slug: str) -> dict[str, Any]:
    """What this browser has answered for this round so far."""
    found: dict[str, Any] = cookie.get(ANSWERS, {}).get(slug, {})
    return found


def _questions(manifest: RuleManifest) -> dict[str, Any]:
    """The questions that the manifest makes necessary, in their order."""
    rules = manifest.eligibility
    asked: dict[str, Any] = {}
    if rules.municipality:
        asked["municipality"] = ResidenceForm()
    if rules.min_age:
        by_day = rules.age_by == AgeBy.DATE.value
        asked["age"] = BirthDateForm() if by_day else BirthYearForm()
    if home_areas(manifest) and rules.source == VoterSource.SELF_DECLARED.value:
        asked["home"] = _home_question(manifest)
    return asked


def _home_question(manifest: RuleManifest) -> HomeAreaForm:
    form = HomeAreaForm()
    form.offer({a.slug: content(localized(a)) for a in home_areas(manifest)})
    return form


def _home_of_the_voter(manifest: RuleManifest) -> HomeAreaForm:
    """The question, where the home decides anything and no register says it."""
    return _home_question(manifest) if "home" in _questions(manifest) else abort(404)


def _next_question(manifest: RuleManifest, answers: dict[str, Any]) -> Any:  # noqa: ANN401 - one of four forms
    asked = _questions(manifest).items()
    return next((form for name, form in asked if name not in answers), None)


def _check(manifest: RuleManifest, form: Any) -> None:  # noqa: ANN401 - one of four forms
    """Whether this answer lets the person vote; the refusal says why not."""
    if form.question.data == "municipality":
        check_residence(manifest, lives_here=form.answer.data == "yes")
    elif form.question.data == "age":
        check_age(manifest, born=form.answer.data)
    else:
        check_home_area(manifest, form.answer.data)


def _nobody_is_asked(
    manifest: RuleManifest, not_open: DomainError | None
) -> DomainError | None:
    """The questions make sense before the vote and during it, if anybody may come."""
    if isinstance(not_open, VoteClosed):
        return not_open
    if manifest.eligibility.source not in set(VoterSource):
        return RollFromRegister()
    return VoteNotOpenYet() if manifest.opens is None else None


def _question_page(
    slug: str,
    manifest: RuleManifest,
    form: Any,  # noqa: ANN401 - one of four forms
    action: str = "rounds.answer",
) -> str:
    asked = list(_questions(manifest))
    # Which question it is says the form, not what was posted into it.
    question = form.question.data = form.question.default
    return render_template(
        "rounds/booth/question.html",
        form=form,
        title=_title(manifest, question),
        action=url_for(action, slug=slug),
        number=asked.index(question) + 1,
        total=len(asked),
        slug=slug,
        moving=action != "rounds.answer",
    )


def _title(manifest: RuleManifest, question: str) -> str:
    rules = manifest.eligibility
    if question == "municipality":
        return str(
            _("Do you live in %(municipality)s?", municipality=rules.municipality)
        )
    if question == "home":
        return str(_("In which area do you live?"))
    if rules.age_by == AgeBy.DATE.value:
        return str(_("When were you born?"))
    return str(_("In which year were you born?"))
