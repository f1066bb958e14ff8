"""Mail to the voters when their vote is paused, goes on, or gets a later end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import clock
from app.jobs import enqueue
from app.jobs.batches import voters_who_hear_of_the_close, write_to_all
from app.jobs.work import Work
from app.mail import post
from voting.models import Extension, Pause, Round, Stage
from voting.opening import current_manifest, end_of_vote


def schedule_word_of_pause(session: Session, pause: Pause, *, now: datetime) -> None:
    """In the act's own transaction: tell that the vote is paused, or goes on."""
    enqueue(
        session,
        "tell_of_pause",
        now=now,
        pause=pause.id,
        over=pause.ended_at is not None,
        after=0,
    )


def schedule_word_of_extension(
    session: Session, extension: Extension, *, now: datetime
) -> None:
    """In the act's own transaction: tell of the later end."""
    enqueue(session, "tell_of_extension", now=now, extension=extension.id, after=0)


def tell_of_pause(work: Work) -> None:
    """That it began, as long as it lasts; that it is over, as long as the vote runs."""
    over = work.arguments["over"]

    def people(session: Session, after: int) -> Sequence[Account]:
        pause = session.get_one(Pause, work.arguments["pause"])
        round_ = session.get_one(Round, pause.round_id)
        is_news = round_.stage is Stage.VOTING and over == (pause.ended_at is not None)
        return _voters(session, round_, after) if is_news else []

    def write(session: Session, account: Account) -> None:
        pause = session.get_one(Pause, work.arguments["pause"])
        kind = "vote_resumed" if over else "vote_paused"
        _post(session, account, kind, pause)

    write_to_all(work, people, write)


def tell_of_extension(work: Work) -> None:
    """Of the later end, unless it has been moved again."""

    def people(session: Session, after: int) -> Sequence[Account]:
        extension = session.get_one(Extension, work.arguments["extension"])
        round_ = session.get_one(Round, extension.round_id)
        is_news = (
            round_.stage is Stage.VOTING and round_.extended_until == extension.new_end
        )
        return _voters(session, round_, after) if is_news else []

    def write(session: Session, account: Account) -> None:
        extension = session.get_one(Extension, work.arguments["extension"])
        _post(session, account, "vote_extended", extension)

    write_to_all(work, people, write)


def _voters(session: Session, round_: Round, after: int) -> Sequence[Account]:
    return session.scalars(voters_who_hear_of_the_close(round_, after)).all()


def _post(
    session: Session, account: Account, kind: str, cause: Pause | Extension
) -> None:
    round_ = session.get_one(Round, cause.round_id)
    post(
        session,
        to=account.email,
        language=account.language,
        kind=kind,
        now=clock().now(session),
        repeatable=False,
        round=round_,
        closes=end_of_vote(round_, current_manifest(session, round_)),
        cause=cause,
    )
