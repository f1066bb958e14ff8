from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.codes import new_code
from panels.invitations import draw_wave
from panels.keys import PeopleKeys
from panels.letters import (
    Addressed,
    Order,
    addressed_letters,
    letters_waiting,
    list_runs,
    revoke_run,
    store_run,
)
from panels.models import (
    Draw,
    EndReason,
    Invitation,
    InvitationState,
    InvitationWave,
    LetterRunKind,
    NotSaid,
    Panel,
    Seat,
    SeatState,
    Volunteer,
)
from panels.panel_errors import (
    InvitationAnswered,
    InvitationCodeMisread,
    InvitationCodeUnknown,
    InvitationLettersMade,
    InvitationLettersNone,
    InvitationLettersOvertaken,
    LetterRunUnknown,
    VolunteerAnswers,
    VolunteerUnknown,
    WaveClosed,
    WaveNotDrawn,
)
from panels.pools import pool_of
from panels.volunteers import (
    Contact,
    change_contact,
    contact_of,
    count_volunteers,
    decline,
    needs_of,
    open_invitation,
    volunteer,
    volunteer_of,
    withdraw,
)
from tests.conftest import NOON
from tests.factories.panels import (
    OFFICIAL,
    application,
    drawn_wave,
    joined,
    panel_with_targets,
    planned_wave,
    read_town,
    sent_letters,
)

CSV = LetterRunKind.CSV


class Invited(NamedTuple):
    panel: Panel
    wave: InvitationWave
    keys: PeopleKeys
    letters: list[Addressed]


@pytest.fixture
def invited(session: Session, tmp_path: Path) -> Invited:
    register, keys = read_town(session, tmp_path, now=NOON, people=120)
    panel = panel_with_targets(session, now=NOON, size=6)
    wave = drawn_wave(session, panel, register, keys, now=NOON)
    letters = sent_letters(session, panel, wave, keys, now=NOON)
    return Invited(panel, wave, keys, letters)


def test_a_letter_s_code_leads_into_the_pool(
    session: Session, invited: Invited
) -> None:
    panel, _, keys, letters = invited
    said = application(3, needs="Tulkki, iso teksti")
    code = letters[0].code
    assert open_invitation(session, panel, code, keys=keys, now=NOON).stratum >= 0
    link = volunteer(session, panel, code.lower(), said, keys=keys, now=NOON)
    person = volunteer_of(session, panel, link.replace("-", " "), keys=keys)
    assert person.answers == said.answers
    assert contact_of(person, keys) == said.contact
    assert needs_of(person, keys) == "Tulkki, iso teksti"
    assert (person.consent_version, person.joined_on) == (1, NOON.date())
    assert count_volunteers(session, panel) == 1
    with pytest.raises(InvitationAnswered):
        volunteer(session, panel, code, said, keys=keys, now=NOON)


def test_names_and_needs_are_encrypted(session: Session, invited: Invited) -> None:
    panel, _, keys, letters = invited
    said = application(needs="Ramppi")
    volunteer(session, panel, letters[0].code, said, keys=keys, now=NOON)
    person = session.scalars(select(Volunteer)).one()
    assert b"Asukas" not in person.contact
    assert person.needs is not None
    assert b"Ramppi" not in person.needs


def test_other_codes_open_nothing(session: Session, invited: Invited) -> None:
    panel, _, keys, letters = invited
    other = panel_with_targets(session, now=NOON, slug="other")
    with pytest.raises(InvitationCodeUnknown):
        open_invitation(session, panel, new_code(), keys=keys, now=NOON)
    with pytest.raises(InvitationCodeUnknown):
        open_invitation(session, other, letters[0].code, keys=keys, now=NOON)
    with pytest.raises(InvitationCodeMisread):
        open_invitation(session, panel, "ABCD", keys=keys, now=NOON)


