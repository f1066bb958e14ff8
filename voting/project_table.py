"""Projects as a table: read from a CSV file whole or not at all, and written back."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from core.errors import DomainError
from core.money import parse_euros
from core.register.findings import Fault
from core.text import LANGUAGES, Localized
from voting.models import Project, Round
from voting.places import Place, parse_place
from voting.project_rows import COLUMNS, FORMULA, TEXTS, Row, read_rows, refuse
from voting.projects import (
    Links,
    ProjectPlan,
    add_links,
    check_links,
    link_pairs,
    links_of,
    list_projects,
    new_project,
)
from voting.round_errors import ProjectLinksContradict, ProjectNeedsItself
from voting.rounds import UNWRITTEN, check_not_frozen, locked

LARGEST_COST = 10**12
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def import_projects(
    session: Session, round_: Round, data: bytes, *, actor: Actor, now: datetime
) -> list[Project]:
    """Add every project of the file, or none of them.

    Raises:
        CsvInvalid: with all faults and their lines.
        RulesFrozen: the vote has been opened.
    """
    round_ = locked(session, round_.id)
    check_not_frozen(round_)
    rows = read_rows(data)
    checked = _Check(session, round_)
    plans = [checked.plan(row) for row in rows]
    checked.links(rows)
    refuse(checked.faults)
    added = [
        new_project(session, round_, plan, code=row.cells.get("code", ""))
        for row, plan in zip(rows, plans, strict=True)
        if plan
    ]
    links = {
        project.code: _links(row) for project, row in zip(added, rows, strict=True)
    }
    add_links(session, round_, links)
    chain = round_chain(round_.slug)
    record(session, actor, "projects.imported", now=now, chain=chain, count=len(added))
    return added


def template_csv() -> str:
    """An empty table with its header, to be filled in a spreadsheet."""
    return _written([])


def projects_csv(session: Session, round_: Round) -> str:
    """The round's projects in the form that `import_projects` reads."""
    return _written(
        _cells(project, links_of(session, project))
        for project in list_projects(session, round_)
    )


def _cells(project: Project, links: Links) -> dict[str, str]:
    euros, cents = divmod(project.cost_cents, 100)
    texts = {
        f"{text}_{tag}": getattr(project, text).written(tag)
        for text in TEXTS
        for tag in LANGUAGES
    }
    return {
        "code": project.code,
        "area": project.area.slug,
        "category": project.category.slug if project.category else "",
        "cost": f"{euros}.{cents:02d}" if cents else str(euros),
        "conflicts": " ".join(sorted(links.conflicts)),
        "needs": " ".join(sorted(links.needs)),
        "latitude": _degrees(project.latitude),
        "longitude": _degrees(project.longitude),
        **{name: _harmless(text) for name, text in texts.items()},
    }


def _degrees(value: float | None) -> str:
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _written(rows: Iterable[Mapping[str, str]]) -> str:
    out = io.StringIO()
    # The mark tells spreadsheets that this is UTF-8.
    out.write("\ufeff")
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


class _Check:
    """Turns rows into plans and collects what is wrong with them."""

    def __init__(self, session: Session, round_: Round) -> None:
        self.faults: list[Fault] = []
        self.areas = {area.slug: area for area in round_.areas}
        self.categories = {each.slug: each for each in round_.categories}
        self.stored = {project.code for project in list_projects(session, round_)}
        self.pairs = link_pairs(session, round_)
        self.seen: set[str] = set()

    def plan(self, row: Row) -> ProjectPlan | None:
        """The row's project, or None and at least one fault."""
        before = len(self.faults)
        cells = row.cells
        area = self.areas.get(cells["area"].lower())
        if area is None:
            self._note(row, "area_unknown", cells["area"])
        category = self.categories.get(cells.get("category", "").lower())
        if cells.get("category") and category is None:
            self._note(row, "category_unknown", cells["category"])
        self._check_code(row)
        texts = {text: self._text(row, text, most) for text, most in TEXTS.items()}
        if texts["title"] == UNWRITTEN:
            self._note(row, "title_missing")
        cost, place = self._cost(row), self._place(row)
        if area is None or len(self.faults) > before:
            return None
        return ProjectPlan(
            area=area,
            category=category,
            cost_cents=cost,
            title=texts["title"],
            summary=texts["summary"],
            story=texts["story"],
            place=place,
        )

    def links(self, rows: list[Row]) -> None:
        """Every code that a row names must be there, and the whole must be possible."""
        conflicts, needs = self.pairs
        known = self.stored | self.seen
        for row in rows:
            code = row.cells.get("code", "")
            wanted = _links(row)
            if (wanted.conflicts or wanted.needs) and not code:
                self._note(row, "link_without_code")
            for other in sorted((wanted.conflicts | wanted.needs) - known):
                self._note(row, "link_unknown", other)
            conflicts |= {(code, other) for other in wanted.conflicts}
            needs |= {(code, other) for other in wanted.needs}
        if self.faults:
            return
        try:
            check_links(conflicts, needs)
        except (ProjectNeedsItself, ProjectLinksContradict) as error:
            self._note(_row_of(rows, error), error.code, _codes(error))

    def _check_code(self, row: Row) -> None:
        code = row.cells.get("code", "")
        if not code:
            return
        if not _CODE.fullmatch(code):
            self._note(row, "code_invalid", code)
        elif code in self.seen:
            self._note(row, "code_twice", code)
        elif code in self.stored:
            self._note(row, "code_taken", code)
        self.seen.add(code)

    def _text(self, row: Row, text: str, most: int) -> Localized:
        written = {tag: row.cells.get(f"{text}_{tag}", "") for tag in LANGUAGES}
        for tag, each in written.items():
            if len(each) > most:
                self._note(row, "text_too_long", f"{text}_{tag}")
            if _CONTROL.search(each):
                self._note(row, "not_text", f"{text}_{tag}")
        return Localized.from_json(written)

    def _cost(self, row: Row) -> int:
        try:
            cost = parse_euros(row.cells["cost"])
        except ValueError:
            cost = 0
        if not 0 < cost <= LARGEST_COST:
            self._note(row, "cost_invalid", row.cells["cost"])
        return cost

    def _place(self, row: Row) -> Place | None:
        """Both degrees, or none."""
        degrees = [row.cells.get(name, "") for name in ("latitude", "longitude")]
        if not any(degrees):
            return None
        try:
            return parse_place("; ".join(degrees))
        except ValueError:
            self._note(row, "place_invalid", ", ".join(degrees))
            return None

    def _note(self, row: Row, code: str, value: str = "") -> None:
        self.faults.append(Fault(row.line, code, value[:80]))


def _codes(error: DomainError) -> str:
    projects = error.params["projects"]
    return (
        ", ".join(str(code) for code in projects) if isinstance(projects, list) else ""
    )


def _row_of(rows: list[Row], error: DomainError) -> Row:
    """The first row with a link of its own between the projects that cannot be."""
    codes = set(_codes(error).split(", "))
    for row in rows:
        links = _links(row)
        if row.cells.get("code") in codes and codes & (links.conflicts | links.needs):
            return row
    return rows[0]


def _links(row: Row) -> Links:
    return Links(
        frozenset(row.cells.get("conflicts", "").split()),
        frozenset(row.cells.get("needs", "").split()),
    )
