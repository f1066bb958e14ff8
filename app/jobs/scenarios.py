"""The slow half of what if: one question's answer, and how close every project was."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.work import Work
from app.profiles import counted_profile
from core.jobs import Job
from voting.distance import distances
from voting.models import Result, Scenario
from voting.outcome import Outcome
from voting.rules import run
from voting.scenarios import answer_scenario, find_distances, keep_distances
from voting.what_if import Changes, changed, counted_by


def schedule_answer(session: Session, key: str, *, now: datetime) -> Job:
    """In the asking's own act: have it answered in the background."""
    return enqueue(
        session, "answer_scenario", now=now, key=answer_key(key), scenario=key
    )


def answer_key(key: str) -> str:
    """What the job that answers a question is called."""
    return f"scenario:{key}"


def schedule_distances(session: Session, result: Result, *, now: datetime) -> Job:
    """Have the distances worked out; asking twice is one job."""
    return enqueue(
        session,
        "measure_distances",
        now=now,
        key=distances_key(result),
        result=result.id,
    )


def distances_key(result: Result) -> str:
    """What the job that works out the distances is called."""
    return f"distances:{result.id}"


def answer(work: Work) -> None:
    """Run the rule that was asked for; the question may have been cleared away."""
    session, key = db.session(), work.arguments["scenario"]
    found = session.scalar(select(Scenario).where(Scenario.key == key))
    result = session.get(Result, found.result_id) if found else None
    if found is None or result is None:
        return
    manifest, profile = counted_profile(session, result)
    asked = changed(manifest, Changes.from_json(found.changes))
    # Nothing is read while the rule runs: no transaction stays open for minutes.
    session.rollback()
    outcome = run(asked.rule, counted_by(profile, asked), asked.rule_parameters)
    with work.finishing() as act:
        answer_scenario(act, key, outcome)


def measure(work: Work) -> None:
    """Every project's distance from the other side, by the rule of the result."""
    session = db.session()
    result = session.get_one(Result, work.arguments["result"])
    if find_distances(session, result) is not None:
        return
    _, profile = counted_profile(session, result)
    outcome = Outcome.from_json(result.outcome)
    session.rollback()
    total, found = 2 * len(profile.projects), []
    for distance in distances(profile, outcome):
        found.append(distance)
        work.report(len(found), total)
    with work.finishing() as act:
        result = act.get_one(Result, work.arguments["result"])
        keep_distances(act, result, found, now=clock().now(act))
