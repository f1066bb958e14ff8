"""The published result: a page for everybody, and the same as files."""

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access import everyone
from app.bundles import packed_bundle, publication_hash
from app.exports import result_csv, result_json, result_xlsx
from app.extensions import clock, db
from app.rounds.blueprint import bp
from app.rounds.result_page import result_page
from voting.elections import pb_text
from voting.manifest import RuleManifest
from voting.models import Result, Round, Stage
from voting.receipts import receipts_by_area
from voting.results import current_result, is_open
from voting.rounds import find_round

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pb": "text/plain; charset=utf-8",
    "json": "application/json",
}


@bp.get("/<slug>/result")
@everyone
def result(slug: str) -> ResponseReturnValue:
    """What is built and why; before the publication there is no such page."""
    session = db.session()
    round_, found = _published(session, slug)
    if not is_open(round_, clock().now(session)):
        return render_template("rounds/results/embargo.html", round=round_)
    page = result_page(session, round_, found)
    return render_template(
        "rounds/results/result.html",
        round=round_,
        page=page,
        published_hash=publication_hash(session, round_),
    )


@bp.get("/<slug>/result.<any(csv, xlsx, pb, json):extension>")
@everyone
def result_export(slug: str, extension: str) -> ResponseReturnValue:
    """The result as a file."""
    session = db.session()
    round_, found = _published(session, slug)
    if not is_open(round_, clock().now(session)):
        abort(404)
    name = f"{round_.slug}-result.{extension}"
    return Response(
        _body(session, round_, found, extension),
        content_type=TYPES[extension],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/<slug>/bundle.zip")
@everyone
def bundle(slug: str) -> ResponseReturnValue:
    """All that an outsider needs to recount the result, with the program for it."""
    session = db.session()
    round_, found = _published(session, slug)
    if not is_open(round_, clock().now(session)):
        abort(404)
    name = f"{round_.slug}-bundle"
    return Response(
        packed_bundle(session, round_, found),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}.zip"'},
    )


@bp.get("/<slug>/receipts.txt")
@everyone
def receipts(slug: str) -> ResponseReturnValue:
    """The codes of all counted ballots, so that a voter finds their own."""
    session = db.session()
    round_, _result = _published(session, slug)
    if not is_open(round_, clock().now(session)):
        abort(404)
    lines = [
        f"{area.slug} {code}\n" for area, code in receipts_by_area(session, round_)
    ]
    return Response("".join(lines), content_type="text/plain; charset=utf-8")


def _published(session: Session, slug: str) -> tuple[Round, Result]:
    round_ = find_round(session, slug)
    if round_ is None or round_.stage is not Stage.PUBLIC:
        abort(404)
    return round_, current_result(session, round_) or abort(404)


def _body(
    session: Session, round_: Round, found: Result, extension: str
) -> str | bytes:
    if extension == "csv":
        return result_csv(found)
    if extension == "xlsx":
        return result_xlsx(round_, found)
    if extension == "json":
        return result_json(session, round_, found)
    manifest = RuleManifest.from_text(found.manifest.document)
    return "".join(pb_text(session, round_, manifest, found))
