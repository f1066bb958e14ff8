"""Letters of invitation: who waits for one, and the codes in them.

A code exists in the letter only; the database keeps its HMAC. A second letter has a new
code, and the first one's goes on to work: people find either.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from core.audit import Actor, panel_chain, record
from core.clock import local_day
from core.codes import new_code
from core.register.letters import Letter, read_letter
from panels.keys import PeopleKeys
from panels.models import (
    Invitation,
    InvitationState,
    InvitationWave,
    LetterRun,
    LetterRunKind,
    Panel,
    Person,
    WaveState,
)
from panels.panel_errors import (
    InvitationLettersMade,
    InvitationLettersNone,
    InvitationLettersOvertaken,
    LetterRunUnknown,
    WaveClosed,
    WaveNotDrawn,
)

if TYPE_CHECKING:
    from sqlalchemy.sql import Select

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Letters that are asked for: `most` of them at once, `form_key` of one form."""

    kind: LetterRunKind
    is_reminder: bool = False
    most: int | None = None
    form_key: str | None = None


@dataclass(frozen=True, slots=True)
class Addressed:
    """What goes into one envelope: shown here once, and never again."""

    invitation_id: int
    code: str = field(repr=False)
    letter: Letter = field(repr=False)


def letters_waiting(session: Session, wave: InvitationWave) -> tuple[int, int]:
    """(first letters, second letters) that could be made now."""
    first, second = (_waiting(wave, is_reminder=again) for again in (False, True))
    return _count(session, first), _count(session, second)


def addressed_letters(
    session: Session, wave: InvitationWave, order: Order, *, keys: PeopleKeys
) -> list[Addressed]:
    """New codes with the addresses they go to; they open nothing yet.

    Raises:
        InvitationLettersNone: nobody waits for such a letter.
        TextUnreadable: an address was changed, or the key is another.
    """
    query = _waiting(wave, is_reminder=order.is_reminder)
    rows = session.execute(query.order_by(Invitation.id).limit(order.most)).all()
    if not rows:
        raise InvitationLettersNone
    return [
        Addressed(number, new_code(), read_letter(keys, key, letter))
        for number, key, letter in rows
        if letter is not None
    ]


def store_run(
    session: Session,
    panel: Panel,
    wave: InvitationWave,
    order: Order,
    letters: Sequence[Addressed],
    *,
    keys: PeopleKeys,
    actor: Actor,
    now: datetime,
) -> LetterRun:
    """Make the codes of letters good that have been set already.

    Raises:
        WaveNotDrawn, WaveClosed: no letters are sent now.
        InvitationLettersMade: the same form has made its letters.
        InvitationLettersOvertaken: one of these people has had a letter, or has
            answered, meanwhile.
    """
    wave = held_wave(session, wave, now=now)
    _check_not_made(session, wave, order)
    run = LetterRun(
        wave_id=wave.id,
        number=_next_number(session, wave),
        kind=order.kind,
        is_reminder=order.is_reminder,
        role=actor.role,
        made_at=now,
        letters=len(letters),
        finished_at=now,
        form_key=order.form_key,
    )
    session.add(run)
    session.flush()
    stored = sum(
        _store(session, run, letters[at : at + BATCH], keys)
        for at in range(0, len(letters), BATCH)
    )
    if stored != len(letters):
        raise InvitationLettersOvertaken
    record(
        session,
        actor,
        "invitation_letters.made",
        now=now,
        chain=panel_chain(panel.slug),
        wave=wave.number,
        run=run.number,
        count=run.letters,
        reminder=run.is_reminder,
    )
    return run


