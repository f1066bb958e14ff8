"""The electoral roll on the desk: where it comes from, and a register to be read."""

import json
from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import official_of_round, person
from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.rolls import extract_to_json
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.manage.forms.roll import ExtractForm
from app.manage.rounds_edit import edit_page
from app.messages.roll import fault_sentence
from app.transaction import transaction
from app.uploads import keep_upload
from core.jobs import Job, JobState
from voting.models import Round
from voting.roll.columns import Extract
from voting.roll.corrections import requests_open
from voting.roll.importing import hold_roll
from voting.roll.stored import roll_of


@bp.route("/rounds/<slug>/roll", methods=["GET", "POST"])
@official_of_round
def roll(slug: str) -> ResponseReturnValue:
    """The roll as it stands, and the form that replaces it."""
    round_ = the_round(slug)
    form = ExtractForm()
    if form.validate_on_submit():
        extract = form.extract(round_)
        if extract is not None:
            return _begin(round_, form, extract)
    session = db.session()
    return edit_page(
        "manage/rounds/roll.html",
        form,
        round_,
        roll=roll_of(session, round_),
        requests=requests_open(session, round_),
        faults=_last_faults(session, slug),
    )


def _begin(round_: Round, form: ExtractForm, extract: Extract) -> ResponseReturnValue:
    slug = round_.slug
    path = keep_upload(form.file.data, suffix=".csv")
    try:
        with transaction() as session:
            hold_roll(session, round_)
            job = enqueue(
                session,
                "import_roll",
                now=clock().now(session),
                key=_key(slug),
                path=str(path),
                slug=slug,
                extract=extract_to_json(extract),
                author=person().id,
            )
            job_id, is_ours = job.id, job.arguments["path"] == str(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if not is_ours:  # another official was faster; that reading goes on
        path.unlink(missing_ok=True)
    after = url_for("manage.roll", slug=slug)
    return redirect(url_for("manage.job", job_id=job_id, next=after))


def _key(slug: str) -> str:
    return f"roll:{slug}"


def _last_faults(session: Session, slug: str) -> list[tuple[int, str]]:
    """What was wrong with the register that was read last, line by line."""
    job = session.scalar(
        select(Job).where(Job.key == _key(slug)).order_by(Job.id.desc()).limit(1)
    )
    if job is None or job.state is not JobState.FAILED:
        return []
    found: dict[str, Any] = json.loads(job.error or "{}").get("params", {})
    return [
        (line, fault_sentence(code, value))
        for line, code, value in found.get("faults", ())
    ]
