"""Turnout as tables that give nobody away: which numbers may be shown, and which not.

Pure. The tables are totals, areas, age bands and channels, and areas by age and by
channel; `core.disclosure` sees them as one network:

    all -> age bands -> (area, age) -> areas -> (area, channel) -> channels -> all

During the vote only totals and single tables are shown, and only whole ones. A table
is renewed when each of its numbers is large enough, and has grown by nobody or by
enough people since it was last shown; else it stays as it was. So what is shown is
exact, and no two days of it differ by a few people. Afterwards everything is shown, but
for small cells, their cover, and cells to which only a few came after the last
table: of those the older number is given as the least that it can be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.disclosure import MIN_CELL, Cell, exposed_cells, hidden_cells

FORMAT = "puistokatu-turnout/1"
# A part that is not known: no home area, no year of birth.
UNKNOWN = ""
TOTAL = "all"
SINGLE = ("area", "age", "channel")
CROSSED = ("area_age", "area_channel")
# The first age of each band.
BANDS = (0, 18, 25, 35, 45, 55, 65, 75)
# What hiding costs: a total more than a part, a part of many more than one of few.
PRICE_OF_A_SINGLE = 1000
LARGEST_PRICE = 400

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who voted, and out of how many; nothing of it is published as it is.

    `voters` by (area, age band, channel); `people` by (area, age band), where a
    register says so: nobody else can vote. `inhabitants` by area is only to compare.
    """

    voters: Mapping[tuple[str, str, str], int]
    people: Mapping[tuple[str, str], int] | None = None
    inhabitants: Mapping[str, int] = field(default_factory=dict)

    @property
    def areas(self) -> tuple[str, ...]:
        """All that there are, the unknown one last."""
        known = {key[0] for key in self.voters} | {key[0] for key in self.people or ()}
        return _ordered(known | set(self.inhabitants))

    @property
    def bands(self) -> tuple[str, ...]:
        """All that there are, the unknown one last."""
        known = {key[1] for key in self.voters} | {key[1] for key in self.people or ()}
        return _ordered(known)

    @property
    def channels(self) -> tuple[str, ...]:
        """The ways by which anybody voted."""
        return _ordered({key[2] for key in self.voters})

    def size(self, table: str) -> int:
        """How many parts a single table has."""
        return len(_parts(self, table))


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One published number.

    `voters` None: hidden, but at least `least`. `people`: the size of the group,
    None where it is not known. `day`: up to which day it counts (ISO).
    """

    key: Key
    voters: int | None
    least: int
    people: int | None
    day: str

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "key": list(self.key),
            "voters": self.voters,
            "least": self.least,
            "people": self.people,
            "day": self.day,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ShownCell":
        """Read it back."""
        return cls(**{**stored, "key": tuple(stored["key"])})


Tables = Mapping[str, tuple[ShownCell, ...]]


def age_band(age: int) -> str:
    """The band of an age: `25-34`, `75-`."""
    first = max(band for band in BANDS if band <= max(age, 0))
    later = [band for band in BANDS if band > first]
    return f"{first}-{later[0] - 1}" if later else f"{first}-"


def daily_tables(
    turnout: Turnout, before: Tables, day: str, minimum: int = MIN_CELL
) -> dict[str, tuple[ShownCell, ...]]:
    """What is shown of a day while the vote goes on.

    Args:
        turnout: up to the end of that day.
        before: what was shown last; empty on the first day.
        day: ISO.
        minimum: the least number of people that may be told from the others.
    """
    shown = dict(before)
    fresh = _table(turnout, TOTAL, day)
    grown = _growth(fresh, before.get(TOTAL, ()))
    if not _all_large(turnout, (TOTAL,), minimum) or not _may_grow(grown, minimum):
        return shown
    shown[TOTAL] = fresh
    renewed = [TOTAL]
    for name in SINGLE:
        if turnout.size(name) < 2:  # noqa: PLR2004 - one part is the total
            continue
        fresh = _table(turnout, name, day)
        grown = _growth(fresh, before.get(name, ()))
        wanted = (*renewed, name)
        if _all_large(turnout, wanted, minimum) and _may_grow(grown, minimum):
            renewed.append(name)
            shown[name] = fresh
    return shown


def final_tables(
    turnout: Turnout, before: Tables, day: str, minimum: int = MIN_CELL
) -> dict[str, tuple[ShownCell, ...]]:
    """What is shown after the vote; arguments as of `daily_tables`.

    The total is exact whatever it is, because the result says it as well.
    """
    older = {
        (name, cell.key): cell.voters
        for name, cells in before.items()
        for cell in cells
        if cell.voters is not None
    }
    names = _published(turnout)
    cells = network(turnout, names, older=older)
    hidden = hidden_cells(cells, minimum)
    return {
        name: tuple(
            _covered(cell, (name, cell.key) in hidden, older.get((name, cell.key), 0))
            for cell in _table(turnout, name, day)
        )
        for name in names
    }


def network(
    turnout: Turnout,
    planned: Iterable[str],
    older: Mapping[tuple[str, Key], int] | None = None,
) -> list[Cell]:
    """All cells of the tables; those of `planned` tables would be shown.

    Cells that repeat the total, because there is nothing to divide, are left out.
    """
    planned, known = set(planned), older or {}
    cells = []
    for name in (TOTAL, *SINGLE, *CROSSED):
        for key in _parts(turnout, name):
            count = _count(turnout, name, key)
            least = known.get((name, key), 0)
            tail, head = _place(name, key)
            cells.append(
                Cell(
                    name=(name, key),
                    tail=tail,
                    head=head,
                    count=count,
                    least=least if name in planned and least <= count else 0,
                    most=_group(turnout, name, key),
                    planned=name in planned,
                    fixed=name == TOTAL and name in planned,
                    price=_price(name, count),
                )
            )
    return cells


def _published(turnout: Turnout) -> list[str]:
    """The tables that say anything: more than one part in each of their directions."""
    many = {name for name in SINGLE if turnout.size(name) > 1}
    crossed = [name for name in CROSSED if set(name.split("_")) <= many]
    return [TOTAL, *(name for name in SINGLE if name in many), *crossed]


def _all_large(turnout: Turnout, names: tuple[str, ...], minimum: int) -> bool:
    """Whether tables can be shown whole, together with all that follows from them."""
    cells = [
        # Nothing is fixed here: a total that is too small is not shown either.
        _unfixed(cell)
        for cell in network(turnout, names)
    ]
    return not exposed_cells(cells, (), minimum)


def _unfixed(cell: Cell) -> Cell:
    return Cell(
        cell.name,
        cell.tail,
        cell.head,
        cell.count,
        most=cell.most,
        planned=cell.planned,
    )


def _growth(fresh: tuple[ShownCell, ...], old: tuple[ShownCell, ...]) -> list[int]:
    """By how many each number has grown; the first table of all grows by nothing."""
    if not old:
        return []
    before = {cell.key: cell.voters or 0 for cell in old}
    now = {cell.key: cell.voters or 0 for cell in fresh}
    return [now.get(key, 0) - before.get(key, 0) for key in before.keys() | now.keys()]


def _may_grow(grown: Iterable[int], minimum: int) -> bool:
    return all(by == 0 or abs(by) >= minimum for by in grown)


def _table(turnout: Turnout, name: str, day: str) -> tuple[ShownCell, ...]:
    return tuple(
        ShownCell(key, _count(turnout, name, key), 0, _size(turnout, name, key), day)
        for key in _parts(turnout, name)
    )


def _covered(cell: ShownCell, is_hidden: bool, least: int) -> ShownCell:  # noqa: FBT001 - a private step
    if not is_hidden:
        return cell
    least = least if least <= (cell.voters or 0) else 0
    return ShownCell(cell.key, None, least, cell.people, cell.day)


def _parts(turnout: Turnout, name: str) -> list[Key]:
    areas, bands = turnout.areas, turnout.bands
    match name:
        case "all":
            return [()]
        case "area":
            return [(area,) for area in areas]
        case "age":
            return [(band,) for band in bands]
        case "channel":
            return [(channel,) for channel in turnout.channels]
        case "area_age":
            return [(area, band) for area in areas for band in bands]
    return [(area, channel) for area in areas for channel in turnout.channels]


def _place(name: str, key: Key) -> tuple[tuple[str, str], tuple[str, str]]:
    """Between which nodes a cell flows; the picture stands at the top."""
    source, sink = ("all", "before"), ("all", "after")
    match name:
        case "all":
            return sink, source
        case "age":
            return source, ("age", key[0])
        case "area_age":
            return ("age", key[1]), ("area", key[0])
        case "area":
            return ("area", key[0]), ("area again", key[0])
        case "area_channel":
            return ("area again", key[0]), ("channel", key[1])
    return ("channel", key[0]), sink


def _count(turnout: Turnout, name: str, key: Key) -> int:
    where = _where(name, key)
    return sum(
        count
        for (area, band, channel), count in turnout.voters.items()
        if where.items() <= {"area": area, "age": band, "channel": channel}.items()
    )


def _where(name: str, key: Key) -> dict[str, str]:
    return dict(zip(name.split("_"), key, strict=True)) if name != TOTAL else {}


def _group(turnout: Turnout, name: str, key: Key) -> int | None:
    """How many there can be at most, where a register says so."""
    if turnout.people is None or "channel" in name:
        return None
    where = _where(name, key)
    return sum(
        count
        for (area, band), count in turnout.people.items()
        if where.items() <= {"area": area, "age": band}.items()
    )


def _size(turnout: Turnout, name: str, key: Key) -> int | None:
    """The size of the group, as it is shown beside the number."""
    if turnout.people is not None:
        return _group(turnout, name, key)
    if name == "area":
        return turnout.inhabitants.get(key[0]) or None
    if name == TOTAL:
        return sum(turnout.inhabitants.values()) or None
    return None


def _price(name: str, count: int) -> int:
    own = min(count, LARGEST_PRICE) + 1
    return own + (PRICE_OF_A_SINGLE if name in SINGLE else 0)


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (name == UNKNOWN, name)))
