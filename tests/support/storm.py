"""Many voters at once against real processes, and what the box says afterwards.

The tests use it with few voters, `bench/storm.py` with many.
"""

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations, cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import flask
from flask import Flask
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select

from app import create_app
from app.accounts.models import Account
from app.config import Config
from app.extensions import clock, db
from app.mail.models import Message
from app.transaction import transaction
from core.audit import Actor
from core.jobs import Job, JobState
from core.text import Localized
from tests.factories.ballots import new_key, open_vote_with, vote_of, voter_in
from tests.support.databases import environment
from tests.support.server import LiveServer
from voting.ballots import current_receipt
from voting.closing import close_vote, reconcile
from voting.electorate import stop_casting
from voting.interruptions import pause_vote, resume_vote
from voting.models import BoxBallot, BoxCast, SealedReceipt, Stage, Voter
from voting.rounds import get_round
from voting.sealing import seal_copy

OFFICIAL = Actor(role="official")
WHY = Localized.same("A storm")
# Nobody waits for an answer for longer than this, whatever is killed.
PATIENCE = 120.0
BETWEEN_TRIES = 0.1
IN, NO, BUSY, BROKEN = 302, 409, 503, 0
PROJECTS = 9
# Thirty-six different ballots.
CHOICES = tuple(combinations([f"a0-{1 + j}" for j in range(PROJECTS)], 2))
_CODE = re.compile(r'<td class="code">([^<]+)</td>')
# With what a voter who comes too late, or into a pause, is refused.
OVER, PAUSED = "The vote has closed. No more votes can be taken.", "The vote is paused"


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Caster:
    """A voter with a browser: logged in, a ballot reviewed, the button in sight."""

    account_id: int
    cookie: str
    token: str
    choices: tuple[str, ...]
    key: str = field(default_factory=new_key)
    codes: tuple[str, ...] = ()
    refusal: str = ""
    tries: int = 0
    seconds: float = 0.0