def test_the_last_day_lasts_until_its_midnight(
    session: Session, invited: Invited
) -> None:
    panel, wave, keys, letters = invited
    code = letters[0].code
    evening = NOON + timedelta(days=21, hours=11)  # 23 in Helsinki
    open_invitation(session, panel, code, keys=keys, now=evening)
    later = evening + timedelta(hours=2)
    with pytest.raises(WaveClosed) as refusal:
        open_invitation(session, panel, code, keys=keys, now=later)
    assert refusal.value.params["day"] == wave.answer_by
    with pytest.raises(WaveClosed):
        decline(session, panel, code, keys=keys, now=later)


def test_what_is_not_said_is_said_so_and_what_is_no_value_refused(
    session: Session, invited: Invited
) -> None:
    panel, _, keys, letters = invited
    answers = dict(application().answers)
    for wrong in (answers | {"gender": "?"}, {"gender": "woman"}):
        said = application(answers=wrong)
        with pytest.raises(VolunteerAnswers):
            volunteer(session, panel, letters[0].code, said, keys=keys, now=NOON)
    said = application(answers=answers | {"education": None})
    volunteer(session, panel, letters[0].code, said, keys=keys, now=NOON)
    pooled = pool_of(session, panel)
    assert (len(pooled.pool), pooled.left_out) == (1, 0)
    names = [quota.feature for quota in pooled.quotas]
    held = pooled.pool.holds[0]
    assert {n for n, holds in zip(names, held, strict=True) if holds} == {
        "gender",
        "age",
        "area",
    }
    panel.not_said = NotSaid.LEFT_OUT
    pooled = pool_of(session, panel)
    assert (len(pooled.pool), pooled.left_out) == (0, 1)


def test_no_can_become_yes(session: Session, invited: Invited) -> None:
    panel, wave, keys, letters = invited
    code = letters[0].code
    decline(session, panel, code, keys=keys, now=NOON)
    assert letters_waiting(session, wave) == (0, len(letters) - 1)
    volunteer(session, panel, code, application(), keys=keys, now=NOON)
    assert count_volunteers(session, panel) == 1


def test_withdrawing_erases(session: Session, invited: Invited) -> None:
    panel, _, keys, letters = invited
    link, other = joined(session, panel, letters[:2], keys, now=NOON)
    person = volunteer_of(session, panel, link, keys=keys)
    invitation = session.get_one(Invitation, person.invitation_id)
    seat = seat_of(session, panel, person)
    withdraw(session, person, answer_keys=None, now=NOON)
    with pytest.raises(VolunteerUnknown):
        volunteer_of(session, panel, link, keys=keys)
    with pytest.raises(VolunteerUnknown):
        withdraw(session, person, answer_keys=None, now=NOON)
    assert session.scalar(select(func.count()).select_from(Volunteer)) == 1
    session.expire_all()
    assert invitation.state is InvitationState.WITHDRAWN
    assert (seat.volunteer_id, seat.answers, seat.person_key) == (None, {}, None)
    assert (seat.state, seat.ended_because) == (SeatState.ENDED, EndReason.ERASED)
    assert volunteer_of(session, panel, other, keys=keys)
    # The letter still works: somebody may think better of it.
    volunteer(session, panel, letters[0].code, application(), keys=keys, now=NOON)


def seat_of(session: Session, panel: Panel, person: Volunteer) -> Seat:
    draw = Draw(
        panel_id=panel.id,
        number=1,
        lottery="leximin",
        size=6,
        quotas=[],
        one_per_household=True,
        seed="a",
        created_at=NOON,
    )
    session.add(draw)
    session.flush()
    seat = Seat(
        panel_id=panel.id,
        draw_id=draw.id,
        volunteer_id=person.id,
        answers=person.answers,
        begins_on=NOON.date(),
        ends_on=NOON.date() + timedelta(days=730),
        person_key="a" * 64,
    )
    session.add(seat)
    session.flush()
    return seat


def test_who_sits_is_in_no_pool(session: Session, invited: Invited) -> None:
    panel, _, keys, letters = invited
    links = joined(session, panel, letters[:3], keys, now=NOON)
    seat_of(session, panel, volunteer_of(session, panel, links[0], keys=keys))
    assert len(pool_of(session, panel).pool) == 2


