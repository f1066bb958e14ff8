"""Keep what was asked of a counted round: questions, answers, distances.

Nothing here touches the result. A question is told from another by its content, so
that asking the same again adds nothing, and a round keeps its newest `MOST_KEPT`.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.distance import Distance
from voting.errors import RoundNotCounted
from voting.models import Result, ResultDistances, Round, Scenario
from voting.outcome import Outcome
from voting.results import current_result, is_open
from voting.rounds import locked
from voting.what_if import Changes

# About 20 kilobytes each for a hundred projects.
MOST_KEPT = 1_000
_KEY = re.compile(r"[0-9a-f]{24}")


def find_scenario(session: Session, result: Result, key: str) -> Scenario | None:
    """The question of this address, if it was asked of this result."""
    if not _KEY.fullmatch(key):
        return None
    found = session.scalar(select(Scenario).where(Scenario.key == key))
    return found if found and found.result_id == result.id else None


def keep_scenario(
    session: Session,
    round_: Round,
    changes: Changes,
    *,
    outcome: Outcome | None,
    actor: Actor | None,
    now: datetime,
) -> Scenario:
    """Keep a question, with its answer if there is one already.

    While the result is not open to everybody, every asking goes into the log, the
    same one twice as well; what was asked does not.

    Args:
        session: the act's session.
        round_: it is locked, so that of two the same only one is written.
        changes: tidied.
        outcome: None where it is worked out later; see `answer_scenario`.
        actor: who asks; needed only while the result is not open.
        now: from the clock.

    Raises:
        RoundNotCounted: there is no result to compare with.
    """
    round_, result = _counted(session, round_, actor=actor, now=now)
    key = changes.key(result.id)
    found = find_scenario(session, result, key)
    if found is None:
        _make_room(session, result)
        found = Scenario(
            round_id=round_.id,
            result_id=result.id,
            key=key,
            changes=changes.to_json(),
            created_at=now,
        )
        session.add(found)
    if outcome is not None and found.outcome is None:
        found.outcome = outcome.to_json()
    session.flush()
    if actor and not is_open(round_, now):
        chain = round_chain(round_.slug)
        record(session, actor, "scenario.asked", now=now, chain=chain, scenario=key)
    return found


def answer_scenario(session: Session, key: str, outcome: Outcome) -> None:
    """Write down what came out, unless the question has been cleared away since."""
    found = session.scalar(
        select(Scenario).where(Scenario.key == key).with_for_update()
    )
    if found is not None:
        found.outcome = outcome.to_json()
        session.flush()


def _make_room(session: Session, result: Result) -> None:
    """Away with questions to an earlier count, and with the oldest of too many."""
    count = session.scalar(
        select(func.count())
        .select_from(Scenario)
        .where(Scenario.result_id == result.id)
    )
    oldest = (
        select(Scenario.id)
        .where(Scenario.result_id == result.id)
        .order_by(Scenario.id)
        .limit(max(0, (count or 0) + 1 - MOST_KEPT))
    )
    session.execute(
        delete(Scenario).where(
            Scenario.round_id == result.round_id,
            or_(Scenario.result_id != result.id, Scenario.id.in_(oldest)),
        ),
        execution_options={"synchronize_session": False},
    )


def ask_distances(
    session: Session, round_: Round, *, actor: Actor | None, now: datetime
) -> Result:
    """The result whose distances are to be worked out; logged while it is not open.

    Raises:
        RoundNotCounted: there is no result.
    """
    round_, result = _counted(session, round_, actor=actor, now=now)
    if actor and not is_open(round_, now):
        chain = round_chain(round_.slug)
        record(session, actor, "distances.asked", now=now, chain=chain)
    return result


def _counted(
    session: Session, round_: Round, *, actor: Actor | None, now: datetime
) -> tuple[Round, Result]:
    """The round, locked, and its result; before it is open somebody must answer."""
    round_ = locked(session, round_.id)
    result = current_result(session, round_)
    if result is None or not (actor or is_open(round_, now)):
        raise RoundNotCounted
    return round_, result


def find_distances(session: Session, result: Result) -> list[Distance] | None:
    """The distances of a result, once they have been worked out."""
    found = session.get(ResultDistances, result.id)
    if found is None:
        return None
    return [Distance.from_json(each) for each in found.distances]


def keep_distances(
    session: Session, result: Result, found: Iterable[Distance], *, now: datetime
) -> None:
    """Write them down; working them out twice gives the same."""
    session.merge(
        ResultDistances(
            result_id=result.id,
            distances=[distance.to_json() for distance in found],
            computed_at=now,
        )
    )
    session.flush()
