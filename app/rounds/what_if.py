"""What if: the same ballots with other money or rules; never the result itself.

Before the result is open its officials may ask, and every asking stands in the log;
afterwards everybody may. Questions are told apart by their content, and whoever asks
many new ones from one network waits in between.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import (
    actor,
    everyone,
    may_run,
    person_or_none,
    second_factor_passed,
)
from app.accounts.attempts import Counter, Patience, count_try, this_address
from app.accounts.errors import TooManyAttempts
from app.extensions import clock, db
from app.jobs.scenarios import answer_key, schedule_answer
from app.messages import sentence
from app.profiles import counted_profile
from app.rounds.blueprint import bp
from app.rounds.progress import Progress, progress_of
from app.rounds.what_if_form import QuestionForm
from app.rounds.what_if_page import scenario_page
from app.transaction import transaction
from core.audit import Actor
from core.errors import DomainError
from core.jobs import UNFINISHED, Job
from voting.manifest import RuleManifest
from voting.models import Result, Round, Scenario
from voting.outcome import Outcome
from voting.results import current_result, is_open
from voting.rounds import find_round
from voting.rules import run
from voting.scenarios import find_scenario, keep_scenario
from voting.what_if import Changes, changed, counted_by, takes_long

# New questions from one network: many at once, then one every few minutes.
PATIENCE = Patience(40, 5.0, 120.0, timedelta(hours=1))
# Questions that wait in the queue; more than that would only wait longer.
MOST_WAITING = 20
UNTIL_THERE_IS_ROOM = 60


@dataclass(frozen=True, slots=True)
class Subject:
    """A counted round that this visitor may ask about; `early`: only officials may."""

    round: Round
    result: Result
    early: bool

    @property
    def actor(self) -> Actor | None:
        """Who stands in the log."""
        return actor() if self.early else None


def subject(slug: str) -> Subject:
    """The round of an address and its result, or no such page."""
    session = db.session()
    round_ = find_round(session, slug)
    result = current_result(session, round_) if round_ else None
    if round_ is None or result is None:
        abort(404)
    early = not is_open(round_, clock().now(session))
    who = person_or_none()
    if early and not (who and may_run(who, slug) and second_factor_passed()):
        abort(404)
    return Subject(round_, result, early)


@bp.get("/<slug>/what-if")
@everyone
def what_if(slug: str) -> ResponseReturnValue:
    """The form, empty or filled in with an earlier question."""
    about = subject(slug)
    manifest = RuleManifest.from_text(about.result.manifest.document)
    earlier = find_scenario(db.session(), about.result, request.args.get("from", ""))
    asked = Changes.from_json(earlier.changes) if earlier else None
    return _form_page(about, QuestionForm.of(manifest, asked), 200)


@bp.post("/<slug>/what-if")
@everyone
def ask_what_if(slug: str) -> ResponseReturnValue:
    """Answer a question now, or have it answered in the background."""
    about = subject(slug)
    manifest = RuleManifest.from_text(about.result.manifest.document)
    form = QuestionForm.of(manifest)
    if not form.validate_on_submit():
        return _form_page(about, form, 422)
    try:
        key = _ask(slug, about, form.changes())
    except TooManyAttempts as refusal:
        form.form_errors.append(sentence(refusal))
        wait = {"Retry-After": str(refusal.params["seconds"])}
        return *_form_page(subject(slug), form, 429), wait
    except DomainError as refusal:
        form.form_errors.append(sentence(refusal))
        return _form_page(subject(slug), form, 422)
    return redirect(url_for("rounds.scenario", slug=slug, key=key))


@bp.get("/<slug>/what-if/<key>")
@everyone
def scenario(slug: str, key: str) -> ResponseReturnValue:
    """The answer beside the result, or how far the work has come."""
    about = subject(slug)
    found = _scenario(about, key)
    manifest = RuleManifest.from_text(about.result.manifest.document)
    changes = Changes.from_json(found.changes)
    if found.outcome is None:
        return render_template(
            "rounds/what_if/waiting.html",
            about=about,
            key=key,
            progress=_progress(about, key),
        )
    page = scenario_page(
        manifest, about.result, changes, Outcome.from_json(found.outcome)
    )
    return render_template(
        "rounds/what_if/scenario.html", about=about, key=key, page=page
    )


@bp.get("/<slug>/what-if/<key>/status")
@everyone
def scenario_status(slug: str, key: str) -> ResponseReturnValue:
    """How far the work has come, for the page's script."""
    about = subject(slug)
    _scenario(about, key)
    return jsonify(_progress(about, key).to_json())


def _form_page(about: Subject, form: QuestionForm, status: int) -> tuple[str, int]:
    page = render_template(
        "rounds/what_if/form.html", about=about, form=form, manifest=form.manifest
    )
    return page, status


def _ask(slug: str, about: Subject, changes: Changes) -> str:
    """The key of the question, answered or on its way.

    The rule runs between two acts, so that nobody waits for a lock meanwhile.
    """
    key = changes.key(about.result.id)
    with transaction() as session:
        is_new = _is_new(session, subject(slug), key)
        if is_new:
            count_question(session, now=clock().now(session))
    about = subject(slug)
    manifest, profile = counted_profile(db.session(), about.result)
    asked = changed(manifest, changes)
    profile = counted_by(profile, asked)
    slow = takes_long(profile, asked)
    outcome = None
    if is_new and not slow:
        db.session.rollback()
        outcome = run(asked.rule, profile, asked.rule_parameters)
    with transaction() as session:
        now, about = clock().now(session), subject(slug)
        kept = keep_scenario(
            session, about.round, changes, outcome=outcome, actor=about.actor, now=now
        )
        if kept.outcome is None:
            _check_room(session, kept.key)
            schedule_answer(session, kept.key, now=now)
        return kept.key


def count_question(session: Session, *, now: datetime) -> None:
    """Count what costs work against the network that it came from.

    Raises:
        TooManyAttempts: it has to wait a little.
    """
    network = Counter(f"what-if:{this_address().key}", PATIENCE)
    count_try(session, network, now=now)


def _is_new(session: Session, about: Subject, key: str) -> bool:
    found = find_scenario(session, about.result, key)
    return found is None or found.outcome is None


def _check_room(session: Session, key: str) -> None:
    """Refuse another long question while many are waiting."""
    waiting = session.scalar(
        select(func.count())
        .select_from(Job)
        .where(
            Job.name == "answer_scenario",
            Job.state.in_(UNFINISHED),
            Job.key != answer_key(key),
        )
    )
    if (waiting or 0) >= MOST_WAITING:
        raise TooManyAttempts(seconds=UNTIL_THERE_IS_ROOM)


def _scenario(about: Subject, key: str) -> Scenario:
    return find_scenario(db.session(), about.result, key) or abort(404)


def _progress(about: Subject, key: str) -> Progress:
    return progress_of(
        db.session(),
        answer_key(key),
        next_page=url_for("rounds.scenario", slug=about.round.slug, key=key),
        done=_scenario(about, key).outcome is not None,
    )
