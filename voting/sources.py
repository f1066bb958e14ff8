"""Where people vote from: as little as it takes to notice that one does for many.

Of an address only its network is looked at (/24, of IPv6 /48), and kept as a keyed hash
that is another one every day; with it the quarter of an hour. It stands beside the
row of the roll, is replaced by the voter's next cast, and is gone with a withdrawal
and at the sealing, as is its key. Of service points and school classes nothing
is kept.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from core.clock import COUNTRY
from core.db import unordered_id
from voting.anomaly_errors import NetworkInvalid
from voting.keys import RoundKeys
from voting.models import CastSource, KnownSource, RefusedTry, Round, Voter, Way
from voting.rounds import locked

# Where many people vote from one place, and that is known.
TOGETHER = (Way.DESK.value, Way.CLASS.value)
QUARTER = 15
IPV4, WIDTH_OF_4, WIDTH_OF_6 = 4, 24, 48


def note_cast(
    session: Session,
    round_: Round,
    voter: Voter,
    *,
    address: str,
    channel: str,
    keys: RoundKeys,
    now: datetime,
) -> None:
    """Remember where a voter cast from, in the act that casts."""
    network = network_of(address)
    if channel in TOGETHER or network is None:
        forget_cast(session, voter)
        return
    values = {
        "voter_id": voter.id,
        "round_id": round_.id,
        "source": keys.source(_day(now), network),
        "at": quarter(now),
    }
    insert = _insert(session)(CastSource).values(**values)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["voter_id"],
            set_={"source": values["source"], "at": values["at"]},
        )
    )


def forget_cast(session: Session, voter: Voter) -> None:
    """Forget it, with a vote that is taken back."""
    session.execute(delete(CastSource).where(CastSource.voter_id == voter.id))


def note_refusal(
    session: Session,
    round_: Round,
    *,
    address: str,
    keys: RoundKeys,
    now: datetime,
) -> None:
    """Count somebody who was refused at the door, in an act of its own."""
    network = network_of(address)
    if network is None:
        return
    insert = _insert(session)(RefusedTry).values(
        id=unordered_id(),
        round_id=round_.id,
        source=keys.source(_day(now), network),
        at=quarter(now),
        tries=1,
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["round_id", "source", "at"],
            set_={"tries": RefusedTry.tries + 1},
        )
    )


def name_source(
    session: Session,
    round_: Round,
    address: str,
    name: str,
    *,
    actor: Actor,
    now: datetime,
) -> KnownSource:
    """Say that many people share a network for a good reason; the log names it.

    Raises:
        NetworkInvalid: not an address; params: value.
    """
    round_ = locked(session, round_.id)
    network = network_of(address.strip())
    if network is None:
        raise NetworkInvalid(value=address.strip()[:60])
    where = KnownSource.round_id == round_.id, KnownSource.network == network
    source = session.scalar(select(KnownSource).where(*where))
    if source is None:
        source = KnownSource(round_id=round_.id, network=network, name=name)
        session.add(source)
    source.name = name
    session.flush()
    chain = round_chain(round_.slug)
    record(session, actor, "source.named", now=now, chain=chain, name=name)
    return source


def known_sources(session: Session, round_: Round) -> Sequence[KnownSource]:
    """The networks that have a name, by name."""
    return session.scalars(
        select(KnownSource)
        .where(KnownSource.round_id == round_.id)
        .order_by(KnownSource.name, KnownSource.id)
    ).all()


def hashes_of(
    sources: Iterable[KnownSource], moments: Iterable[datetime], keys: RoundKeys
) -> set[str]:
    """What named networks are called on each of the days in question."""
    days = {_day(moment) for moment in moments}
    return {keys.source(day, each.network) for each in sources for day in days}


def network_of(address: str) -> str | None:
    """The network of an address; None: it is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    width = WIDTH_OF_4 if parsed.version == IPV4 else WIDTH_OF_6
    return str(ipaddress.ip_network((parsed, width), strict=False))


def quarter(moment: datetime) -> datetime:
    """The quarter of an hour."""
    minute = moment.minute // QUARTER * QUARTER
    return moment.replace(minute=minute, second=0, microsecond=0)


def _day(moment: datetime) -> str:
    # A cast on the stroke of midnight belongs to the quarter that it is kept in.
    return quarter(moment).astimezone(COUNTRY).date().isoformat()


def _insert(session: Session) -> type[postgresql.Insert] | type[sqlite.Insert]:
    on_postgres = session.get_bind().dialect.name == "postgresql"
    return postgresql.Insert if on_postgres else sqlite.Insert
