"""A published result told step by step, and each project's own story."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access import everyone
from app.extensions import clock, db
from app.rounds.blueprint import bp
from app.rounds.reasons import Telling, telling
from app.rounds.steps_page import StepsPage, steps_page
from app.rounds.story_page import Story, story
from voting.manifest import RuleManifest
from voting.models import Result, Round, Stage
from voting.outcome import Outcome
from voting.results import current_result, is_open
from voting.rounds import find_round
from voting.studies import purchases_of, study_of


@bp.get("/<slug>/result/<code:code>")
@everyone
def story_page(slug: str, code: str) -> ResponseReturnValue:
    """Why one project is built or not: who paid, what was left, what else it took."""
    session = db.session()
    round_, result = opened(session, slug)
    told = told_story(session, result, code)
    return render_template("rounds/results/story.html", round=round_, story=told)


@bp.get("/<slug>/count")
@everyone
def steps(slug: str) -> ResponseReturnValue:
    """How the count went, decision by decision."""
    round_, result = opened(db.session(), slug)
    page = told_steps(result)
    manifest = RuleManifest.from_text(result.manifest.document)
    return render_template(
        "rounds/results/steps.html", round=round_, page=page, manifest=manifest
    )


def opened(session: Session, slug: str) -> tuple[Round, Result]:
    """A round whose result everybody may see now; else there is no such page."""
    round_ = find_round(session, slug)
    if round_ is None or round_.stage is not Stage.PUBLIC:
        abort(404)
    if not is_open(round_, clock().now(session)):
        abort(404)
    return round_, current_result(session, round_) or abort(404)


def told_story(session: Session, result: Result, code: str) -> Story:
    """From the stored result and, where voters paid, from what is stored of that."""
    found = study_of(session, result)
    told = story(code, result_telling(result), purchases_of(found) if found else None)
    return told or abort(404)


def told_steps(result: Result) -> StepsPage:
    """The same for the whole count."""
    return steps_page(result_telling(result))


def result_telling(result: Result) -> Telling:
    """The names and numbers of a stored result."""
    manifest = RuleManifest.from_text(result.manifest.document)
    return telling(manifest, Outcome.from_json(result.outcome))
