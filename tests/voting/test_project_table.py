import time

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.rounds import OFFICIAL, draft_round, open_round
from voting.models import Round
from voting.places import Place
from voting.project_rows import MOST_FAULTS
from voting.project_table import import_projects, projects_csv, template_csv
from voting.projects import Links, link_pairs, list_projects, set_links
from voting.round_errors import CsvInvalid, RulesFrozen

HEADER = "code;area;category;title_fi;title_sv;title_en;cost;conflicts;needs\n"
GOOD = "7;north;;Silta;Bro;Bridge;12 400,50;8;\n8;south;;Polku;Stig;Path;900;;3\n"


@pytest.fixture
def round_(session: Session, clock: FixedClock) -> Round:
    return draft_round(session, now=clock.moment)


def load(session: Session, round_: Round, text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    clock = round_.created_at
    added = import_projects(session, round_, data, actor=OFFICIAL, now=clock)
    return [project.code for project in added]


def faults(session: Session, round_: Round, text: str | bytes) -> list[tuple[int, str]]:
    before = [project.code for project in list_projects(session, round_)]
    with pytest.raises(CsvInvalid) as refusal:
        load(session, round_, text)
    after = [project.code for project in list_projects(session, round_)]
    assert after == before
    found = refusal.value.params["faults"]
    assert isinstance(found, list)
    return [(fault.line, fault.code) for fault in found]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [";", ","])
def test_a_good_file_is_loaded(
    session: Session, round_: Round, mark: str, separator: str
) -> None:
    text = (HEADER + GOOD).replace("12 400,50", "12 400.50").replace(";", separator)
    assert load(session, round_, mark + text) == ["7", "8"]
    bridge = list_projects(session, round_)[4]
    assert (bridge.cost_cents, bridge.title.sv) == (1_240_050, "Bro")
    assert link_pairs(session, round_) == ({("7", "8")}, {("8", "3")})


def test_codes_may_be_left_out(session: Session, round_: Round) -> None:
    text = "area;title_fi;title_sv;title_en;cost\nnorth;A;A;A;1\n\nnorth;B;B;B;2\n"
    assert load(session, round_, text) == ["5", "6"]


def test_the_export_is_read_back_as_it_was(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    one = list_projects(session, round_)[0]
    one.place = Place(60.1708, 24.9375)
    one.summary = type(one.summary)("=1+1", "Rad 1\nRad 2", 'a "word"; b')
    links = Links(frozenset({"2"}), frozenset({"3"}))
    set_links(session, one, links, actor=OFFICIAL, now=clock.moment)
    text = projects_csv(session, round_)
    assert ";'=1+1;" in text
    other = draft_round(session, now=clock.moment, slug="copy", projects=False)
    load(session, other, text)
    copies = list_projects(session, other)
    for old, new in zip(list_projects(session, round_), copies, strict=True):
        assert (new.code, new.title, new.summary) == (old.code, old.title, old.summary)
        assert (new.cost_cents, new.area.slug) == (old.cost_cents, old.area.slug)
        assert new.place == old.place
    assert link_pairs(session, other) == link_pairs(session, round_)


def test_the_template_has_a_header_and_nothing_to_load(
    session: Session, round_: Round
) -> None:
    assert faults(session, round_, template_csv()) == [(1, "no_rows")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9;west;;A;A;A;1;;", "area_unknown"),
        ("9;north;sport;A;A;A;1;;", "category_unknown"),
        ("9;north;;;;;1;;", "title_missing"),
        ("9;north;;A;A;A;-5;;", "cost_invalid"),
        ("9;north;;A;A;A;12k;;", "cost_invalid"),
        ("9;north;;A;A;A;0;;", "cost_invalid"),
        ("9;north;;A;A;A;;;", "cost_invalid"),
        ("9;north;;A;A;A;9999999999999999;;", "cost_invalid"),
        ("1;north;;A;A;A;1;;", "code_taken"),
        ("7;north;;A;A;A;1;;", "code_twice"),
        ("a b;north;;A;A;A;1;;", "code_invalid"),
        ("9;north;;A;A;A;1;99;", "link_unknown"),
        (";north;;A;A;A;1;7;", "link_without_code"),
        ("9;north;;A;A;A;1;;9", "project_needs_itself"),
        ("9;north;;A;A;A;1;7;7", "project_links_contradict"),
        ("9;north;;" + "A" * 121 + ";A;A;1;;", "text_too_long"),
        ("9;north;;A\x00;A;A;1;;", "not_text"),
        ("9;north;;A;A;A;1", "wrong_number_of_cells"),
        ('9;north;;"A"x;A;A;1;;', "not_csv"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_is_stored(
    session: Session, round_: Round, row: str, code: str
) -> None:
    assert faults(session, round_, HEADER + GOOD + row + "\n") == [(4, code)]


def test_a_record_of_several_lines_is_named_by_its_first(
    session: Session, round_: Round
) -> None:
    text = HEADER + '7;north;;"A\nB\nC";A;A;1;;\n\n9;west;;A;A;A;1;;\n'
    assert faults(session, round_, text) == [(6, "area_unknown")]


def test_all_faults_are_listed_up_to_fifty(session: Session, round_: Round) -> None:
    text = HEADER + "9;west;;;;;x;;\n" * 40
    found = faults(session, round_, text)
    assert len(found) == MOST_FAULTS
    assert found[:3] == [(2, "area_unknown"), (2, "title_missing"), (2, "cost_invalid")]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("area;title_fi;title_sv;title_en", "column_missing"),
        ("area;title_fi;title_sv;title_en;cost;colour", "column_unknown"),
        ("area;area;title_fi;title_sv;title_en;cost", "column_twice"),
    ],
)
def test_a_wrong_header_is_refused(
    session: Session, round_: Round, header: str, code: str
) -> None:
    assert faults(session, round_, header + "\n") == [(1, code)]


def test_a_file_that_is_not_utf8_is_told_with_its_line(
    session: Session, round_: Round
) -> None:
    data = HEADER.encode() + "7;north;;Pöytä;B;B;1;;\n".encode("latin-1")
    assert faults(session, round_, data) == [(2, "not_utf8")]


def test_a_hundred_megabytes_of_garbage_are_refused_at_once(
    session: Session, round_: Round
) -> None:
    began = time.monotonic()
    assert faults(session, round_, b"\x01;" * 50_000_000) == [(1, "too_large")]
    assert faults(session, round_, b"a" * 5_000_000)[0] in [
        (1, "not_csv"),
        (1, "column_missing"),
    ]
    assert time.monotonic() - began < 2


def test_an_empty_file_lacks_its_columns(session: Session, round_: Round) -> None:
    assert {code for _, code in faults(session, round_, "")} == {"column_missing"}


def test_nothing_is_loaded_after_the_opening(
    session: Session, clock: FixedClock
) -> None:
    round_ = open_round(session, now=clock.moment)
    with pytest.raises(RulesFrozen):
        load(session, round_, HEADER + GOOD)


@pytest.mark.parametrize("place", ["60,17;", ";24,93", "24,93;60,17", "here;there"])
def test_half_a_place_or_one_elsewhere_is_told_with_its_line(
    session: Session, round_: Round, place: str
) -> None:
    header = "area;title_fi;title_sv;title_en;cost;latitude;longitude\n"
    text = header + "north;A;A;A;1;60,17;24,93\n" + f"north;B;B;B;1;{place}\n"
    assert faults(session, round_, text) == [(3, "place_invalid")]
