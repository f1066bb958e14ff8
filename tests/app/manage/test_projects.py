import html
import io
import re
from urllib.parse import unquote

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.rounds import draft_round, open_round
from tests.support.client import Client
from voting.models import Round
from voting.projects import Links, find_project, links_of, list_projects

URL = "/en/manage/rounds/puistola-2027/projects"
FORM = {
    "title-fi": "Silta",
    "cost_cents": "12 400,50",
    "area": "north",
    "category": "",
    "picture": "path",
    "conflicts": "1, 2",
    "needs": "3",
}
HEADER = "area;title_fi;title_sv;title_en;cost\n"


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


@pytest.fixture
def round_(session: Session, clock: FixedClock) -> Round:
    return draft_round(session, now=clock.moment)


def upload(desk: Client, text: str, language: str = "en") -> tuple[int, str]:
    file = (io.BytesIO(text.encode()), "projects.csv")
    url = URL.replace("/en/", f"/{language}/")
    answer = desk.post(f"{url}/import", data={"file": file})
    return answer.status_code, answer.text


def test_a_project_is_added_with_its_links(
    desk: Client, session: Session, round_: Round
) -> None:
    assert desk.post(f"{URL}/add", data=FORM).location == URL
    project = find_project(session, round_, "5")
    assert project is not None
    assert (project.cost_cents, project.picture) == (1_240_050, "path")
    links = Links(frozenset({"1", "2"}), frozenset({"3"}))
    assert links_of(session, project) == links
    page = desk.get(f"{URL}/5").text
    assert 'value="12400,50"' in page
    assert 'value="1 2"' in page


@pytest.mark.usefixtures("round_")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("cost_cents", "0", "more than 0"),
        ("cost_cents", "-5", "This is not an amount of money"),
        ("area", "west", "Not a valid choice"),
        ("needs", "99", "This round has no project 99"),
        ("conflicts", "3", "one needs the other"),
        ("conflicts", "98", "This round has no project 98"),
    ],
)
def test_a_bad_field_is_answered_beside_it_and_nothing_is_stored(
    desk: Client, field: str, typed: str, said: str
) -> None:
    answer = desk.post(f"{URL}/add", data=FORM | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    assert desk.get(f"{URL}/5").status_code == 404


def test_a_project_is_edited_and_removed(
    desk: Client, session: Session, round_: Round
) -> None:
    form = FORM | {"conflicts": "", "needs": "", "title-en": "Bridge"}
    assert desk.post(f"{URL}/1", data=form).status_code == 302
    session.expire_all()
    project = find_project(session, round_, "1")
    assert project is not None
    assert project.title.en == "Bridge"
    assert desk.post(f"{URL}/1/remove").status_code == 302
    assert desk.get(f"{URL}/1").status_code == 404


def test_after_the_opening_a_price_is_refused_and_a_summary_is_not(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    round_ = open_round(session, now=clock.moment)
    one = list_projects(session, round_)[0]
    form = {f"title-{tag}": one.title.written(tag) for tag in ("fi", "sv", "en")}
    form |= {
        "cost_cents": "20000",
        "area": "north",
        "category": "",
        "picture": "",
        "summary-fi": "Uusi teksti",
    }
    assert desk.post(f"{URL}/1", data=form).status_code == 302
    session.expire_all()
    assert one.summary.fi == "Uusi teksti"
    assert desk.post(f"{URL}/1", data=form | {"cost_cents": "1"}).status_code == 409
    assert desk.post(f"{URL}/1/remove").status_code == 409


def test_a_file_is_loaded(desk: Client, session: Session, round_: Round) -> None:
    status, _ = upload(desk, HEADER + "north;A;B;C;100\nsouth;D;E;F;200\n")
    assert status == 302
    assert len(list_projects(session, round_)) == 6


def test_every_fault_of_a_file_is_shown_with_its_line(
    desk: Client, session: Session, round_: Round
) -> None:
    rows = "north;A;B;C;12k\nwest;D;E;F;200\n"
    status, text = upload(desk, HEADER + rows)
    assert status == 422
    assert "The file was not read" in text
    assert "The price is not an amount of money above zero: &#34;12k&#34;." in text
    assert "The round has no area &#34;west&#34;." in text
    assert len(list_projects(session, round_)) == 4


def test_a_file_that_is_not_there_is_asked_for(desk: Client, round_: Round) -> None:
    answer = desk.post(f"{URL}/import", data={})
    assert answer.status_code == 422
    assert "Choose a file" in answer.text


def test_a_script_in_a_file_comes_back_as_text(desk: Client, round_: Round) -> None:
    _, text = upload(desk, HEADER + "<script>;A;B;C;1\n")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_tables_are_downloaded(desk: Client, round_: Round) -> None:
    empty = desk.get(f"{URL}/template.csv")
    assert empty.mimetype == "text/csv"
    assert empty.text.startswith("\ufeffcode;area;category;title_fi")
    full = desk.get(f"{URL}/projects.csv")
    assert "Pulkkamäki" in full.text
    assert "attachment" in full.headers["Content-Disposition"]


def test_the_list_asks_the_database_no_more_with_more_projects(
    desk: Client, session: Session, round_: Round, queries: list[str]
) -> None:
    desk.get(URL)
    queries.clear()
    desk.get(URL)
    few = len(queries)
    rows = "".join(f"north;A{i};B;C;100\n" for i in range(30))
    upload(desk, HEADER + rows)
    queries.clear()
    desk.get(URL)
    assert len(queries) == few


def test_a_double_click_is_one_project(
    desk: Client, session: Session, round_: Round
) -> None:
    found = re.search(
        r'name="once"[^>]* value="([0-9a-f]{32})"', desk.get(f"{URL}/add").text
    )
    assert found
    for _ in range(2):
        assert desk.post(f"{URL}/add", data=FORM | {"once": found[1]}).location == URL
    assert len(list_projects(session, round_)) == 5


ODD_CODES = ["a/b", "/", "a#b?c=d&e", "50%", "%2F", "two words", "..", "add", "Å"]


@pytest.mark.parametrize("code", ODD_CODES)
def test_a_code_of_any_characters_has_its_pages(
    desk: Client, session: Session, round_: Round, code: str
) -> None:
    project = find_project(session, round_, "4")
    assert project is not None
    project.code = code
    page = desk.get(URL).text
    address = re.search(rf'href="({URL}/[^"]+)">Ice', page) or re.search(
        rf'href="({URL}/(?!add|import|template|projects)[^"123][^"]*)"', page
    )
    assert address, page
    assert unquote(unquote(address[1])).endswith(f"/{code}")
    assert desk.get(address[1]).status_code == 200
    public = address[1].replace("/manage", "")
    answer = desk.get(public)
    assert (answer.status_code, html.escape(code) in answer.text) == (200, True)
    assert desk.post(f"{address[1]}/remove").status_code == 302
    assert find_project(session, round_, code) is None
