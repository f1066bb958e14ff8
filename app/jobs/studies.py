"""The same ballots under every rule, worked out once for all readers of a result."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.work import Work
from voting.models import Result, Round
from voting.results import current_result, gather
from voting.rounds import get_round
from voting.studies import (
    early_study_of,
    gather_study,
    store_early_study,
    store_study,
    study,
    study_of,
    trial,
)


def schedule_study(session: Session, result: Result, *, now: datetime) -> None:
    """Have it worked out, unless it is ready; asked for twice it is done once."""
    if study_of(session, result) is None:
        enqueue(
            session,
            "study_result",
            now=now,
            key=study_key(result),
            result=result.id,
        )


def schedule_early_study(session: Session, round_: Round, *, now: datetime) -> None:
    """The same of sealed ballots that have not been counted."""
    if early_study_of(session, round_) is None:
        enqueue(
            session,
            "study_sealed",
            now=now,
            key=early_key(round_),
            slug=round_.slug,
        )


def study_result(work: Work) -> None:
    """Gather, count by every rule, store; no transaction stays open in between."""
    session = db.session()
    result = session.get_one(Result, work.arguments["result"])
    if study_of(session, result):
        return
    about = gather_study(session, result)
    session.rollback()
    document = study(about, work.report)
    with work.finishing() as act:
        result = act.get_one(Result, work.arguments["result"])
        store_study(act, result, document, now=clock().now(act))


def study_sealed(work: Work) -> None:
    """Before a count: run the round's own rule and all the others; make no result."""
    session, slug = db.session(), work.arguments["slug"]
    round_ = get_round(session, slug)
    if early_study_of(session, round_) or current_result(session, round_):
        return
    ballots = gather(session, round_)
    session.rollback()
    about = trial(ballots)
    document = study(about, work.report)
    with work.finishing() as act:
        store_early_study(
            act,
            get_round(act, slug),
            about,
            document,
            manifest_id=ballots.manifest_id,
            now=clock().now(act),
        )


def study_key(result: Result) -> str:
    """What the job that studies a result is called."""
    return f"study:{result.id}"


def early_key(round_: Round) -> str:
    """What the job that studies sealed ballots is called."""
    return f"early-study:{round_.id}"
