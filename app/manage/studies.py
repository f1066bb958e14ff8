"""Before the publication: each project's story, the steps, and the other rules.

The other rules need no count: they can be looked at from the sealing on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access import actor, official_of_round, person
from app.extensions import clock, db
from app.jobs.studies import (
    early_key,
    schedule_early_study,
    schedule_study,
    study_key,
)
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.rounds.compare import compared
from app.rounds.compare_page import ComparePage, compare_page
from app.rounds.progress import Progress, progress_of
from app.rounds.reasons import telling
from app.rounds.stories import told_steps, told_story
from app.transaction import transaction
from core.audit import record, round_chain
from voting.manifest import RuleManifest
from voting.models import Result, Round, Stage
from voting.outcome import Outcome
from voting.results import current_result, is_open
from voting.studies import early_study_of

LOOKED = "compared"
# A look is good for so long; after it the next one is written into the log, too.
LOOK_LASTS = timedelta(minutes=30)


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
    round_ = the_round(slug)
    now = clock().now(session)
    if is_open(round_, now):
        return redirect(url_for("rounds.compare", slug=slug))
    subject = _subject(session, round_)
    if not _has_looked(subject, now):
        return render_template(
            "manage/results/compare.html", round=round_, counted=subject.result
        )
    return render_template(
        "rounds/results/compare.html",
        round=round_,
        page=subject.page(session),
        progress=_progress(session, subject),
        preview=True,
        counted=subject.result,
    )


@bp.post("/rounds/<slug>/compare")
@official_of_round
def look_at_compare(slug: str) -> ResponseReturnValue:
    """Write the look into the log, have it worked out, and show it."""
    with transaction() as session:
        round_, now = the_round(slug), clock().now(session)
        if not is_open(round_, now):
            subject = _subject(session, round_)
            record(
                session,
                actor(),
                "result.compared",
                now=now,
                chain=round_chain(round_.slug),
            )
            subject.schedule(session, now=now)
            cookie[LOOKED] = [*subject.look, now.timestamp()]
    return redirect(url_for("manage.compare", slug=slug))


@bp.get("/rounds/<slug>/compare/status")
@official_of_round
def compare_status(slug: str) -> ResponseReturnValue:
    """How far it is, for the page's script."""
    session = db.session()
    return _progress(session, _subject(session, the_round(slug))).to_json()


@dataclass(frozen=True, slots=True)
class Subject:
    """Ballots that are sealed, and their result once they have been counted."""

    round: Round
    result: Result | None

    @property
    def look(self) -> list[int]:
        """Whose look at what: another official at this desk has to ask, too."""
        return [person().id, self.round.id, self.result.id if self.result else 0]

    @property
    def key(self) -> str:
        """What the job that works it out is called."""
        return study_key(self.result) if self.result else early_key(self.round)

    def schedule(self, session: Session, *, now: datetime) -> None:
        """Have it worked out, once."""
        if self.result:
            schedule_study(session, self.result, now=now)
        else:
            schedule_early_study(session, self.round, now=now)

    def page(self, session: Session) -> ComparePage | None:
        """What is stored, in words; None if it is not ready."""
        if self.result:
            return compared(session, self.result)
        found = early_study_of(session, self.round)
        if found is None:
            return None
        manifest = RuleManifest.from_text(found.manifest.document)
        about = telling(manifest, Outcome.from_json(found.outcome))
        return compare_page(found.document, about)


def _subject(session: Session, round_: Round) -> Subject:
    """What is to be compared, from the moment that the ballots are sealed."""
    if round_.stage.order < Stage.SEALED.order:
        abort(404)
    return Subject(round_, current_result(session, round_))


def _has_looked(subject: Subject, now: datetime) -> bool:
    *look, moment = cookie.get(LOOKED) or [0.0]
    lasts = timedelta(seconds=now.timestamp() - moment) < LOOK_LASTS
    return lasts and look == subject.look


def _progress(session: Session, subject: Subject) -> Progress:
    return progress_of(
        session,
        subject.key,
        next_page=url_for("manage.compare", slug=subject.round.slug),
        done=subject.page(session) is not None,
    )


def _counted(session: Session, slug: str) -> tuple[Round, Result]:
    round_ = the_round(slug)
    return round_, current_result(session, round_) or abort(404)
