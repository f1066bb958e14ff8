"""The same ballots under every rule, worked out once for all readers of a result."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.work import Work
from core.jobs import Job
from voting.models import Result
from voting.studies import gather_study, store_study, study, study_of


def schedule_study(session: Session, result: Result, *, now: datetime) -> None:
    """Have it worked out, unless it is ready; asked for twice it is done once."""
    if study_of(session, result) is None:
        enqueue(
            session,
            "study_result",
            now=now,
            key=_key(result),
            result=result.id,
        )


def study_job(session: Session, result: Result) -> Job | None:
    """The latest work on it, whatever became of it."""
    return session.scalars(
        select(Job).where(Job.key == _key(result)).order_by(Job.id.desc()).limit(1)
    ).first()


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


def _key(result: Result) -> str:
    return f"study:{result.id}"
