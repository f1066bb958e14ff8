"""School classes that vote together: the lesson, and the codes on its slips.

Both tables are emptied at the sealing. Nothing here says what anybody chose.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, unordered_id


class ClassBatch(Base):
    """The slips of one class for one lesson. The slips themselves are kept nowhere."""

    __tablename__ = "class_batch"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "form_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # 1, 2, 3 within the round: what the log calls it.
    number: Mapped[int]
    school: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(60))
    # The role of whoever made it; who it was stands in the log.
    role: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    # The lesson: from the one moment on, and before the other, the codes work.
    opens_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    slips: Mapped[int]
    revoked_at: Mapped[datetime | None]
    # Tells a second click on the same form from another class.
    form_key: Mapped[str | None] = mapped_column(String(32))


class ClassCode(Base):
    """The code of a slip: only its HMAC, its number in the list, and whose it is."""

    __tablename__ = "class_code"
    __table_args__ = (
        UniqueConstraint("round_id", "code_key"),
        # One slip of a pupil is good at any time.
        Index(
            "uq_class_code_good",
            "voter_id",
            unique=True,
            sqlite_where=text("NOT revoked"),
            postgresql_where=text("NOT revoked"),
        ),
        Index("ix_class_code_voter_id", "voter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("class_batch.id"), index=True)
    voter_id: Mapped[int] = mapped_column(ForeignKey("voter.id", ondelete="CASCADE"))
    # The place in the teacher's list, from 1.
    line: Mapped[int]
    code_key: Mapped[str] = mapped_column(String(64))
    revoked: Mapped[bool] = mapped_column(default=False, server_default=false())
    # A vote has been cast with it: it opens nothing more.
    used: Mapped[bool] = mapped_column(default=False, server_default=false())
