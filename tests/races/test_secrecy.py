"""After the sealing nothing in the house joins a person to a choice.

A whole vote on real processes, with drafts, reminders, receipts, changes and a
pause. Then everything that is left is searched: every table of the database, its
file, the log, the folders, the mail. Whoever has kept the round's key is searched
with: even the tags and codes that it makes lead nowhere any more.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import clock, db
from app.jobs import enqueue
from app.jobs.reminders import schedule_reminders
from app.mail.models import Message
from app.transaction import transaction
from core.jobs import UNFINISHED, Job
from tests.factories.ballots import new_key
from tests.support.linking import Row, every_row, joined
from tests.support.server import LiveServer
from tests.support.smtp import SmtpSink
from tests.support.storm import IN, OFFICIAL, PATIENCE, Caster, Storm
from voting.closing import reconcile
from voting.keys import load_round_keys
from voting.models import BoxCast, Draft, SealedBallot, SealedReceipt, Voter
from voting.rounds import get_round

VOTERS, HESITANT, CHANGING = 12, 3, 4
PERSONS = {"account", "voter", "message", "attempt", "token", "access_grant"}
BOX = {"box_ballot", "box_cast", "draft"}
SEALED = {"sealed_ballot", "sealed_receipt"}


@dataclass
class Kept:
    """What an enemy wrote down while the vote was open, with the round's key."""

    tags: dict[int, str]
    codes: dict[int, tuple[str, ...]]
    hidden: set[str]

    def with_what_is_known(self, rows: list[Row]) -> list[Row]:
        """The roll, with everybody's tag and codes written beside."""
        return [
            replace(
                row,
                values=row.values
                | {self.tags[int(str(row.number))]}
                | {*self.codes.get(int(str(row.number)), ())},
            )
            if row.table == "voter"
            else row
            for row in rows
        ]


@pytest.fixture
def storm(live_server: LiveServer) -> Iterator[Storm]:
    """A vote that is open, on real processes."""
    storm = Storm(live_server)
    yield storm
    storm.end()


