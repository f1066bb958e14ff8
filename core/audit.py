"""The log of officials' and system acts: a hash chain that cannot be edited quietly.

One chain per round and one for the house. An entry's hash covers the entry
before it, so a changed or missing line shows. Nothing about voters is ever
written here. Who acted, by name, stands in a side row that may be erased; the
chain holds only its salted hash.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.db import Base

HOUSE = "house"
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: the role is public, the name is not."""

    role: str
    name: str = ""
    account_id: int | None = None


SYSTEM = Actor(role="system")


class AuditEntry(Base):
    """One act. Triggers of the database refuse to change or delete it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "number"),
        # A second entry on the same predecessor would be a fork.
        UniqueConstraint("chain", "previous_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    at: Mapped[datetime]
    role: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]]
    detail_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    detail: Mapped["AuditDetail | None"] = relationship(lazy="joined")


class AuditDetail(Base):
    """Personal details of an act; erasing the row leaves the chain whole."""

    __tablename__ = "audit_detail"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("audit_entry.id"), primary_key=True
    )
    salt: Mapped[str] = mapped_column(String(32))
    text: Mapped[str]


class AuditHead(Base):
    """The end of each chain; its lock makes parallel acts queue."""

    __tablename__ = "audit_head"

    chain: Mapped[str] = mapped_column(String(120), primary_key=True)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


def round_chain(slug: str) -> str:
    """The name of a round's chain."""
    return f"round:{slug}"


def panel_chain(slug: str) -> str:
    """The name of a panel's chain."""
    return f"panel:{slug}"


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    chain: str = HOUSE,
    private: Mapping[str, str] | None = None,
    **facts: object,
) -> AuditEntry:
    """Append one act to its chain, in the act's own transaction.

    Args:
        session: the act's session; nothing is committed here.
        actor: the role goes into the chain, the name beside it.
        action: a verb with its subject, such as "round.opened".
        now: when, from the clock.
        chain: `HOUSE`, `round_chain(slug)` or `panel_chain(slug)`.
        private: more about officials for the erasable row, as whose right it was.
        **facts: public JSON values; never a voter, never a choice.
    """
    head = _locked_head(session, chain)
    detail = json.dumps(
        {"name": actor.name, "account": actor.account_id} | dict(private or {}),
        ensure_ascii=False,
    )
    salt = secrets.token_hex(16)
    entry = AuditEntry(
        chain=chain,
        number=head.number + 1,
        at=now.replace(microsecond=0),
        role=actor.role,
        action=action,
        facts=json.loads(json.dumps(facts)),
        detail_hash=_sha256(salt + detail),
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    session.add(AuditDetail(entry_id=entry.id, salt=salt, text=detail))
    head.number, head.hash = entry.number, entry.hash
    session.flush()
    return entry


def _locked_head(session: Session, chain: str) -> AuditHead:
    """The chain's head, created when it is the first act, locked until the commit."""
    insert = (
        postgresql.insert
        if session.get_bind().dialect.name == "postgresql"
        else sqlite.insert
    )
    session.execute(
        insert(AuditHead)
        .values(chain=chain, number=0, hash=GENESIS)
        .on_conflict_do_nothing()
    )
    return session.execute(
        select(AuditHead)
        .where(AuditHead.chain == chain)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the entry's public fields and the hash of the one before."""
    return _sha256(
        json.dumps(
            public_fields(entry),
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        )
    )


def public_fields(entry: AuditEntry) -> dict[str, Any]:
    """What the hash covers, and what a published log shows: roles, never names."""
    return {
        "chain": entry.chain,
        "number": entry.number,
        "at": entry.at.isoformat(timespec="seconds"),
        "role": entry.role,
        "action": entry.action,
        "facts": entry.facts,
        "detail": entry.detail_hash,
        "previous": entry.previous_hash,
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first place where a chain does not hold, and how."""

    chain: str
    number: int
    kind: str  # "missing" | "altered" | "broken_link" | "detail_altered" | "head"


def entries(session: Session, chain: str) -> Iterator[AuditEntry]:
    """A chain's acts, oldest first."""
    return iter(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.chain == chain)
            .order_by(AuditEntry.number)
        )
    )


def check_chain(session: Session, chain: str) -> ChainFault | None:
    """Recompute a chain from its first entry; None where it holds.

    Acts may be added meanwhile: every entry up to the end as it was before must be
    there, and none beyond the end as it is afterwards.
    """
    head = session.get(AuditHead, chain, populate_existing=True)
    number_before, hash_before = (head.number, head.hash) if head else (0, GENESIS)
    previous, number, hash_there = GENESIS, 0, GENESIS
    for entry in entries(session, chain):
        number += 1
        if kind := _fault_of(entry, number, previous):
            return ChainFault(chain, number, kind)
        previous = entry.hash
        if number == number_before:
            hash_there = entry.hash
    head = session.get(AuditHead, chain, populate_existing=True)
    number_after = head.number if head else 0
    if hash_there != hash_before or not number_before <= number <= number_after:
        return ChainFault(chain, number, "head")
    return None


def _fault_of(entry: AuditEntry, number: int, previous: str) -> str | None:
    if entry.number != number:
        return "missing"
    if entry.previous_hash != previous:
        return "broken_link"
    if entry_hash(entry) != entry.hash:
        return "altered"
    if entry.detail and _detail_hash(entry.detail) != entry.detail_hash:
        return "detail_altered"
    return None


def _detail_hash(detail: AuditDetail) -> str:
    return _sha256(detail.salt + detail.text)
