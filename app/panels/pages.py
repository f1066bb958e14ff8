"""Panels as everybody sees them: which there are, and how each comes about."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from app.access import everyone
from app.extensions import clock, db
from app.panels.blueprint import bp
from panels.consultations import is_answer_late, list_consultations
from panels.models import Panel, WaveState
from panels.panels import find_panel, list_panels, targets_of
from panels.volunteers import count_volunteers
from panels.waves import list_waves


def visible_panel(slug: str) -> Panel:
    """The panel of an address, if residents may see it."""
    panel = find_panel(db.session(), slug)
    if panel is None or not panel.stage.is_public:
        abort(404)
    return panel


@bp.get("/")
@everyone
def index() -> ResponseReturnValue:
    """All panels that have begun."""
    panels = list_panels(db.session(), public=True)
    return render_template("panels/index.html", panels=panels)


@bp.get("/<slug>")
@everyone
def panel(slug: str) -> ResponseReturnValue:
    """One panel: what it is for, whom it is to resemble, how people are invited."""
    session = db.session()
    one = visible_panel(slug)
    now = clock().now(session)
    consultations = list_consultations(session, one, public=True)
    waves = [w for w in list_waves(session, one) if w.state is not WaveState.PLANNED]
    return render_template(
        "panels/panel.html",
        panel=one,
        targets=targets_of(one),
        waves=waves,
        letters=sum(wave.size for wave in waves),
        volunteers=count_volunteers(session, one),
        consultations=[
            (each, each.is_open(now), is_answer_late(each, now))
            for each in consultations
        ],
    )
