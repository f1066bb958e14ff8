"""The vote is over once somebody has been told so."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.ballots import CLOSES, Vote
from tests.support.booth import cast, choose, review_form
from tests.support.client import Client
from voting.models import BoxBallot, Round, Stage


@pytest.mark.usefixtures("voter")
@pytest.mark.parametrize("late", ["cast", "choose", "withdraw"])
def test_a_clock_that_is_set_back_opens_no_vote_again(
    session: Session, client: Client, clock: FixedClock, vote: Vote, late: str
) -> None:
    choose(client, vote, "area0", "a0-1")
    cast(client, vote, review_form(client, vote))
    choose(client, vote, "area0", "a0-2")
    form = review_form(client, vote)
    acts = {
        "cast": lambda: cast(client, vote, form),
        "choose": lambda: choose(client, vote, "area0", "a0-2"),
        "withdraw": lambda: client.post(
            f"/en/rounds/{vote.slug}/vote/withdraw", data=form
        ),
    }
    clock.moment = CLOSES + timedelta(seconds=1)
    assert acts[late]().status_code == 409

    # The job that closes the vote has not come yet.
    clock.moment = CLOSES - timedelta(hours=1)

    for act in acts.values():
        assert act().status_code == 409
    assert session.scalars(select(Round.stage)).one() is Stage.CLOSED
    assert session.scalars(select(BoxBallot.choices)).all() == [[["a0-1", 1]]]
