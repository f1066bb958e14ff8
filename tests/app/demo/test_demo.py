"""The demo municipality: what is in it, and where it is refused."""

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.passwords import is_right
from app.commands.demo import demo
from app.demo import town
from app.demo.content import read
from app.demo.other_ballots import BALLOTS
from app.demo.people import PASSWORD, log_ins
from app.pictures import PICTURES
from core.audit import check_chain, round_chain
from core.clock import FixedClock
from core.jobs import Job
from core.text import LANGUAGES, Localized
from tests.support.databases import SECRET, environment
from tests.support.processes import start
from voting.manifest import RuleManifest
from voting.models import (
    BoxBallot,
    Manifest,
    Project,
    Proposal,
    ProposalState,
    Round,
    SealedBallot,
    SealedReceipt,
    Stage,
    Voter,
)
from voting.outcome import ReasonCode
from voting.profile import BallotType
from voting.readiness import gaps_before_opening
from voting.results import current_result, recompute


def texts_in(value: object) -> list[dict[str, str]]:
    """Every text of a content file."""
    if isinstance(value, list):
        return [text for each in value for text in texts_in(each)]
    if not isinstance(value, dict):
        return []
    if set(value) == set(LANGUAGES):
        return [value]
    return [text for each in value.values() for text in texts_in(each)]


@pytest.fixture
def small_town(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town, "VOTERS_NOW", 20)
    monkeypatch.setattr(town, "VOTERS_LAST_YEAR", 600)


@pytest.fixture
def puistola(
    app: Flask,
    session: Session,
    clock: FixedClock,
    tmp_path: Path,
    small_town: None,
) -> Session:
    with app.app_context():
        town.build(session, secret_key=SECRET, key_dir=tmp_path, now=clock.moment)
    return session


def the_round(session: Session, slug: str) -> Round:
    return session.scalars(select(Round).where(Round.slug == slug)).one()


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_town_has_every_situation(
    app: Flask, puistola: Session, clock: FixedClock
) -> None:
    current = the_round(puistola, town.CURRENT)
    last_year = the_round(puistola, town.LAST_YEAR)
    shores = the_round(puistola, town.SHORES)
    assert [current.stage, last_year.stage, shores.stage] == [
        Stage.VOTING,
        Stage.PUBLIC,
        Stage.ANNOUNCED,
    ]
    assert count(puistola, BoxBallot) == town.VOTERS_NOW + 1
    assert count(puistola, SealedBallot) == count(puistola, SealedReceipt) > 600

    result = current_result(puistola, last_year)
    assert result is not None
    assert result.proven
    assert recompute(puistola, result).to_json() == result.outcome
    reasons = {ReasonCode(each["code"]) for each in result.outcome["reasons"].values()}
    assert {ReasonCode.FUNDED, ReasonCode.BELOW_THRESHOLD} < reasons

    states = Counter(puistola.scalars(select(Proposal.state)))
    assert set(states) == set(ProposalState)
    assert all(
        check_chain(puistola, chain) is None
        for chain in ("house", *map(round_chain, (town.CURRENT, town.LAST_YEAR)))
    )
    assert gaps_before_opening(puistola, current, clock.moment) == []


def test_people_of_the_town_can_log_in(app: Flask, puistola: Session) -> None:
    people = {each.email: each for each in puistola.scalars(select(Account))}
    assert all(each.demo for each in people.values())
    with app.app_context():
        for who in log_ins(read("town")):
            account = people[who.email]
            assert is_right(account.password_hash, PASSWORD)
            assert (account.totp_confirmed_at is not None) == (who.role != "resident")
    voters = set(puistola.scalars(select(Voter.account_id)))
    assert people["aino@puistola.example"].id not in voters


def test_the_ballot_paper_has_a_conflict_and_a_need(puistola: Session) -> None:
    large = (town.CURRENT, town.LAST_YEAR)
    query = select(Manifest.document).join(Round).where(Round.slug.in_(large))
    for document in puistola.scalars(query):
        manifest = RuleManifest.from_text(document)
        assert manifest.conflicts
        assert manifest.needs


