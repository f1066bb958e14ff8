"""Make a batch of letters: for the page and for the command alike.

A PDF is set first and made good afterwards; a table for a print house is written part
by part, each of which is an act, however long it becomes. What breaks off on the way is
revoked, so a file is whole or opens nothing. The log is written in acts of its own.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import clock
from app.letters import (
    AboutTheVote,
    about_the_vote,
    csv_head,
    csv_row,
    letters_pdf,
)
from app.transaction import transaction
from core.audit import SYSTEM, Actor
from voting.codes import IssuedCode, hold_codes, new_codes
from voting.keys import RollKeys, load_roll_keys
from voting.mailings.batches import (
    address_codes,
    begin_batch,
    fill_batch,
    finish_batch,
    issue_part,
    note_reissue,
    reissue_code,
    revoke_batch,
)
from voting.mailings.choosing import Mailing, check_may_write, recipients
from voting.models import LetterBatch
from voting.rounds import get_round

# Letters in one PDF: on a page somebody waits for it, at a terminal it may take longer.
MOST_ON_A_PAGE = 200
MOST_AT_A_TERMINAL = 1000
PART = 500


@dataclass(frozen=True, slots=True)
class Made:
    """A batch that has been made: its number and its count."""

    number: int
    letters: int


def make_pdf(slug: str, mailing: Mailing, *, actor: Actor) -> tuple[Made, bytes]:
    """Letters on paper, all at once.

    Raises:
        NobodyToWriteTo, LettersOvertaken, LettersUndated, WayNotOpen, VoteClosed,
        RoundNotAnnounced, BatchUnknown, RollKeyChanged: nothing was made.
    """
    keys = keys_of(slug)
    with transaction() as session:
        round_ = get_round(session, slug)
        now = clock().now(session)
        about = about_the_vote(round_, check_may_write(session, round_, now=now))
        codes = new_codes(recipients(session, round_, mailing))
        addressed = address_codes(session, round_, codes, keys=keys)
    # Between two acts: nobody who votes waits until the sheets are set.
    pdf = letters_pdf(about, addressed, now=now)
    with transaction() as session:
        round_, now = get_round(session, slug), clock().now(session)
        people = [each.voter_id for each in codes]
        batch = begin_batch(
            session,
            round_,
            mailing,
            people=people,
            keys=keys,
            actor=actor,
            now=now,
        )
        work = _Work(slug, about, keys, actor, batch.id, batch.number)
    return work.whole(codes), pdf


def make_csv(
    slug: str,
    mailing: Mailing,
    *,
    actor: Actor,
    done: Callable[[Made], None] = lambda _made: None,
) -> tuple[int, Generator[bytes]]:
    """(number of the batch, its table in parts); the table can be read once.

    `done` is told when all of it has been read. Whoever stops before has revoked it.

    Raises:
        as `make_pdf`, before anything is written.
    """
    keys = keys_of(slug)
    with transaction() as session:
        round_ = get_round(session, slug)
        now = clock().now(session)
        about = about_the_vote(round_, check_may_write(session, round_, now=now))
        # Held first: whoever waited here for another's table finds its codes.
        hold_codes(session, round_, keys)
        people = recipients(session, round_, mailing)
        batch = begin_batch(session, round_, mailing, keys=keys, actor=actor, now=now)
        work = _Work(slug, about, keys, actor, batch.id, batch.number)
    return work.number, work.parts(people, done)


def make_one(slug: str, voter_id: int, *, actor: Actor) -> bytes:
    """A letter with a new code for one person; the old code ends.

    Raises:
        NoAddress: this person gets no letter.
        NotInTheRegister: nobody has this row in this round.
        others: as `make_pdf`.
    """
    keys = keys_of(slug)
    with transaction() as session:
        round_ = get_round(session, slug)
        now = clock().now(session)
        about = about_the_vote(round_, check_may_write(session, round_, now=now))
        (code,) = new_codes([voter_id])
        addressed = address_codes(session, round_, [code], keys=keys)
    pdf = letters_pdf(about, addressed, now=now)
    with transaction() as session:
        round_, now = get_round(session, slug), clock().now(session)
        note_reissue(session, round_, voter_id, actor=actor, now=now)
    with transaction() as session:
        round_, now = get_round(session, slug), clock().now(session)
        reissue_code(session, round_, code, keys=keys, now=now)
    return pdf


def revoke(slug: str, number: int, *, actor: Actor) -> None:
    """End the codes of a batch.

    Raises:
        BatchUnknown: there is none of this number.
    """
    with transaction() as session:
        revoke_batch(
            session,
            get_round(session, slug),
            number,
            keys=keys_of(slug),
            actor=actor,
            now=clock().now(session),
        )


@dataclass(frozen=True, slots=True)
class _Work:
    """Letters that are being made, in several acts."""

    slug: str
    about: AboutTheVote
    keys: RollKeys
    actor: Actor
    batch_id: int
    number: int

    def whole(self, codes: Sequence[IssuedCode]) -> Made:
        """Make letters good that have been set."""
        with self._or_revoked():
            with transaction() as session:
                round_ = get_round(session, self.slug)
                fill_batch(session, round_, self.batch_id, codes, keys=self.keys)
            return self._finish()

    def parts(
        self, people: list[int], done: Callable[[Made], None]
    ) -> Generator[bytes]:
        """The lines of a table, made good as they are read."""
        with self._or_revoked():
            count = 0
            yield csv_head().encode()
            for start in range(0, len(people), PART):
                lines = self._part(people[start : start + PART], count)
                count += len(lines)
                yield "".join(lines).encode()
            done(self._finish())

    @contextmanager
    def _or_revoked(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            # Also when the reader has gone: half a mailing is none.
            with suppress(SQLAlchemyError):
                revoke(self.slug, self.number, actor=SYSTEM)
            raise

    def _part(self, people: list[int], count: int) -> list[str]:
        with transaction() as session:
            round_ = get_round(session, self.slug)
            found = issue_part(session, round_, self.batch_id, people, keys=self.keys)
            return [
                csv_row(self.about, each, number)
                for number, each in enumerate(found, start=count + 1)
            ]

    def _finish(self) -> Made:
        with transaction() as session:
            now = clock().now(session)
            round_ = get_round(session, self.slug)
            return _made(
                finish_batch(session, round_, self.batch_id, actor=self.actor, now=now)
            )


def _made(batch: LetterBatch) -> Made:
    return Made(batch.number, batch.letters)


def keys_of(slug: str) -> RollKeys:
    """The key of the round's roll, from the folder of the keys."""
    return load_roll_keys(current_app.extensions["puistokatu"].key_dir, slug)
