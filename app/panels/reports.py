"""What a consultation has shown, once it is over: a page, and its tables as a file."""

import csv
import io
from collections.abc import Iterator

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import everyone
from app.cells import safe_cell
from app.extensions import clock, db
from app.locale import content
from app.panels.blueprint import bp
from app.panels.pages import visible_panel
from app.people_keys import answer_keys_or_none
from panels.consultations import find_consultation
from panels.estimates import Interval
from panels.models import Consultation, Panel
from panels.questionnaire import Question, QuestionKind
from panels.report import Found, Report
from panels.reporting import report_on


@bp.get("/<slug>/consultations/<int:number>/report")
@everyone
def report(slug: str, number: int) -> ResponseReturnValue:
    """The estimates with their margins, and how they were made."""
    panel, consultation, found = _over(slug, number)
    return render_template(
        "panels/report.html",
        panel=panel,
        consultation=consultation,
        report=found,
        lines=lines_of,
    )


@bp.get("/<slug>/consultations/<int:number>/report.csv")
@everyone
def report_table(slug: str, number: int) -> ResponseReturnValue:
    """The same numbers, one line for each estimate."""
    panel, consultation, found = _over(slug, number)
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(_rows(found))
    name = f"{panel.slug}-consultation-{consultation.number}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # Excel reads UTF-8 only behind a mark.
    text = "\ufeff" + buffer.getvalue()
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


def lines_of(question: Question, found: Found) -> list[tuple[str, Interval]]:
    """What is shown of a question: each answer's words with its share."""
    words = (
        [str(step) for step in question.steps]
        if question.kind is QuestionKind.SCALE
        else [content(option.text) for option in question.options]
    )
    return list(zip(words, found.shares, strict=True))


def _over(slug: str, number: int) -> tuple[Panel, Consultation, Report]:
    session = db.session()
    panel = visible_panel(slug)
    consultation = find_consultation(session, panel, number)
    if not consultation.is_over(clock().now(session)):
        abort(404)
    keys = answer_keys_or_none(panel)
    return panel, consultation, report_on(session, panel, consultation, keys=keys)


def _rows(report: Report) -> Iterator[list[str | int]]:
    yield [
        *(_("Question"), _("Group"), _("Answer"), _("People")),
        *(_("Estimate"), _("At least"), _("At most")),
    ]
    for told in report.told:
        groups = [("", told.answered, told.found)]
        for grouped in told.by:
            name = content(grouped.feature.name)
            groups += [
                (f"{name}: {content(each.value.name)}", each.answered, each.found)
                for each in grouped.groups
            ]
        for group, answered, found in groups:
            lines = lines_of(told.question, found) if found else []
            if found and found.mean:
                lines.append((_("Mean"), found.mean))
            for words, one in lines:
                numbers = (f"{each:.3f}" for each in (one.value, one.low, one.high))
                title = safe_cell(content(told.question.text))
                people = "" if answered is None else answered
                yield [title, safe_cell(group), safe_cell(words), people, *numbers]
