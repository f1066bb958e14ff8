"""Somebody was refused at the door: counted by network, to notice guessing.

Only codes can be guessed. Whoever identifies himself and is not on the roll has moved
or is too young; that is no sign of anything.
"""

from flask import request

from app.extensions import clock
from app.rounds.booth_place import key_dir
from app.rounds.visible import visible_round
from app.transaction import transaction
from voting.errors import RoundKeyMissing
from voting.keys import load_round_keys
from voting.models import Stage
from voting.sources import note_refusal


def note_refused(slug: str) -> None:
    """Count it, in an act of its own; before the vote there is nothing to protect."""
    with transaction() as session:
        round_ = visible_round(slug)
        if round_.stage is not Stage.VOTING:
            return
        try:
            keys = load_round_keys(key_dir(), slug)
        except RoundKeyMissing:
            return
        note_refusal(
            session,
            round_,
            address=request.remote_addr or "",
            keys=keys,
            now=clock().now(session),
        )
