"""Saying yes, no, or no more: the code from a letter, and the personal link.

No account is needed. What somebody says is kept until it is taken back; then the row is
deleted, and a seat that follows from it keeps neither name nor answers.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.clock import local_day
from core.codes import new_code, normalized_code
from panels.answer_keys import AnswerKeys
from panels.answers import erase_answers
from panels.keys import PeopleKeys
from panels.letters import check_open
from panels.models import (
    EndReason,
    Invitation,
    InvitationState,
    InvitationWave,
    Panel,
    Seat,
    SeatState,
    Volunteer,
)
from panels.panel_errors import (
    InvitationAnswered,
    InvitationCodeMisread,
    InvitationCodeUnknown,
    VolunteerAnswers,
    VolunteerUnknown,
)
from panels.panels import targets_of
from panels.targets import Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How somebody wants to be reached."""

    name: str = field(repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody says who wants to take part; an answer of None is not said.

    Attributes:
        answers: feature key -> value key or None, for every feature of the panel.
        contact: see there.
        language: in which the person takes part.
        needs: what makes it possible; empty where nothing is needed.
    """

    answers: Mapping[str, str | None]
    contact: Contact
    language: str
    needs: str = field(default="", repr=False)


def open_invitation(
    session: Session, panel: Panel, text: str, *, keys: PeopleKeys, now: datetime
) -> Invitation:
    """Whose code this is, as long as it can be answered; nothing is used up by asking.

    Raises:
        InvitationCodeMisread, InvitationCodeUnknown: nobody's in this panel.
        InvitationAnswered: the person has volunteered.
        WaveClosed: the time for answering is over; params: day.
    """
    invitation = _invitation(session, panel, text, keys)
    _check_answerable(session, invitation, now)
    return invitation


def volunteer(
    session: Session,
    panel: Panel,
    text: str,
    application: Application,
    *,
    keys: PeopleKeys,
    now: datetime,
) -> str:
    """Into the pool. The personal link's code is told here once, and never again.

    Raises:
        VolunteerAnswers: an answer lacks or is no value; params: feature.
        others: see `open_invitation`.
    """
    _check_answers(targets_of(panel), application.answers)
    invitation = _held_invitation(session, panel, text, keys, now)
    link = new_code()
    person = Volunteer(
        panel_id=panel.id,
        invitation_id=invitation.id,
        answers=dict(application.answers),
        household_key=invitation.household_key,
        contact=b"",
        language=application.language,
        consent_version=panel.consent_version,
        joined_on=local_day(now),
        link_key=keys.link_key(link),
    )
    _write_contact(person, application.contact, application.needs, keys)
    invitation.state = InvitationState.VOLUNTEERED
    invitation.answered_on = local_day(now)
    session.add(person)
    session.flush()
    return link


def decline(
    session: Session, panel: Panel, text: str, *, keys: PeopleKeys, now: datetime
) -> None:
    """No: no second letter comes. It can be changed as long as answers are taken.

    Raises:
        see `open_invitation`.
    """
    invitation = _held_invitation(session, panel, text, keys, now)
    invitation.state = InvitationState.DECLINED
    invitation.answered_on = local_day(now)
    session.flush()


def volunteer_of(
    session: Session, panel: Panel, link: str, *, keys: PeopleKeys
) -> Volunteer:
    """Whose personal link this is.

    Raises:
        VolunteerUnknown: nobody's, or withdrawn.
    """
    written = normalized_code(link)
    person = written and session.scalar(
        select(Volunteer).where(
            Volunteer.panel_id == panel.id,
            Volunteer.link_key == keys.link_key(written),
        )
    )
    if not person:
        raise VolunteerUnknown
    return person


def contact_of(person: Volunteer, keys: PeopleKeys) -> Contact:
    """How to reach somebody.

    Raises:
        TextUnreadable: it was changed, or the key is another.
    """
    return Contact(**json.loads(keys.decrypt(_about(person), person.contact)))


def needs_of(person: Volunteer, keys: PeopleKeys) -> str:
    """What makes taking part possible for somebody; empty where nothing is needed.

    Raises:
        TextUnreadable: it was changed, or the key is another.
    """
    return keys.decrypt(_about(person), person.needs) if person.needs else ""


def change_contact(
    session: Session,
    person: Volunteer,
    contact: Contact,
    *,
    language: str,
    needs: str,
    keys: PeopleKeys,
) -> None:
    """Another address, telephone, language or need."""
    person = _held_volunteer(session, person)
    person.language = language
    _write_contact(person, contact, needs, keys)
    session.flush()


def withdraw(
    session: Session,
    person: Volunteer,
    *,
    answer_keys: AnswerKeys | None,
    now: datetime,
) -> None:
    """Out, whenever somebody wants: everything that the person has said is erased.

    Answers to consultations too, unless the panel's key of answers is gone (None):
    then nothing leads to them.

    Raises:
        VolunteerUnknown: that has been done.
    """
    erase_answers(session, person, keys=answer_keys)
    person = _held_volunteer(session, person)
    if person.invitation_id is not None:
        invitation = session.get_one(Invitation, person.invitation_id)
        invitation.state = InvitationState.WITHDRAWN
    seats = session.scalars(select(Seat).where(Seat.volunteer_id == person.id))
    for seat in seats.all():
        _empty(seat, now)
    session.flush()
    session.delete(person)
    session.flush()


def count_volunteers(session: Session, panel: Panel) -> int:
    """How many are in the pool."""
    query = select(func.count()).where(Volunteer.panel_id == panel.id)
    return session.scalar(query) or 0


def _invitation(
    session: Session, panel: Panel, text: str, keys: PeopleKeys
) -> Invitation:
    written = normalized_code(text)
    if written is None:
        raise InvitationCodeMisread
    key = keys.code_key(written)
    invitation = session.scalar(
        select(Invitation)
        .join(InvitationWave, InvitationWave.id == Invitation.wave_id)
        .where(
            InvitationWave.panel_id == panel.id,
            or_(Invitation.code_key == key, Invitation.earlier_code_key == key),
        )
    )
    if invitation is None:
        raise InvitationCodeUnknown
    return invitation


def _held_invitation(
    session: Session, panel: Panel, text: str, keys: PeopleKeys, now: datetime
) -> Invitation:
    """The same, locked: of two answers at once the second one sees the first."""
    invitation = _invitation(session, panel, text, keys)
    session.refresh(invitation, with_for_update=True)
    _check_answerable(session, invitation, now)
    return invitation


def _check_answerable(session: Session, invitation: Invitation, now: datetime) -> None:
    if invitation.state is InvitationState.VOLUNTEERED:
        raise InvitationAnswered
    wave = session.get_one(InvitationWave, invitation.wave_id)
    check_open(wave, now=now)


def _check_answers(targets: Targets, answers: Mapping[str, str | None]) -> None:
    for feature in targets.features:
        answer = answers.get(feature.key, "")
        if answer is not None and feature.value(answer) is None:
            raise VolunteerAnswers(feature=feature.name)


def _held_volunteer(session: Session, person: Volunteer) -> Volunteer:
    held = session.get(
        Volunteer, person.id, with_for_update=True, populate_existing=True
    )
    if held is None:
        raise VolunteerUnknown
    return held


def _write_contact(
    person: Volunteer, contact: Contact, needs: str, keys: PeopleKeys
) -> None:
    about = _about(person)
    written: dict[str, Any] = asdict(contact)
    person.contact = keys.encrypt(about, json.dumps(written, ensure_ascii=False))
    person.needs = keys.encrypt(about, needs) if needs else None


def _about(person: Volunteer) -> str:
    """What the texts of a person are bound to, before the row has a number."""
    return person.link_key


def _empty(seat: Seat, now: datetime) -> None:
    seat.answers, seat.person_key = {}, None
    if seat.state is not SeatState.ENDED:
        seat.state, seat.ended_because = SeatState.ENDED, EndReason.ERASED
        seat.ended_on = local_day(now)
