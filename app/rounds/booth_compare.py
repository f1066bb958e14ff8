"""Two projects of an area side by side, without leaving the booth."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.access import elector
from app.extensions import db
from app.rounds.blueprint import bp
from app.rounds.booth_meter import kind_of
from app.rounds.booth_page import cards
from app.rounds.booth_place import Booth, place_in


@bp.get("/<slug>/vote/areas/<area>/compare")
@elector
def compare_projects(slug: str, area: str) -> ResponseReturnValue:
    """Two columns; whichever project is not chosen yet can be picked here."""
    place = place_in(slug)
    if not isinstance(place, Booth):
        return place
    here = place.area(area)
    there = cards(db.session(), place, here, place.paper.choices.get(area, ()))
    by_code = {card.code: card for card in there}
    wanted = [request.args.get(name, "") for name in ("first", "second")]
    return render_template(
        "rounds/booth/compare.html",
        booth=place,
        area=here,
        kind=kind_of(place.manifest),
        choices=sorted(there, key=lambda card: card.title.text.casefold()),
        wanted=wanted,
        pair=[by_code[code] for code in dict.fromkeys(wanted) if code in by_code],
    )
