"""Repeated failures make the next try wait; nobody is ever locked out.

Tries are counted before their password is looked at, under the row's lock: of a
hundred at the same instant no more than a handful get through. A right password
takes its own count back.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.errors import TooManyAttempts
from app.accounts.models import Attempt


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures are free, and how the wait grows after them."""

    free: int
    first_wait: float
    longest_wait: float
    # After so long without a failure, the count begins again.
    forgotten_after: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long to wait after so many failures."""
        if failures <= self.free:
            return timedelta()
        doublings = min(failures - self.free - 1, 20)
        return timedelta(seconds=min(self.first_wait * 2**doublings, self.longest_wait))


ACCOUNT = Patience(5, 5.0, 300.0, timedelta(hours=12))
# A school or a library shares one address.
ADDRESS = Patience(60, 2.0, 60.0, timedelta(hours=1))
# Mails to one address that somebody else may have typed.
MAIL = Patience(3, 60.0, 300.0, timedelta(hours=2))
# Requests to a correction desk: a family, or a library, sends some in a day.
REQUEST = Patience(10, 30.0, 600.0, timedelta(hours=12))
SWEEP = 200
LONGEST_MEMORY = ACCOUNT.forgotten_after


@dataclass(frozen=True, slots=True)
class Counter:
    """What failures are counted under."""

    key: str
    patience: Patience


def log_in_of(email: str) -> Counter:
    """Tries at the password of an address, whether or not it has an account."""
    return Counter(f"account:{_pseudonym(email)}", ACCOUNT)


def code_of(account_id: int) -> Counter:
    """Tries at the second factor of an account."""
    return Counter(f"code:{account_id}", ACCOUNT)


def mail_to(email: str) -> Counter:
    """Mails asked for to an address."""
    return Counter(f"mail:{_pseudonym(email)}", MAIL)


def this_address() -> Counter:
    """Tries from the network where the request comes from."""
    return Counter(f"address:{truncated(request.remote_addr or '')}", ADDRESS)


def letter_codes() -> Counter:
    """Tries at the codes of letters, from the network of the request."""
    return Counter(f"letter:{truncated(request.remote_addr or '')}", ADDRESS)


def roll_requests() -> Counter:
    """Requests to the correction desk, from the network of the request."""
    return Counter(f"request:{truncated(request.remote_addr or '')}", REQUEST)


def roll_searches(account_id: int) -> Counter:
    """Searches of an official for people who are not on the roll."""
    return Counter(f"search:{account_id}", REQUEST)


def _pseudonym(email: str) -> str:
    """The table is no list of who tried to log in."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"attempt {email}".encode(), hashlib.sha256).hexdigest()


def truncated(address: str) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    size = 24 if parsed.version == 4 else 48  # noqa: PLR2004 - IP version 4
    return str(ipaddress.ip_network((parsed, size), strict=False))


def count_try(session: Session, *counters: Counter, now: datetime) -> None:
    """Count a try as failed until it is known to be right.

    Raises:
        TooManyAttempts: it is not time yet; nothing is counted.
    """
    rows = [
        (_locked(session, counter, now), counter.patience)
        # One order for all, so that no two wait for each other.
        for counter in sorted(counters, key=lambda each: each.key)
    ]
    waits = [row.wait_until - now for row, _ in rows if row.wait_until]
    longest = max(waits, default=timedelta())
    if longest > timedelta():
        raise TooManyAttempts(seconds=int(longest.total_seconds()) + 1)
    for row, patience in rows:
        if now - row.last_at > patience.forgotten_after:
            row.failures = 0
        row.failures += 1
        row.last_at = now
        wait = patience.wait(row.failures)
        row.wait_until = now + wait if wait else None
    session.flush()


def count_success(session: Session, *counters: Counter, now: datetime) -> None:
    """Take a right try back; the account's own count begins again."""
    for counter in sorted(counters, key=lambda each: each.key):
        row = _locked(session, counter, now)
        shared = counter.patience is ADDRESS
        row.failures = max(row.failures - 1, 0) if shared else 0
        row.wait_until = row.wait_until if shared else None
    session.flush()
    forget_old_attempts(session, now=now)


def _locked(session: Session, counter: Counter, now: datetime) -> Attempt:
    insert = (
        postgresql.insert
        if session.get_bind().dialect.name == "postgresql"
        else sqlite.insert
    )
    session.execute(
        insert(Attempt)
        .values(key=counter.key, failures=0, last_at=now)
        .on_conflict_do_nothing()
    )
    return session.execute(
        select(Attempt)
        .where(Attempt.key == counter.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def forget_old_attempts(session: Session, *, now: datetime) -> None:
    """Delete some counts that nobody would look at any more; called at each log-in.

    Rows that somebody else holds are passed over: nobody waits for a broom.
    """
    old = (
        select(Attempt.key)
        .where(Attempt.last_at < now - LONGEST_MEMORY)
        .limit(SWEEP)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        delete(Attempt).where(Attempt.key.in_(old)),
        execution_options={"synchronize_session": False},
    )
