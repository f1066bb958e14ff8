"""How close it was: what would have taken each project to the other side."""

from flask import jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import everyone
from app.extensions import clock, db
from app.jobs.scenarios import distances_key, schedule_distances
from app.rounds.blueprint import bp
from app.rounds.distances_page import distances_page
from app.rounds.progress import Progress, progress_of
from app.rounds.what_if import Subject, count_question, subject
from app.transaction import transaction
from voting.scenarios import ask_distances, find_distances


@bp.get("/<slug>/distances")
@everyone
def distances(slug: str) -> ResponseReturnValue:
    """The table and the picture, or how far the work has come, or its button."""
    about = subject(slug)
    found = find_distances(db.session(), about.result)
    return render_template(
        "rounds/what_if/distances.html",
        about=about,
        page=found and distances_page(about.result, found),
        progress=_progress(about),
    )


@bp.post("/<slug>/distances")
@everyone
def measure_distances(slug: str) -> ResponseReturnValue:
    """Have them worked out, once for everybody."""
    subject(slug)
    with transaction() as session:
        now, about = clock().now(session), subject(slug)
        if find_distances(session, about.result) is None:
            if _progress(about).failed and _progress(about).asked:
                count_question(session, now=now)
            actor = about.actor
            result = ask_distances(session, about.round, actor=actor, now=now)
            schedule_distances(session, result, now=now)
    return redirect(url_for("rounds.distances", slug=slug))


@bp.get("/<slug>/distances/status")
@everyone
def distances_status(slug: str) -> ResponseReturnValue:
    """How far the work has come, for the page's script."""
    return jsonify(_progress(subject(slug)).to_json())


def _progress(about: Subject) -> Progress:
    session = db.session()
    return progress_of(
        session,
        distances_key(about.result),
        next_page=url_for("rounds.distances", slug=about.round.slug),
        done=find_distances(session, about.result) is not None,
    )
