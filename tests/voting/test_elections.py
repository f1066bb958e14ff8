"""A real file becomes a round, and a round a file that says the same."""

import os
from pathlib import Path

import pytest
from pabulib.checker import Checker
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import check_chain, entries, round_chain
from core.clock import FixedClock
from tests.factories.elections import CLERK, FILE, a_file, imported_round
from voting import errors, pabulib
from voting.elections import import_election, pb_text
from voting.manifest import RuleManifest
from voting.models import (
    Area,
    AreaKind,
    Category,
    ImportedElection,
    Project,
    Round,
    SealedBallot,
    Stage,
)
from voting.opening import frozen_manifest
from voting.pabulib import parse_election, profile, read_election
from voting.profile import BallotType, Profile
from voting.tally import tally

DATA = os.environ.get("PABULIB_DIR")
needs_data = pytest.mark.skipif(not DATA, reason="PABULIB_DIR names no folder")
CHOSEN = (
    "Netherlands_Amsterdam_252.pb",
    "Poland_Krakow_2019_Bronowice.pb",
    "Switzerland_Zurich_S5D10.pb",
    "Worldwide_Mechanical_Turk_Utilities_7.pb",
    "Poland_Warszawa_2026_Mirow_Czyste_Odolany.pb",
)


def manifest_of(session: Session, round_: Round) -> RuleManifest:
    row = frozen_manifest(session, round_)
    assert row is not None
    return RuleManifest.from_text(row.document)


def counted(session: Session, round_: Round) -> Profile:
    return tally(session, manifest_of(session, round_), round_)


def exported(session: Session, round_: Round) -> str:
    return "".join(pb_text(session, round_, manifest_of(session, round_), None))


