"""A place on a form: the two numbers that any map gives."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from app.fields import str_of, tidy
from voting.places import Place, parse_place


class PlaceField(StringField):
    """Degrees north and east, such as `60.2934, 25.0378`; empty is None."""

    data: Place | None  # type: ignore[assignment] # a place, while what is typed is text

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the place.

        Raises:
            ValueError: it is none, or elsewhere in the world.
        """
        if not valuelist:
            return
        try:
            self.data = parse_place(tidy(valuelist[0])[:200])
        except ValueError:
            self.data = None
            raise ValueError(
                _(
                    "Write the place as degrees north and east, such as"
                    " 60.2934, 25.0378."
                )
            ) from None


def place_field() -> PlaceField:
    """Where it is, if it is in one place."""
    return PlaceField(
        str_of(_l("Place on the map")),
        description=str_of(
            _l(
                "Degrees north and east, such as 60.2934, 25.0378. A map on the web"
                " shows them when you press the spot with the right button, or for a"
                " while. May be left empty."
            )
        ),
    )