class Storm:
    """A town with one open vote, its server, and voters who come all at once."""

    def __init__(
        self, server: LiveServer, *, lasts: timedelta = timedelta(days=1)
    ) -> None:
        self.server = server
        self.address = urlsplit(server.url)
        settings = environment(server.database_url, **server.settings)
        self.app: Flask = create_app(Config.from_environment(settings))
        self.answered = Answered()
        self.lasts = lasts
        with self.app.app_context(), transaction() as session:
            now = datetime.now(UTC)
            self.slug = open_vote_with(
                session,
                self.key_dir,
                projects=PROJECTS,
                opens=now - timedelta(days=1),
                closes=now + lasts,
            ).slug
        self._mail_before = self.count_mail()

    @property
    def key_dir(self) -> Path:
        """Where the round's key is."""
        folder: Path = self.app.extensions["puistokatu"].key_dir
        return folder

    def voters(self, number: int) -> list[Caster]:
        """New people on the roll, each with a ballot that is ready to be sent."""
        with self.app.app_context(), transaction() as session:
            vote = vote_of(session, self.slug, self.key_dir)
            now = datetime.now(UTC)
            rows = [voter_in(session, vote, now=now) for _ in range(number)]
            people = [session.get_one(Account, row.account_id) for row in rows]
            names = [(who.id, who.get_id()) for who in people]
        choices = cycle(CHOICES)
        return [
            self._caster(account_id, identity, next(choices))
            for account_id, identity in names
        ]

    def _caster(
        self, account_id: int, identity: str, choices: tuple[str, ...]
    ) -> Caster:
        with self.app.test_request_context():
            token = generate_csrf()
            raw = flask.session["csrf_token"]
        content = {
            "_user_id": identity,
            "_fresh": True,
            "began": time.time(),
            "csrf_token": raw,
        }
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined] # Flask's own
        return Caster(account_id, f"session={signer.dumps(content)}", token, choices)

    def cast(self, voter: Caster) -> int:
        """Press the button once; a receipt that is shown is remembered."""
        voter.tries += 1
        began = time.monotonic()
        form = {"key": voter.key, "area.area0": voter.choices}
        try:
            status, place, page = self.ask("POST", "vote", voter, **form)
            if status == NO:
                (voter.refusal,) = (each for each in (OVER, PAUSED) if each in page)
            if status == IN:
                assert place.endswith("/vote/receipt"), place
                voter.seconds = time.monotonic() - began
                status = self._look_at_the_receipt(voter)
        except (OSError, http.client.HTTPException):
            return BROKEN
        return status

    def _look_at_the_receipt(self, voter: Caster) -> int:
        status, _, page = self.ask("GET", "vote/receipt", voter)
        if status != 200:
            return status
        codes = tuple(_CODE.findall(page))
        assert codes
        assert not voter.codes or voter.codes == codes
        voter.codes = codes
        self.answered.add()
        return IN

    def ask(
        self, method: str, page: str, voter: Caster, **form: object
    ) -> tuple[int, str, str]:
        """One request to a page of the round: status, place, text."""
        answer = self.request(method, page, voter, **form)
        return answer.status, answer.headers.get("Location", ""), answer.text

    def request(
        self,
        method: str,
        page: str,
        voter: Caster,
        language: str = "en",
        **form: object,
    ) -> Answer:
        """The same in any language, with all that came back."""
        connection = http.client.HTTPConnection(
            self.address.hostname or "", self.address.port, timeout=PATIENCE
        )
        headers = {"Cookie": voter.cookie, "X-CSRFToken": voter.token}
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form, doseq=True)
        try:
            address = f"/{language}/rounds/{self.slug}/{page}"
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        return Answer(answer.status, dict(answer.getheaders()), text)

    def cast_until_answered(self, voter: Caster) -> int:
        """Press again, with the same key, where there was no answer or a busy one."""
        deadline = time.monotonic() + PATIENCE
        while (status := self.cast(voter)) in (BROKEN, BUSY):
            assert time.monotonic() < deadline, f"no answer: {status}"
            time.sleep(BETWEEN_TRIES)
        return status

    def all_at_once(
        self,
        voters: Iterable[Caster],
        *acts: Callable[[], object],
        press: Callable[[Caster], int] | None = None,
    ) -> Counter[int]:
        """Every voter in a thread of its own, and acts that come in between.

        Returns:
            How many were answered how.
        """
        voters, press = list(voters), press or self.cast_until_answered
        start = threading.Barrier(len(voters) + len(acts))

        def together(act: Callable[[], Any]) -> Any:
            start.wait(timeout=PATIENCE)
            return act()

        with ThreadPoolExecutor(len(voters) + len(acts)) as pool:
            between = [pool.submit(together, act) for act in acts]
            running = [
                pool.submit(together, lambda voter=voter: press(voter))
                for voter in voters
            ]
            for act in between:
                act.result()
            return Counter(each.result() for each in running)

    @contextmanager
    def round_held_alone(self) -> Iterator[Any]:
        """An act that no cast is in the middle of: (session, round, now)."""
        with self.app.app_context(), transaction() as session:
            round_ = stop_casting(session, get_round(session, self.slug).id)
            yield session, round_, clock().now(session)

    def pause(self) -> None:
        """As an official would."""
        with self.round_held_alone() as (session, round_, now):
            pause_vote(session, round_, WHY, actor=OFFICIAL, now=now)

    def resume(self) -> None:
        """As an official would."""
        with self.round_held_alone() as (session, round_, now):
            resume_vote(session, round_, actor=OFFICIAL, now=now)

    def close(self) -> None:
        """As an official would, before the time."""
        with self.round_held_alone() as (session, round_, now):
            close_vote(session, round_, actor=OFFICIAL, now=now, reason="A storm")

    def is_closed(self) -> bool:
        """Whether the books say that the vote is over."""
        with self.app.app_context():
            return get_round(db.session(), self.slug).stage is Stage.CLOSED

    def count(self, model: Any) -> int:
        """The rows of this round in a table."""
        with self.app.app_context():
            here = model.round_id == get_round(db.session(), self.slug).id
            query = select(func.count()).select_from(model).where(here)
            return db.session.scalar(query) or 0

    def count_mail(self) -> int:
        """The messages in the outbox, each of which has one job that has not failed."""
        with self.app.app_context():
            sending = select(Job).where(Job.name == "send_message")
            jobs = db.session.scalars(sending).all()
            told = [job.arguments["message"] for job in jobs]
            assert sorted(told) == sorted(db.session.scalars(select(Message.id)))
            assert JobState.FAILED not in {job.state for job in jobs}
            return len(told)

    def receipts(self) -> dict[int, tuple[str, ...]]:
        """Account -> the codes of what is in the box for it now."""
        with self.app.app_context():
            session = db.session()
            vote = vote_of(session, self.slug, self.key_dir)
            found = {}
            here = Voter.round_id == vote.round.id
            for voter in session.scalars(select(Voter).where(here)).all():
                receipt = current_receipt(session, vote.round, voter, keys=vote.keys)
                if receipt and voter.account_id:
                    found[voter.account_id] = tuple(code for _, code in receipt.codes)
            return found

    def seal(self) -> set[str]:
        """Reconcile and copy the ballots out; the codes of those that count."""
        with self.round_held_alone() as (session, round_, now):
            reconcile(session, round_, actor=OFFICIAL, now=now)
            keys = vote_of(session, self.slug, self.key_dir).keys
            seal_copy(session, round_, keys=keys, actor=OFFICIAL, now=now)
            return set(session.scalars(select(SealedReceipt.code)))

    def check_the_box(self, voters: Iterable[Caster]) -> None:
        """What a voter was shown is in the box, once, and nothing else is."""
        shown = {voter.account_id: voter.codes for voter in voters if voter.codes}
        assert self.receipts() == shown
        assert self.count(BoxBallot) == self.count(BoxCast) == len(shown)
        # The mail is written with the cast, in one transaction, and so is its job.
        assert self.count_mail() == self._mail_before + len(shown)

    def end(self) -> None:
        """Close our own connections."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


class Answered:
    """How many receipts have been shown so far; acts wait for a number of them."""

    def __init__(self) -> None:
        self._number = 0
        self._changed = threading.Condition()

    def add(self) -> None:
        """One more."""
        with self._changed:
            self._number += 1
            self._changed.notify_all()

    def wait_for(self, more: int) -> None:
        """Until so many more than now have been shown."""
        with self._changed:
            wanted = self._number + more
            assert self._changed.wait_for(lambda: self._number >= wanted, PATIENCE)
