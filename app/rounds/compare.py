"""Compare: the same ballots under every rule, for everybody once they are public.

Nothing is computed for a visitor: the page shows what is stored, or how far the work
has come that stores it.
"""

from dataclasses import dataclass

from flask import jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.access import everyone
from app.extensions import clock, db
from app.jobs.studies import schedule_study, study_job
from app.locale import percent
from app.rounds.blueprint import bp
from app.rounds.compare_page import ComparePage, compare_page
from app.rounds.stories import opened, result_telling
from app.transaction import transaction
from core.jobs import UNFINISHED, JobState
from voting.models import Result
from voting.studies import study_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """How far the work has come, in words and from 0 to 1."""

    sentence: str
    share: float | None
    progress: str
    running: bool
    failed: bool


@bp.get("/<slug>/compare")
@everyone
def compare(slug: str) -> ResponseReturnValue:
    """Who wins and how the voters fare under each rule."""
    session = db.session()
    round_, result = opened(session, slug)
    return render_template(
        "rounds/results/compare.html",
        round=round_,
        page=compared(session, result),
        waiting=waiting(session, result),
    )


@bp.post("/<slug>/compare")
@everyone
def prepare_compare(slug: str) -> ResponseReturnValue:
    """Have it worked out where nobody has yet; asked by many, it is done once."""
    with transaction() as session:
        _round, result = opened(session, slug)
        if not waiting(session, result).failed:
            schedule_study(session, result, now=clock().now(session))
    return redirect(url_for("rounds.compare", slug=slug))


@bp.get("/<slug>/compare/status")
@everyone
def compare_status(slug: str) -> ResponseReturnValue:
    """How far it is, for the page's script."""
    session = db.session()
    _round, result = opened(session, slug)
    return jsonify(status(session, result))


def compared(session: Session, result: Result) -> ComparePage | None:
    """What is stored, in words; None if it is not ready."""
    found = study_of(session, result)
    return compare_page(found.document, result_telling(result)) if found else None


def waiting(session: Session, result: Result) -> Waiting:
    """What became of the work so far."""
    job = study_job(session, result)
    share = job.progress / job.progress_total if job and job.progress_total else None
    return Waiting(
        sentence=_sentence(job.state if job else None),
        share=share,
        progress="" if share is None else percent(share),
        running=job is not None and job.state in UNFINISHED,
        failed=job is not None and job.state is JobState.FAILED,
    )


def status(session: Session, result: Result) -> dict[str, object]:
    """The same as plain values; `finished` once there is something new to see."""
    found = waiting(session, result)
    return {
        "state": found.sentence,
        "share": found.share,
        "progress": found.progress,
        "finished": not found.running,
        "next": None,
    }


def _sentence(state: JobState | None) -> str:
    match state:
        case JobState.WAITING:
            return str(_("The other rules wait for their turn to be counted."))
        case JobState.RUNNING:
            return str(_("The ballots are being counted by the other rules."))
        case JobState.FAILED:
            return str(
                _(
                    "The ballots could not be counted by the other rules. The"
                    " official result is not touched by this."
                )
            )
        case _other:
            return str(_("The ballots have not been counted by the other rules yet."))
