"""Who voted, out of how many: counted from the roll, published without small cells.

During the vote a table a day, which stays as it is; at the sealing the last ones, for
the publication. What is kept is what may be shown (`turnout_tables`). Casts are not
counted here, so a vote that was taken back is no vote.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from core.clock import COUNTRY
from core.disclosure import MIN_CELL
from voting.electorate import age_day, home_areas
from voting.manifest import RuleManifest
from voting.models import Round, Stage, TurnoutTables, Voter, VoterSource, Way
from voting.opening import current_manifest
from voting.rounds import locked
from voting.turnout_tables import (
    FORMAT,
    UNKNOWN,
    ShownCell,
    Tables,
    Turnout,
    age_band,
    daily_tables,
    final_tables,
)

# What the roll calls a way in -> the channel of the tables.
CHANNELS = {
    Way.ACCOUNT.value: "account",
    Way.EMAIL.value: "account",
    Way.CODE.value: "code",
    Way.STRONG.value: "strong",
    Way.DESK.value: "desk",
    Way.CLASS.value: "class",
    "paper": "paper",
}


def turnout_of(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    *,
    before: datetime | None = None,
) -> Turnout:
    """The exact counts, which nobody is shown.

    Args:
        session: to read from.
        round_: whose.
        manifest: its eligibility says whether the roll is all who could vote.
        before: only those who voted earlier than this hour.
    """
    # Whose ballots were left out has not taken part in what was counted.
    has_voted = and_(Voter.voted_hour.is_not(None), ~Voter.excluded)
    if before is not None:
        has_voted = and_(has_voted, Voter.voted_hour < before)
    channel = case((has_voted, func.coalesce(Voter.channel, "")), else_=None)
    rows = session.execute(
        select(Voter.home_area_id, Voter.birth_year, channel, func.count())
        .where(Voter.round_id == round_.id)
        .group_by(Voter.home_area_id, Voter.birth_year, channel)
    )
    slugs = {area.id: area.slug for area in round_.areas}
    year = _year_of_ages(round_, manifest)
    voters: Counter[tuple[str, str, str]] = Counter()
    people: Counter[tuple[str, str]] = Counter()
    for area_id, born, way, number in rows:
        area = slugs.get(area_id, UNKNOWN)
        band = UNKNOWN if born is None else age_band(year - born)
        people[area, band] += number
        if way is not None:
            voters[area, band, CHANNELS.get(way, "account")] += number
    by_register = manifest.eligibility.source == VoterSource.REGISTER.value
    return Turnout(
        voters=dict(voters),
        people=dict(people) if by_register else None,
        inhabitants={} if by_register else _inhabitants(manifest),
    )


def freeze_day(
    session: Session, round_: Round, *, day: date, now: datetime
) -> TurnoutTables | None:
    """Keep what may be shown of a day that is over; asked again, it changes nothing.

    Returns:
        The newest tables; None where nothing can be shown yet.
    """
    round_ = locked(session, round_.id)
    newest = daily_of(session, round_)
    if round_.stage is not Stage.VOTING or (newest and newest.day >= day):
        return newest
    manifest = current_manifest(session, round_)
    turnout = turnout_of(session, round_, manifest, before=end_of_day(day))
    tables = daily_tables(
        turnout, tables_of(newest), day.isoformat(), threshold(manifest)
    )
    if not tables:
        return None
    return _keep(session, round_, tables, day=day, final=False, now=now)


def settle_turnout(session: Session, round_: Round, *, now: datetime) -> TurnoutTables:
    """Make the tables of the publication, in the act that seals the ballots."""
    manifest = current_manifest(session, round_)
    day = (round_.closed_at or now).astimezone(COUNTRY).date()
    tables = final_tables(
        turnout_of(session, round_, manifest),
        tables_of(daily_of(session, round_)),
        day.isoformat(),
        threshold(manifest),
    )
    return _keep(session, round_, tables, day=day, final=True, now=now)


def daily_of(session: Session, round_: Round) -> TurnoutTables | None:
    """The newest tables of a running vote."""
    return _newest(session, round_, final=False)


def final_of(session: Session, round_: Round) -> TurnoutTables | None:
    """The tables of the publication; nobody is shown them before it."""
    return _newest(session, round_, final=True)


def tables_of(stored: TurnoutTables | None) -> Tables:
    """Stored tables as values."""
    found = stored.document["tables"] if stored else {}
    return {
        name: tuple(ShownCell.from_json(cell) for cell in cells)
        for name, cells in found.items()
    }


def threshold(manifest: RuleManifest) -> int:
    """The least number of people in a cell; a manifest can only raise it."""
    return max(MIN_CELL, manifest.min_cell)


def end_of_day(day: date) -> datetime:
    """The first moment after a day of this country."""
    return datetime.combine(day + timedelta(days=1), time(), COUNTRY)


def _newest(session: Session, round_: Round, *, final: bool) -> TurnoutTables | None:
    return session.scalar(
        select(TurnoutTables)
        .where(TurnoutTables.round_id == round_.id, TurnoutTables.final == final)
        .order_by(TurnoutTables.day.desc())
        .limit(1)
    )


def _keep(
    session: Session,
    round_: Round,
    tables: Tables,
    *,
    day: date,
    final: bool,
    now: datetime,
) -> TurnoutTables:
    stored = {
        name: [cell.to_json() for cell in cells] for name, cells in tables.items()
    }
    kept = TurnoutTables(
        round_id=round_.id,
        day=day,
        final=final,
        taken_at=now,
        document={"format": FORMAT, "tables": stored},
    )
    session.add(kept)
    session.flush()
    return kept


def _year_of_ages(round_: Round, manifest: RuleManifest) -> int:
    """The year in which ages are looked at."""
    if manifest.eligibility.age_on or manifest.closes:
        return age_day(manifest).year
    return (round_.opened_at or round_.created_at).year


def _inhabitants(manifest: RuleManifest) -> dict[str, int]:
    return {area.slug: area.population for area in home_areas(manifest)}
