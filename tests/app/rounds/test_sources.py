"""What the booth and its door remember of where somebody comes from."""

from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from core.clock import FixedClock
from tests.factories.accounts import log_in
from tests.factories.ballots import new_key, open_vote_with, voter_in
from tests.factories.rolls import open_register_round
from tests.support.client import Client
from voting.models import CastSource, RefusedTry


def test_casting_remembers_and_withdrawing_forgets(
    session: Session, client: Client, app: Flask
) -> None:
    vote = open_vote_with(session, app.extensions["puistokatu"].key_dir)
    voter = voter_in(session, vote)
    log_in(client, session.get_one(Account, voter.account_id))
    booth = f"/en/rounds/{vote.slug}/vote"
    cast = {"key": new_key(), "area.area0": "a0-1"}
    answer = client.post(booth, data=cast)
    assert answer.status_code == 302, answer.text
    kept = session.scalars(select(CastSource)).one()
    assert kept.voter_id == voter.id
    client.post(f"{booth}/withdraw")
    assert session.scalars(select(CastSource.source)).all() == []


def test_an_unknown_code_is_counted_and_a_misread_one_is_not(
    session: Session, client: Client, app: Flask, clock: FixedClock, tmp_path: Path
) -> None:
    round_, _keys = open_register_round(
        session,
        key_dir=app.extensions["puistokatu"].key_dir,
        folder=tmp_path,
        now=clock.moment,
    )
    door = f"/en/rounds/{round_.slug}/code"
    for code in ("0000-0000-0000-0000", "0000-0000-0000-0000", "0000-0000"):
        assert client.post(door, data={"code": code}).status_code == 422
    assert [row.tries for row in session.scalars(select(RefusedTry))] == [2]
