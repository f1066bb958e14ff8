"""Refusals of places and outlines on the map."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


PLACES: dict[str, str] = {
    "outlines_unreadable": _(
        "This is not a GeoJSON file with areas (polygons). Nothing was stored."
    ),
    "outlines_too_large": _(
        "The file is larger than %(megabytes)s megabytes. Nothing was stored."
    ),
    "outlines_elsewhere": _(
        "The file's coordinates are not degrees of the Nordic countries. Save it in the"
        " coordinate system WGS 84 (EPSG:4326). Nothing was stored."
    ),
    "outlines_of_no_area": _(
        "No area in the file is called as an area of the round is. Nothing was stored."
        " The file's names begin: %(names)s"
    ),
}
