"""Said at the start: which rounds that take or hold ballots have lost their key."""

from flask import Flask
from sqlalchemy import inspect, select

from app.extensions import db
from voting.keys import has_round_keys
from voting.models import Round, Stage

NEED_KEYS = (Stage.VOTING, Stage.CLOSED, Stage.RECONCILED)


def rounds_without_keys(app: Flask) -> list[str]:
    """The addresses of the rounds whose key file is missing; none in a new database.

    Leaves no connection behind, so that processes can be forked afterwards.
    """
    key_dir = app.extensions["puistokatu"].key_dir
    with app.app_context():
        try:
            if not inspect(db.engine).has_table(Round.__tablename__):
                return []
            slugs = db.session.scalars(
                select(Round.slug).where(Round.stage.in_(NEED_KEYS))
            )
            return [slug for slug in slugs if not has_round_keys(key_dir, slug)]
        finally:
            db.session.remove()
            db.engine.dispose()
