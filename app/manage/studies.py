"""Before the publication: each project's story, the steps, and the other rules."""

from flask import abort, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access import actor, official_of_round, person
from app.extensions import clock, db
from app.jobs.studies import schedule_study
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.rounds.compare import compared, status, waiting
from app.rounds.stories import told_steps, told_story
from app.transaction import transaction
from core.audit import record, round_chain
from voting.errors import RoundNotCounted
from voting.manifest import RuleManifest
from voting.models import Result, Round
from voting.results import current_result, is_open

LOOKED = "compared"


@bp.get("/rounds/<slug>/result/<code:code>")
@official_of_round
def result_story(slug: str, code: str) -> ResponseReturnValue:
    """One project's story, as residents will read it."""
    round_, result = _counted(db.session(), slug)
    told = told_story(db.session(), result, code)
    return render_template(
        "rounds/results/story.html", round=round_, story=told, preview=True
    )


@bp.get("/rounds/<slug>/steps")
@official_of_round
def result_steps(slug: str) -> ResponseReturnValue:
    """The count step by step, as residents will read it."""
    round_, result = _counted(db.session(), slug)
    return render_template(
        "rounds/results/steps.html",
        round=round_,
        page=told_steps(result),
        manifest=RuleManifest.from_text(result.manifest.document),
        preview=True,
    )


@bp.get("/rounds/<slug>/compare")
@official_of_round
def compare(slug: str) -> ResponseReturnValue:
    """Every rule on these ballots; before the publication only after a logged look."""
    session = db.session()
    round_, result = _counted(session, slug)
    if is_open(round_, clock().now(session)):
        return redirect(url_for("rounds.compare", slug=slug))
    if cookie.get(LOOKED) != _look(result):
        return render_template("manage/results/compare.html", round=round_)
    return render_template(
        "rounds/results/compare.html",
        round=round_,
        page=compared(session, result),
        waiting=waiting(session, result),
        preview=True,
    )


@bp.post("/rounds/<slug>/compare")
@official_of_round
def look_at_compare(slug: str) -> ResponseReturnValue:
    """Write the look into the log, have it worked out, and show it."""
    with transaction() as session:
        round_, now = the_round(slug), clock().now(session)
        result = current_result(session, round_)
        if result is None:
            raise RoundNotCounted
        if not is_open(round_, now):
            record(
                session,
                actor(),
                "result.compared",
                now=now,
                chain=round_chain(round_.slug),
            )
        schedule_study(session, result, now=now)
        cookie[LOOKED] = _look(result)
    return redirect(url_for("manage.compare", slug=slug))


@bp.get("/rounds/<slug>/compare/status")
@official_of_round
def compare_status(slug: str) -> ResponseReturnValue:
    """How far it is, for the page's script."""
    session = db.session()
    _round, result = _counted(session, slug)
    return status(session, result)


def _look(result: Result) -> list[int]:
    """Whose look at what: another official at this desk has to ask, too."""
    return [person().id, result.id]


def _counted(session: Session, slug: str) -> tuple[Round, Result]:
    round_ = the_round(slug)
    return round_, current_result(session, round_) or abort(404)
