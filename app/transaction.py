"""The only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.extensions import db


@contextmanager
def transaction() -> Iterator[Session]:
    """One act: everything in it happens, or nothing.

    Whatever was read before (the page's subject, who is logged in) is read again
    inside, so that decisions rest on what is true now. On SQLite the write lock is
    taken at once: two acts queue instead of failing at their commit.

    Raises:
        RuntimeError: opened inside another one, whose half it would commit.
    """
    session = db.session()
    if session.info.get("act"):
        raise RuntimeError("a transaction inside a transaction")
    session.rollback()
    session.info["act"] = True
    try:
        session.connection(execution_options={"writes": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("act", None)
