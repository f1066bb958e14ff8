"""Cards and the sheet that goes with them, as PDF."""

from flask import Response, abort, render_template, request, url_for

from app.access import official_of_round
from app.extensions import db
from app.locale import current_language
from app.mail.posting import speaking
from app.manage.blueprint import bp
from app.manage.paper import paper_round
from app.printing import qr_svg, set_pdf
from app.rounds.ballot_words import picks_in_words
from core.text import LANGUAGES
from voting.cards.batches import area_of, batch_of, serials_of
from voting.manifest import ManifestProject, RuleManifest
from voting.models import PaperBatch, Round
from voting.opening import end_of_vote
from voting.paper_errors import BatchUnknown
from voting.papers import money_of

# As many cards as are set while somebody waits.
PART = 25
SIZES = ("normal", "large")


@bp.get("/rounds/<slug>/paper/batches/<int:number>/cards.pdf")
@official_of_round
def paper_cards_pdf(slug: str, number: int) -> Response:
    """A part of a batch: one card on a sheet, in one language or in all."""
    round_, manifest = paper_round(slug)
    session = db.session()
    try:
        batch = batch_of(session, round_, number)
    except BatchUnknown:
        abort(404)
    first = request.args.get("first", 1, type=int)
    asked = request.args.get("language", "all")
    size = request.args.get("size", SIZES[0])
    known = asked in (*LANGUAGES, "all") and size in SIZES
    if not known or not 1 <= first <= batch.issued:
        abort(404)
    languages = LANGUAGES if asked == "all" else (asked,)
    html = cards_html(round_, manifest, batch, first, languages=languages, size=size)
    return _pdf(html, f"{slug}-{number}-{first}.pdf")


def cards_html(
    round_: Round,
    manifest: RuleManifest,
    batch: PaperBatch,
    first: int,
    *,
    languages: tuple[str, ...],
    size: str,
) -> str:
    """The document of a part; nothing in it is about a person."""
    session = db.session()
    area = manifest.area(area_of(session, batch).slug)
    faces = []
    for language in languages:
        with speaking(language):
            face = render_template(
                "manage/paper/face.html",
                round=round_,
                manifest=manifest,
                area=area,
                language=language,
                money_there=money_of(manifest, area),
                sentences=picks_in_words(manifest, area),
            )
            faces.append(face)
    serials = serials_of(session, batch, first, first + PART - 1)
    cards = [
        (place, serial, qr_svg(_address(round_, serial))) for place, serial in serials
    ]
    return render_template(
        "manage/paper/cards_pdf.html",
        round=round_,
        batch=batch,
        faces=faces,
        projects=[
            (project, titles(project, languages))
            for project in manifest.projects_of(area.slug)
        ],
        manifest=manifest,
        cards=cards,
        size=size,
        language=languages[0] if len(languages) == 1 else current_language(),
    )


def titles(
    project: ManifestProject, languages: tuple[str, ...]
) -> list[tuple[str, str]]:
    """(language, title) as they stand beside the project's one box."""
    known = [(tag, project.title.get(tag, "")) for tag in (*languages, *LANGUAGES)]
    found = {tag: title for tag, title in known if title}
    wanted = [(tag, found[tag]) for tag in languages if tag in found]
    return wanted or list(found.items())[:1]


def _address(round_: Round, serial: str) -> str:
    """Where whoever enters this card goes on."""
    return url_for("manage.paper_card", slug=round_.slug, serial=serial, _external=True)


@bp.get("/rounds/<slug>/paper/instructions.pdf")
@official_of_round
def paper_instructions_pdf(slug: str) -> Response:
    """How to vote by post, in three languages on one sheet."""
    round_, manifest = paper_round(slug)
    parts = []
    for language in LANGUAGES:
        with speaking(language):
            part = render_template(
                "manage/paper/instructions.html",
                round=round_,
                manifest=manifest,
                language=language,
                closes=end_of_vote(round_, manifest),
            )
            parts.append(part)
    html = render_template(
        "manage/paper/instructions_pdf.html", round=round_, parts=parts
    )
    return _pdf(html, f"{slug}-instructions.pdf")


def _pdf(html: str, name: str) -> Response:
    answer = Response(set_pdf(html), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
