"""Upload an election from a .pb file; a job reads it and makes a round of it."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import Length

from app.access import HOUSE, has_role, official, person
from app.accounts.models import Role
from app.extensions import clock, db
from app.fields import choices, is_text, tidy
from app.jobs import enqueue
from app.manage.blueprint import bp
from app.rounds.what_if_words import RULES
from app.transaction import transaction
from app.uploads import keep_upload
from core.jobs import Job


class ElectionForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """The file, and what its columns do not say."""

    file = FileField(
        _l("The file (.pb)"), validators=[FileRequired(_l("Choose a file."))]
    )
    area_column = StringField(
        _l("Column of the areas"),
        filters=[tidy],
        validators=[Length(max=80), is_text],
        description=_l(
            "A column of the section PROJECTS, such as neighborhood or district. Leave"
            " it empty, and the neighbourhoods that have money of their own are the"
            " areas; else everything is one area."
        ),
    )
    rule = SelectField(
        _l("Allocation rule"),
        choices=choices(RULES.items(), empty=_l("As the file says")),
    )


@bp.route("/imports", methods=["GET", "POST"])
@official
def import_election() -> ResponseReturnValue:
    """The form, and the beginning of the work."""
    # Whoever may run one round only does not make others.
    if not has_role(person(), Role.ADMINISTRATOR, Role.OFFICIAL, scope=HOUSE):
        abort(403)
    form = ElectionForm()
    if form.validate_on_submit():
        return _begin(form)
    status = 422 if form.is_submitted() else 200
    return render_template("manage/imports/election.html", form=form), status


def _begin(form: ElectionForm) -> ResponseReturnValue:
    path = keep_upload(form.file.data, suffix=".pb")
    try:
        with transaction() as session:
            job_id = enqueue(
                session,
                "import_election",
                now=clock().now(session),
                path=str(path),
                area_column=form.area_column.data or None,
                rule=form.rule.data or None,
                author=person().id,
            ).id
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    after = url_for("manage.imported", job_id=job_id)
    return redirect(url_for("manage.job", job_id=job_id, next=after))


@bp.get("/imports/<int:job_id>")
@official
def imported(job_id: int) -> ResponseReturnValue:
    """On to the round that the work has made; back to the form if it made none."""
    job = db.get_or_404(Job, job_id)
    if job.name != "import_election":
        abort(404)
    if not job.result:
        return redirect(url_for("manage.import_election"))
    return redirect(url_for("manage.result_preview", slug=job.result["slug"]))
