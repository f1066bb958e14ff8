"""Said at the start: which rounds that take or hold ballots are without their key."""

from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, select

from app.extensions import db
from voting.ballots import key_fits
from voting.keys import has_round_keys, load_round_keys
from voting.models import Round, Stage

NEED_KEYS = (Stage.VOTING, Stage.CLOSED, Stage.RECONCILED)


def rounds_without_keys(app: Flask) -> list[str]:
    """The addresses of the rounds whose key is missing, or another one's.

    None in a new database.

    Leaves no connection behind, so that processes can be forked afterwards.
    """
    key_dir = app.extensions["puistokatu"].key_dir
    with app.app_context():
        try:
            if not inspect(db.engine).has_table(Round.__tablename__):
                return []
            rounds = db.session.scalars(
                select(Round).where(Round.stage.in_(NEED_KEYS))
            ).all()
            return [each.slug for each in rounds if not _has_its_key(each, key_dir)]
        finally:
            db.session.remove()
            db.engine.dispose()


def _has_its_key(round_: Round, key_dir: Path) -> bool:
    if not has_round_keys(key_dir, round_.slug):
        return False
    return key_fits(db.session(), round_, load_round_keys(key_dir, round_.slug))
