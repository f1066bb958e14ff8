"""The classes of a round, and those whose slips were never made good."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from voting.models import ClassBatch, ClassCode, Round


def list_classes(session: Session, round_: Round) -> Sequence[ClassBatch]:
    """All classes, the newest first."""
    return session.scalars(
        select(ClassBatch)
        .where(ClassBatch.round_id == round_.id)
        .order_by(ClassBatch.number.desc())
    ).all()


def unfinished_classes(session: Session, round_: Round) -> set[int]:
    """The numbers of classes of which no slip is good: their making broke off."""
    has_codes = exists().where(ClassCode.batch_id == ClassBatch.id)
    return set(
        session.scalars(
            select(ClassBatch.number).where(
                ClassBatch.round_id == round_.id,
                ClassBatch.revoked_at.is_(None),
                ~has_codes,
            )
        )
    )
