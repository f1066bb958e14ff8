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
from app.messages.jobs import SEALING
from core.audit import SYSTEM
from voting.closing import close_if_due
from voting.copies import check_copy, path_of_copy, write_copy
from voting.errors import NotReconciled
from voting.keys import destroy_round_keys, has_box_key, load_round_keys
from voting.models import Round, Stage
from voting.opening import current_manifest, end_of_vote
from voting.rounds import get_round, locked
from voting.sealing import compare_copy, empty_box, forget_deleted_rows, seal_copy

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
    for done, step in enumerate(IN_ORDER):
        work.report(done, len(SEALING), at_once=True)
        step(slug, work.acting)
    work.report(len(IN_ORDER), len(SEALING), at_once=True)
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


def export(slug: str, acting: Acting) -> None:
    """Step 3: the round is written into a file; anew, as long as the key is there."""
    path = path_of_round_copy(slug)
    if path.exists() and not has_box_key(_key_dir(), slug):
        return
    with acting() as session:
        # Held, so that no official's act comes between two tables.
        round_ = locked(session, get_round(session, slug).id)
        _check_is_sealed(round_)
        write_copy(session, round_, path)


def restore(slug: str, acting: Acting) -> None:
    """Step 4: the file is read into an empty database, and all is compared."""
    with acting() as session:
        check_copy(session, get_round(session, slug), path_of_round_copy(slug))


def burn(slug: str, acting: Acting) -> None:
    """Step 5: the key goes. Never before the sealed copy is committed."""
    with acting() as session:
        _check_is_sealed(get_round(session, slug))
    destroy_round_keys(_key_dir(), slug)


def empty(slug: str, acting: Acting) -> None:
    """Step 6: the box goes."""
    with acting() as session:
        empty_box(session, get_round(session, slug))


# Step 7, which is no act of the database: `forget_deleted_rows`.
IN_ORDER = (copy, compare, export, restore, burn, empty)


def path_of_round_copy(slug: str) -> Path:
    """Where the written copy of a sealed round is kept."""
    folder: Path = current_app.extensions["puistokatu"].backup_dir
    return path_of_copy(folder, slug)


def _check_is_sealed(round_: Round) -> None:
    if round_.stage.order < Stage.SEALED.order:
        raise NotReconciled


def _key_dir() -> Path:
    folder: Path = current_app.extensions["puistokatu"].key_dir
    return folder
