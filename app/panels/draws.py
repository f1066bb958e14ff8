"""A draw for everybody: the list, its hash, the dice, the pick; and for the wall."""

import csv
import io
import json

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from app.access import everyone
from app.extensions import db
from app.panels.blueprint import bp
from app.panels.pages import visible_panel
from core.text import Localized
from core.zips import packed
from panels.draws import find_draw
from panels.holding import files_of
from panels.models import Draw, DrawState, Panel
from panels.panels import targets_of

# Before that there is nothing to show, and a cancelled draw has decided nothing.
SHOWN_PANELS = (DrawState.LISTED, DrawState.ENTERED, DrawState.DRAWN)


@bp.get("/<slug>/draws/<int:number>")
@everyone
def draw(slug: str, number: int) -> ResponseReturnValue:
    """How the panel is drawn, step by step, with all that it takes to check it."""
    panel, found = _published(slug, number)
    return render_template(
        "panels/draw.html",
        panel=panel,
        draw=found,
        quotas=_quotas(panel, found),
        chances=chances_of(found),
        members=members_of(found),
    )


@bp.get("/<slug>/draws/<int:number>/wall")
@everyone
def draw_on_the_wall(slug: str, number: int) -> ResponseReturnValue:
    """The same in large letters, for a projector; it looks again by itself."""
    panel, found = _published(slug, number)
    return render_template(
        "panels/wall.html", panel=panel, draw=found, members=members_of(found)
    )


@bp.get("/<slug>/draws/<int:number>.zip")
@everyone
def draw_bundle(slug: str, number: int) -> ResponseReturnValue:
    """The published list, with the program that checks it."""
    panel, found = _published(slug, number)
    name = f"{panel.slug}-draw-{found.number}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    data = packed(files_of(found), name)
    return Response(data, content_type="application/zip", headers=headers)


def chances_of(draw: Draw) -> list[tuple[str, int, int]]:
    """How many people sit on how many of the panels: chance, people, panels."""
    text = files_of(draw)["chances.csv"].decode()
    counts: dict[int, int] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        times = int(row["panels"])
        counts[times] = counts.get(times, 0) + 1
    total = (draw.measures or {})["panels"]
    return [(times / total, people, times) for times, people in sorted(counts.items())]


def members_of(draw: Draw) -> list[str]:
    """The codes of those who were drawn; none before the dice."""
    if draw.state is not DrawState.DRAWN:
        return []
    found: list[str] = json.loads(files_of(draw)["pick.json"])["members"]
    return found


def _published(slug: str, number: int) -> tuple[Panel, Draw]:
    panel = visible_panel(slug)
    found = find_draw(db.session(), panel, number)
    if found.state not in SHOWN_PANELS:
        abort(404)
    return panel, found


def _quotas(panel: Panel, draw: Draw) -> list[tuple[Localized, Localized, int, int]]:
    """The draw's quotas by the names of features and values."""
    targets = targets_of(panel)
    rows = []
    for key, value_key, least, most in draw.quotas:
        feature = targets.feature(key)
        value = feature.value(value_key) if feature else None
        if feature and value:
            rows.append((feature.name, value.name, least, most))
    return rows
