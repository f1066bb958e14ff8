"""The long work of a round's end: count its ballots; read an election from a file."""

from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import clock, db
from app.jobs.leases import LeaseLost
from app.jobs.studies import schedule_study
from app.jobs.work import Postpone, Work
from core.audit import Actor
from core.errors import DomainError
from voting.elections import import_election as store_election
from voting.pabulib import read_election
from voting.results import gather, solve, store_result
from voting.rounds import get_round

STEPS = 3


def count_round(work: Work) -> None:
    """Gather, solve, store; the round is looked at again when it is stored."""
    session, slug = db.session(), work.arguments["slug"]
    work.report(0, STEPS)
    ballots = gather(session, get_round(session, slug))
    # Nothing is read while the rule runs: no transaction stays open for minutes.
    session.rollback()
    work.report(1, STEPS)
    counted = solve(ballots)
    work.report(2, STEPS)
    with work.finishing() as act:
        who = official_of(act, work.arguments["author"])
        now = clock().now(act)
        result = store_result(act, get_round(act, slug), counted, actor=who, now=now)
        schedule_study(act, result, now=now)
        work.result = {"result": result.id}


def import_election(work: Work) -> None:
    """Read the uploaded file, check it whole, and store it in one act.

    The file is removed when all is done, refused or given up; after a crash it is
    there for the next turn.
    """
    path = Path(work.arguments["path"])
    try:
        election = read_election(path)
        work.report(1, 2)
        with work.finishing() as session:
            round_ = store_election(
                session,
                election,
                actor=official_of(session, work.arguments["author"]),
                now=clock().now(session),
                area_column=work.arguments["area_column"],
                rule=work.arguments["rule"],
            )
            work.result = {"slug": round_.slug}
    except (LeaseLost, Postpone, OperationalError):
        raise  # there will be another turn
    except Exception as error:
        if isinstance(error, DomainError) or work.is_last_attempt:
            path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)


def official_of(session: Session, account_id: int) -> Actor:
    """Who asked for the work, as the log names them."""
    account = session.get(Account, account_id)
    if account is None:
        return Actor(role="official")
    return Actor("official", account.name or account.email, account.id)
