"""The end of a vote in the background: closed by the clock, sealed in steps."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.work import Postpone, Work
from core.audit import SYSTEM
from voting.closing import close_if_due
from voting.errors import NotReconciled
from voting.keys import destroy_round_keys, load_round_keys
from voting.models import Round, Stage
from voting.opening import current_manifest, end_of_vote
from voting.rounds import get_round
from voting.sealing import compare_copy, empty_box, forget_deleted_rows, seal_copy

STEPS = 5
UNTIL_READERS_ARE_GONE = timedelta(seconds=2)
UNTIL_THE_CLOCKS_AGREE = timedelta(seconds=1)
UNTIL_A_PAUSE_MAY_BE_OVER = timedelta(minutes=1)

Acting = Callable[[], AbstractContextManager[Session]]


def schedule_close(session: Session, round_: Round, *, now: datetime) -> None:
    """At the opening: write the close down for its time, in the opening's own act."""
    manifest = current_manifest(session, round_)
    if manifest.closes:
        enqueue(
            session,
            "close_when_due",
            now=now,
            key=f"close:{round_.slug}",
            run_after=datetime.fromisoformat(manifest.closes),
            slug=round_.slug,
        )


def close_when_due(work: Work) -> None:
    """Write down that the vote is over; it has refused ballots since its last moment.

    Called early, because clocks differ or the vote was given more time, it comes
    again. A paused vote is looked at until it goes on.
    """
    slug = work.arguments["slug"]
    with work.acting() as session:
        now = clock().now(session)
        close_if_due(session, slug, now=now)
        wait = _until_it_is_due(session, get_round(session, slug), now)
    if wait:
        raise Postpone(wait)


def _until_it_is_due(
    session: Session, round_: Round, now: datetime
) -> timedelta | None:
    """When to look again; None: the vote is closed."""
    if round_.stage is not Stage.VOTING:
        return None
    if round_.paused_at:
        return UNTIL_A_PAUSE_MAY_BE_OVER
    ends = end_of_vote(round_, current_manifest(session, round_))
    return max(UNTIL_THE_CLOCKS_AGREE, ends - now) if ends else None


def seal_round(work: Work) -> None:
    """Seal; each step looks whether it is still needed, so a crash costs nothing."""
    slug = work.arguments["slug"]
    for done, step in enumerate((copy, compare, burn, empty)):
        work.report(done, STEPS)
        step(slug, work.acting)
    work.report(STEPS - 1, STEPS)
    if not forget_deleted_rows(db.engine):
        raise Postpone(UNTIL_READERS_ARE_GONE)


def copy(slug: str, acting: Acting) -> None:
    """Step 1: the ballots and receipts out of the box, counted and hashed."""
    with acting() as session:
        round_ = get_round(session, slug)
        if round_.stage.order < Stage.SEALED.order:
            keys = load_round_keys(_key_dir(), slug)
            now = clock().now(session)
            seal_copy(session, round_, keys=keys, actor=SYSTEM, now=now)


def compare(slug: str, acting: Acting) -> None:
    """Step 2: what was committed is read again and compared with the box."""
    with acting() as session:
        compare_copy(session, get_round(session, slug))


def burn(slug: str, acting: Acting) -> None:
    """Step 3: the key goes. Never before the sealed copy is committed."""
    with acting() as session:
        if get_round(session, slug).stage.order < Stage.SEALED.order:
            raise NotReconciled
    destroy_round_keys(_key_dir(), slug)


def empty(slug: str, acting: Acting) -> None:
    """Step 4: the box goes."""
    with acting() as session:
        empty_box(session, get_round(session, slug))


def _key_dir() -> Path:
    folder: Path = current_app.extensions["puistokatu"].key_dir
    return folder
