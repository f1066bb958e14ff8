"""The bundle on the result page: nothing before its moment, the same bytes after."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.audit import record, round_chain
from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.bundles import BLANK, RULES, recountable_round
from tests.factories.results import counted_round, published_round
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from voting.models import Round
from voting.recount import check, recompute

SLUG = "puistola-2027"
ADDRESS = f"/en/rounds/{SLUG}/bundle.zip"
LINKS = {
    "en": "Everything in one package, with a program that recounts the result (ZIP)",
    "fi": "Kaikki samassa paketissa, mukana ohjelma, joka laskee tuloksen uudelleen",
    "sv": "Allt i ett paket, med ett program som räknar om resultatet (ZIP)",
}


@pytest.fixture
def round_(session: Session, clock: FixedClock, tmp_path: Path) -> Round:
    """Published after its ballots went through the box."""
    return recountable_round(
        session,
        tmp_path,
        now=clock.moment,
        ballot=BLANK,
        rule="equal-shares",
        parameters=RULES["equal-shares"],
    )


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == {
            f"{SLUG}-bundle"
        }
        return {name.split("/")[1]: packed.read(name) for name in packed.namelist()}


def test_nothing_leaves_before_the_publication(
    client: Client, session: Session, clock: FixedClock
) -> None:
    assert client.get(ADDRESS).status_code == 404
    counted_round(session, now=clock.moment)
    assert client.get(ADDRESS).status_code == 404


def test_nothing_leaves_under_an_embargo(
    client: Client, session: Session, clock: FixedClock
) -> None:
    until = clock.moment + timedelta(hours=1)
    published_round(session, now=clock.moment, embargo_until=until)
    assert client.get(ADDRESS).status_code == 404
    clock.moment = until
    assert client.get(ADDRESS).status_code == 200


def test_what_is_downloaded_can_be_recounted(client: Client, round_: Round) -> None:
    answer = client.get(ADDRESS)
    assert answer.content_type == "application/zip"
    assert f'filename="{SLUG}-bundle.zip"' in answer.headers["Content-Disposition"]
    found = check(unzipped(answer.data))
    assert (found.wrong, found.unproven) == ([], [])
    assert recompute(found) == []


@pytest.mark.parametrize("language", LINKS)
def test_the_result_page_links_to_it_and_names_the_hash(
    client: Client, round_: Round, language: str
) -> None:
    page = client.get(f"/{language}/rounds/{SLUG}/result").text
    assert LINKS[language] in page
    files = unzipped(client.get(ADDRESS).data)
    published = check(files).result["log_head"]
    assert published in page
    assert check(files, published=published).wrong == []


def test_later_acts_change_no_byte(
    client: Client, session: Session, clock: FixedClock, round_: Round
) -> None:
    before = client.get(ADDRESS).data
    clock.moment += timedelta(days=30)
    chain = round_chain(SLUG)
    record(session, OFFICIAL, "project.edited", now=clock.moment, chain=chain)
    assert client.get(ADDRESS).data == before


def test_the_bundle_says_nothing_about_who_voted_or_who_acted(
    client: Client, round_: Round
) -> None:
    files = unzipped(client.get(ADDRESS).data)
    assert OFFICIAL.name.encode() not in b"".join(files.values())
    header, *lines = files["ballots.csv"].decode().splitlines()
    assert header == "ballot,area,projects,points"
    # Sorted, so the order of the sealed rows is not told either.
    rows = [line.partition(",")[2] for line in lines]
    north = ['north,"1,2","1,1"', "north,1,1", "north,2,1", "north,2,1"]
    south = ['south,"3,4","1,1"', "south,4,1", "south,4,1", "south,,"]
    assert rows == [*north, *south]


def test_officials_find_it_too(client: Client, session: Session, round_: Round) -> None:
    log_in(client, official(session))
    page = client.get(f"/en/manage/rounds/{SLUG}/result").text
    assert LINKS["en"] in page
