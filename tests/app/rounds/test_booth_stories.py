"""Points and rankings, from the official's form to the published file."""

import contextlib
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from pabulib.checker import Checker
from sqlalchemy.orm import Session

from core.audit import SYSTEM
from tests.factories.accounts import log_in, official, resident
from tests.factories.rounds import OFFICIAL, announced_round
from tests.support.client import Client
from voting.closing import close_vote, reconcile
from voting.keys import load_round_keys
from voting.models import Round
from voting.opening import current_manifest
from voting.pabulib import parse_election
from voting.pabulib.warnings import warnings
from voting.results import count_round, publish_result
from voting.rounds import find_round
from voting.sealing import seal_copy
from voting.tally import tally

SLUG = "puistola-2027"
DESK = f"/en/manage/rounds/{SLUG}"
BALLOT = {
    "min_picks": "1",
    "municipality": "Puistola",
    "min_age": "0",
    "age_by": "birth_year",
}
RULE = {
    "satisfaction": "points",
    "threshold": "1",
    "ties": "cost,votes,draw",
    "variant": "skip",
    "order": "total",
    "completion": "none",
    "practice": "cities",
}


def area_form(kind: str, picks: list[tuple[str, int]]) -> dict[str, Any]:
    """What the booth's form of one area posts."""
    if kind == "ordinal":
        return {"project": [code for code, _ in picks]}
    return {f"points.{code}": str(points) for code, points in picks}


def review_form(page: str) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    for name, value in found:
        form.setdefault(name, []).append(value)
    form.pop("csrf_token")
    return form


def votes(
    client: Client, kind: str, area: str, picks: list[tuple[str, int]]
) -> list[str]:
    """Somebody votes in one area, through the pages; his codes."""
    booth = f"/en/rounds/{SLUG}/vote"
    client.post(
        f"/en/rounds/{SLUG}/may-vote",
        data={"question": "municipality", "answer": "yes"},
    )
    client.post(f"{booth}/enter")
    assert client.post(f"{booth}/areas/{area}", data=area_form(kind, picks)).location
    form = review_form(client.get(f"{booth}/review").text)
    answer = client.post(booth, data=form)
    return re.findall(r'<td class="code">([^<]+)', client.get(answer.location).text)


# The checker's words on projects and rules, not on the ballots.
BESIDE_THE_FORMAT = {
    "project with no votes",
    "rule validation skipped",
    "greedy rule not followed",
}
# Ballots by area, and what they add up to: projects 1 and 2 stand in the north.
STORIES: dict[str, tuple[dict[str, str], list[Any], dict[str, int], str]] = {
    "cumulative": (
        {"points": "10", "most_points": "6"},
        [[("1", 6), ("2", 4)], [("2", 5)], [("1", 1)]],
        {"1": 7, "2": 9},
        "max_sum_points;10",
    ),
    "scoring": (
        {"most_points": "5"},
        [[("1", 5), ("2", 5)], [("2", 3)]],
        {"1": 5, "2": 8},
        "max_points;5",
    ),
    "ordinal": (
        {"max_picks": "2"},
        [[("2", 1), ("1", 1)], [("2", 1), ("1", 1)], [("1", 1)]],
        {"1": 3, "2": 4},
        "max_length;2",
    ),
}


@pytest.mark.parametrize(
    "story",
    [
        ("cumulative", "max-welfare"),
        ("cumulative", "equal-shares"),
        ("scoring", "greedy"),
        ("ordinal", "greedy"),
    ],
)
def test_from_the_officials_form_to_the_published_file(
    session: Session,
    new_client: Callable[[], Client],
    app: Flask,
    story: tuple[str, str],
) -> None:
    kind, rule = story
    limits, ballots, score, in_the_file = STORIES[kind]
    announced_round(session, now=app.extensions["clock"].moment)
    desk = log_in(new_client(), official(session))
    answer = desk.post(f"{DESK}/ballot", data=BALLOT | {"kind": kind} | limits)
    assert answer.status_code == 302
    assert desk.post(f"{DESK}/rule", data=RULE | {"rule": rule}).status_code == 302
    answer = desk.post(f"{DESK}/open")
    assert answer.status_code == 302, answer.text
    for picks in ballots:
        voter = log_in(new_client(), resident(session))
        assert len(votes(voter, kind, "north", picks)) == 1
    round_ = seal_and_publish(session, app)
    counted = tally(session, current_manifest(session, round_), round_)
    found = dict(zip(counted.projects, counted.score.tolist(), strict=True))
    assert {code: found[code] for code in score} == score
    page = new_client().get(f"/en/rounds/{SLUG}/result").text
    assert f"{score['2']} points" in page
    text = new_client().get(f"/en/rounds/{SLUG}/result.pb").text
    election = parse_election(text)
    assert election.ballot_type.value == kind
    assert in_the_file in text
    assert warnings(election) == []
    with contextlib.redirect_stdout(io.StringIO()):
        report = Checker().process_files([text])["summary"]
    assert set(report) <= BESIDE_THE_FORMAT, report


def seal_and_publish(session: Session, app: Flask) -> Round:
    session.expire_all()
    round_ = find_round(session, SLUG)
    assert round_
    now = app.extensions["clock"].moment
    close_vote(session, round_, actor=OFFICIAL, now=now, reason="All have voted.")
    reconcile(session, round_, actor=OFFICIAL, now=now)
    keys = load_round_keys(app.extensions["puistokatu"].key_dir, SLUG)
    seal_copy(session, round_, keys=keys, actor=SYSTEM, now=now)
    count_round(session, round_, actor=OFFICIAL, now=now)
    publish_result(session, round_, actor=OFFICIAL, now=now)
    session.flush()
    return round_
