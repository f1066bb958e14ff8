"""How a project's code and a row's number stand in an address; how rules are kept."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Rule

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


class LazyRule(Rule):
    """A rule that learns to write its address when one is first asked for.

    Werkzeug compiles two functions for each rule as it is added. With some 250
    rules this was nine tenths of the time in which an application is made, and a
    command or a job writes few addresses or none.
    """

    def _compile_builder(
        self,
        append_unknown: bool = True,  # noqa: FBT001, FBT002 - Werkzeug's own
    ) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:  # noqa: ANN401 - whatever stands in an address
            # Two threads at once do it twice; both write the same.
            if not compiled:
                compiled.append(super(LazyRule, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build


def init_app(app: Flask) -> None:
    """Make them known as `<code:...>` and `<int:...>`, before any address is."""
    app.url_rule_class = LazyRule
    app.url_map.converters["code"] = ProjectCode
    app.url_map.converters["int"] = RowNumber
