"""Rounds that are voted on paper too, the people who handle it, and their cards."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import official
from tests.factories.ballots import new_key
from tests.factories.rolls import hetu, open_register_round, row_of_person
from tests.factories.rounds import OFFICIAL
from voting.ballots import Receipt, cast
from voting.cards.batches import batch_of, close_batch, issue_batch
from voting.cards.duties import take_duty
from voting.cards.entries import Entry, Verdict
from voting.cards.envelopes import accept_envelope, set_aside
from voting.cards.reading import enter_card
from voting.closing import close_vote
from voting.electorate import share_round
from voting.entering import VerifiedId
from voting.keys import RollKeys, load_round_keys
from voting.manifest import RuleManifest
from voting.models import (
    Duty,
    EnvelopeState,
    PaperCard,
    PaperEnvelope,
    Round,
    Voter,
    VoterSource,
    Way,
)
from voting.models.rounds import PaperRule
from voting.opening import current_manifest
from voting.rounds import BallotPlan


@dataclass
class PaperVote:
    """A vote by register and on paper, with somebody for each task."""

    session: Session
    round: Round
    manifest: RuleManifest
    roll_keys: RollKeys
    key_dir: Path
    now: datetime
    opener: int
    readers: tuple[int, int, int]

    @property
    def act(self) -> dict[str, Any]:
        """What every official's act is given."""
        return {"actor": OFFICIAL, "now": self.now}

    def voter(self, number: int) -> Voter:
        """The row of a person of the register."""
        return row_of_person(self.session, self.round, number, self.roll_keys)

    def accept(self, number: int, *areas: str, key: str | None = None) -> PaperEnvelope:
        """An envelope of person `number`, by default from the north."""
        share_round(self.session, self.round.slug)
        return accept_envelope(
            self.session,
            self.round,
            self.manifest,
            VerifiedId(hetu(number)),
            areas or ("north",),
            key=key or secrets.token_hex(16),
            clerk=self.opener,
            keys=self.roll_keys,
            now=self.now,
        ).envelope

    def put_aside(self, state: EnvelopeState, *areas: str) -> PaperEnvelope:
        """One that does not count."""
        return set_aside(
            self.session,
            self.round,
            self.manifest,
            state,
            areas or ("north",),
            key=secrets.token_hex(16),
            clerk=self.opener,
        )

    def cast_online(self, number: int, *codes: str) -> Receipt:
        """Person `number` votes in the north."""
        share_round(self.session, self.round.slug)
        return cast(
            self.session,
            self.round,
            self.manifest,
            self.voter(number),
            {"north": codes or ("1",)},
            key=new_key(),
            now=self.now,
            keys=load_round_keys(self.key_dir, self.round.slug),
        )

    def issue(self, count: int, area: str = "north") -> list[PaperCard]:
        """A batch of cards, in their places."""
        batch = issue_batch(
            self.session, self.round, self.manifest, area, count, **self.act
        )
        query = select(PaperCard).where(PaperCard.batch_id == batch.id)
        return list(self.session.scalars(query.order_by(PaperCard.place)))

    def close(self) -> None:
        """The vote; cards are looked at after this."""
        close_vote(self.session, self.round, reason="Trial", **self.act)

    def enter(self, card: PaperCard, entry: Entry, reader: int = 0) -> PaperCard:
        """By one person."""
        return enter_card(
            self.session,
            self.round,
            self.manifest,
            card,
            entry,
            clerk=self.readers[reader],
        )

    def read(
        self, card: PaperCard, *codes: str, verdict: Verdict = Verdict.BALLOT
    ) -> PaperCard:
        """By two people in the same way: ticks on these projects."""
        entry = Entry(verdict, dict.fromkeys(codes, 1))
        self.enter(card, entry)
        return self.enter(card, entry, reader=1)

    def close_batch(self, returned: int, spoiled: int, missing: int) -> None:
        """The first one, with what was counted by hand."""
        close_batch(
            self.session,
            self.round,
            self.manifest,
            self.batch(),
            returned=returned,
            spoiled=spoiled,
            missing=missing,
            **self.act,
        )

    def batch(self, number: int = 1) -> Any:
        """By its number."""
        return batch_of(self.session, self.round, number)


def paper_plan(rule: PaperRule = PaperRule.REPLACES, **rules: Any) -> BallotPlan:
    """By register, at most two projects, and on paper."""
    values: dict[str, Any] = {
        "max_picks": 2,
        "municipality": "Puistola",
        "voter_source": VoterSource.REGISTER,
        "ways": (Way.CODE, Way.EMAIL, Way.STRONG, Way.DESK),
        "paper": rule,
    }
    return BallotPlan(**(values | rules))


def paper_vote(
    session: Session,
    *,
    key_dir: Path,
    folder: Path,
    now: datetime,
    rule: PaperRule = PaperRule.REPLACES,
    people: int = 6,
    rules: dict[str, Any] | None = None,
    **options: Any,
) -> PaperVote:
    """The vote is on; persons 2, 3, ... live in the north."""
    round_, keys = open_register_round(
        session,
        key_dir=key_dir,
        folder=folder,
        now=now,
        people=people,
        ballot=paper_plan(rule, **(rules or {})),
        **options,
    )
    # The vote's own first moment is a day before `now`, see the rounds' factory.
    opener, *readers = (official(session).id for _ in range(4))
    take_duty(session, round_, opener, Duty.ENVELOPES)
    for reader in readers:
        take_duty(session, round_, reader, Duty.CARDS)
    return PaperVote(
        session=session,
        round=round_,
        manifest=current_manifest(session, round_),
        roll_keys=keys,
        key_dir=key_dir,
        now=now + timedelta(minutes=5),
        opener=opener,
        readers=(readers[0], readers[1], readers[2]),
    )
