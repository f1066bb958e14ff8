"""Who takes part: the turnout, as far as everybody may know it, for residents to read.

While the vote is open, the tables of the last day that is over; afterwards, with the
result, those of the whole vote. Officials see no more than this.
"""

import csv
import io
import json

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access import everyone
from app.cells import safe_cell
from app.extensions import clock, db
from app.rounds.blueprint import bp
from app.rounds.turnout_page import grounds_in_words, turnout_page, words
from app.rounds.visible import visible_round
from voting.exclusions import excluded_ballots
from voting.manifest import RuleManifest
from voting.models import Round, Stage, TurnoutTables
from voting.opening import current_manifest
from voting.results import is_open
from voting.turnout import daily_of, final_of, tables_of, threshold

DIRECTIONS = ("area", "age", "channel")


@bp.get("/<slug>/turnout")
@everyone
def turnout(slug: str) -> ResponseReturnValue:
    """The newest tables that may be shown; before the vote there is no such page."""
    session = db.session()
    round_ = _round_with_turnout(slug)
    manifest = current_manifest(session, round_)
    found = _shown(session, round_)
    page = found and turnout_page(manifest, tables_of(found), threshold(manifest))
    return render_template(
        "rounds/turnout.html",
        round=round_,
        page=page,
        final=bool(found and found.final),
        left_out=_left_out(session, round_, found),
        minimum=threshold(manifest),
    )


@bp.get("/<slug>/turnout.<any(csv, json):extension>")
@everyone
def turnout_export(slug: str, extension: str) -> ResponseReturnValue:
    """The same tables as a file."""
    session = db.session()
    round_ = _round_with_turnout(slug)
    found = _shown(session, round_) or abort(404)
    name = f"{round_.slug}-turnout-{found.day.isoformat()}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if extension == "json":
        return Response(
            _json(round_, found), mimetype="application/json", headers=headers
        )
    body = _csv(current_manifest(session, round_), found)
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def _round_with_turnout(slug: str) -> Round:
    round_ = visible_round(slug)
    return round_ if round_.stage.order >= Stage.VOTING.order else abort(404)


def _shown(session: Session, round_: Round) -> TurnoutTables | None:
    if is_open(round_, clock().now(session)) and (last := final_of(session, round_)):
        return last
    return daily_of(session, round_)


def _left_out(
    session: Session, round_: Round, found: TurnoutTables | None
) -> list[tuple[str, int]]:
    """Grounds in words, with ballots; said with the result and not before."""
    if found is None or not found.final:
        return []
    return grounds_in_words(excluded_ballots(session, round_))


def _json(round_: Round, found: TurnoutTables) -> str:
    document = {
        **found.document,
        "round": round_.slug,
        "day": found.day.isoformat(),
        "final": found.final,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _csv(manifest: RuleManifest, found: TurnoutTables) -> str:
    """A line a number; an empty cell: not shown, or all of them."""
    names = words(manifest)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([*DIRECTIONS, "voters", "at_least", "people", "until"])
    for table, cells in tables_of(found).items():
        axes = table.split("_")
        for cell in cells:
            parts = dict(zip(axes, cell.key, strict=False))
            texts = [
                safe_cell(names[axis](parts[axis])) if axis in parts else ""
                for axis in DIRECTIONS
            ]
            numbers = [cell.voters, cell.least or None, cell.people, cell.day]
            writer.writerow([*texts, *("" if n is None else n for n in numbers)])
    # Excel reads UTF-8 only behind a mark.
    return "\ufeff" + buffer.getvalue()
