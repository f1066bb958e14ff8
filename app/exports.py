"""A published result as files: CSV, XLSX and JSON (docs/exports.md says the shape)."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cells import safe_cell
from app.rounds.reasons import telling, why
from core.audit import AuditHead, round_chain
from voting.manifest import RuleManifest
from voting.models import Result, Round
from voting.outcome import Outcome
from voting.results import people

FORMAT = "puistokatu-result/1"


def result_csv(result: Result) -> str:
    """One line a project, comma-separated; amounts in the currency with a point."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    header, *rows = _table(result)
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            [safe_cell(cell) if isinstance(cell, str) else cell for cell in row]
        )
    # Excel reads UTF-8 only behind a mark.
    return "\ufeff" + buffer.getvalue()


def result_xlsx(round_: Round, result: Result) -> bytes:
    """The same table as a workbook, with numbers that are numbers."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": round_.slug})
        sheet = book.add_worksheet(_("Result"))
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "# ##0.00"})
        header, *rows = _table(result)
        sheet.write_row(0, 0, header, bold)
        for n, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(n, column, cell, money)
                else:
                    sheet.write(n, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(header) - 1)
        sheet.set_column(1, 1, 40)
        sheet.set_column(len(header) - 1, len(header) - 1, 80)
    return buffer.getvalue()


def result_json(
    session: Session, round_: Round, result: Result, *, log_head: str | None = None
) -> str:
    """Everything in smallest units and ISO 8601, names in three languages.

    `log_head`: the end of the log as it is to be named; by default as it is now.
    """
    manifest = RuleManifest.from_text(result.manifest.document)
    outcome = Outcome.from_json(result.outcome)
    if log_head is None:
        head = session.get(AuditHead, round_chain(round_.slug))
        log_head = head.hash if head else None
    document = {
        "format": FORMAT,
        "round": round_.slug,
        "title": dict(manifest.title),
        "currency": manifest.currency,
        "unit": manifest.unit,
        "budget": manifest.budget,
        "cost": outcome.cost,
        "people": people(session, round_, result),
        "ballots": result.ballots,
        "blank": result.blank,
        "rule": outcome.rule,
        "parameters": dict(outcome.parameters),
        "objective": outcome.objective,
        "bound": outcome.bound,
        "optimal": outcome.optimal,
        "unique": outcome.unique,
        "ties": result.outcome["ties"],
        "areas": [_area(manifest, outcome, slug) for slug in _slugs(manifest)],
        "projects": list(_projects(manifest, outcome)),
        "computed_at": _iso(result.computed_at),
        "published_at": _iso(result.published_at),
        "profile_sha256": result.profile_digest,
        "manifest_version": result.manifest.version,
        "manifest_sha256": result.manifest.sha256,
        "log_head": log_head,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _slugs(manifest: RuleManifest) -> list[str]:
    return [area.slug for area in manifest.areas]


def _area(manifest: RuleManifest, outcome: Outcome, slug: str) -> dict[str, Any]:
    area = manifest.area(slug)
    projects = manifest.projects_of(slug)
    funded = [p for p in projects if p.code in outcome.funded]
    return {
        "slug": slug,
        "name": dict(area.name),
        "budget": area.budget,
        "cost": sum(p.cost for p in funded),
        "projects": len(projects),
        "funded": len(funded),
    }


def _projects(manifest: RuleManifest, outcome: Outcome) -> Iterator[dict[str, Any]]:
    for project in manifest.projects:
        reason = outcome.reasons[project.code]
        yield {
            "code": project.code,
            "title": dict(project.title),
            "area": project.area,
            "theme": project.theme,
            "cost": project.cost,
            "votes": reason.numbers["votes"],
            "score": reason.numbers["score"],
            "funded": project.code in outcome.funded,
            "reason": {"code": reason.code.value, "numbers": dict(reason.numbers)},
        }


def _table(result: Result) -> list[list[Any]]:
    """Header and rows in the page's language."""
    manifest = RuleManifest.from_text(result.manifest.document)
    outcome = Outcome.from_json(result.outcome)
    about = telling(manifest, outcome)
    header = {
        "code": _("Code"),
        "title": _("Project"),
        "area": _("Area"),
        "theme": _("Theme"),
        "votes": _("Votes"),
        "score": _("Points"),
        "cost": _("Price (%(currency)s)", currency=manifest.currency),
        "built": _("Built"),
        "why": _("Why"),
    }
    rows = []
    for each in _projects(manifest, outcome):
        cells: Mapping[str, Any] = {
            **each,
            "title": about.titles[each["code"]],
            "area": about.areas[each["area"]],
            "theme": about.themes.get(each["theme"], ""),
            "cost": Decimal(each["cost"]) / manifest.unit,
            "built": _("yes") if each["funded"] else _("no"),
            "why": why(outcome.reasons[each["code"]], about),
        }
        rows.append([cells[name] for name in header])
    return [[str(name) for name in header.values()], *rows]
