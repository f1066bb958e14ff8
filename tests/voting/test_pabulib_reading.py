import os
from decimal import Decimal
from pathlib import Path
from time import process_time

import pytest

from voting.pabulib import errors, parse_election, profile, read_election, warnings
from voting.pabulib.reading import MAX_BYTES
from voting.profile import BallotType, LimitKind

DATA = Path(__file__).parents[1] / "data"
PABULIB = Path(os.environ.get("PABULIB_DIR", ""))
shared = pytest.mark.skipif(
    not os.environ.get("PABULIB_DIR") or not PABULIB.is_dir(),
    reason="PABULIB_DIR names no folder of real .pb files",
)

HEAD = "META\nkey;value\nbudget;10\nvote_type;approval\n"
PROJECTS = "PROJECTS\nproject_id;cost\na;1\nb;2\n"
VOTES = "VOTES\nvoter_id;vote\n1;a\n2;a,b\n"
GOOD = HEAD + PROJECTS + VOTES


def test_everything_in_a_file_is_kept() -> None:
    election = read_election(DATA / "approval.pb")
    assert election.meta["house_key"] == "kept"
    assert election.project_columns[-1] == "house_column"
    assert election.projects[2].fields["name"] == "An ice rink; with lights"
    assert election.projects[0].cost == Decimal("12000.50")
    assert election.num_votes == 8
    assert (election.unit, election.budget) == (10, Decimal(100000))
    assert warnings(election) == []
    rows = list(election.rows())
    assert rows[1].line == 28
    assert rows[1].voter_id == "2"
    assert rows[1].projects == ("bench", "ice")
    assert rows[1].extra == {"age": "40-59", "sex": "M", "voting_method": "internet"}


def test_the_profile_has_votes_scores_and_smallest_units() -> None:
    approval = profile(read_election(DATA / "approval.pb"))
    assert approval.votes.tolist() == [5, 4, 4, 3, 1]
    assert approval.costs.tolist() == [120005, 300000, 580000, 579995, 900000]
    points = profile(read_election(DATA / "cumulative.pb"))
    assert points.score.tolist() == [19, 12, 4]
    assert points.votes.tolist() == [4, 2, 2]
    ranks = profile(read_election(DATA / "ordinal.pb"))
    assert ranks.score.tolist() == [5, 7, 3]
    assert read_election(DATA / "cumulative.pb").threshold == 5


def test_ceilings_of_areas_become_limits_unless_unwanted() -> None:
    election = read_election(DATA / "areas.pb")
    north, south = profile(election).limits
    assert (north.name, north.kind, north.projects) == ("North", LimitKind.AREA, (0, 1))
    assert south.maximum == 50
    assert profile(election, limits=False).limits == ()


def test_lenient_where_real_files_are_careless() -> None:
    careless = (
        "\ufeff" + GOOD.replace("2;a,b", '2;"a, b"').replace("\n", "\r\n").rstrip()
    )
    assert profile(parse_election(careless)).votes.tolist() == [2, 1]
    double = GOOD.replace("2;a,b", "2;b,b")
    election = parse_election(double)
    assert profile(election).votes.tolist() == [1, 1]
    assert [(w.code, w.count) for w in warnings(election)] == [("duplicate_in_vote", 1)]
    assert parse_election(GOOD.encode()).ballots == parse_election(GOOD).ballots
    dear = parse_election(GOOD.replace("a;1", "a;999999999"))
    assert profile(dear).costs.tolist() == [999999999, 2]


def test_what_a_file_does_not_keep_is_a_warning() -> None:
    text = GOOD.replace("budget;10", "budget;10\nnum_votes;7\nmax_length;1")
    found = {w.code: w.count for w in warnings(parse_election(text))}
    assert found == {"num_votes": 1, "max_length": 1}


def test_points_of_a_project_named_twice_are_added_when_they_are_handed_out() -> None:
    text = GOOD.replace("approval", "cumulative").replace(
        VOTES, "VOTES\nvoter_id;vote;points\n1;a,b,a;1,2,3\n"
    )
    assert profile(parse_election(text)).score.tolist() == [4, 2]


