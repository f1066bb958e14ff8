"""A paused vote: the page that a voter meets, and the banner on the round's pages."""

from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access import booth_token, person_or_none
from app.extensions import clock, db
from app.rounds.blueprint import bp
from app.rounds.visible import visible_round
from voting.electorate import find_voter
from voting.entering import pass_of
from voting.errors import VotePaused
from voting.interruptions import present_pause
from voting.models import Pause, Round, Voter, Way
from voting.opening import current_manifest, end_of_vote


def pause_page(round_: Round) -> str:
    """Why nobody can vote now, until when, and that nothing is lost."""
    session = db.session()
    return render_template(
        "rounds/booth/paused.html",
        round=round_,
        pause=present_pause(session, round_),
        voter=_voter(session, round_),
        ends=_end(session, round_),
    )


@bp.errorhandler(VotePaused)
def refused_while_paused(_refusal: VotePaused) -> ResponseReturnValue:
    """Whoever sends a vote now reads the same page: 409, and the draft is kept."""
    db.session.rollback()
    slug = (request.view_args or {})["slug"]
    return pause_page(visible_round(slug)), 409


def pause_of(round_: Round) -> Pause | None:
    """For the banner: the present pause, looked for only where there is one."""
    return present_pause(db.session(), round_) if round_.paused_at else None


def _voter(session: Session, round_: Round) -> Voter | None:
    """Whose draft and vote the page speaks of: by a pass, else by an account."""
    token = booth_token(round_.slug)
    found = token and pass_of(session, round_, token, now=clock().now(session))
    if found and found.way == Way.DESK.value:
        # Whoever helps must not learn what the voter did at home.
        return None
    if found:
        return session.get_one(Voter, found.voter_id)
    who = person_or_none()
    return find_voter(session, round_, who.id) if who else None


def _end(session: Session, round_: Round) -> datetime | None:
    return end_of_vote(round_, current_manifest(session, round_))
