"""The turnout's page: its tables in words, with what the bars are drawn from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from app.locale import content, number, percent
from core.text import Localized
from voting.manifest import RuleManifest
from voting.models import Ground
from voting.turnout_tables import TOTAL, UNKNOWN, Key, ShownCell, Tables


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a table; `part` of `whole` is its bar."""

    name: str
    voters: str
    people: str
    share: str
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its picture."""

    title: str
    first: str
    day: date
    lines: list[Line]
    has_people: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """Areas against something else."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class TurnoutPage:
    """Everything that the template prints."""

    headline: str
    day: date
    tables: list[Table]
    grids: list[Grid]
    by_register: bool
    hides: bool
    minimum: int


def turnout_page(manifest: RuleManifest, tables: Tables, minimum: int) -> TurnoutPage:
    """Put published tables into words, in the page's language."""
    by_register = manifest.eligibility.roll is not None
    (total,) = tables[TOTAL]
    names = words(manifest)
    singles = {
        "area": (_("By area"), _("Area")),
        "age": (_("By age"), _("Age")),
        "channel": (_("By way of voting"), _("Way of voting")),
    }
    grids = {
        "area_age": (_("Areas by age"), names["age"]),
        "area_channel": (_("Areas by way of voting"), names["channel"]),
    }
    return TurnoutPage(
        headline=_headline(total, by_register=by_register),
        day=date.fromisoformat(total.day),
        tables=[
            _table(tables[name], names[name], title, first)
            for name, (title, first) in singles.items()
            if name in tables
        ],
        grids=[
            _grid(tables[name], names["area"], column, title)
            for name, (title, column) in grids.items()
            if name in tables
        ],
        by_register=by_register,
        hides=any(c.voters is None for cells in tables.values() for c in cells),
        minimum=minimum,
    )


def words(manifest: RuleManifest) -> dict[str, Callable[[str], str]]:
    """What the parts of the tables are called."""
    areas = {a.slug: content(Localized.from_json(a.name)) for a in manifest.areas}
    channels = {
        "account": _("With an account"),
        "code": _("With a code from a letter"),
        "strong": _("With strong identification"),
        "desk": _("At a service point"),
        "class": _("In a school class"),
        "paper": _("On paper"),
    }
    return {
        "area": lambda slug: areas.get(slug, str(_("Area not known"))),
        "age": _band,
        "channel": lambda name: str(channels.get(name, name)),
    }


def grounds_in_words(left_out: Sequence[tuple[Ground, int]]) -> list[tuple[str, int]]:
    """Why ballots were left out of the count, as the public is told."""
    said = {
        Ground.MACHINE: _("votes cast by a machine"),
        Ground.SEVERAL_ACCOUNTS: _("several accounts of one person"),
        Ground.GUESSED_CODES: _("guessed or stolen codes"),
        Ground.OTHER: _("another ground"),
    }
    return [(str(said[ground]), ballots) for ground, ballots in left_out]


def voters_text(cell: ShownCell) -> str:
    """The number, or what can be said instead of it."""
    if cell.voters is not None:
        return number(cell.voters)
    if cell.least:
        return str(_("at least %(number)s", number=number(cell.least)))
    return str(_("not shown"))


def _headline(total: ShownCell, *, by_register: bool) -> str:
    voters = number(total.voters or 0)
    if not by_register or not total.people:
        return str(_("%(voters)s people have voted.", voters=voters))
    return str(
        _(
            "%(voters)s of the %(people)s people on the electoral roll have voted:"
            " %(share)s.",
            voters=voters,
            people=number(total.people),
            share=percent((total.voters or 0) / total.people, 1),
        )
    )


def _table(
    cells: tuple[ShownCell, ...], name: Callable[[str], str], title: str, first: str
) -> Table:
    has_people = any(cell.people for cell in cells)
    largest = max((cell.voters or cell.least for cell in cells), default=0)
    lines = [
        _line(cell, name(cell.key[0]), largest, has_people=has_people)
        for cell in cells
        if cell.people or cell.voters != 0
    ]
    return Table(title, first, date.fromisoformat(cells[0].day), lines, has_people)


def _line(cell: ShownCell, name: str, largest: int, *, has_people: bool) -> Line:
    share = cell.people and cell.voters is not None
    return Line(
        name=name,
        voters=voters_text(cell),
        people=number(cell.people) if cell.people else "",
        share=percent((cell.voters or 0) / (cell.people or 1), 1) if share else "",
        part=cell.voters or cell.least,
        whole=(cell.people or 0) if has_people else largest,
    )


def _grid(
    cells: tuple[ShownCell, ...],
    area: Callable[[str], str],
    column: Callable[[str], str],
    title: str,
) -> Grid:
    found = {cell.key: voters_text(cell) for cell in cells}
    areas = list(dict.fromkeys(cell.key[0] for cell in cells))
    columns = list(dict.fromkeys(cell.key[1] for cell in cells))
    rows = [(area(a), [found[_key(a, c)] for c in columns]) for a in areas]
    return Grid(title, [column(c) for c in columns], rows)


def _key(*parts: str) -> Key:
    return parts


def _band(name: str) -> str:
    if name == UNKNOWN:
        return str(_("Age not known"))
    first, _dash, last = name.partition("-")
    if first == "0":
        return str(_("Under %(age)s", age=int(last) + 1))
    return f"{first}\u2013{last}" if last else str(_("%(age)s or older", age=first))
