"""A panel's lottery held; the news to those who were drawn; the end of terms."""

from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.work import Postpone, Work
from app.mail import post
from app.people_keys import panel_keys
from core.audit import SYSTEM
from core.clock import COUNTRY
from panels.draws import find_draw, note_infeasible, publish_list
from panels.errors import QuotasInfeasible
from panels.holding import files_for, hold
from panels.models import Draw, DrawState, Panel, Seat, SeatState
from panels.panels import get_panel
from panels.seats import end_terms, with_address


def hold_draw(work: Work) -> None:
    """Compute the list between two transactions; a draw that was cancelled is none."""
    slug, number = work.arguments["panel"], work.arguments["draw"]
    session = db.session()
    panel = get_panel(session, slug)
    draw = find_draw(session, panel, number)
    if draw.state is not DrawState.PREPARED:
        return
    # Read whole, and no transaction waits while the lottery is held.
    session.expunge(panel)
    session.expunge(draw)
    session.rollback()
    try:
        held = hold(panel, draw)
    except QuotasInfeasible as refusal:
        with work.finishing() as act:
            there = find_draw(act, get_panel(act, slug), number)
            now = clock().now(act)
            note_infeasible(act, there, refusal, actor=SYSTEM, now=now)
        return
    files = files_for(draw, held, panel.title.in_language("en"))
    with work.finishing() as act:
        there = find_draw(act, get_panel(act, slug), number)
        publish_list(act, there, files, held, actor=SYSTEM, now=clock().now(act))


def schedule_terms(session: Session, draw: Draw, *, now: datetime) -> None:
    """In the act that offers the seats: their terms end by themselves."""
    slug = session.get_one(Panel, draw.panel_id).slug
    days = session.scalars(
        select(Seat.ends_on).where(Seat.draw_id == draw.id).distinct()
    )
    for day in sorted(days):
        enqueue(
            session,
            "end_terms",
            now=now,
            key=f"terms:{slug}:{day.isoformat()}",
            run_after=_morning_of(day),
            panel=slug,
            day=day.isoformat(),
        )


def end_terms_when_due(work: Work) -> None:
    """End the seats whose term is over; early, it comes again."""
    due = _morning_of(date.fromisoformat(work.arguments["day"]))
    with work.acting() as session:
        now = clock().now(session)
        if now >= due:
            end_terms(session, get_panel(session, work.arguments["panel"]), now=now)
    if now < due:
        raise Postpone(due - now)


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, time(), COUNTRY)


def tell_the_drawn(work: Work) -> None:
    """Write to those who were drawn and have an address; the others are called."""
    slug, number = work.arguments["panel"], work.arguments["draw"]
    keys = panel_keys()
    with work.finishing() as session:
        panel = get_panel(session, slug)
        draw = find_draw(session, panel, number)
        now = clock().now(session)
        ours = Seat.draw_id == draw.id, Seat.state == SeatState.OFFERED
        for seat, to, language in with_address(session, *ours, keys=keys):
            post(
                session,
                to=to,
                language=language,
                kind="seat_offered",
                now=now,
                secret=True,
                panel=panel,
                seat=seat,
            )
