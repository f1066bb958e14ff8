"""A consultation in the background: links to the members, reminders, the close."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.work import Postpone, Work
from app.mail import post
from app.people_keys import answer_keys, panel_keys
from panels.answers import who_has_sent
from panels.asking import close_when_due
from panels.consultations import find_consultation, tasks_of
from panels.models import Consultation, Panel, Seat, SeatState
from panels.panels import get_panel
from panels.seats import with_address


def schedule_asking(
    session: Session, panel: Panel, consultation: Consultation, *, now: datetime
) -> None:
    """In the act that opens it: write to the members, and close it when it is due."""
    there: dict[str, Any] = {"panel": panel.slug, "number": consultation.number}
    enqueue(session, "ask_the_panel", now=now, **there)
    then = consultation.closes_at
    enqueue(session, "close_consultation", now=now, run_after=then, **there)


def schedule_reminder(
    session: Session, panel: Panel, consultation: Consultation, *, now: datetime
) -> None:
    """In the act that reminds: write again to whoever has sent nothing."""
    there: dict[str, Any] = {"panel": panel.slug, "number": consultation.number}
    enqueue(session, "ask_the_panel", now=now, **there)


def ask_the_panel(work: Work) -> None:
    """Mail the links to those who have an address and have not sent answers."""
    panel = get_panel(db.session(), work.arguments["panel"])
    keys, people_keys = answer_keys(panel), panel_keys()
    db.session().rollback()
    with work.finishing() as session:
        now = clock().now(session)
        panel = get_panel(session, work.arguments["panel"])
        consultation = find_consultation(session, panel, work.arguments["number"])
        if not consultation.is_open(now):
            return
        tasks = tasks_of(session, consultation)
        done = who_has_sent(session, consultation, tasks, keys=keys)
        waiting = [task.seat_id for task in tasks if task.seat_id not in done]
        ours = Seat.id.in_(waiting), Seat.state == SeatState.TAKEN
        for seat, to, language in with_address(session, *ours, keys=people_keys):
            post(
                session,
                to=to,
                language=language,
                kind="consultation",
                now=now,
                secret=True,
                panel=panel,
                consultation=consultation,
                code=keys.link(consultation.id, seat.id),
            )


def close_consultation(work: Work) -> None:
    """Write the close down; early, because clocks differ, it comes again."""
    keys = answer_keys(get_panel(db.session(), work.arguments["panel"]))
    db.session().rollback()
    with work.acting() as session:
        now = clock().now(session)
        panel = get_panel(session, work.arguments["panel"])
        consultation = find_consultation(session, panel, work.arguments["number"])
        close_when_due(session, consultation, keys=keys, now=now)
        wait = consultation.closes_at - now
    if wait.total_seconds() > 0:
        raise Postpone(wait)
