"""The booth: choose area by area, with everything kept, and look at the whole."""

import secrets
from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import elector
from app.extensions import clock, db
from app.messages import sentence
from app.rounds.blueprint import bp
from app.rounds.booth_page import cards, meter, names, reviewed, rules_sentence
from app.rounds.booth_place import (
    Booth,
    closing_time,
    hold,
    key_dir,
    place_in,
    refusal_of,
)
from app.transaction import transaction
from core.errors import DomainError
from voting.ballots import keep_draft
from voting.keys import load_round_keys
from voting.manifest import ManifestArea
from voting.papers import check_ballot, check_ballots

# The script's quiet saving: nothing to show, nowhere to go.
QUIETLY = "X-Draft"


@bp.get("/<slug>/vote")
@elector
def booth(slug: str) -> ResponseReturnValue:
    """One area of the ballot; without a word which, the next one to fill in."""
    place = place_in(slug)
    if not isinstance(place, Booth):
        return place
    wanted = request.args.get("area")
    area = place.area(wanted) if wanted else place.next_area()
    if area is None:
        return render_template("rounds/booth/areas.html", booth=place)
    return _area_page(place, area, place.paper.choices.get(area.slug, ()))


@bp.post("/<slug>/vote/areas/<area>")
@elector
def save_area(slug: str, area: str) -> ResponseReturnValue:
    """Keep what is chosen in one area, and go on to the next or to the review."""
    codes = request.form.getlist("project")
    written = bool(codes) or "blank" in request.form
    with transaction() as session:
        round_, manifest, voter = hold(session, slug)
        keep_draft(
            session,
            round_,
            manifest,
            voter,
            area=area,
            codes=codes if written else None,
            now=clock().now(session),
            keys=load_round_keys(key_dir(), slug),
        )
    if QUIETLY in request.headers:
        return "", 204
    refusal = written and refusal_of(
        lambda: check_ballot(manifest, manifest.area(area), codes)
    )
    if refusal:
        return _area_again(slug, area, codes, refusal)
    onwards = "booth" if request.form.get("go") == "next" else "review"
    return redirect(url_for(f"rounds.{onwards}", slug=slug))


@bp.get("/<slug>/vote/review")
@elector
def review(slug: str) -> ResponseReturnValue:
    """The whole ballot as it will be cast, and the one button that casts it."""
    place = place_in(slug)
    if not isinstance(place, Booth):
        return place
    paper = place.paper
    fault = refusal_of(
        lambda: check_ballots(place.manifest, paper.choices, home=paper.home)
    )
    return render_template(
        "rounds/booth/review.html",
        booth=place,
        areas=reviewed(place),
        left=names(place.left),
        fault=sentence(fault) if fault else None,
        # Made with the page: pressing its button twice is one vote.
        key=secrets.token_urlsafe(24),
        closes=closing_time(place.manifest),
    )


def _area_again(
    slug: str, area: str, chosen: Sequence[str], refusal: DomainError
) -> ResponseReturnValue:
    place = place_in(slug)
    if not isinstance(place, Booth):
        return place
    return _area_page(place, place.area(area), chosen, refusal), 422


def _area_page(
    place: Booth,
    area: ManifestArea,
    chosen: Sequence[str],
    refusal: DomainError | None = None,
) -> str:
    others = [each for each in place.left if each.slug != area.slug]
    return render_template(
        "rounds/booth/area.html",
        booth=place,
        area=area,
        cards=cards(db.session(), place, area, chosen),
        meter=meter(place.manifest, area, chosen),
        blank=area.slug in place.paper.choices and not chosen,
        rules=rules_sentence(place.manifest, area),
        left=names(others),
        fault=sentence(refusal) if refusal else None,
    )
