"""The projects of a round: on a form, one by one, or from a file."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from app.access import actor, official_of_round
from app.extensions import clock, db
from app.manage.blueprint import bp
from app.manage.csv_faults import fault_sentence
from app.manage.desk import desk_of, the_round
from app.manage.forms.projects import ImportForm, ProjectForm
from app.manage.rounds_edit import edit_page
from app.messages import sentence
from app.transaction import transaction
from core.errors import DomainError
from voting.models import Project, Round
from voting.project_rows import MOST_BYTES
from voting.project_table import import_projects, projects_csv, template_csv
from voting.projects import (
    add_project,
    edit_project,
    find_project,
    links_of,
    list_projects,
    remove_project,
    set_links,
)
from voting.round_errors import (
    CsvInvalid,
    ProjectLinksContradict,
    ProjectNeedsItself,
    ProjectOfAnotherRound,
)

LINK_REFUSALS = (ProjectLinksContradict, ProjectNeedsItself, ProjectOfAnotherRound)


@bp.get("/rounds/<slug>/projects")
@official_of_round
def projects(slug: str) -> ResponseReturnValue:
    """All projects in the order of the ballot paper."""
    session = db.session()
    round_ = the_round(slug)
    return render_template(
        "manage/projects/index.html",
        desk=desk_of(session, round_, clock().now(session)),
        round=round_,
        projects=list_projects(session, round_),
    )


@bp.route("/rounds/<slug>/projects/add", methods=["GET", "POST"])
@official_of_round
def new_project(slug: str) -> ResponseReturnValue:
    """One more project."""
    round_ = the_round(slug)
    return _save(round_, ProjectForm.of(round_), None)


@bp.route("/rounds/<slug>/projects/<code:code>", methods=["GET", "POST"])
@official_of_round
def edit_one_project(slug: str, code: str) -> ResponseReturnValue:
    """One project."""
    round_ = the_round(slug)
    project = _project(round_, code)
    form = ProjectForm.of(round_, project, links_of(db.session(), project))
    return _save(round_, form, project)


def _project(round_: Round, code: str) -> Project:
    return find_project(db.session(), round_, code) or abort(404)


def _save(
    round_: Round, form: ProjectForm, project: Project | None
) -> ResponseReturnValue:
    slug = round_.slug
    if form.validate_on_submit():
        try:
            _store(round_, form, project)
        except LINK_REFUSALS as refusal:
            _blame(form, refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("manage.projects", slug=slug))
    return edit_page("manage/projects/edit.html", form, round_, project=project)


def _store(round_: Round, form: ProjectForm, project: Project | None) -> None:
    with transaction() as session:
        who, now = actor(), clock().now(session)
        plan = form.plan(round_)
        if project is None:
            project = add_project(
                session, round_, plan, actor=who, now=now, form_key=form.once.key
            )
        else:
            edit_project(session, project, plan, actor=who, now=now)
        set_links(session, project, form.links(), actor=who, now=now)


def _blame(form: ProjectForm, refusal: DomainError) -> None:
    """Put the refusal beside the links that it is about."""
    unknown = refusal.params.get("project")
    field = form.needs
    if isinstance(refusal, ProjectLinksContradict) or unknown in form.links().conflicts:
        field = form.conflicts
    field.errors = [sentence(refusal)]


@bp.post("/rounds/<slug>/projects/<code:code>/remove")
@official_of_round
def submit_remove_project(slug: str, code: str) -> ResponseReturnValue:
    """Take a project off the ballot paper."""
    project = _project(the_round(slug), code)
    with transaction() as session:
        remove_project(session, project, actor=actor(), now=clock().now(session))
    flash(_("The project has been removed."), "success")
    return redirect(url_for("manage.projects", slug=slug))


@bp.route("/rounds/<slug>/projects/import", methods=["GET", "POST"])
@official_of_round
def import_file(slug: str) -> ResponseReturnValue:
    """Projects from a CSV file: all of them, or none."""
    round_ = the_round(slug)
    form = ImportForm()
    faults: list[tuple[int, str]] = []
    if form.validate_on_submit():
        try:
            return _import(round_, form.file.data)
        except CsvInvalid as refusal:
            form.file.errors = [sentence(refusal)]
            found = refusal.params["faults"]
            if isinstance(found, list):
                faults = [(fault.line, fault_sentence(fault)) for fault in found]
    return edit_page("manage/projects/import.html", form, round_, faults=faults)


def _import(round_: Round, file: FileStorage) -> ResponseReturnValue:
    slug = round_.slug
    # One byte more than is allowed: enough to see that it is too much.
    data = file.stream.read(MOST_BYTES + 1)
    with transaction() as session:
        now = clock().now(session)
        count = len(import_projects(session, round_, data, actor=actor(), now=now))
    added = ngettext(
        "%(num)d project was added.", "%(num)d projects were added.", count
    )
    flash(added, "success")
    return redirect(url_for("manage.projects", slug=slug))


@bp.get("/rounds/<slug>/projects/template.csv")
@official_of_round
def project_template(slug: str) -> ResponseReturnValue:
    """An empty table to fill in."""
    the_round(slug)
    return _csv(template_csv(), "projects.csv")


@bp.get("/rounds/<slug>/projects/projects.csv")
@official_of_round
def project_table(slug: str) -> ResponseReturnValue:
    """All projects as a table that can be read back."""
    text = projects_csv(db.session(), the_round(slug))
    return _csv(text, f"{slug}-projects.csv")


def _csv(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="text/csv", headers=headers)
