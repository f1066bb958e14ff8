from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.ballots import (
    OPENS,
    Vote,
    cast_by,
    open_vote_with,
    voter_in,
    with_ballot,
)
from voting.ballots import (
    cast_paper,
    keep_draft,
    paper_of,
)
from voting.errors import (
    VoteClosed,
)
from voting.models import AreaKind, Draft, Stage
from voting.papers import areas_left, marks


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    return open_vote_with(session, tmp_path)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def keep(
    session: Session, vote: Vote, voter: Any, area: str, codes: Sequence[str] | None
) -> None:
    keep_draft(
        session,
        vote.round,
        vote.manifest,
        voter,
        area=area,
        codes=codes,
        now=OPENS,
        keys=vote.keys,
    )


def test_a_draft_is_found_again_and_unreadable_without_the_key(
    session: Session, vote: Vote
) -> None:
    voter = voter_in(session, vote)
    keep(session, vote, voter, "area0", ["a0-2", "unknown"])
    paper = paper_of(session, vote.round, voter, keys=vote.keys)
    assert paper.choices == {"area0": marks(["a0-2"])}
    assert voter.has_draft
    stored = session.scalars(select(Draft)).one()
    assert b"a0-2" not in stored.ciphertext
    assert stored.tag == vote.keys.tag(voter.id)


def test_a_draft_goes_when_it_is_cast(session: Session, vote: Vote) -> None:
    voter = voter_in(session, vote)
    keep(session, vote, voter, "area0", ["a0-2"])
    cast_by(session, vote, voter, area0=["a0-2"])
    assert count(session, Draft) == 0
    assert not voter.has_draft


def test_a_draft_may_be_over_the_limits_and_unfinished(
    session: Session, vote: Vote
) -> None:
    vote = with_ballot(vote, max_picks=1)
    voter = voter_in(session, vote)
    keep(session, vote, voter, "area0", ["a0-1", "a0-2"])
    paper = paper_of(session, vote.round, voter, keys=vote.keys)
    assert paper.choices == {"area0": marks(["a0-1", "a0-2"])}


def test_a_late_save_of_what_is_cast_is_no_draft(session: Session, vote: Vote) -> None:
    voter = voter_in(session, vote)
    cast_by(session, vote, voter, area0=["a0-2"])
    keep(session, vote, voter, "area0", ["a0-2"])
    assert count(session, Draft) == 0
    keep(session, vote, voter, "area0", ["a0-1"])
    assert count(session, Draft) == 1
    assert cast_paper(session, vote.round, voter, keys=vote.keys).choices == {
        "area0": marks(["a0-2"])
    }


def test_a_damaged_draft_keeps_nobody_from_voting(session: Session, vote: Vote) -> None:
    voter = voter_in(session, vote)
    keep(session, vote, voter, "area0", ["a0-2"])
    session.scalars(select(Draft)).one().ciphertext = b"rubbish"
    assert paper_of(session, vote.round, voter, keys=vote.keys).choices == {}
    cast_by(session, vote, voter, area0=["a0-1"])


def test_a_draft_is_refused_after_the_close(session: Session, vote: Vote) -> None:
    voter = voter_in(session, vote)
    vote.round.stage = Stage.CLOSED
    with pytest.raises(VoteClosed):
        keep(session, vote, voter, "area0", ["a0-1"])


def test_the_areas_that_are_left_are_named(session: Session, tmp_path: Path) -> None:
    kinds = [AreaKind.FREE, AreaKind.FREE, AreaKind.EVERYONE]
    manifest = open_vote_with(session, tmp_path, kinds=kinds).manifest

    def left(*done: str) -> list[str]:
        return [area.slug for area in areas_left(manifest, None, done)]

    assert left() == ["area0", "area1", "area2"]
    assert left("area1") == ["area2"]
    assert left("area1", "area2") == []
    assert left("area2") == ["area0", "area1"]


def test_a_draft_holds_one_free_area(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path, kinds=[AreaKind.FREE, AreaKind.FREE])
    voter = voter_in(session, vote)
    keep(session, vote, voter, "area0", ["a0-1"])
    keep(session, vote, voter, "area1", ["a1-1"])
    paper = paper_of(session, vote.round, voter, keys=vote.keys)
    assert paper.choices == {"area1": marks(["a1-1"])}
    keep(session, vote, voter, "area1", None)
    assert paper_of(session, vote.round, voter, keys=vote.keys).choices == {}
