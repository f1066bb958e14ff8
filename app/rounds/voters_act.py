"""A voter's act, which writes the close down where it comes too late."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.extensions import clock
from app.transaction import transaction
from voting.closing import close_if_due
from voting.errors import RoundKeyMissing, VoteClosed
from voting.models import Stage
from voting.rounds import get_round


@contextmanager
def voters_act(slug: str) -> Iterator[Session]:
    """A transaction in which somebody casts, withdraws or keeps a choice.

    Once anybody has been told that the time is up, the vote is over in the books,
    even if the job that closes it has not come yet: a clock that is set back after
    that lets nobody in again.

    Raises:
        VoteClosed: as the act itself; by then the close is stored. Also where the
            box has been sealed since, and its key is no more.
    """
    try:
        with transaction() as session:
            yield session
    except RoundKeyMissing:
        with transaction() as session:
            if get_round(session, slug).stage.order > Stage.VOTING.order:
                raise VoteClosed from None
        raise
    except VoteClosed:
        with transaction() as session:
            close_if_due(session, slug, now=clock().now(session))
        raise
