"""The receipt codes of the counted ballots, area by area.

A list of its own, in random order, without a way to the ballots: it shows that a
ballot is among the counted ones, and never which one it is.
"""

import hashlib
from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.models import Area, Round, SealedReceipt


def receipts_by_area(session: Session, round_: Round) -> Iterator[tuple[Area, str]]:
    """The codes of the counted ballots, sorted within each area."""
    rows = session.execute(
        select(Area, SealedReceipt.code)
        .join(SealedReceipt, SealedReceipt.area_id == Area.id)
        .where(SealedReceipt.round_id == round_.id)
        .order_by(Area.position, Area.id, SealedReceipt.code)
    )
    return ((row[0], row[1]) for row in rows)


def receipts_hash(session: Session, round_: Round) -> str:
    """SHA-256 over the sorted lines `area code` of all published receipts."""
    lines = sorted(
        f"{area.slug} {code}\n" for area, code in receipts_by_area(session, round_)
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def counted_among(
    session: Session, round_: Round, codes: Collection[str]
) -> dict[str, Area]:
    """Which of the codes, written as we write them, stand for a counted ballot."""
    rows = session.execute(
        select(SealedReceipt.code, Area)
        .join(Area, SealedReceipt.area_id == Area.id)
        .where(SealedReceipt.round_id == round_.id, SealedReceipt.code.in_(codes))
    )
    return {row[0]: row[1] for row in rows}
