"""The long work before a vote: read a register extract into the electoral roll."""

from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.exc import OperationalError

from app.extensions import clock, db
from app.jobs.beside import noting
from app.jobs.elections import official_of
from app.jobs.leases import LeaseLost
from app.jobs.work import Postpone, Work
from core.errors import DomainError
from core.register.numbers import NumberKind
from voting.keys import create_roll_key
from voting.roll.columns import Extract
from voting.roll.importing import check_extract, ground_of, store_extract
from voting.rounds import get_round

# The file is read twice: checked, then stored in one act.
PASSES = 2


def extract_to_json(extract: Extract) -> dict[str, Any]:
    """As it stands in a job's arguments."""
    return {
        "source": extract.source,
        "as_of": extract.as_of.isoformat(),
        "numbers": extract.numbers.value,
        "columns": dict(extract.columns),
        "postcodes": dict(extract.postcodes),
        "municipality": extract.municipality,
    }


def _extract_of(stored: dict[str, Any]) -> Extract:
    return Extract(
        **{
            **stored,
            "as_of": date.fromisoformat(stored["as_of"]),
            "numbers": NumberKind(stored["numbers"]),
        }
    )


def import_roll(work: Work) -> None:
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


def _import(work: Work, path: Path) -> None:
    slug = work.arguments["slug"]
    extract = _extract_of(work.arguments["extract"])
    keys = create_roll_key(current_app.extensions["puistokatu"].key_dir, slug)
    ground = ground_of(get_round(db.session(), slug))
    # The file is read without a transaction that waits.
    db.session().rollback()
    checked = check_extract(
        ground,
        path,
        extract,
        keys=keys,
        progress=lambda done, total: work.report(done, PASSES * total),
    )
    with noting(work.job_id) as note, work.finishing() as session:
        roll = store_extract(
            session,
            get_round(session, slug),
            checked,
            keys=keys,
            actor=official_of(session, work.arguments["author"]),
            now=clock().now(session),
            progress=lambda done, total: note(total + done, PASSES * total),
        )
        work.result = {"slug": slug, "size": roll.size}
