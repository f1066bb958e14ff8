"""How far a long act has come, in a small file beside the database.

While an act holds its job's row, nobody else can write how far it is: on SQLite nobody
can write at all. Web processes and workers share UPLOAD_DIR, so the number stands there
for as long as the act lasts.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

BETWEEN_NOTES = 0.5


@contextmanager
def noting(job_id: int) -> Iterator[Callable[[int, int], None]]:
    """Note (done, total) of a job's act; what is noted goes when the act has ended."""
    path = _path(job_id)
    noted_at = 0.0

    def note(done: int, total: int) -> None:
        nonlocal noted_at
        moment = time.monotonic()
        if total and moment - noted_at >= BETWEEN_NOTES:
            noted_at = moment
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = path.with_suffix(".draft")
            draft.write_text(str(done / total))
            draft.rename(path)

    path.unlink(missing_ok=True)
    try:
        yield note
    finally:
        path.unlink(missing_ok=True)


def share_of_act(job_id: int) -> float | None:
    """How much of the act is done, from 0 to 1; None where none says."""
    try:
        return min(1.0, max(0.0, float(_path(job_id).read_text())))
    except (OSError, ValueError):
        return None


def _path(job_id: int) -> Path:
    folder: Path = current_app.extensions["puistokatu"].upload_dir
    return folder / f"{job_id}.progress"
