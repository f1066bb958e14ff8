"""The projects of a round on a map, with the same as a list; and for other maps."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import elector, everyone
from app.extensions import db
from app.rounds.blueprint import bp
from app.rounds.booth_place import Booth, place_in
from app.rounds.map_picture import MapPicture, draw_map
from app.rounds.visible import visible_round
from core.text import Localized
from voting.models import Area, Category, Project, Round
from voting.places import Ring
from voting.projects import list_projects


@dataclass(frozen=True, slots=True)
class Choice:
    """Which projects are shown: of an area, of a theme, or all."""

    area: Area | None
    category: Category | None

    @classmethod
    def of(cls, round_: Round, given: Mapping[str, str]) -> "Choice":
        """As the address says; what the round does not have chooses nothing."""
        area, theme = given.get("area"), given.get("theme")
        return cls(
            next((each for each in round_.areas if each.slug == area), None),
            next((each for each in round_.categories if each.slug == theme), None),
        )

    def has(self, project: Project) -> bool:
        """Whether the project is among them."""
        return self.area in (None, project.area) and self.category in (
            None,
            project.category,
        )


@bp.get("/<slug>/map")
@everyone
def project_map(slug: str) -> ResponseReturnValue:
    """Where the projects are; those of one area larger."""
    round_ = visible_round(slug)
    choice = Choice.of(round_, request.args)
    projects = [p for p in list_projects(db.session(), round_) if choice.has(p)]
    return render_template(
        "rounds/map/map.html",
        round=round_,
        choice=choice,
        picture=picture_of(projects, _outlines(round_, choice.area)),
        elsewhere=[each for each in projects if each.place is None],
        names=_names(round_),
    )


@bp.get("/<slug>/vote/areas/<area>/map")
@elector
def booth_map(slug: str, area: str) -> ResponseReturnValue:
    """The projects of one area of the ballot, with what is chosen marked."""
    place = place_in(slug)
    if not isinstance(place, Booth):
        return place
    here = place.area(area)
    codes = [each.code for each in place.manifest.projects_of(area)]
    found = {p.code: p for p in list_projects(db.session(), place.round)}
    projects = [found[code] for code in codes if code in found]
    return render_template(
        "rounds/map/booth_map.html",
        booth=place,
        area=here,
        picture=picture_of(projects, _outlines_of(place.round, area)),
        names=_names(place.round),
        elsewhere=[each for each in projects if each.place is None],
        chosen={mark[0] for mark in place.paper.choices.get(area, ()) if mark[1]},
        cards={code: number for number, code in enumerate(codes, start=1)},
    )


@bp.get("/<slug>/map.geojson")
@everyone
def project_geojson(slug: str) -> ResponseReturnValue:
    """The places of the projects (GeoJSON), for anybody's own map."""
    round_ = visible_round(slug)
    projects = [p for p in list_projects(db.session(), round_) if p.place]
    if not projects:
        abort(404)
    document = {
        "type": "FeatureCollection",
        "features": [_feature(round_, project) for project in projects],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="{slug}.geojson"'}
    return Response(text, content_type="application/geo+json", headers=headers)


def picture_of(
    projects: Iterable[Project], outlines: Mapping[str, Sequence[Ring]]
) -> MapPicture[Project] | None:
    """The map of those that have a place; none where no project has one."""
    placed = [(each, each.place) for each in projects if each.place]
    return draw_map(placed, outlines) if placed else None


def _names(round_: Round) -> dict[str, Localized]:
    return {area.slug: area.name for area in round_.areas}


def _outlines(round_: Round, area: Area | None) -> dict[str, list[Ring]]:
    return _outlines_of(round_, area.slug if area else None)


def _outlines_of(round_: Round, only: str | None) -> dict[str, list[Ring]]:
    """Of all areas, or of one; where that one has none, of all."""
    drawn = {area.slug: area.outline for area in round_.areas if area.outline}
    return {only: drawn[only]} if only in drawn else drawn


def _feature(round_: Round, project: Project) -> dict[str, object]:
    address = url_for(
        "rounds.project", slug=round_.slug, code=project.code, _external=True
    )
    return {
        "type": "Feature",
        "id": project.code,
        "geometry": {
            "type": "Point",
            "coordinates": [project.longitude, project.latitude],
        },
        "properties": {
            "code": project.code,
            "title": project.title.to_json(),
            "area": project.area.slug,
            "cost_cents": project.cost_cents,
            "url": address,
        },
    }