def test_a_contact_is_changed(session: Session, invited: Invited) -> None:
    panel, _, keys, letters = invited
    (link,) = joined(session, panel, letters[:1], keys, now=NOON)
    person = volunteer_of(session, panel, link, keys=keys)
    contact = Contact(name="Aino", phone="040 1234567")
    change_contact(session, person, contact, language="sv", needs="", keys=keys)
    assert contact_of(person, keys) == contact
    assert (person.language, needs_of(person, keys)) == ("sv", "")


def test_a_second_letter_goes_to_those_who_have_not_answered(
    session: Session, invited: Invited
) -> None:
    panel, wave, keys, letters = invited
    joined(session, panel, letters[:3], keys, now=NOON)
    decline(session, panel, letters[3].code, keys=keys, now=NOON)
    again = sent_letters(session, panel, wave, keys, now=NOON, is_reminder=True)
    assert {each.invitation_id for each in again} == {
        each.invitation_id for each in letters[4:]
    }
    assert letters_waiting(session, wave) == (0, 0)
    # Both codes of a person work.
    first = open_invitation(session, panel, letters[4].code, keys=keys, now=NOON)
    second = next(e for e in again if e.invitation_id == first.id)
    assert open_invitation(session, panel, second.code, keys=keys, now=NOON) is first


def test_lost_letters_are_revoked_and_made_anew(
    session: Session, invited: Invited
) -> None:
    panel, wave, keys, letters = invited
    joined(session, panel, letters[:1], keys, now=NOON)
    again = sent_letters(session, panel, wave, keys, now=NOON, is_reminder=True)
    acts = {"actor": OFFICIAL, "now": NOON}
    revoke_run(session, panel, wave, 2, **acts)
    session.expire_all()
    with pytest.raises(InvitationCodeUnknown):
        open_invitation(session, panel, again[0].code, keys=keys, now=NOON)
    first = next(e.code for e in letters if e.invitation_id == again[0].invitation_id)
    open_invitation(session, panel, first, keys=keys, now=NOON)
    assert letters_waiting(session, wave) == (0, len(letters) - 1)
    for number in (2, 3):
        with pytest.raises(LetterRunUnknown):
            revoke_run(session, panel, wave, number, **acts)
    assert [run.number for run in list_runs(session, wave)] == [2, 1]


def test_letters_are_made_once(session: Session, invited: Invited) -> None:
    panel, wave, keys, _ = invited
    with pytest.raises(InvitationLettersNone):
        addressed_letters(session, wave, Order(kind=CSV), keys=keys)
    order = Order(kind=CSV, is_reminder=True, form_key="a" * 32)
    letters = addressed_letters(session, wave, order, keys=keys)
    acts = {"keys": keys, "actor": OFFICIAL, "now": NOON}
    store_run(session, panel, wave, order, letters, **acts)
    with pytest.raises(InvitationLettersMade):
        store_run(session, panel, wave, order, letters, **acts)
    other = Order(kind=CSV, is_reminder=True, form_key="b" * 32)
    with pytest.raises(InvitationLettersOvertaken):
        store_run(session, panel, wave, other, letters, **acts)


def test_no_letters_before_the_draw_and_after_the_last_day(
    session: Session, tmp_path: Path
) -> None:
    register, keys = read_town(session, tmp_path, now=NOON, people=60)
    panel = panel_with_targets(session, now=NOON, size=6)
    wave = planned_wave(session, panel, register, keys, now=NOON)
    order = Order(kind=CSV)
    with pytest.raises(WaveNotDrawn):
        store_run(session, panel, wave, order, [], keys=keys, actor=OFFICIAL, now=NOON)
    later = NOON + timedelta(days=30)
    draw_wave(session, panel, wave, "a", keys=keys, actor=OFFICIAL, now=NOON)
    with pytest.raises(WaveClosed):
        store_run(session, panel, wave, order, [], keys=keys, actor=OFFICIAL, now=later)