def test_every_kind_of_ballot_can_be_tried(puistola: Session) -> None:
    found = [
        RuleManifest.from_text(document).ballot
        for document in puistola.scalars(select(Manifest.document))
    ]
    assert {(each.type, each.knapsack) for each in found} == {
        (BallotType.APPROVAL.value, True),
        (BallotType.APPROVAL.value, False),
        (BallotType.CUMULATIVE.value, False),
        (BallotType.ORDINAL.value, False),
    }


@pytest.mark.parametrize(
    "name", ["town", "current", "last_year", "shores", "yards", "winter"]
)
def test_the_texts_are_written_in_three_languages(name: str) -> None:
    for text in texts_in(read(name)):
        written = Localized.from_json(text)
        assert not written.missing or text["en"] == "", text


@pytest.mark.parametrize("name", ["current", "last_year"])
def test_each_project_has_a_picture_and_fits_its_area(name: str) -> None:
    content = read(name)
    assert all(project["picture"] in PICTURES for project in content["projects"])
    assert len({project["key"] for project in content["projects"]}) == len(
        content["projects"]
    )


def test_the_population_is_the_towns() -> None:
    assert sum(area["population"] for area in read("town")["areas"]) == 48_000


def run(url: str, folder: Path, *, switch: str = "1") -> tuple[int, str, str]:
    environment = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "KEY_DIR": str(folder / "keys"),
        "PUISTOKATU_DEMO": switch,
    }
    result = CliRunner().invoke(demo, env=environment)
    return result.exit_code, result.stdout, result.stderr


def test_without_the_switch_there_is_no_demo(own_database: str, tmp_path: Path) -> None:
    status, _, said = run(own_database, tmp_path, switch="0")
    assert status == 2
    assert "PUISTOKATU_DEMO" in said


def test_it_is_refused_beside_anything_else(
    own_database: str, tmp_path: Path, clock: FixedClock
) -> None:
    engine = create_engine(own_database)
    with Session(engine) as session:
        session.add(Account(email="aino@example.org", created_at=clock.moment))
        session.commit()
    status, out, said = run(own_database, tmp_path)
    assert status == 2
    assert "something else" in said
    assert out == ""
    with Session(engine) as session:
        assert count(session, Account) == 1
        assert count(session, Project) == 0
    engine.dispose()


def test_repeating_it_builds_nothing_and_prints_the_log_ins_again(
    own_database: str, tmp_path: Path, small_town: None
) -> None:
    first, built, _ = run(own_database, tmp_path)
    second, there, _ = run(own_database, tmp_path)
    assert (first, second) == (0, 0)
    assert "is built" in built
    assert "already there" in there
    for said in (built, there):
        assert all(who.email in said for who in log_ins(read("town")))
    keys = {path.name for path in (tmp_path / "keys").iterdir()}
    assert f"{town.LAST_YEAR}.key" not in keys
    assert f"{town.CURRENT}.key" in keys


def test_two_builds_at_once_are_one_town(own_database: str, tmp_path: Path) -> None:
    settings = {
        "PUISTOKATU_DEMO": "1",
        "KEY_DIR": str(tmp_path / "keys"),
        # The second waits for the whole build of the first, on a busy machine too.
        "LOCK_SECONDS": "50",
    }
    logs = [tmp_path / "first", tmp_path / "second"]
    builds = [
        start("demo", log=log, environment=environment(own_database, **settings))
        for log in logs
    ]
    for build in builds:
        build.join(120)
    assert [build.exitcode for build in builds] == [0, 0]
    said = sorted(log.read_text().splitlines()[0] for log in logs)
    assert said == ["Puistola is already there.", "Puistola is built."]
    engine = create_engine(own_database)
    with Session(engine) as session:
        wanted = select(Job).where(Job.name == "close_when_due")
        jobs = {job.arguments["slug"]: job for job in session.scalars(wanted)}
        assert set(jobs) == {town.CURRENT, *BALLOTS}
        closing = jobs[town.CURRENT]
        document = session.scalars(
            select(Manifest.document).join(Round).where(Round.slug == town.CURRENT)
        ).one()
        closes = RuleManifest.from_text(document).closes
        assert closing.run_after.isoformat() == closes
    engine.dispose()