def number_of(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_becomes_a_sealed_round(session: Session, clock: FixedClock) -> None:
    round_ = imported_round(session, now=clock.moment)
    assert round_.slug == "finland-puistola-2026"
    assert round_.title.fi == "Budget of Puistola (2026)"
    assert (round_.stage, round_.currency, round_.unit) == (Stage.SEALED, "EUR", 100)
    assert round_.budget_cents == 10_000_000
    assert [(a.slug, a.kind, a.budget_cents) for a in round_.areas] == [
        ("north", AreaKind.FREE, 6_000_000),
        ("south", AreaKind.FREE, 5_000_000),
    ]
    assert [c.slug for c in round_.categories] == ["sport", "culture", "health"]
    projects = session.scalars(select(Project).order_by(Project.position)).all()
    assert [(p.code, p.cost_cents, p.area.slug) for p in projects] == [
        ("1", 4_000_000, "north"),
        ("2", 3_000_000, "south"),
        ("3", 3_500_000, "south"),
        ("4", 2_500_050, "north"),
    ]
    assert projects[0].extra
    assert projects[0].extra["category"] == "Sport,Health"
    assert projects[0].extra["wish"] == "yes"


def test_its_ballots_are_sealed_with_what_else_the_file_said(
    session: Session, clock: FixedClock
) -> None:
    imported_round(session, now=clock.moment)
    ballots = session.scalars(select(SealedBallot).order_by(SealedBallot.id)).all()
    assert len(ballots) == 6
    assert ballots[1].choices == [["2", 1], ["1", 1]]
    assert ballots[1].extra == {"voter_id": "bob", "age": "40-59", "sex": "M"}
    assert {ballot.area_id for ballot in ballots} == {None}


def test_its_rules_are_frozen_as_those_of_any_round(
    session: Session, clock: FixedClock
) -> None:
    round_ = imported_round(session, now=clock.moment)
    manifest = manifest_of(session, round_)
    assert manifest.eligibility.source == "published_file"
    assert (manifest.rule, dict(manifest.rule_parameters)) == ("greedy", {})
    assert [limit.maximum for limit in manifest.limits()] == [6_000_000, 5_000_000]
    assert counted(session, round_).votes.tolist() == [5, 3, 2, 1]
    assert manifest.opens
    assert manifest.opens.startswith("2026-03-01")


def test_the_import_is_one_entry_of_the_log(
    session: Session, clock: FixedClock
) -> None:
    round_ = imported_round(session, now=clock.moment)
    chain = round_chain(round_.slug)
    assert [entry.action for entry in entries(session, chain)] == ["round.imported"]
    assert check_chain(session, chain) is None


def test_areas_come_from_the_column_that_is_asked_for(
    session: Session, clock: FixedClock
) -> None:
    text = a_file(categories="Sport,Culture", budget_per_category="50000,40000")
    round_ = imported_round(
        session, now=clock.moment, text=text, area_column="category"
    )
    assert [(a.slug, a.budget_cents) for a in round_.areas] == [
        ("sport", 5_000_000),
        ("culture", 4_000_000),
        ("health", None),
    ]


def test_a_project_of_no_area_belongs_to_everyone(
    session: Session, clock: FixedClock
) -> None:
    round_ = imported_round(session, now=clock.moment, area_column="wish")
    assert [(a.name.en, a.kind, a.budget_cents) for a in round_.areas] == [
        ("yes", AreaKind.FREE, None),
        ("The whole municipality", AreaKind.EVERYONE, None),
        ("no", AreaKind.FREE, None),
    ]


def test_without_areas_there_is_one_for_all(
    session: Session, clock: FixedClock
) -> None:
    text = a_file(budget_per_neighborhood=None)
    round_ = imported_round(session, now=clock.moment, text=text)
    assert [(a.kind, a.budget_cents) for a in round_.areas] == [
        (AreaKind.EVERYONE, None)
    ]


def test_amounts_finer_than_cents_make_a_finer_unit(
    session: Session, clock: FixedClock
) -> None:
    text = a_file(FILE.replace("25000.5", "25000.125"), currency=None)
    round_ = imported_round(session, now=clock.moment, text=text)
    assert (round_.unit, round_.currency) == (1000, "XXX")
    assert round_.budget_cents == 100_000_000


def test_the_same_file_twice_is_two_rounds(session: Session, clock: FixedClock) -> None:
    first = imported_round(session, now=clock.moment)
    second = imported_round(session, now=clock.moment)
    assert second.slug == f"{first.slug}-2"
    assert counted(session, first).digest() == counted(session, second).digest()


def test_what_was_read_is_written_back_letter_by_letter(
    session: Session, clock: FixedClock
) -> None:
    text = a_file()
    round_ = imported_round(session, now=clock.moment, text=text)
    assert exported(session, round_) == text


@pytest.mark.parametrize(
    ("kind", "votes"),
    [
        ("ordinal", "voter_id;vote\na;3,1,2\nb;\nc;2,1\n"),
        ("cumulative", "voter_id;vote;points\na;3,1;5,2\nb;1;3\nc;;\n"),
        ("choose-1", "voter_id;vote\na;3\nb;1\nc;1\n"),
        ("approval", "voter_id;vote\na;3,3,1\nb;1\nc;\n"),
    ],
)
def test_every_kind_of_ballot_comes_through(
    session: Session, clock: FixedClock, kind: str, votes: str
) -> None:
    text = a_file(FILE.partition("voter_id")[0] + votes, vote_type=kind)
    round_ = imported_round(session, now=clock.moment, text=text)
    assert exported(session, round_) == text
    ours, theirs = counted(session, round_), profile(parse_election(text))
    assert ours.ballot_type is BallotType(kind)
    assert ours.score.tolist() == theirs.score.tolist()
    assert ours.weights.tolist() == theirs.weights.tolist()
    assert ours.points.tolist() == theirs.points.tolist()


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"area_column": "district"}, errors.AreaColumnUnknown),
        ({"rule": "dictator"}, errors.RuleUnknown),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_stored(
    session: Session,
    clock: FixedClock,
    options: dict[str, str],
    refusal: type[errors.DomainError],
) -> None:
    with pytest.raises(refusal):
        imported_round(session, now=clock.moment, **options)
    assert not session.new
    assert number_of(session, Round) == 0


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("Beach sauna", "Beach\x00sauna", 23), ("\n4;", f"\n{'4' * 121};", 24)],
)
def test_what_no_column_holds_is_refused_with_its_line(
    session: Session, clock: FixedClock, old: str, new: str, line: int
) -> None:
    text = a_file(FILE.replace(old, new).replace("fay;4", "fay;1"))
    with pytest.raises(pabulib.errors.PbUnstorable) as refusal:
        imported_round(session, now=clock.moment, text=text)
    assert refusal.value.params == {"line": line}