POINTS = GOOD.replace("approval", "scoring")
FAULTS = [
    ("", "pb_wrong_section", 1),
    ("garbage", "pb_wrong_section", 1),
    (GOOD.replace("META", "META;"), "pb_wrong_section", 1),
    (GOOD.replace("key;value", "key,value"), "pb_wrong_header", 2),
    (GOOD.replace("budget;10", "budget;1;0"), "pb_row_length", 3),
    (GOOD.replace("budget;10", "budget;10\nbudget;11"), "pb_duplicate_key", 4),
    (GOOD.replace("budget;10\n", ""), "pb_missing_key", 4),
    (GOOD.replace("budget;10", "budget;-10"), "pb_negative_budget", 3),
    (GOOD.replace("budget;10", "budget;10,5"), "pb_not_a_number", 3),
    (GOOD.replace("budget;10", "budget;1e3"), "pb_not_a_number", 3),
    (GOOD.replace("budget;10", "budget;" + "9" * 19), "pb_number_too_large", 3),
    (GOOD.replace("approval", "lottery"), "pb_unknown_vote_type", 4),
    (HEAD + VOTES, "pb_wrong_section", 5),
    (HEAD, "pb_wrong_section", 4),
    (GOOD.replace("project_id;cost", "project_id;price"), "pb_wrong_header", 6),
    (GOOD.replace("project_id;cost", "cost;cost"), "pb_wrong_header", 6),
    (GOOD.replace("a;1", "a;-1"), "pb_negative_cost", 7),
    (GOOD.replace("a;1", "a;x"), "pb_not_a_number", 7),
    (GOOD.replace("a;1", "a;٣"), "pb_not_a_number", 7),
    (GOOD.replace("a;1", "a;0.12345678"), "pb_number_too_large", 7),
    (GOOD.replace("a;1", "b;1"), "pb_duplicate_project", 8),
    (GOOD.replace("a;1", ";1"), "pb_duplicate_project", 7),
    (HEAD + PROJECTS, "pb_wrong_section", 8),
    (GOOD.replace("voter_id;vote", "voter_id;votes"), "pb_wrong_header", 10),
    (GOOD.replace("2;a,b", "2;a;b"), "pb_row_length", 12),
    (GOOD + "\n", "pb_row_length", 13),
    (GOOD.replace("2;a,b", "2;a,c"), "pb_unknown_project", 12),
    (GOOD.replace("2;a,b", "1;a,b"), "pb_duplicate_voter", 12),
    (GOOD.replace("2;a,b", '2;"a,b'), "pb_broken_quotes", 12),
    (GOOD.replace("2;a,b", '2;"a"b'), "pb_broken_quotes", 12),
    (GOOD.replace("approval", "choose-1"), "pb_one_project_only", 12),
    (POINTS, "pb_wrong_header", 10),
    (
        POINTS.replace(VOTES, "VOTES\nvoter_id;vote;points\n1;a,b;3\n"),
        "pb_bad_points",
        11,
    ),
    (
        POINTS.replace(VOTES, "VOTES\nvoter_id;vote;points\n1;a;-3\n"),
        "pb_bad_points",
        11,
    ),
]


@pytest.mark.parametrize(("text", "code", "line"), FAULTS)
def test_the_first_fault_is_named_with_its_line(
    text: str, code: str, line: int
) -> None:
    with pytest.raises(errors.PbError) as fault:
        parse_election(text)
    assert (fault.value.code, fault.value.params["line"]) == (code, line)


def test_a_voter_is_found_again_in_a_later_block() -> None:
    many = "".join(f"{n};a\n" for n in range(3, 45_000))
    with pytest.raises(errors.PbDuplicateVoter) as fault:
        parse_election(GOOD + many + "2;b\n")
    assert fault.value.params == {"line": 13 + 44_997, "voter": "2"}


def test_ballots_of_later_blocks_stand_behind_those_of_earlier_ones() -> None:
    many = "".join(f"{n};{'a' if n < 30_000 else 'b'}\n" for n in range(3, 45_000))
    ballots = profile(parse_election(GOOD + many + "x;b\n"))
    assert ballots.weights.tolist() == [29_998, 1, 15_001]
    assert ballots.votes.tolist() == [29_999, 15_002]


def test_bytes_that_are_no_text_are_found_by_their_line() -> None:
    with pytest.raises(errors.FileNotUtf8) as fault:
        parse_election(GOOD.replace("a;1", "ä;1").encode("latin-1"))
    assert fault.value.params == {"line": 7}


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.pb", tmp_path / ("x" * 300)):
        with pytest.raises(errors.FileUnreadable):
            read_election(path)


def test_a_hundred_megabytes_of_garbage_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "garbage.pb"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    began = process_time()
    with pytest.raises(errors.FileTooLarge):
        read_election(path)
    with pytest.raises(errors.PbError):
        parse_election(b"\xff" * (MAX_BYTES - 1))
    with pytest.raises(errors.PbError):
        parse_election(b"a;" * (MAX_BYTES // 4))
    assert process_time() - began < 2


@shared
def test_every_real_file_reads_and_its_columns_agree() -> None:
    for path in sorted(PABULIB.glob("*.pb")):
        election = read_election(path)
        found = profile(election)
        assert found.voters == election.num_votes == int(election.meta["num_votes"])
        assert found.ballot_type is BallotType(election.meta["vote_type"])
        if path.stat().st_size > 300_000:
            continue
        odd = {warning.code for warning in warnings(election)}
        assert not odd & {"num_projects", "score_column", "num_votes"}, path.name
        if "points" not in election.vote_columns and "votes_column" not in odd:
            stated = [int(project.fields["votes"]) for project in election.projects]
            assert found.votes.tolist() == stated


@pytest.mark.parametrize(
    ("stated", "least"), [("5", 5), ("1.5", 2), ("0.000001", 1), ("x", None)]
)
def test_no_score_below_the_threshold_reaches_it(
    stated: str, least: int | None
) -> None:
    text = GOOD.replace("budget;", f"min_project_score_threshold;{stated}\nbudget;", 1)
    assert parse_election(text).threshold == least


def test_a_threshold_too_long_to_print_is_refused() -> None:
    many = "9" * 5000
    text = GOOD.replace("budget;", f"min_project_score_threshold;{many}\nbudget;", 1)
    with pytest.raises(errors.PbNumberTooLarge):
        parse_election(text)


def test_rows_forgive_the_spaces_that_reading_forgives() -> None:
    text = GOOD.replace("VOTES\nvoter_id;", " VOTES \n voter_id ;", 1)
    assert text != GOOD
    assert list(parse_election(text).rows()) == list(parse_election(GOOD).rows())
