"""How far a piece of background work has come, for the residents who wait for it."""

import json
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.leases import CRASHED, UNEXPECTED
from app.locale import percent
from app.messages import MESSAGES
from core.jobs import UNFINISHED, Job, JobState


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest job of a key in words.

    `asked`: somebody has had it begun. `running`: it is still to come. `failed`: what
    was asked for is not there and will not come by itself.
    """

    sentence: str
    share: float | None
    asked: bool
    running: bool
    done: bool
    next_page: str

    @property
    def failed(self) -> bool:
        """Whether waiting is of no use."""
        return not self.done and not self.running

    @property
    def text(self) -> str:
        """The share as the page writes it."""
        return "" if self.share is None else percent(self.share)

    def to_json(self) -> dict[str, object]:
        """What `progress.js` reads."""
        return {
            "state": self.sentence,
            "share": self.share,
            "progress": self.text,
            "finished": not self.running,
            "next": self.next_page,
        }


def progress_of(session: Session, key: str, *, next_page: str, done: bool) -> Progress:
    """What to say of the newest job of this key.

    `done`: what it was to make is there, whatever has become of the job.
    """
    job = session.scalar(
        select(Job).where(Job.key == key).order_by(Job.id.desc()).limit(1)
    )
    share = None
    if job and job.progress_total:
        share = job.progress / job.progress_total
    return Progress(
        sentence=_sentence(job, done=done),
        share=share,
        # One that ended well without leaving anything was for an earlier count.
        asked=job is not None and job.state is not JobState.DONE,
        running=not done and job is not None and job.state in UNFINISHED,
        done=done,
        next_page=next_page,
    )


def _sentence(job: Job | None, *, done: bool) -> str:
    if done:
        return str(_("It is done."))
    match job and job.state:
        case JobState.WAITING:
            return str(_("It waits for its turn."))
        case JobState.RUNNING:
            return str(_("It is being done."))
    error = json.loads(job.error or "{}") if job else {}
    code = str(error.get("code"))
    if code in MESSAGES and code not in (CRASHED, UNEXPECTED):
        text = str(_(MESSAGES[code]))
        return text % error["params"] if error["params"] else text
    return str(_("This could not be worked out. Ask again, or tell us."))
