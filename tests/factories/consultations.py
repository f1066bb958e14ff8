"""Consultations in situations, of a panel that is seated without a lottery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_day
from core.codes import written_code
from core.text import Localized
from panels.answer_keys import AnswerKeys, create_answer_keys
from panels.answers import send_answers
from panels.asking import close_when_due, open_consultation
from panels.consultations import (
    ConsultationPlan,
    create_consultation,
    tasks_of,
    write_questions,
)
from panels.keys import PeopleKeys, create_people_keys
from panels.models import (
    Consultation,
    ConsultationTask,
    Draw,
    DrawKind,
    DrawState,
    Panel,
    PanelStage,
    Seat,
    SeatState,
    Volunteer,
)
from panels.questionnaire import Answer, Option, Question, QuestionKind, Questionnaire
from panels.volunteers import change_contact
from tests.factories.panels import OFFICIAL, application, panel_with_targets

DAYS_OPEN = timedelta(days=14)


def in_three(text: str) -> Localized:
    """A text that tells its languages apart."""
    return Localized(*(f"{text} ({tag})" for tag in ("fi", "sv", "en")))


QUESTIONS = Questionnaire(
    (
        Question(
            key="q1",
            kind=QuestionKind.SINGLE,
            text=in_three("Which park first?"),
            required=True,
            options=tuple(
                Option(f"o{n}", in_three(name))
                for n, name in enumerate(("Shore", "Hill", "Market"), 1)
            ),
        ),
        Question(
            key="q2",
            kind=QuestionKind.MULTIPLE,
            text=in_three("What do you do in parks?"),
            help=in_three("Choose all that apply."),
            options=tuple(
                Option(f"o{n}", in_three(name))
                for n, name in enumerate(("Walk", "Swim", "Rest"), 1)
            ),
        ),
        Question(
            key="q3",
            kind=QuestionKind.SCALE,
            text=in_three("How well are parks kept?"),
            low=1,
            high=5,
            low_text=in_three("badly"),
            high_text=in_three("very well"),
        ),
        Question(
            key="q4", kind=QuestionKind.TEXT, text=in_three("What else should we know?")
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Consulted:
    """A consultation with all that its tests need."""

    panel: Panel
    consultation: Consultation
    people_keys: PeopleKeys
    keys: AnswerKeys
    seats: Sequence[Seat]

    def link(self, seat: Seat) -> str:
        """The code of a member's link."""
        return self.keys.link(self.consultation.id, seat.id)

    def task(self, session: Session, seat: Seat) -> ConsultationTask:
        """The member's task."""
        query = select(ConsultationTask).where(
            ConsultationTask.consultation_id == self.consultation.id,
            ConsultationTask.seat_id == seat.id,
        )
        return session.scalars(query).one()


def seated_panel(
    session: Session, key_dir: Path, *, now: datetime, members: int = 12, **said: Any
) -> tuple[Panel, PeopleKeys, list[Seat]]:
    """A panel whose members differ in everything and have taken their seats.

    Every person has an address for mail and the personal code `own_code(number)`.
    """
    panel = panel_with_targets(session, now=now, **({"size": members} | said))
    panel.stage = PanelStage.SEATED
    keys = create_people_keys(key_dir)
    draw = Draw(
        panel_id=panel.id,
        number=1,
        kind=DrawKind.WHOLE,
        state=DrawState.DRAWN,
        lottery="leximin",
        size=members,
        quotas=[],
        one_per_household=True,
        seed="s",
        created_at=now,
    )
    session.add(draw)
    session.flush()
    today = local_day(now)
    seats = []
    for number in range(1, members + 1):
        said_of = application(number)
        person = Volunteer(
            panel_id=panel.id,
            answers=dict(said_of.answers),
            contact=b"",
            language="fi",
            consent_version=1,
            joined_on=today,
            link_key=keys.link_key(own_code(number)),
        )
        session.add(person)
        session.flush()
        change_contact(
            session, person, said_of.contact, language="fi", needs="", keys=keys
        )
        seat = Seat(
            panel_id=panel.id,
            draw_id=draw.id,
            volunteer_id=person.id,
            state=SeatState.TAKEN,
            answers=dict(said_of.answers),
            begins_on=today,
            ends_on=today + timedelta(days=730),
        )
        session.add(seat)
        seats.append(seat)
    session.flush()
    return panel, keys, seats


def own_code(number: int) -> str:
    """The personal code of the member of this number."""
    return written_code(number)


def consultation_plan(*, now: datetime, **said: Any) -> ConsultationPlan:
    """Two weeks to answer, two months for the town."""
    closes = now + DAYS_OPEN
    values: dict[str, Any] = {
        "title": in_three("Parks"),
        "introduction": in_three("We plan next year's parks."),
        "closes_at": closes,
        "answer_due_on": local_day(closes) + timedelta(days=60),
    }
    return ConsultationPlan(**(values | said))


def drafted_consultation(
    session: Session,
    panel: Panel,
    *,
    now: datetime,
    questionnaire: Questionnaire = QUESTIONS,
    **said: Any,
) -> Consultation:
    """Written whole, and not yet opened."""
    plan = consultation_plan(now=now, **said)
    made = create_consultation(session, panel, plan, actor=OFFICIAL, now=now)
    write_questions(session, made, questionnaire, version=1, actor=OFFICIAL, now=now)
    return made


def opened_consultation(
    session: Session,
    key_dir: Path,
    *,
    now: datetime,
    members: int = 12,
    questionnaire: Questionnaire = QUESTIONS,
    **said: Any,
) -> Consulted:
    """All members of a new panel are asked, and nobody has answered."""
    panel, people_keys, seats = seated_panel(session, key_dir, now=now, members=members)
    made = drafted_consultation(
        session, panel, now=now, questionnaire=questionnaire, **said
    )
    keys = create_answer_keys(key_dir, panel.slug)
    open_consultation(session, made, keys=keys, actor=OFFICIAL, now=now)
    session.commit()
    return Consulted(panel, made, people_keys, keys, seats)


def answers_of(number: int) -> dict[str, Answer]:
    """What the member of this number answers."""
    answers: dict[str, Answer] = {
        "q1": f"o{number % 3 + 1}",
        "q2": ("o1", "o3") if number % 2 else ("o2",),
        "q3": number % 5 + 1,
    }
    return answers | ({"q4": f"Benches, says {number}."} if number % 4 == 0 else {})


def answered_consultation(
    session: Session,
    key_dir: Path,
    *,
    now: datetime,
    members: int = 12,
    silent: int = 2,
    closed: bool = True,
    answers: Mapping[int, Mapping[str, Answer]] | None = None,
    **said: Any,
) -> Consulted:
    """All but the last `silent` members have answered; then it is closed.

    `answers`: by the member's number from 1; else what `answers_of` says.
    """
    found = opened_consultation(session, key_dir, now=now, members=members, **said)
    tasks = tasks_of(session, found.consultation)
    for number, task in enumerate(tasks[: members - silent], 1):
        own = (answers or {}).get(number) or answers_of(number)
        send_answers(session, task, own, keys=found.keys, now=now)
    if closed:
        then = found.consultation.closes_at
        close_when_due(session, found.consultation, keys=found.keys, now=then)
    session.commit()
    return found
