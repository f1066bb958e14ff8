"""Register extracts on the desk: which there are, one to be read, one to be erased."""

import json
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import actor, official_of_house, person
from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.registers import extract_to_json
from app.manage.blueprint import bp
from app.manage.forms.registers import RegisterForm
from app.messages.roll import fault_sentence
from app.transaction import transaction
from app.uploads import keep_upload
from core.jobs import Job, JobState
from panels.registers import erase_register, get_register, list_registers

KEY = "import-register"


@bp.route("/registers", methods=["GET", "POST"])
@official_of_house
def registers() -> ResponseReturnValue:
    """The extracts, and the form that reads another one."""
    form = RegisterForm()
    if form.validate_on_submit():
        return _begin(form)
    session = db.session()
    status = 422 if form.is_submitted() else 200
    return render_template(
        "manage/panels/registers.html",
        form=form,
        registers=list_registers(session),
        faults=_last_faults(session),
    ), status


@bp.post("/registers/<int:number>/erase")
@official_of_house
def erase_register_now(number: int) -> ResponseReturnValue:
    """Erase the people of an extract before its last day."""
    with transaction() as session:
        register = get_register(session, number)
        erase_register(session, register, now=clock().now(session), actor=actor())
    flash(_("The people of the extract have been erased."), "success")
    return redirect(url_for("manage.registers"))


def _begin(form: RegisterForm) -> ResponseReturnValue:
    path = keep_upload(form.file.data, suffix=".csv")
    try:
        with transaction() as session:
            job = enqueue(
                session,
                "import_register",
                now=clock().now(session),
                key=KEY,
                path=str(path),
                extract=extract_to_json(form.extract()),
                author=person().id,
            )
            job_id, is_ours = job.id, job.arguments["path"] == str(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if not is_ours:  # another official was faster; that reading goes on
        path.unlink(missing_ok=True)
    after = url_for("manage.registers")
    return redirect(url_for("manage.job", job_id=job_id, next=after))


def _last_faults(session: Session) -> list[tuple[int, str]]:
    """What was wrong with the file that was read last, line by line."""
    job = session.scalar(
        select(Job).where(Job.key == KEY).order_by(Job.id.desc()).limit(1)
    )
    if job is None or job.state is not JobState.FAILED:
        return []
    found: dict[str, Any] = json.loads(job.error or "{}").get("params", {})
    return [
        (line, fault_sentence(code, value))
        for line, code, value in found.get("faults", ())
    ]
