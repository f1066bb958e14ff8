"""The declarative base and the column types that both contexts use."""

import secrets
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.orm import DeclarativeBase

from core.text import Localized


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse naive times: nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - TypeDecorator's signature
    ) -> datetime | None:
        """Give every moment its zone."""
        if value is None:
            return None
        return (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


class LocalizedText(TypeDecorator[Localized]):
    """Content in three languages, kept as one JSON object."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self,
        value: Localized | None,
        dialect: Dialect,  # noqa: ARG002 - TypeDecorator's signature
    ) -> dict[str, str] | None:
        """Store only what is written."""
        return None if value is None else value.to_json()

    def process_result_value(
        self,
        value: dict[str, str] | None,
        dialect: Dialect,  # noqa: ARG002 - TypeDecorator's signature
    ) -> Localized | None:
        """Read it back as a value."""
        return None if value is None else Localized.from_json(value)


def unordered_id() -> int:
    """A row id that says nothing about when, or after whom, the row was written."""
    return secrets.randbelow(2**62) + 1


def _values(enum: type[Enum]) -> list[str]:
    return [str(member.value) for member in enum]


class Base(DeclarativeBase):
    """Every table of the house hangs on this one metadata."""

    # Named constraints, so that a migration can say which one it changes.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # Enums are stored as short text by value: a new member needs no migration of
    # a database type, and the raw table can be read.
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        Localized: LocalizedText,
        StrEnum: SqlEnum(
            StrEnum, native_enum=False, values_callable=_values, length=32
        ),
        str: String(),
        # Cents outgrow 32 bits; SQLite wants exactly INTEGER for its row ids.
        int: BigInteger().with_variant(Integer(), "sqlite"),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }
