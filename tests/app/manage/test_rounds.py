from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import AuditEntry, round_chain
from core.clock import FixedClock
from tests.conftest import NOON
from tests.factories.accounts import log_in, official, resident
from tests.factories.rounds import (
    announced_round,
    bare_round,
    draft_round,
    open_round,
)
from tests.support.client import Client
from voting.models import PhaseKind, Round, Stage
from voting.rounds import find_round, phase_of

ROUNDS = "/en/manage/rounds"


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


def now_stands(session: Session, slug: str) -> Round:
    session.expire_all()
    round_ = find_round(session, slug)
    assert round_ is not None
    return round_


def title(**texts: str) -> dict[str, str]:
    return {f"title-{tag}": text for tag, text in texts.items()}


def test_an_official_begins_a_round(desk: Client, session: Session) -> None:
    form = title(fi="Uusi") | {"slug": "uusi-2027", "budget_cents": "250 000"}
    answer = desk.post(f"{ROUNDS}/new", data=form)
    assert answer.location == f"{ROUNDS}/uusi-2027"
    round_ = now_stands(session, "uusi-2027")
    assert (round_.budget_cents, round_.title.fi) == (25_000_000, "Uusi")
    page = desk.get(f"{ROUNDS}/uusi-2027").text
    assert "Missing before the round can be announced" in page
    assert "The title is not written in Swedish, in English." in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("slug", "Uusi Kierros", "Use small letters"),
        ("slug", "new", "This address is in use"),
        ("slug", "taken", "Another round has the address"),
        ("budget_cents", "paljon", "This is not an amount of money"),
        ("budget_cents", "", "Write the amount in euros"),
        ("budget_cents", "9999999999999999", "This is more money"),
        ("title-fi", "", "Write this in at least one language"),
        ("title-fi", "x" * 121, "Field cannot be longer than 120"),
        ("title-fi", "a\x00b", "There are characters here"),
    ],
)
def test_a_bad_field_is_answered_beside_it_and_what_was_typed_stays(
    desk: Client, session: Session, field: str, typed: str, said: str
) -> None:
    bare_round(session, now=NOON, slug="taken")
    form = title(fi="Uusi") | {"slug": "uusi", "budget_cents": "1", field: typed}
    answer = desk.post(f"{ROUNDS}/new", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    if typed.isprintable():
        assert f'value="{typed}"' in answer.text
    assert find_round(session, "uusi") is None


def test_an_official_of_one_round_makes_no_others(
    client: Client, session: Session, clock: FixedClock
) -> None:
    bare_round(session, now=clock.moment, slug="mine")
    bare_round(session, now=clock.moment, slug="theirs")
    log_in(client, official(session, scope="round:mine"))
    assert client.get(f"{ROUNDS}/new").status_code == 403
    assert client.get(f"{ROUNDS}/mine").status_code == 200
    assert client.get(f"{ROUNDS}/theirs").status_code == 403
    assert client.post(f"{ROUNDS}/theirs/announce").status_code == 403
    assert "theirs" not in client.get(ROUNDS).text
    assert "theirs" not in client.get("/en/manage/").text


def test_a_resident_has_no_desk(
    client: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    log_in(client, resident(session))
    for page in ("", "/new", "/puistola-2027", "/puistola-2027/texts"):
        assert client.get(ROUNDS + page).status_code == 403


def test_a_round_that_is_not_there_is_404(desk: Client) -> None:
    assert desk.get(f"{ROUNDS}/nothing").status_code == 404


PARTS = (
    "",
    "/texts",
    "/areas",
    "/areas/add",
    "/areas/north",
    "/categories/add",
    "/phases",
    "/ballot",
    "/rule",
    "/open",
    "/projects",
    "/projects/add",
    "/projects/1",
    "/projects/import",
    "/proposals",
)


def test_every_page_of_the_desk_opens_in_every_stage_and_language(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment, slug="draft")
    announced_round(session, now=clock.moment, slug="announced")
    open_round(session, now=clock.moment, slug="open")
    stages = {"fi": "draft", "sv": "announced", "en": "open"}
    for language, slug in stages.items():
        for part in PARTS:
            answer = desk.get(f"/{language}/manage/rounds/{slug}{part}")
            assert answer.status_code == 200, (slug, part)


def test_the_texts_are_edited(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    form = title(fi="A", sv="B", en="C") | {
        "summary-fi": "rivi\r\ntoinen",
        "contact": "Olli",
    }
    assert desk.post(f"{ROUNDS}/puistola-2027/texts", data=form).status_code == 302
    round_ = now_stands(session, "puistola-2027")
    assert (round_.title.sv, round_.summary.fi) == ("B", "rivi\ntoinen")


def phase_form(round_: Round, **changes: str) -> dict[str, str]:
    form = {}
    for phase in round_.phases:
        form[f"{phase.kind}-enabled"] = "y"
        form[f"{phase.kind}-promise_level"] = "3"
    return form | changes


def test_phases_are_planned_in_helsinki_time(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    dates = {"vote-starts_at": "2027-05-01T08:00", "vote-ends_at": "2027-05-14T18:00"}
    form = phase_form(round_, **dates)
    assert desk.post(f"{ROUNDS}/puistola-2027/phases", data=form).status_code == 302
    vote = phase_of(now_stands(session, "puistola-2027"), PhaseKind.VOTE)
    assert vote is not None
    assert vote.ends_at is not None
    assert vote.ends_at.isoformat() == "2027-05-14T15:00:00+00:00"
    assert 'value="2027-05-14T18:00"' in desk.get(f"{ROUNDS}/puistola-2027/phases").text


def test_overlapping_phases_are_told_beside_the_date(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    dates = {
        "ideas-starts_at": "2027-05-01T08:00",
        "ideas-ends_at": "2027-05-10T08:00",
        "vote-starts_at": "2027-05-09T08:00",
        "vote-ends_at": "2027-05-14T18:00",
    }
    form = phase_form(round_, **dates)
    answer = desk.post(f"{ROUNDS}/puistola-2027/phases", data=form)
    assert answer.status_code == 422
    assert 'id="vote-starts_at-error"' in answer.text
    assert 'value="2027-05-09T08:00"' in answer.text


def test_ballot_and_rule_are_edited(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    ballot = {
        "kind": "knapsack",
        "min_picks": "1",
        "max_picks": "",
        "municipality": "Puistola",
        "min_age": "16",
        "age_by": "birth_year",
    }
    rule = {
        "rule": "greedy",
        "satisfaction": "votes",
        "variant": "no-skip",
        "order": "total",
        "threshold": "5",
        "ties": "votes,cost,draw",
    }
    url = f"{ROUNDS}/puistola-2027"
    assert desk.post(f"{url}/ballot", data=ballot).status_code == 302
    assert desk.post(f"{url}/rule", data=rule).status_code == 302
    round_ = now_stands(session, "puistola-2027")
    assert (round_.knapsack, round_.max_picks, round_.min_age) == (True, None, 16)
    assert round_.rule_parameters["variant"] == "no-skip"
    assert round_.rule_parameters["ties"] == ["votes", "cost", "draw"]
    wrong = ballot | {"min_picks": "3", "max_picks": "2"}
    assert desk.post(f"{url}/ballot", data=wrong).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "cumulative"}, "points"),
        ({"kind": "cumulative", "points": "5", "most_points": "6"}, "most_points"),
        ({"kind": "scoring"}, "most_points"),
        ({"kind": "scoring", "points": "5", "most_points": "5"}, "points"),
        ({"kind": "ordinal", "points": "5"}, "points"),
        ({"kind": "approval", "most_points": "5"}, "most_points"),
        ({"kind": "borda"}, "kind"),
    ],
)
def test_numbers_of_points_stand_where_the_ballot_reads_them(
    desk: Client,
    session: Session,
    clock: FixedClock,
    changes: dict[str, str],
    field: str,
) -> None:
    draft_round(session, now=clock.moment)
    ballot = {"min_picks": "1", "min_age": "0", "age_by": "birth_year"}
    answer = desk.post(f"{ROUNDS}/puistola-2027/ballot", data=ballot | changes)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_an_area_is_added_edited_and_removed(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    url = f"{ROUNDS}/puistola-2027/areas"
    form = {
        "name-fi": "Saari",
        "slug": "island",
        "kind": "home",
        "population": "0",
        "own_cents": "500,50",
    }
    assert desk.post(f"{url}/add", data=form).status_code == 302
    budgets = [a.budget_cents for a in now_stands(session, "puistola-2027").areas]
    assert budgets == [5_969_970, 3_979_980, 50_050]
    assert desk.post(f"{url}/add", data=form).status_code == 422
    assert desk.post(f"{url}/island", data=form | {"slug": "isle"}).status_code == 302
    own = {"slug": "isle", "min_picks": "2", "max_picks": "3"}
    assert desk.post(f"{url}/isle", data=form | own).status_code == 302
    isle = now_stands(session, "puistola-2027").areas[2]
    assert (isle.min_picks, isle.max_picks) == (2, 3)
    wrong = desk.post(f"{url}/isle", data=form | own | {"max_picks": "1"})
    assert wrong.status_code == 422
    assert desk.post(f"{url}/isle/remove").status_code == 302
    refused = desk.post(f"{url}/north/remove")
    assert refused.status_code == 409
    assert "The area has projects or ideas" in refused.text


def test_a_category_is_added_edited_and_removed(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    url = f"{ROUNDS}/puistola-2027/categories"
    form = {"name-fi": "Liikunta", "slug": "sport", "max_cents": "100"}
    assert desk.post(f"{url}/add", data=form).status_code == 302
    assert (
        desk.post(f"{url}/sport", data=form | {"min_cents": "200"}).status_code == 422
    )
    assert desk.post(f"{url}/sport", data=form | {"min_cents": "50"}).status_code == 302
    assert desk.get(f"{url}/sport").status_code == 200
    assert desk.post(f"{url}/sport/remove").status_code == 302


def test_the_frame_is_changed(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    url = f"{ROUNDS}/puistola-2027/areas"
    assert desk.post(url, data={"budget_cents": "10"}).status_code == 302
    assert now_stands(session, "puistola-2027").areas[0].budget_cents == 600


def test_a_complete_round_is_announced_and_opened(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    url = f"{ROUNDS}/puistola-2027"
    assert "Announce the round" in desk.get(url).text
    assert desk.post(f"{url}/announce").location == url
    assert "Freeze the rules and open the vote" in desk.get(f"{url}/open").text
    assert desk.post(f"{url}/open").location == url
    assert now_stands(session, "puistola-2027").stage is Stage.VOTING
    assert "SHA-256" in desk.get(url).text


def test_an_incomplete_round_is_not_announced(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    bare_round(session, now=clock.moment)
    answer = desk.post(f"{ROUNDS}/bare/announce")
    assert answer.status_code == 409
    assert "things are missing" in answer.text


def test_the_second_official_is_told_and_nothing_happens_twice(
    desk: Client,
    new_client: Callable[[], Client],
    session: Session,
    clock: FixedClock,
) -> None:
    announced_round(session, now=clock.moment)
    other = log_in(new_client(), official(session))
    url = f"{ROUNDS}/puistola-2027/open"
    assert desk.post(url).status_code == 302
    answer = other.post(url)
    assert answer.status_code == 409
    assert "perhaps by another official a moment ago" in answer.text
    actions = session.scalars(
        select(AuditEntry.action).where(
            AuditEntry.chain == round_chain("puistola-2027")
        )
    ).all()
    assert actions.count("vote.opened") == 1


def test_a_frozen_rule_is_refused_with_the_reason(
    desk: Client, session: Session, clock: FixedClock, tmp_path: Path
) -> None:
    open_round(session, now=clock.moment, key_dir=tmp_path)
    answer = desk.post(f"{ROUNDS}/puistola-2027/areas", data={"budget_cents": "10"})
    assert answer.status_code == 409
    assert "signatures of two officials" in answer.text