def until(storm: Storm, condition: Callable[[Session], bool]) -> None:
    """Look until the worker has come so far."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with storm.app.app_context():
            if condition(db.session()):
                return
        assert time.monotonic() < deadline, storm.server.log.read_text()
        time.sleep(0.1)


def all_jobs_done(session: Session) -> bool:
    states = session.scalars(select(Job.state).where(Job.name != "send_message")).all()
    left = session.scalars(
        select(Job.id).where(Job.name == "send_message", Job.state.in_(UNFINISHED))
    )
    return bool(states) and set(states) == {"done"} and not left.all()


def vote_with_everything(storm: Storm) -> list[Caster]:
    """Drafts, reminders, ballots, changed ballots, a pause; the last never send."""
    voters = storm.voters(VOTERS + HESITANT)
    with storm.app.app_context(), transaction() as session:
        session.execute(update(Account).values(notify_reminders=True))
    for voter in voters:
        area = {"project": voter.choices}
        assert storm.ask("POST", "vote/areas/area0", voter, **area)[0] == IN
    with storm.app.app_context(), transaction() as session:
        # As if it had been opened long ago: the first reminder is due at once.
        round_ = get_round(session, storm.slug)
        opening = datetime.now(UTC) - timedelta(days=30)
        schedule_reminders(session, round_, now=opening)
        session.execute(
            update(Job)
            .where(Job.name == "remind_voters", Job.run_after > datetime.now(UTC))
            .values(state="done")
        )
    until(storm, all_jobs_done)
    casting = voters[:VOTERS]
    # Neither in the order of the accounts nor in that of the ballot paper.
    for voter in casting[::2] + casting[1::2]:
        assert storm.cast(voter) == IN
    storm.pause()
    storm.resume()
    return voters


def change_some(storm: Storm, voters: list[Caster]) -> set[str]:
    """Some choose anew, each something that nobody else has; the codes that died."""
    dead: set[str] = set()
    for place, voter in enumerate(voters[:CHANGING]):
        dead |= set(voter.codes)
        voter.codes, voter.key = (), new_key()
        voter.choices = (*voter.choices, f"a0-{9 - place}")
        assert storm.cast(voter) == IN
    return dead


def write_down(storm: Storm) -> Kept:
    """Everything by which a voter is found again while the key exists."""
    with storm.app.app_context():
        session = db.session()
        keys = load_round_keys(storm.key_dir, storm.slug)
        accounts = dict(session.execute(select(Voter.account_id, Voter.id)).all())
        tags = {number: keys.tag(number) for number in accounts.values()}
        codes = {accounts[who]: found for who, found in storm.receipts().items()}
        drafts = session.scalars(select(Draft.ciphertext)).all()
        hidden = {
            *tags.values(),
            *session.scalars(select(BoxCast.key)),
            *(each.hex() for each in drafts),
        }
        assert len(drafts) == HESITANT
        return Kept(tags, codes, hidden)


def persons_with_choices(rows: list[Row], choice_tables: set[str]) -> list[set[Row]]:
    """The heaps in which there is both somebody and something chosen."""
    return [
        heap
        for heap in joined(rows, most=VOTERS - 1)
        if (tables := {row.table for row in heap}) & PERSONS and tables & choice_tables
    ]


def look(storm: Storm) -> list[Row]:
    with storm.app.app_context():
        return every_row(db.session())


def seal_by_the_worker(storm: Storm) -> None:
    storm.close()
    with storm.round_held_alone() as (session, round_, now):
        reconcile(session, round_, actor=OFFICIAL, now=now)
        enqueue(session, "seal_round", now=clock().now(session), slug=storm.slug)
    until(storm, all_jobs_done)


def test_after_the_sealing_nothing_joins_a_person_to_a_choice(
    storm: Storm, smtp_sink: SmtpSink
) -> None:
    voters = vote_with_everything(storm)
    dead = change_some(storm, voters)
    until(storm, all_jobs_done)
    kept = write_down(storm)
    before = look(storm)
    # The search has teeth: with the key, everybody who voted or began is found.
    found = persons_with_choices(kept.with_what_is_known(before), BOX)
    assert sum(row.table == "voter" for heap in found for row in heap) == len(voters)
    if not storm.server.database_url.startswith("sqlite"):
        # And on PostgreSQL without it, as docs/secrecy.md says of a running vote.
        assert persons_with_choices(before, BOX)

    seal_by_the_worker(storm)
    after = look(storm)
    assert persons_with_choices(after, SEALED | BOX) == []
    # A copy of the key shows whose code was counted, and never what was chosen.
    known = kept.with_what_is_known(after)
    assert persons_with_choices(known, {"sealed_ballot"}) == []
    assert {row.table for row in after} & BOX == set()
    nothing_hidden_is_left(storm, after, kept, dead)
    no_order_repeats_another(storm, voters[:VOTERS])
    no_counter_has_counted(storm)
    log_and_mail_say_nothing(storm, smtp_sink, voters, kept)


def nothing_hidden_is_left(
    storm: Storm, rows: list[Row], kept: Kept, dead: set[str]
) -> None:
    """No tag, key or draft is in a table, a file or a folder; a dead code neither."""
    left = {value for row in rows for value in row.values}
    assert not left & (kept.hidden | dead)
    assert [file.suffix for file in storm.key_dir.iterdir()] == [".roll"]
    if storm.server.database_url.startswith("sqlite"):
        path = Path(storm.server.database_url.removeprefix("sqlite:///"))
        files = [path, path.with_name(path.name + "-wal")]
        raw = b"".join(file.read_bytes() for file in files if file.exists())
        for word in kept.hidden | dead:
            assert word.encode() not in raw
        for draft in (word for word in kept.hidden if len(word) > 2 * 64):
            assert bytes.fromhex(draft) not in raw


def no_order_repeats_another(storm: Storm, voters: list[Caster]) -> None:
    """Neither by number nor as they lie on the disk do ballots follow the voters."""
    chose = {frozenset(voter.choices): voter.account_id for voter in voters}
    owns = {code: voter.account_id for voter in voters for code in voter.codes}
    assert len(chose) == len(owns) == VOTERS
    with storm.app.app_context():
        session = db.session()
        lies = "ctid" if session.get_bind().dialect.name == "postgresql" else "rowid"
        ballots, receipts = [], []
        for place in ("id", lies):
            query = select(SealedBallot.choices).order_by(text(place))
            found = [frozenset(c for c, _ in each) for each in session.scalars(query)]
            ballots.append([chose[each] for each in found])
            codes = session.scalars(select(SealedReceipt.code).order_by(text(place)))
            receipts.append([owns[code] for code in codes])
    came = [voter.account_id for voter in voters]
    cast = came[::2] + came[1::2]
    changed = [*cast[CHANGING // 2 :], *came[:CHANGING]]
    listed = [sorted(came), cast, changed]
    for order in ballots:
        for other in (*listed, *receipts):
            assert order not in (other, other[::-1])


def no_counter_has_counted(storm: Storm) -> None:
    """The box's rows took no number that counts up."""
    with storm.app.app_context():
        session = db.session()
        if session.get_bind().dialect.name != "postgresql":
            # No AUTOINCREMENT anywhere, and a table that is empty remembers nothing.
            names = inspect(session.connection()).get_table_names()
            assert "sqlite_sequence" not in names
            return
        counters = session.execute(
            text("SELECT sequencename, last_value FROM pg_sequences")
        )
        counted = {name for name, value in counters if value is not None}
    assert "voter_id_seq" in counted
    assert not {name for name in counted if name.startswith(tuple(BOX))}


def log_and_mail_say_nothing(
    storm: Storm, smtp_sink: SmtpSink, voters: list[Caster], kept: Kept
) -> None:
    """What was written about the storm holds no person; what was sent, no choice."""
    with storm.app.app_context():
        session = db.session()
        addresses = session.scalars(select(Account.email)).all()
        kinds = set(session.scalars(select(Message.kind)))
        secret = session.scalars(select(Message).where(Message.secret)).all()
        assert {(each.recipient, each.body) for each in secret} == {("", None)}
    assert kinds == {"receipt", "reminder"}
    said = storm.server.log.read_text()
    for word in (*addresses, *kept.hidden, *(c for v in voters for c in v.codes)):
        assert word not in said
    assert "a0-" not in said
    assert len(smtp_sink.messages) == len(voters) + VOTERS + CHANGING
    for mail in smtp_sink.messages:
        assert "Project" not in mail.as_string()
        assert "a0-" not in mail.as_string()
