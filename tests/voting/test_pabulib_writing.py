import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from pabulib.checker import Checker

from tests.voting.rules.profiles import profiles
from voting.pabulib import parse_election, profile, read_election, write_election
from voting.pabulib.errors import PbDuplicateProject, PbMissingKey
from voting.profile import BallotType, Limit, LimitKind, Profile
from voting.rules import run

DATA = Path(__file__).parents[1] / "data"
META = {
    "description": "Invented",
    "country": "Finland",
    "unit": "Lehtoranta",
    "instance": "2027",
    "rule": "greedy",
    "date_begin": "01.03.2027",
    "date_end": "15.03.2027",
}


def faults(path: Path) -> dict[str, object]:
    """What pabulib-checker calls an error."""
    with contextlib.redirect_stdout(io.StringIO()):
        report = Checker().process_files([str(path)])
    return dict(report[path.stem]["results"]["errors"])


@pytest.mark.parametrize("name", ["approval", "cumulative", "ordinal", "areas"])
def test_the_checker_accepts_what_we_write(name: str, tmp_path: Path) -> None:
    read = profile(read_election(DATA / f"{name}.pb"))
    funded = run("greedy", read).funded
    names = [f"Project {n}; with a semicolon" for n in range(len(read.projects))]
    text = write_election(read, meta=META, columns={"name": names}, selected=funded)
    path = tmp_path / f"{name}.pb"
    path.write_text(text, encoding="utf-8")
    # The checker's greedy knows no ceilings of areas.
    expected = {"areas": ["greedy rule not followed"]}.get(name, [])
    assert set(faults(path)) <= set(expected)
    again = parse_election(text)
    assert profile(again).digest() == read.digest()
    assert [p.fields["name"] for p in again.projects] == names


@settings(max_examples=60, deadline=None)
@given(before=profiles(plain=True))
def test_a_profile_survives_the_way_through_a_file(before: Profile) -> None:
    after = profile(parse_election(write_election(before, meta=META)))
    assert after.digest() == before.digest()


def test_ceilings_and_cents_survive_too() -> None:
    before = Profile.of(
        {"a": 1250, "b": 5},
        budget=10_000,
        unit=100,
        ballots=[[("a", 3), ("b", 7)], []],
        ballot_type=BallotType.CUMULATIVE,
        limits=[Limit("north", LimitKind.AREA, (0, 1), 0, 5050)],
    )
    text = write_election(before, meta=META)
    assert "a;12.5;1;3;north" in text
    assert "\n1;;\n2;b,a;7,3\n" in text
    after = profile(parse_election(text))
    assert after.costs.tolist() == before.costs.tolist()
    assert after.limits == before.limits


def test_what_the_format_cannot_carry_is_refused() -> None:
    plain = Profile.of({"a,b": 1}, budget=1)
    with pytest.raises(PbDuplicateProject):
        write_election(plain, meta=META)
    with pytest.raises(PbMissingKey) as missing:
        write_election(plain, meta={**META, "country": ""})
    assert missing.value.params["key"] == "country"
