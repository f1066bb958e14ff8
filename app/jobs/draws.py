"""A panel's lottery held, seconds or a minute; and the news to those who were drawn."""

from sqlalchemy import select

from app.extensions import clock, db
from app.jobs.work import Work
from app.mail import post
from app.people_keys import panel_keys
from core.audit import SYSTEM
from panels.draws import find_draw, note_infeasible, publish_list
from panels.errors import QuotasInfeasible
from panels.holding import files_for, hold
from panels.models import DrawState, Seat, SeatState, Volunteer
from panels.panels import get_panel
from panels.volunteers import contact_of


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


def tell_the_drawn(work: Work) -> None:
    """Write to those who were drawn and have an address; the others are called."""
    slug, number = work.arguments["panel"], work.arguments["draw"]
    keys = panel_keys()
    with work.finishing() as session:
        panel = get_panel(session, slug)
        draw = find_draw(session, panel, number)
        now = clock().now(session)
        offered = select(Seat, Volunteer).join(
            Volunteer, Volunteer.id == Seat.volunteer_id
        )
        ours = Seat.draw_id == draw.id, Seat.state == SeatState.OFFERED
        for seat, person in session.execute(offered.where(*ours)):
            to = contact_of(person, keys).email
            if to:
                post(
                    session,
                    to=to,
                    language=person.language,
                    kind="seat_offered",
                    now=now,
                    secret=True,
                    panel=panel,
                    seat=seat,
                )
