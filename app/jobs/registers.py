"""Register extracts in the background: read, and erased when their day has come."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.extensions import clock
from app.jobs import enqueue
from app.jobs.elections import official_of
from app.jobs.leases import LeaseLost
from app.jobs.work import Postpone, Work
from core.clock import COUNTRY
from core.errors import DomainError
from core.register.numbers import NumberKind
from panels.keys import create_people_keys
from panels.models import Register
from panels.register_rows import Extract
from panels.registers import (
    check_register,
    erase_register,
    get_register,
    store_register,
)

# The file is read twice; storing it reports nothing on the way.
PASSES = 2


def extract_to_json(extract: Extract) -> dict[str, Any]:
    """As it stands in a job's arguments."""
    return {
        "source": extract.source,
        "as_of": extract.as_of.isoformat(),
        "expires_on": extract.expires_on.isoformat(),
        "numbers": extract.numbers.value,
        "columns": dict(extract.columns),
        "municipality": extract.municipality,
    }


def _extract_of(stored: dict[str, Any]) -> Extract:
    return Extract(
        **{
            **stored,
            "as_of": date.fromisoformat(stored["as_of"]),
            "expires_on": date.fromisoformat(stored["expires_on"]),
            "numbers": NumberKind(stored["numbers"]),
        }
    )


def import_register(work: Work) -> None:
    """Check the uploaded file, then store it in one act.

    The file has identity numbers in it: it is removed when all is done, refused or
    given up; after a crash it is there for the next turn.
    """
    path = Path(work.arguments["path"])
    try:
        _import(work, path)
    except (LeaseLost, Postpone, OperationalError):
        raise  # there will be another turn
    except Exception as error:
        if isinstance(error, DomainError) or work.is_last_attempt:
            path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)


def schedule_erasure(session: Session, register: Register, *, now: datetime) -> None:
    """Write the erasure down for the midnight after its last day, in the act itself."""
    enqueue(
        session,
        "erase_register",
        now=now,
        key=f"erase-register:{register.id}",
        run_after=_end_of(register.expires_on),
        register=register.id,
    )


def erase_when_due(work: Work) -> None:
    """Erase the people of an extract whose last day is over; early, it comes again."""
    with work.acting() as session:
        register = get_register(session, work.arguments["register"])
        now = clock().now(session)
        wait = _end_of(register.expires_on) - now
        if wait <= timedelta(0):
            erase_register(session, register, now=now)
    if wait > timedelta(0):
        raise Postpone(wait)


def _import(work: Work, path: Path) -> None:
    extract = _extract_of(work.arguments["extract"])
    keys = create_people_keys(current_app.extensions["puistokatu"].key_dir)
    checked = check_register(
        path,
        extract,
        keys=keys,
        progress=lambda done, total: work.report(done, PASSES * total),
    )
    with work.finishing() as session:
        now = clock().now(session)
        register = store_register(
            session,
            checked,
            keys=keys,
            actor=official_of(session, work.arguments["author"]),
            now=now,
        )
        schedule_erasure(session, register, now=now)
        work.result = {"register": register.id, "size": register.size}


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), COUNTRY)