def revoke_run(
    session: Session,
    panel: Panel,
    wave: InvitationWave,
    number: int,
    *,
    actor: Actor,
    now: datetime,
) -> LetterRun:
    """End the codes of letters that have got lost; their people wait again.

    Raises:
        LetterRunUnknown: there is no such run, or it has ended.
        WaveNotDrawn, WaveClosed: nobody waits for anything.
    """
    wave = held_wave(session, wave, now=now)
    run = session.scalar(
        select(LetterRun).where(
            LetterRun.wave_id == wave.id, LetterRun.number == number
        )
    )
    if run is None or run.revoked_at is not None:
        raise LetterRunUnknown(number=number)
    run.revoked_at = now
    session.execute(
        update(Invitation)
        .where(
            Invitation.letter_run_id == run.id,
            Invitation.state == InvitationState.INVITED,
        )
        .values(
            code_key=Invitation.earlier_code_key,
            earlier_code_key=None,
            letters=Invitation.letters - 1,
            letter_run_id=None,
        ),
        execution_options={"synchronize_session": False},
    )
    record(
        session,
        actor,
        "invitation_letters.revoked",
        now=now,
        chain=panel_chain(panel.slug),
        wave=wave.number,
        run=run.number,
    )
    return run


def list_runs(session: Session, wave: InvitationWave) -> list[LetterRun]:
    """What has been made, the newest first."""
    query = select(LetterRun).where(LetterRun.wave_id == wave.id)
    return list(session.scalars(query.order_by(LetterRun.number.desc())))


def held_wave(
    session: Session, wave: InvitationWave, *, now: datetime
) -> InvitationWave:
    """The wave, locked, as long as it can be answered.

    Raises:
        WaveNotDrawn, WaveClosed: it cannot; params: day.
    """
    wave = session.get_one(
        InvitationWave, wave.id, with_for_update=True, populate_existing=True
    )
    check_open(wave, now=now)
    return wave


def check_open(wave: InvitationWave, *, now: datetime) -> None:
    """See that the wave can be answered, without holding it.

    Raises:
        WaveNotDrawn, WaveClosed: it cannot; params: day.
    """
    if wave.state is WaveState.PLANNED:
        raise WaveNotDrawn
    if wave.state is WaveState.CLOSED or local_day(now) > wave.answer_by:
        raise WaveClosed(day=wave.answer_by)


def _waiting(
    wave: InvitationWave, *, is_reminder: bool
) -> "Select[int, str, bytes | None]":
    return (
        select(Invitation.id, Person.person_key, Person.letter)
        .join(Person, Person.id == Invitation.person_id)
        .where(
            Invitation.wave_id == wave.id,
            Invitation.state == InvitationState.INVITED,
            Invitation.letters == int(is_reminder),
            Person.letter.is_not(None),
        )
    )


def _count(session: Session, query: "Select[int, str, bytes | None]") -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _check_not_made(session: Session, wave: InvitationWave, order: Order) -> None:
    if order.form_key is None:
        return
    made = session.scalar(
        select(LetterRun.number).where(
            LetterRun.wave_id == wave.id, LetterRun.form_key == order.form_key
        )
    )
    if made is not None:
        raise InvitationLettersMade(number=made)


def _next_number(session: Session, wave: InvitationWave) -> int:
    last = session.scalar(
        select(func.max(LetterRun.number)).where(LetterRun.wave_id == wave.id)
    )
    return (last or 0) + 1


def _store(
    session: Session, run: LetterRun, letters: Sequence[Addressed], keys: PeopleKeys
) -> int:
    """How many of these people still waited for this letter."""
    ids = [each.invitation_id for each in letters]
    waits = (
        Invitation.state == InvitationState.INVITED,
        Invitation.letters == int(run.is_reminder),
    )
    # Held in one order: whoever answers holds the row as well.
    held = session.scalars(
        select(Invitation.id)
        .where(Invitation.id.in_(ids), *waits)
        .order_by(Invitation.id)
        .with_for_update()
    ).all()
    table = Invitation.__table__
    session.connection().execute(
        update(Invitation)
        .where(table.c.id == bindparam("which"))
        .values(
            earlier_code_key=table.c.code_key,
            code_key=bindparam("code"),
            letters=table.c.letters + 1,
            letter_run_id=run.id,
        ),
        [
            {"which": each.invitation_id, "code": keys.code_key(each.code)}
            for each in letters
        ],
    )
    return len(held)
