"""How a project's code and a row's number stand in an address."""

from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter

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


class RowNumber(IntegerConverter):
    """The number of a row; one that no row can have is no address of ours.

    SQLite takes no more than 63 bits, and `int()` no more than 4 300 digits.
    """

    regex = "[0-9]{1,18}"


def init_app(app: Flask) -> None:
    """Make them known as `<code:...>` and `<int:...>`, before any address is."""
    app.url_map.converters["code"] = ProjectCode
    app.url_map.converters["int"] = RowNumber
