"""An extract of the population register, as long as it is needed and no longer.

Of an identity number only an HMAC is kept, under a key that is not in this database;
names and addresses are encrypted under the same key file. People under protection
of identity are counted and never stored.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.register.numbers import NumberKind


class Register(Base):
    """One extract: where it comes from, what it holds, when it is erased.

    The row stays after the erasure, without people: what a wave was drawn from can
    still be said.
    """

    __tablename__ = "register"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(200))
    # The day on which the addresses were right.
    as_of: Mapped[date]
    numbers: Mapped[NumberKind]
    size: Mapped[int] = mapped_column(default=0)
    # Why rows of the file are not kept (under protection, elsewhere), how many.
    left_out: Mapped[dict[str, Any]]
    # What it says of people (gender, area, language) with the words it uses, counted.
    features: Mapped[dict[str, Any]]
    # Whether letters can be written, and households told apart.
    has_addresses: Mapped[bool] = mapped_column(default=False)
    file_sha256: Mapped[str] = mapped_column(String(64))
    # Tells whether the key file is still the one that made the person keys.
    key_check: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    # After this day a job erases the people.
    expires_on: Mapped[date]
    erased_at: Mapped[datetime | None]


class Person(Base):
    """Somebody in an extract, as far as drawing and writing a letter need it."""

    __tablename__ = "register_person"
    __table_args__ = (
        UniqueConstraint("register_id", "person_key"),
        Index("ix_register_person_household", "register_id", "household_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(
        ForeignKey("register.id", ondelete="CASCADE")
    )
    # The same person has the same key in every extract.
    person_key: Mapped[str] = mapped_column(String(64))
    birth_year: Mapped[int | None]
    # As the register writes it; a panel's targets say what it means.
    gender: Mapped[str] = mapped_column(String(40), default="")
    area: Mapped[str] = mapped_column(String(80), default="")
    language: Mapped[str] = mapped_column(String(40), default="")
    # HMAC of the register's own number of the home, else of the address.
    household_key: Mapped[str | None] = mapped_column(String(64))
    # Name, address and language for the letter, encrypted; None: no letter.
    letter: Mapped[bytes | None] = mapped_column(LargeBinary)
