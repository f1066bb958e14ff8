"""Which round a visitor sees: announced ones, and drafts if they are its officials."""

import secrets

from flask import abort, session

from app.access import may_run, person_or_none, second_factor_passed
from app.extensions import db
from voting.models import Round, Stage
from voting.rounds import find_round


def visible_round(slug: str) -> Round:
    """The round of an address; a draft is there for its officials only."""
    round_ = find_round(db.session(), slug)
    if round_ is None or not (round_.stage is not Stage.DRAFT or _may_preview(slug)):
        abort(404)
    return round_


def _may_preview(slug: str) -> bool:
    who = person_or_none()
    return who is not None and may_run(who, slug) and second_factor_passed()


def order_seed() -> str:
    """What makes a list's order this visitor's own; it stays as long as the cookie."""
    if "order" not in session:
        session["order"] = secrets.token_hex(8)
    return str(session["order"])
