"""Compare: the same ballots under every rule, for everybody once they are public.

Nothing is computed for a visitor: the page shows what is stored, or how far the work
has come that stores it.
"""

from flask import jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access import everyone
from app.extensions import clock, db
from app.jobs.studies import schedule_study, study_key
from app.rounds.blueprint import bp
from app.rounds.compare_page import ComparePage, compare_page
from app.rounds.progress import Progress, progress_of
from app.rounds.stories import opened, result_telling
from app.transaction import transaction
from voting.models import Result
from voting.studies import study_of


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
        progress=_progress(session, result),
    )


@bp.post("/<slug>/compare")
@everyone
def prepare_compare(slug: str) -> ResponseReturnValue:
    """Have it worked out where nobody has yet; asked by many, it is done once."""
    with transaction() as session:
        _round, result = opened(session, slug)
        if not _progress(session, result).asked:
            schedule_study(session, result, now=clock().now(session))
    return redirect(url_for("rounds.compare", slug=slug))


@bp.get("/<slug>/compare/status")
@everyone
def compare_status(slug: str) -> ResponseReturnValue:
    """How far it is, for the page's script."""
    session = db.session()
    _round, result = opened(session, slug)
    return jsonify(_progress(session, result).to_json())


def compared(session: Session, result: Result) -> ComparePage | None:
    """What is stored, in words; None if it is not ready."""
    found = study_of(session, result)
    return compare_page(found.document, result_telling(result)) if found else None


def _progress(session: Session, result: Result) -> Progress:
    return progress_of(
        session,
        study_key(result),
        next_page=url_for("rounds.compare", slug=result.round.slug),
        done=study_of(session, result) is not None,
    )
