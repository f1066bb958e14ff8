"""Who opens envelopes and who sees cards: one person never does both."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from voting.manifest import RuleManifest
from voting.models import Duty, PaperDuty, Round, Stage
from voting.models.rounds import PaperRule
from voting.paper_errors import (
    DutyNeeded,
    DutyOther,
    PaperNotUsed,
    PaperNotYet,
    PaperSettled,
)


def uses_paper(manifest: RuleManifest) -> bool:
    """Whether people may vote on paper in this round."""
    return manifest.ballot.paper != PaperRule.NONE.value


def check_paper(round_: Round, manifest: RuleManifest) -> None:
    """Refuse where nothing on paper may be done.

    Raises:
        PaperNotUsed: the rules know no paper.
        PaperNotYet: the rules are not frozen.
        PaperSettled: the vote has been reconciled.
    """
    if not uses_paper(manifest):
        raise PaperNotUsed
    if round_.stage.order < Stage.VOTING.order:
        raise PaperNotYet
    if round_.stage.order > Stage.CLOSED.order:
        raise PaperSettled


def duty_of(session: Session, round_: Round, account_id: int) -> Duty | None:
    """What this official has taken on in this round."""
    found = session.get(PaperDuty, (round_.id, account_id), populate_existing=True)
    return found.duty if found else None


def take_duty(session: Session, round_: Round, account_id: int, duty: Duty) -> None:
    """Take one of the two on, for as long as the round lasts; may be repeated.

    Raises:
        DutyOther: this person has the other one.
    """
    insert = (
        postgresql.insert
        if session.get_bind().dialect.name == "postgresql"
        else sqlite.insert
    )
    # Whoever presses both at once has the one that was first.
    session.execute(
        insert(PaperDuty)
        .values(round_id=round_.id, account_id=account_id, duty=duty)
        .on_conflict_do_nothing()
    )
    check_duty(session, round_, account_id, duty)


def check_duty(session: Session, round_: Round, account_id: int, duty: Duty) -> None:
    """Refuse whoever has not taken this on.

    Raises:
        DutyNeeded: neither of the two.
        DutyOther: the other one.
    """
    found = duty_of(session, round_, account_id)
    if found is None:
        raise DutyNeeded
    if found is not duty:
        raise DutyOther
