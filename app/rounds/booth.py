"""The booth: choose area by area, with everything kept, and look at the whole."""

import secrets
from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import elector
from app.extensions import clock, db
from app.messages import sentence
from app.rounds.at_desk import is_at_desk
from app.rounds.blueprint import bp
from app.rounds.booth_finding import FEW, Finding, found, themes_of
from app.rounds.booth_meter import kind_of, meter
from app.rounds.booth_page import cards, names, ranked, reviewed, rules_sentence
from app.rounds.booth_place import (
    APART,
    Booth,
    closing_time,
    hold,
    key_dir,
    place_in,
    refusal_of,
    way_in,
)
from app.rounds.booth_posts import posted_picks, posted_points
from app.rounds.voters_act import voters_act
from core.errors import DomainError
from voting.assisted import hold_session
from voting.ballots import keep_draft
from voting.keys import load_round_keys
from voting.manifest import ManifestArea, RuleManifest
from voting.papers import Mark, check_ballot, check_ballots, most_points

# The script's quiet saving: nothing to show, nowhere to go.
QUIETLY = "X-Draft"


@bp.get("/<slug>/vote")
@elector
def booth(slug: str) -> ResponseReturnValue:
    """The area to fill in next; where there are free ones, first the choice of one."""
    place = place_in(slug)
    if not isinstance(place, Booth):
        return place
    area = place.next_area()
    if area is None:
        return render_template("rounds/booth/areas.html", booth=place)
    return _area_page(place, area, place.paper.choices.get(area.slug, ()))


@bp.get("/<slug>/vote/areas/<area>")
@elector
def area_page(slug: str, area: str) -> ResponseReturnValue:
    """One area of the ballot."""
    place = place_in(slug)
    if not isinstance(place, Booth):
        return place
    here = place.area(area)
    finding = Finding.of(request.args)
    return _area_page(place, here, place.paper.choices.get(area, ()), finding=finding)


@bp.post("/<slug>/vote/areas/<area>")
@elector
def save_area(slug: str, area: str) -> ResponseReturnValue:
    """Keep what is chosen in one area, and go on to where the button leads."""
    with voters_act(slug) as session:
        round_, manifest, voter = hold(session, slug)
        picks = posted_picks(manifest, request.form)
        written = bool(picks) or "blank" in request.form
        keep_draft(
            session,
            round_,
            manifest,
            voter,
            area=area,
            codes=picks if written else None,
            now=clock().now(session),
            keys=load_round_keys(key_dir(), slug),
            at_desk=way_in(session, round_) in APART,
        )
        if is_at_desk(slug):
            hold_session(session, voter, now=clock().now(session))
    if QUIETLY in request.headers:
        return "", 204
    if nearby := _nearby(manifest, slug, area):
        return redirect(nearby)
    refusal = written and refusal_of(
        lambda: check_ballot(manifest, manifest.area(area), picks)
    )
    if refusal:
        return _area_again(slug, area, picks, refusal)
    onwards = "booth" if request.form.get("go") == "next" else "review"
    return redirect(url_for(f"rounds.{onwards}", slug=slug))


def _nearby(manifest: RuleManifest, slug: str, area: str) -> str | None:
    """Where a button leads that does not end the area; no limits are looked at."""
    finding = Finding.of(request.form)
    go, _, where = request.form.get("go", "").partition(" ")
    act, _, code = request.form.get("move", "").partition(" ")
    if go == "compare":
        return url_for("rounds.compare_projects", slug=slug, area=area, first=where)
    if go == "map":
        return url_for("rounds.booth_map", slug=slug, area=area)
    if go == "home":
        return url_for("rounds.home_area", slug=slug)
    if go == "area":
        return url_for("rounds.area_page", slug=slug, area=where)
    if not act and go != "find":
        return None
    anchor = "projects"
    numbers = {p.code: n for n, p in enumerate(manifest.projects_of(area), start=1)}
    if code in numbers:
        anchor = f"{'rank' if act in ('up', 'down') else 'card'}-{numbers[code]}"
    return url_for(
        "rounds.area_page", slug=slug, area=area, _anchor=anchor, **finding.address
    )


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
        kind=kind_of(place.manifest),
        left=names(place.left),
        fault=sentence(fault) if fault else None,
        # Made with the page: pressing its button twice is one vote.
        key=secrets.token_urlsafe(24),
        closes=closing_time(place.round, place.manifest),
    )


def _area_again(
    slug: str, area: str, given: Sequence[Mark], refusal: DomainError
) -> ResponseReturnValue:
    place = place_in(slug)
    if not isinstance(place, Booth):
        return place
    typed = posted_points(request.form)
    page = _area_page(place, place.area(area), given, refusal=refusal, typed=typed)
    return page, 422


def _area_page(
    place: Booth,
    area: ManifestArea,
    given: Sequence[Mark],
    *,
    finding: Finding | None = None,
    refusal: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    there = cards(db.session(), place, area, given, typed=typed)
    finding = finding or Finding()
    return render_template(
        "rounds/booth/area.html",
        booth=place,
        area=area,
        cards=there,
        ranked=ranked(there),
        finding=finding,
        found=found(finding, there),
        themes=themes_of(there),
        many=len(there) > FEW,
        meter=meter(place.manifest, area, given),
        most_each=most_points(place.manifest.ballot),
        blank=area.slug in place.paper.choices and not given,
        rules=rules_sentence(place.manifest, area),
        left=names([each for each in place.left if each.slug != area.slug]),
        fault=sentence(refusal) if refusal else None,
    )
