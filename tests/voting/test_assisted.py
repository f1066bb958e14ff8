"""Assisted sessions: the two acts of an opening, and every way to an end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Actor, AuditEntry
from tests.factories.accounts import official
from tests.factories.ballots import new_key
from tests.factories.paper import paper_plan
from tests.factories.rolls import open_register_round, row_of_person
from tests.factories.rounds import OFFICIAL
from voting.assisted import (
    AFTER_CAST,
    LASTS,
    OPENING,
    Document,
    Helper,
    begin_session,
    check_may_help,
    end_session,
    has_cast_here,
    hold_session,
    is_running,
    last_desk_of,
    list_sessions,
    note_cast,
    note_withdrawal,
    open_booth,
    settle_session,
    state_of,
)
from voting.assisted_errors import AssistedBusy, AssistedHasVoted, AssistedOver
from voting.ballots import cast, keep_draft, paper_at_desk, paper_of, withdraw
from voting.closing import close_vote
from voting.errors import NotOnTheRoll, VoteClosed
from voting.keys import RollKeys, RoundKeys, load_round_keys
from voting.manifest import RuleManifest
from voting.models import (
    PAPER,
    AssistedSession,
    BoothPass,
    Draft,
    Ending,
    Round,
    Voter,
    Way,
)
from voting.opening import current_manifest
from voting.roll_errors import WayNotOpen
from voting.rounds import BallotPlan

NOW = datetime.fromisoformat("2027-04-12T09:00:00+00:00")


@dataclass
class Place:
    """A service point: what every act needs."""

    session: Session
    round: Round
    manifest: RuleManifest
    roll_keys: RollKeys
    keys: RoundKeys

    def helper(self) -> Helper:
        """An official who has just come."""
        who = official(self.session)
        return Helper(Actor("official", who.name, who.id), who.id, who.email)

    def person(self, number: int = 2) -> Voter:
        """Somebody of the roll."""
        return row_of_person(self.session, self.round, number, self.roll_keys)

    def begin(
        self, helper: Helper, form: str | None = None, *, now: datetime = NOW
    ) -> AssistedSession:
        """The first act."""
        return begin_session(
            self.session,
            self.round,
            "Library",
            Document.PASSPORT,
            helper,
            form_key=form,
            now=now,
        )

    def open(self, row: AssistedSession, number: int = 2) -> str:
        """The second act."""
        return open_booth(
            self.session,
            self.round,
            self.manifest,
            self.person(number).id,
            row.id,
            now=NOW,
        )

    def end(self, row: AssistedSession, how: Ending = Ending.HERE) -> bool:
        """Ten minutes later."""
        now = NOW + timedelta(minutes=10)
        return end_session(
            self.session, self.round, row.id, how, keys=self.keys, now=now
        )

    def settle(self, row: AssistedSession, after: timedelta) -> timedelta | None:
        """So long after the beginning."""
        return settle_session(self.session, row.id, now=NOW + after)

    def log(self) -> list[str]:
        """What the log says of sessions."""
        query = select(AuditEntry.action).order_by(AuditEntry.number)
        found = self.session.scalars(query)
        return [each for each in found if each.startswith("assisted")]

    def count(self, model: type) -> int:
        """The rows of a table."""
        return self.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def place(session: Session, tmp_path: Path) -> Place:
    plan = paper_plan()
    round_, roll_keys = open_register_round(
        session, key_dir=tmp_path / "keys", folder=tmp_path, now=NOW, ballot=plan
    )
    manifest = current_manifest(session, round_)
    keys = load_round_keys(tmp_path / "keys", round_.slug)
    return Place(session, round_, manifest, roll_keys, keys)


def test_between_the_acts_everything_is_looked_at_again(
    place: Place, session: Session, tmp_path: Path
) -> None:
    row = place.begin(place.helper())
    with pytest.raises(NotOnTheRoll):
        open_booth(session, place.round, place.manifest, 0, row.id, now=NOW)
    place.person().channel = PAPER
    with pytest.raises(AssistedHasVoted):
        place.open(row)
    place.person().channel = None
    others = current_manifest(session, place.round)
    closed = open_register_round(
        session,
        key_dir=tmp_path / "keys",
        folder=tmp_path,
        now=NOW,
        slug="by-letter",
        ballot=BallotPlan(
            max_picks=2,
            municipality="Puistola",
            voter_source=place.round.voter_source,
            ways=(Way.CODE,),
        ),
    )[0]
    others = current_manifest(session, closed)
    with pytest.raises(WayNotOpen):
        open_booth(session, place.round, others, place.person().id, row.id, now=NOW)
    place.end(row)
    with pytest.raises(AssistedOver):
        place.open(row)
    later = place.begin(place.helper())
    close_vote(session, place.round, actor=OFFICIAL, now=NOW, reason="A test")
    with pytest.raises(VoteClosed):
        place.open(later)


def test_who_voted_on_paper_is_not_helped(place: Place, session: Session) -> None:
    helper, voter = place.helper(), place.person()
    act = {"keys": place.roll_keys, "now": NOW}
    check_may_help(session, place.round, place.manifest, voter, helper, **act)
    voter.channel = PAPER
    with pytest.raises(AssistedHasVoted):
        check_may_help(session, place.round, place.manifest, voter, helper, **act)
    close_vote(session, place.round, actor=OFFICIAL, now=NOW, reason="A test")
    with pytest.raises(VoteClosed):
        check_may_help(session, place.round, place.manifest, voter, helper, **act)


def test_a_session_that_opened_for_nobody_ends_by_itself(place: Place) -> None:
    helper = place.helper()
    row = place.begin(helper, "a" * 32)
    with pytest.raises(AssistedBusy):
        place.begin(helper, "b" * 32)
    with pytest.raises(AssistedBusy):
        place.begin(helper)
    assert place.begin(helper, "a" * 32) is row
    later = NOW + OPENING
    assert place.begin(helper, "b" * 32, now=later).id != row.id
    assert row.ended_how is Ending.ELSEWHERE
    assert place.log() == ["assisted.begun", "assisted.ended", "assisted.begun"]


def test_one_form_opens_for_one_person(place: Place) -> None:
    helper = place.helper()
    row = place.begin(helper, "a" * 32)
    first = place.open(row)
    second = place.open(row)
    act = {"now": NOW}
    assert not is_running(place.session, place.round, first, row.id, **act)
    assert is_running(place.session, place.round, second, row.id, **act)
    assert not is_running(place.session, place.round, second, row.id + 1, **act)
    with pytest.raises(AssistedBusy):
        place.open(row, 3)


def test_a_cast_leaves_time_for_the_receipt_and_no_more(
    place: Place, session: Session
) -> None:
    row = place.begin(place.helper())
    token = place.open(row)
    voter = place.person()
    late = NOW + LASTS - timedelta(minutes=1)
    hold_session(session, voter, now=late)
    note_cast(session, voter, now=late)
    assert row.ends_at == late + AFTER_CAST
    assert has_cast_here(session, voter)
    note_withdrawal(session, voter, now=late)
    assert not has_cast_here(session, voter)
    later = late + timedelta(minutes=4)
    note_cast(session, voter, now=later)
    assert row.ends_at == NOW + LASTS + AFTER_CAST
    assert is_running(session, place.round, token, row.id, now=later)
    with pytest.raises(AssistedOver):
        hold_session(session, voter, now=row.ends_at)
    assert place.settle(row, LASTS) == AFTER_CAST
    assert place.settle(row, LASTS + AFTER_CAST) is None
    assert (row.ended_how, row.ended_at) == (Ending.TIME, row.ends_at)


def test_nothing_happens_in_a_session_that_has_ended(
    place: Place, session: Session
) -> None:
    row = place.begin(place.helper())
    place.open(row)
    assert place.end(row, Ending.OFFICIAL)
    assert not place.end(row)
    voter = place.person()
    for act in (hold_session, note_cast, note_withdrawal):
        with pytest.raises(AssistedOver):
            act(session, voter, now=NOW)
    assert place.settle(row, LASTS) is None
    assert place.count(BoothPass) == 0
    assert place.log() == ["assisted.begun", "assisted.ended"]


def test_a_session_of_another_round_is_not_ended_from_here(
    place: Place, session: Session, tmp_path: Path
) -> None:
    other, _ = open_register_round(
        session, key_dir=tmp_path / "keys", folder=tmp_path, now=NOW, slug="other"
    )
    row = place.begin(place.helper())
    assert not end_session(session, other, row.id, Ending.OFFICIAL, now=NOW)
    assert row.ended_at is None
    assert list_sessions(session, other) == []


def test_the_draft_of_a_desk_is_one_of_its_own(place: Place, session: Session) -> None:
    act = {"now": NOW, "keys": place.keys}
    row = place.begin(place.helper())
    place.open(row)
    voter = place.person()
    home = (session, place.round, place.manifest, voter)
    keep_draft(*home, area="north", codes=[("1", 1)], **act)
    keep_draft(*home, area="north", codes=[("2", 1)], at_desk=True, **act)
    where = (session, place.round, voter)
    assert paper_of(*where, keys=place.keys).choices == {"north": (("1", 1),)}
    assert paper_at_desk(*where, keys=place.keys).choices == {"north": (("2", 1),)}
    assert place.end(row)
    assert paper_at_desk(*where, keys=place.keys).choices == {}
    assert paper_of(*where, keys=place.keys).choices == {"north": (("1", 1),)}
    assert voter.has_draft
    keep_draft(*home, area="north", codes=[("2", 1)], at_desk=True, **act)
    # Whoever casts, or takes back, has no draft any more, wherever he began it.
    cast(*home, {"north": [("1", 1)]}, key=new_key(), **act)
    assert (place.count(Draft), voter.has_draft) == (0, False)
    keep_draft(*home, area="north", codes=[("1", 1)], at_desk=True, **act)
    assert (place.count(Draft), voter.has_draft) == (1, False)
    withdraw(*home, **act)
    assert place.count(Draft) == 0


def test_the_state_is_known_before_anybody_has_written_it_down(
    place: Place, session: Session
) -> None:
    helper = place.helper()
    row = place.begin(helper)
    place.open(row)
    assert last_desk_of(session, helper.account_id) == "Library"
    assert last_desk_of(session, 0) == ""
    assert state_of(session, row, now=NOW) is None
    assert state_of(session, row, now=NOW + LASTS) is Ending.TIME
    place.open(place.begin(place.helper()))
    later = NOW + timedelta(minutes=2)
    assert state_of(session, row, now=later) is Ending.ELSEWHERE
    assert place.settle(row, timedelta(minutes=2)) is None
    assert row.ended_how is Ending.ELSEWHERE
