"""Whoever votes online and on paper is told what counts, if that may be written."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Account
from core.clock import FixedClock
from tests.factories.accounts import log_in, resident
from tests.factories.mail import mails_to
from tests.factories.paper import PaperVote, paper_vote
from tests.factories.rolls import hetu
from tests.support.client import Client
from voting.models.rounds import PaperRule

ADDRESS = "asukas@example.org"


class Envelopes:
    """A vote in which person 2 has voted online with an account, and an opener."""

    def __init__(self, vote: PaperVote, client: Client) -> None:
        self.vote = vote
        opener = vote.session.get_one(Account, vote.opener)
        self.desk = log_in(client, opener)
        self.page = f"/en/manage/rounds/{vote.round.slug}/paper/envelopes"
        account = resident(vote.session, email=ADDRESS, language="sv")
        account.notify_reminders = True
        self.account = account
        vote.voter(2).account_id = account.id
        vote.cast_online(2)

    def mark(self, once: str, number: int = 2) -> int:
        form = {"once": once * 32, "number": hetu(number), "areas": ["north"]}
        return self.desk.post(self.page, data=form).status_code

    def subjects(self) -> list[str]:
        return [each.subject for each in mails_to(self.vote.session, ADDRESS)]


@pytest.fixture
def begin(
    app: Flask, session: Session, clock: FixedClock, tmp_path: Path, client: Client
) -> Any:
    key_dir: Path = app.extensions["puistokatu"].key_dir

    def make(rule: PaperRule) -> Envelopes:
        vote = paper_vote(
            session, key_dir=key_dir, folder=tmp_path, now=clock.moment, rule=rule
        )
        clock.moment = vote.now
        return Envelopes(vote, client)

    return make


def test_a_vote_replaced_by_paper_is_told_once_and_its_return_too(begin: Any) -> None:
    envelopes = begin(PaperRule.REPLACES)
    title = envelopes.vote.round.title.in_language("sv")
    assert [envelopes.mark("a"), envelopes.mark("a"), envelopes.mark("b", 3)] == [
        302
    ] * 3
    assert envelopes.subjects() == [f"Din pappersröst räknas: {title}"]
    (mail,) = mails_to(envelopes.vote.session, ADDRESS)
    assert "kontakt" in (mail.body or "").casefold() or "fråga här" in (mail.body or "")
    assert mail.secret
    # Marked twice over, the one on paper stays.
    assert envelopes.mark("c") == 422
    back = {"mistaken": hetu(2)}
    answer = envelopes.desk.post(f"{envelopes.page}/take-back", data=back)
    assert answer.status_code == 302
    assert envelopes.subjects()[1:] == [
        f"Rösten som du lämnade på nätet räknas igen: {title}"
    ]


def test_where_paper_yields_the_voter_hears_that_the_envelope_stays_closed(
    begin: Any,
) -> None:
    envelopes = begin(PaperRule.YIELDS)
    assert envelopes.mark("a") == 422
    title = envelopes.vote.round.title.in_language("sv")
    assert envelopes.subjects() == [f"Rösten som du lämnade på nätet räknas: {title}"]


def test_nobody_is_written_to_who_has_not_allowed_it(begin: Any) -> None:
    envelopes = begin(PaperRule.REPLACES)
    envelopes.account.notify_reminders = False
    assert envelopes.mark("a") == 302
    assert envelopes.subjects() == []
