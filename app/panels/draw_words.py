"""What kinds and states of draws and seats are called."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from panels.models import DrawKind, DrawState, EndReason, SeatState

KINDS = {
    DrawKind.WHOLE: _l("the whole panel"),
    DrawKind.REPLACEMENT: _l("vacant seats"),
    DrawKind.ROTATION: _l("seats whose term ends"),
}
STATES = {
    DrawState.PREPARED: _l("the list is being made"),
    DrawState.INFEASIBLE: _l("no panel meets the quotas"),
    DrawState.LISTED: _l("the list is public, dice may be thrown"),
    DrawState.ENTERED: _l("dice entered, to be confirmed"),
    DrawState.DRAWN: _l("the panel has been drawn"),
    DrawState.CANCELLED: _l("cancelled"),
}
SEAT_STATES = {
    SeatState.OFFERED: _l("offered"),
    SeatState.TAKEN: _l("taken"),
    SeatState.ENDED: _l("ended"),
}
END_REASONS = {
    EndReason.DECLINED: _l("declined"),
    EndReason.TERM: _l("the term ended"),
    EndReason.RESIGNED: _l("left the panel"),
    EndReason.INACTIVE: _l("did not answer"),
    EndReason.NOT_ELIGIBLE: _l("moved away, or holds an office"),
    EndReason.ERASED: _l("withdrew; the data are erased"),
}


def init_app(app: Flask) -> None:
    """Templates ask by filters."""
    app.jinja_env.filters["draw_kind"] = KINDS.__getitem__
    app.jinja_env.filters["draw_state"] = STATES.__getitem__
    app.jinja_env.filters["seat_state"] = SEAT_STATES.__getitem__
    app.jinja_env.filters["end_reason"] = END_REASONS.__getitem__
