"""Read a register extract into the roll: checked whole first, then all or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from core.register.findings import Findings, Seen
from core.register.source import Progress, Source
from core.text import LANGUAGES
from voting.eligibility import RollRules, roll_rules
from voting.keys import RollKeys
from voting.models import Roll, RollContact, Round, Stage, Voter
from voting.roll.columns import Extract
from voting.roll.rows import RollRow, RowReader
from voting.roll.stored import hash_of_the_roll, roll_of
from voting.roll.writing import write_rows
from voting.roll_errors import RollFrozen, RollRulesChanged


@dataclass(frozen=True, slots=True)
class Ground:
    """What of a round a file is checked against: its rules, and its areas by name."""

    rules: RollRules
    areas: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file without a fault: nothing of it is stored yet."""

    path: Path
    extract: Extract
    rules: RollRules
    size: int
    left_out: Mapping[str, int]
    sha256: str


def area_names(round_: Round) -> dict[str, str]:
    """Slug by everything that an area goes by in a file, in small letters."""
    names = {
        area.name.written(tag).casefold(): area.slug
        for area in round_.areas
        for tag in LANGUAGES
    }
    names |= {area.slug.casefold(): area.slug for area in round_.areas}
    return {name: slug for name, slug in names.items() if name}


def ground_of(round_: Round) -> Ground:
    """The ground, as the round stands now."""
    ids = {area.slug: area.id for area in round_.areas}
    areas = {name: ids[slug] for name, slug in area_names(round_).items()}
    return Ground(roll_rules(round_), areas)


def check_extract(
    ground: Ground,
    path: Path,
    extract: Extract,
    *,
    keys: RollKeys,
    progress: Progress = lambda _done, _total: None,
) -> Checked:
    """Read the whole file; no database is needed, and no more memory than a batch.

    Two numbers for each row are kept, to find people who stand in the file twice.

    Raises:
        ExtractInvalid: with the faults, by line.
        ColumnUnknown: a named column is not in the file.
    """
    findings = Findings()
    source = Source(path, findings, progress)
    seen = Seen()
    for row in _rows(source, ground, extract, keys, findings):
        seen.add(row.person_key, row.line)
    seen.note_twice(findings)
    if not len(seen) and not findings.count:
        findings.note(1, "nobody")
    findings.refuse()
    return Checked(
        path, extract, ground.rules, len(seen), dict(findings.left_out), source.sha256
    )


def store_extract(
    session: Session,
    round_: Round,
    checked: Checked,
    *,
    keys: RollKeys,
    actor: Actor,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> Roll:
    """Make the checked file the round's roll, in place of an older one.

    A person who was on the old roll keeps the row, and a code that was sent;
    whoever is not in the file is taken off. What the correction desk has decided
    stays as it is.

    Raises:
        RollFrozen: the vote has been opened.
        RollRulesChanged: the round's rules or the file are not as when it was checked.
    """
    round_ = hold_roll(session, round_)
    ground = ground_of(round_)
    if ground.rules != checked.rules:
        raise RollRulesChanged
    number = _next_number(session, round_)
    _forget_contacts(session, round_)
    findings = Findings()
    source = Source(checked.path, findings, progress)
    rows = _rows(source, ground, checked.extract, keys, findings)
    write_rows(session, round_, rows, number=number, keys=keys)
    if findings.count or source.sha256 != checked.sha256:
        raise RollRulesChanged
    session.execute(
        delete(Voter).where(
            Voter.round_id == round_.id, Voter.extract != number, ~Voter.by_desk
        ),
        execution_options={"synchronize_session": False},
    )
    roll = roll_of(session, round_) or Roll(round_id=round_.id)
    _describe(roll, checked, number, now)
    roll.key_check = keys.check
    roll.size, roll.sha256 = hash_of_the_roll(session, round_)
    session.add(roll)
    record(
        session,
        actor,
        "roll.imported",
        now=now,
        chain=round_chain(round_.slug),
        source=roll.source,
        as_of=roll.as_of.isoformat(),
        size=roll.size,
        sha256=roll.sha256,
    )
    return roll


def hold_roll(session: Session, round_: Round) -> Round:
    """The round, held so that it cannot open before this act has ended.

    Others may go on to write ideas and projects into it: an import takes a while.

    Raises:
        RollFrozen: it has been opened.
    """
    round_ = session.get_one(
        Round, round_.id, with_for_update={"key_share": True}, populate_existing=True
    )
    if round_.stage.order >= Stage.VOTING.order:
        raise RollFrozen
    return round_


def _rows(
    source: Source,
    ground: Ground,
    extract: Extract,
    keys: RollKeys,
    findings: Findings,
) -> Iterator[RollRow]:
    reader = RowReader(extract, ground.rules, ground.areas, keys, findings)
    return reader.rows(source.lines())


def _forget_contacts(session: Session, round_: Round) -> None:
    """All addresses but those that the desk has written."""
    desk = select(Voter.person_key).where(Voter.round_id == round_.id, Voter.by_desk)
    session.execute(
        delete(RollContact).where(
            RollContact.round_id == round_.id, RollContact.person_key.not_in(desk)
        ),
        execution_options={"synchronize_session": False},
    )


def _next_number(session: Session, round_: Round) -> int:
    roll = roll_of(session, round_)
    return roll.extract + 1 if roll else 1


def _describe(roll: Roll, checked: Checked, number: int, now: datetime) -> None:
    roll.source = checked.extract.source
    roll.as_of = checked.extract.as_of
    roll.numbers = checked.extract.numbers
    roll.left_out = dict(checked.left_out)
    roll.rules = checked.rules.to_json()
    roll.file_sha256 = checked.sha256
    roll.extract = number
    roll.read_at = now
