"""A vote that is paused or extended: who is refused, what is kept, when it ends."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Actor, check_chain, entries, round_chain
from core.errors import DomainError
from core.text import Localized
from tests.factories.ballots import (
    CLOSES,
    OPENS,
    Vote,
    cast_by,
    new_key,
    open_vote_with,
    voter_in,
)
from voting.ballots import keep_draft, paper_of
from voting.closing import close_if_due, close_vote
from voting.electorate import age_day
from voting.errors import (
    EndNotLater,
    ReasonNeeded,
    ReasonNotTranslated,
    ReturnNotLater,
    TimeIsUp,
    VoteClosed,
    VoteNotOpenYet,
    VoteNotPaused,
    VotePaused,
)
from voting.interruptions import (
    extend_vote,
    interruptions_of,
    pause_vote,
    present_pause,
    resume_vote,
)
from voting.models import BoxBallot, Draft, Extension, Pause, Phase, PhaseKind, Stage
from voting.opening import current_manifest, end_of_vote, frozen_manifest
from voting.round_errors import PhasesOverlap

OFFICIAL = Actor(role="official")
WHY = Localized("Vika", "Ett fel", "A fault")
HOUR = timedelta(hours=1)


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    return open_vote_with(session, tmp_path)


def pause(
    session: Session, vote: Vote, *, now: datetime = OPENS + HOUR, **more: Any
) -> Pause:
    return pause_vote(session, vote.round, WHY, actor=OFFICIAL, now=now, **more)


def resume(session: Session, vote: Vote, *, now: datetime = OPENS + 2 * HOUR) -> Pause:
    return resume_vote(session, vote.round, actor=OFFICIAL, now=now)


def extend(
    session: Session, vote: Vote, until: datetime, *, now: datetime = OPENS + HOUR
) -> Extension:
    return extend_vote(session, vote.round, until, WHY, actor=OFFICIAL, now=now)


def ballots(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(BoxBallot)) or 0


def log(session: Session, vote: Vote) -> list[tuple[str, dict]]:
    chain = round_chain(vote.slug)
    assert check_chain(session, chain) is None
    return [(entry.action, entry.facts) for entry in entries(session, chain)]


def test_a_paused_vote_takes_no_ballot_and_then_takes_them_again(
    session: Session, vote: Vote
) -> None:
    voter = voter_in(session, vote)
    pause(session, vote)
    with pytest.raises(VotePaused):
        cast_by(session, vote, voter, now=OPENS + HOUR, area0=["a0-1"])
    with pytest.raises(VotePaused):
        voter_in(session, vote, now=OPENS + HOUR)
    assert ballots(session) == 0
    ended = resume(session, vote)
    assert (ended.began_at, ended.ended_at) == (OPENS + HOUR, OPENS + 2 * HOUR)
    cast_by(session, vote, voter, now=OPENS + 2 * HOUR, area0=["a0-1"])
    assert ballots(session) == 1
    assert [action for action, _ in log(session, vote)] == [
        "vote.paused",
        "vote.resumed",
    ]


def test_a_button_pressed_again_in_the_pause_shows_the_first_receipt(
    session: Session, vote: Vote
) -> None:
    voter, key = voter_in(session, vote), new_key()
    first = cast_by(session, vote, voter, key=key, area0=["a0-1"])
    pause(session, vote)
    again = cast_by(session, vote, voter, key=key, now=OPENS + HOUR, area0=["a0-1"])
    assert again == first
    assert again.repeated


def test_drafts_live_through_a_pause_and_can_even_be_written(
    session: Session, vote: Vote
) -> None:
    voter = voter_in(session, vote)

    def write(*codes: str) -> None:
        keep_draft(
            session,
            vote.round,
            vote.manifest,
            voter,
            area="area0",
            codes=codes,
            now=OPENS + HOUR,
            keys=vote.keys,
        )

    write("a0-1")
    pause(session, vote)
    write("a0-1", "a0-2")
    resume(session, vote)
    paper = paper_of(session, vote.round, voter, keys=vote.keys)
    assert paper.choices == {"area0": (("a0-1", 1), ("a0-2", 1))}


def test_the_clock_does_not_close_a_paused_vote(session: Session, vote: Vote) -> None:
    pause(session, vote, now=CLOSES - HOUR)
    after = CLOSES + HOUR
    assert close_if_due(session, vote.slug, now=after) is False
    with pytest.raises(TimeIsUp):
        resume(session, vote, now=after)
    extend(session, vote, after + HOUR, now=after)
    resume(session, vote, now=after)
    voter = voter_in(session, vote, now=after)
    cast_by(session, vote, voter, now=after, area0=["a0-1"])
    assert close_if_due(session, vote.slug, now=after + HOUR) is True
    assert vote.round.stage is Stage.CLOSED


def test_a_paused_vote_can_be_closed_with_a_reason(
    session: Session, vote: Vote
) -> None:
    pause(session, vote, now=CLOSES - HOUR)
    with pytest.raises(ReasonNeeded):
        close_vote(session, vote.round, actor=OFFICIAL, now=CLOSES)
    close_vote(session, vote.round, actor=OFFICIAL, now=CLOSES, reason="Too broken")
    assert vote.round.paused_at is None
    (only,) = interruptions_of(session, vote.round)
    assert isinstance(only, Pause)
    assert only.ended_at == CLOSES
    with pytest.raises(VoteNotPaused):
        resume(session, vote, now=CLOSES)


def test_a_later_end_takes_ballots_until_then(session: Session, vote: Vote) -> None:
    later = CLOSES + 48 * HOUR
    extend(session, vote, later, now=CLOSES - HOUR)
    assert end_of_vote(vote.round, vote.manifest) == later
    voter = voter_in(session, vote, now=CLOSES)
    cast_by(session, vote, voter, now=later - timedelta(seconds=1), area0=["a0-1"])
    with pytest.raises(VoteClosed):
        cast_by(session, vote, voter, now=later, area0=["a0-2"])
    assert close_if_due(session, vote.slug, now=CLOSES) is False
    assert close_if_due(session, vote.slug, now=later) is True


def test_an_extension_leaves_the_frozen_rules_and_the_day_of_the_age_alone(
    session: Session, vote: Vote
) -> None:
    before = frozen_manifest(session, vote.round)
    day = age_day(vote.manifest)
    extend(session, vote, CLOSES + 400 * 24 * HOUR)
    assert frozen_manifest(session, vote.round) is before
    rules = current_manifest(session, vote.round)
    assert rules == vote.manifest
    assert age_day(rules) == day


def test_the_calendar_moves_with_the_end(session: Session, vote: Vote) -> None:
    extend(session, vote, CLOSES + HOUR)
    (phase,) = vote.round.phases
    assert phase.ends_at == CLOSES + HOUR


def test_the_next_step_must_wait_for_the_vote(session: Session, vote: Vote) -> None:
    vote.round.phases.append(
        Phase(
            kind=PhaseKind.DECISION,
            position=5,
            starts_at=CLOSES + HOUR,
            ends_at=CLOSES + 9 * HOUR,
            purpose=Localized(),
        )
    )
    with pytest.raises(PhasesOverlap):
        extend(session, vote, CLOSES + 2 * HOUR)
    assert vote.round.extended_until is None
    extend(session, vote, CLOSES + HOUR)


@pytest.mark.parametrize(
    ("until", "now"),
    [
        (CLOSES, OPENS),
        (CLOSES - HOUR, OPENS),
        (OPENS, OPENS),
    ],
)
def test_the_end_moves_only_forward(
    session: Session, vote: Vote, until: datetime, now: datetime
) -> None:
    with pytest.raises(EndNotLater):
        extend(session, vote, until, now=now)
    extend(session, vote, CLOSES + 2 * HOUR)
    with pytest.raises(EndNotLater):
        extend(session, vote, CLOSES + HOUR)
    assert vote.round.extended_until == CLOSES + 2 * HOUR


def test_out_of_a_long_pause_the_end_moves_past_now(
    session: Session, vote: Vote
) -> None:
    pause(session, vote)
    with pytest.raises(EndNotLater):
        extend(session, vote, CLOSES + HOUR, now=CLOSES + 2 * HOUR)


def test_nothing_opens_a_vote_again_that_is_over(session: Session, vote: Vote) -> None:
    # The last moment has passed, though nobody has written it down yet.
    with pytest.raises(VoteClosed):
        extend(session, vote, CLOSES + 2 * HOUR, now=CLOSES)
    with pytest.raises(VoteClosed):
        pause(session, vote, now=CLOSES)
    close_vote(session, vote.round, actor=OFFICIAL, now=CLOSES)
    for now in (CLOSES, OPENS):
        with pytest.raises(VoteClosed):
            extend(session, vote, CLOSES + 2 * HOUR, now=now)
        with pytest.raises(VoteClosed):
            pause(session, vote, now=now)


def test_before_the_opening_there_is_nothing_to_stop(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path, stage=Stage.ANNOUNCED)
    with pytest.raises(VoteNotOpenYet):
        pause(session, vote)
    with pytest.raises(VoteNotOpenYet):
        extend(session, vote, CLOSES + HOUR)
    with pytest.raises(VoteNotPaused):
        resume(session, vote)


def test_an_opened_vote_can_be_paused_before_its_first_moment(
    session: Session, vote: Vote
) -> None:
    pause(session, vote, now=OPENS - HOUR)
    with pytest.raises(VotePaused):
        voter_in(session, vote, now=OPENS)


def test_a_pause_is_one_pause(session: Session, vote: Vote) -> None:
    pause(session, vote)
    with pytest.raises(VotePaused):
        pause(session, vote)
    resume(session, vote)
    with pytest.raises(VoteNotPaused):
        resume(session, vote)
    assert present_pause(session, vote.round) is None


@pytest.mark.parametrize(
    ("reason", "more", "refusal"),
    [
        (Localized("Vika", "Ett fel", ""), {}, ReasonNotTranslated),
        (Localized("Vika", " ", "A fault"), {}, ReasonNotTranslated),
        (WHY, {"expected_until": OPENS}, ReturnNotLater),
    ],
)
def test_a_pause_needs_a_reason_in_every_language_and_a_sensible_hope(
    session: Session,
    vote: Vote,
    reason: Localized,
    more: Any,
    refusal: type[DomainError],
) -> None:
    with pytest.raises(refusal):
        pause_vote(session, vote.round, reason, actor=OFFICIAL, now=OPENS, **more)
    assert vote.round.paused_at is None
    assert log(session, vote) == []


def test_an_extension_needs_a_reason_too(session: Session, vote: Vote) -> None:
    with pytest.raises(ReasonNotTranslated):
        extend_vote(
            session,
            vote.round,
            CLOSES + HOUR,
            Localized.same(""),
            actor=OFFICIAL,
            now=OPENS,
        )


def test_everything_that_was_done_stands_in_its_order_and_in_the_log(
    session: Session, vote: Vote
) -> None:
    pause(session, vote, expected_until=OPENS + 3 * HOUR)
    extend(session, vote, CLOSES + HOUR, now=OPENS + 2 * HOUR)
    resume(session, vote, now=OPENS + 3 * HOUR)
    pause(session, vote, now=OPENS + 4 * HOUR)
    acts = interruptions_of(session, vote.round)
    assert [type(act) for act in acts] == [Pause, Extension, Pause]
    moved = acts[1]
    assert isinstance(moved, Extension)
    assert (moved.old_end, moved.new_end) == (CLOSES, CLOSES + HOUR)
    actions = log(session, vote)
    assert [action for action, _ in actions] == [
        "vote.paused",
        "vote.extended",
        "vote.resumed",
        "vote.paused",
    ]
    assert actions[1][1] == {
        "old_end": CLOSES.isoformat(),
        "new_end": (CLOSES + HOUR).isoformat(),
        "reason": WHY.to_json(),
    }


def test_a_close_out_of_a_pause_forgets_the_drafts_too(
    session: Session, vote: Vote
) -> None:
    voter = voter_in(session, vote)
    keep_draft(
        session,
        vote.round,
        vote.manifest,
        voter,
        area="area0",
        codes=["a0-1"],
        now=OPENS,
        keys=vote.keys,
    )
    pause(session, vote)
    close_vote(session, vote.round, actor=OFFICIAL, now=OPENS + HOUR, reason="Why not")
    assert session.scalar(select(func.count()).select_from(Draft)) == 0
