"""How a project's code stands in an address, whatever characters it has."""

from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.routing import BaseConverter

# Words of the desk that stand in the same place of an address.
TAKEN = {"add", "import", "projects.csv", "template.csv"}


class ProjectCode(BaseConverter):
    """The code of a project; one from an imported file may hold a slash.

    What would change the meaning of the address is quoted once more than usual.
    A plain code, such as 12, stands there as it is.
    """

    def to_python(self, value: str) -> str:
        """The code that an address means."""
        return unquote(value)

    def to_url(self, value: str) -> str:
        """The part of the address."""
        if value in TAKEN or not value.strip("."):
            return super().to_url(f"%{ord(value[0]):02X}{value[1:]}")
        return super().to_url(quote(value, safe=""))


def init_app(app: Flask) -> None:
    """Make it known as `<code:...>`, before any address is."""
    app.url_map.converters["code"] = ProjectCode