def test_amounts_beyond_64_bits_are_refused(
    session: Session, clock: FixedClock
) -> None:
    text = a_file(budget="99999999999999999")
    with pytest.raises(pabulib.errors.PbNumberTooLarge):
        imported_round(session, now=clock.moment, text=text)


def test_progress_is_told_batch_by_batch(
    session: Session, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voting.elections.importing.BATCH", 4)
    seen: list[tuple[int, int]] = []
    imported_round(session, now=clock.moment, progress=lambda *told: seen.append(told))
    assert seen == [(4, 6), (6, 6)]


def test_a_failure_in_the_middle_leaves_nothing(
    session: Session, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voting.elections.importing.BATCH", 4)

    def stop(_done: int, _total: int) -> None:
        raise RuntimeError("the power went out")

    session.commit()
    with pytest.raises(RuntimeError):
        import_election(
            session,
            parse_election(a_file()),
            actor=CLERK,
            now=clock.moment,
            progress=stop,
        )
    session.rollback()
    for model in (Round, Area, Category, Project, SealedBallot, ImportedElection):
        assert number_of(session, model) == 0


@needs_data
@pytest.mark.parametrize("name", CHOSEN)
def test_a_real_file_comes_back_as_it_was(
    session: Session, clock: FixedClock, name: str
) -> None:
    assert DATA
    source = (Path(DATA) / name).read_text(encoding="utf-8")
    election = read_election(Path(DATA) / name)
    round_ = import_election(session, election, actor=CLERK, now=clock.moment)
    text = exported(session, round_)
    assert findings(text) == findings(source)
    again = imported_round(session, now=clock.moment, text=text)
    assert counted(session, again).digest() == counted(session, round_).digest()
    assert profile(parse_election(text)).digest() == profile(election).digest()


def findings(text: str) -> object:
    """What pabulib-checker says about a file."""
    return Checker().process_files([text])["summary"]


def test_points_on_a_ballot_without_points_are_kept_and_not_read(
    session: Session, clock: FixedClock
) -> None:
    text = a_file().replace(";age;sex", ";age;points")
    round_ = imported_round(session, now=clock.now(session), text=text)
    assert ";O\n" in exported(session, round_)
    assert exported(session, round_) == text


@pytest.mark.parametrize(
    ("kind", "points", "most_points"),
    [("cumulative", 9, 5), ("scoring", None, 5), ("approval", None, None)],
)
def test_the_limits_of_points_are_those_of_the_round(
    session: Session,
    clock: FixedClock,
    kind: str,
    points: int | None,
    most_points: int | None,
) -> None:
    rows = "voter_id;vote;points\n1;1,2;5,4\n"
    text = a_file(
        FILE.partition("voter_id")[0] + rows,
        vote_type=kind,
        max_sum_points="9",
        max_points="5",
    )
    round_ = imported_round(session, now=clock.moment, text=text)
    ballot = manifest_of(session, round_).ballot
    assert (ballot.points, ballot.most_points) == (points, most_points)
    assert exported(session, round_) == text


@pytest.mark.parametrize("most", ["9" * 30, "9" * 5000])
def test_a_limit_that_no_ballot_reaches_is_none(
    session: Session, clock: FixedClock, most: str
) -> None:
    text = a_file(max_length=most)
    round_ = imported_round(session, now=clock.now(session), text=text)
    assert round_.max_picks is None


def test_an_area_with_money_beyond_64_bits_is_refused(
    session: Session, clock: FixedClock
) -> None:
    text = a_file(budget_per_neighborhood=f"60000,{'9' * 18}")
    with pytest.raises(pabulib.errors.PbNumberTooLarge):
        imported_round(session, now=clock.now(session), text=text)
    assert number_of(session, Round) == 0
