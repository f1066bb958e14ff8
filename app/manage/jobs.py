"""How far a piece of background work has come, as a page and for its script."""

import json
from dataclasses import dataclass

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import official
from app.accounts.links import own_path
from app.extensions import db
from app.jobs.beside import share_of_act
from app.jobs.leases import CRASHED, UNEXPECTED
from app.locale import moment, percent
from app.manage.blueprint import bp
from app.messages import MESSAGES, jobs
from core.jobs import Job, JobState


@bp.get("/jobs/<int:job_id>")
@official
def job(job_id: int) -> ResponseReturnValue:
    """The work's state in words, its progress, and where to go when it is done."""
    return render_template("manage/jobs/job.html", status=_status(job_id))


@bp.get("/jobs/<int:job_id>/status")
@official
def job_status(job_id: int) -> ResponseReturnValue:
    """The same for the page's script."""
    status = _status(job_id)
    return jsonify(
        state=status.sentence,
        share=status.share,
        progress=status.progress,
        finished=status.finished,
        next=status.next_page if status.done else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the page says about a job."""

    job_id: int
    title: str
    sentence: str
    # From 0 to 1, or None as long as nobody knows how much there is to do.
    share: float | None
    progress: str
    done: bool
    failed: bool
    next_page: str | None
    own_address: str

    @property
    def finished(self) -> bool:
        """Whether nothing will change any more."""
        return self.done or self.failed


def _status(job_id: int) -> Status:
    found = db.get_or_404(Job, job_id)
    share = found.progress / found.progress_total if found.progress_total else None
    if found.state == JobState.RUNNING:
        share = share_of_act(job_id) or share
    done = found.state == JobState.DONE
    if done:
        share = 1.0
    next_page = own_path(request.args.get("next"))
    return Status(
        job_id=job_id,
        title=_(jobs.TITLES.get(found.name, jobs.ANY)),
        sentence=_sentence(found),
        share=share,
        progress="" if share is None else percent(share),
        done=done,
        failed=found.state == JobState.FAILED,
        next_page=next_page,
        own_address=url_for("manage.job", job_id=job_id, next=next_page),
    )


def _sentence(job: Job) -> str:
    match job.state:
        case JobState.WAITING if job.attempts:
            when = moment(job.run_after)
            return str(_("It did not work. We try again on %(when)s.", when=when))
        case JobState.WAITING:
            return str(_("It waits for its turn."))
        case JobState.RUNNING if step := _step(job):
            return str(_("It is being done: %(step)s.", step=step))
        case JobState.RUNNING:
            return str(_("It is being done."))
        case JobState.DONE:
            return str(_("It is done."))
        case JobState.FAILED:
            return _reason(job)


def _step(job: Job) -> str | None:
    """What is being done right now, where the work has steps with names."""
    names = jobs.STEPS.get(job.name, ())
    return str(_(names[job.progress])) if job.progress < len(names) else None


def _reason(job: Job) -> str:
    error = json.loads(job.error or "{}")
    match error.get("code"):
        case code if code == CRASHED:
            return str(_(jobs.CRASHED)) % {"number": job.id}
        case code if code in MESSAGES and code != UNEXPECTED:
            text = str(_(MESSAGES[code]))
            params = {key: _plain(value) for key, value in error["params"].items()}
            return text % params if params else text
        case _other:
            return str(_(jobs.UNEXPECTED)) % {"number": job.id}


def _plain(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
