"""The published result: nothing before its moment, everything after it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.text import LANGUAGES
from tests.factories.accounts import administrator, auditor, log_in, official, resident
from tests.factories.elections import a_file, imported_round
from tests.factories.results import counted_round, published_round, sealed_round
from tests.factories.rounds import OFFICIAL, open_round
from tests.support.client import Client
from voting.manifest import RuleManifest
from voting.models import Round
from voting.opening import frozen_manifest
from voting.pabulib import parse_election, profile
from voting.replay import Answer, replay
from voting.results import count_round, publish_result
from voting.tally import tally

SLUG = "puistola-2027"
RESULT = f"/en/rounds/{SLUG}/result"
FORMATS = ("csv", "xlsx", "pb", "json")
RECEIPTS = f"/en/rounds/{SLUG}/receipts.txt"
ADDRESSES = (RESULT, RECEIPTS, *(f"{RESULT}.{extension}" for extension in FORMATS))
STAGES: dict[str, Callable[..., Round]] = {
    "open": open_round,
    "sealed": sealed_round,
    "counted": counted_round,
}
ROLES: dict[str, Callable[..., object] | None] = {
    "nobody": None,
    "resident": resident,
    "official": official,
    "administrator": administrator,
    "auditor": auditor,
}
# North: the hill has 3 votes, the gym 2; south: the sauna 1, the benches none.
BALLOTS_OF_FAIR = (
    ("north", ["1", "2"]),
    ("north", ["1"]),
    ("north", ["1", "2"]),
    ("south", ["4"]),
    ("south", []),
)
FAIR: dict[str, tuple[dict[str, object], dict[str, tuple[str, ...]]]] = {
    "equal-shares": (
        {"satisfaction": "cost", "completion": "add1"},
        {
            "en": (
                "Every voter has an equal share of the money.",
                "Then every share is raised step by step, as long as the money",
                "Built: 3 votes. Each supporter paid 6 666,67 € out of their share.",
                (
                    "had 44 998,66 € of their shares left together, and it"
                    " costs 45 000 €. With larger shares the money would not have"
                ),
                "Nobody voted for it.",
            ),
            "fi": (
                "Jokaisella äänestäjällä on yhtä suuri osuus rahasta.",
                "Sen jälkeen jokaista osuutta korotetaan vähän kerrallaan",
                (
                    "Toteutetaan: 3 ääntä. Jokainen kannattaja maksoi osuudestaan"
                    " 6 666,67 €."
                ),
                (
                    "jäljellä yhteensä 44 998,66 €, ja hanke maksaa 45 000 €."
                    " Suuremmilla osuuksilla rahat eivät olisi riittäneet."
                ),
            ),
            "sv": (
                "Varje väljare har en lika stor andel av pengarna.",
                "Därefter höjs varje andel stegvis så länge pengarna räcker.",
                "Var och en som stödde projektet betalade 6 666,67 € ur sin andel.",
                (
                    "44 998,66 € kvar av sina andelar, och projektet kostar 45 000 €."
                    " Med större andelar hade pengarna inte räckt."
                ),
            ),
        },
    ),
    "phragmen": (
        {},
        {
            "en": (
                "Every voter earns money at the same speed.",
                "North had 60 000 € left, and it costs 20 000 €.",
                "Did not fit: North had 40 000 € left, the project costs 45 000 €.",
            ),
            "fi": (
                "Jokaiselle äänestäjälle kertyy rahaa samaa vauhtia.",
                "alueella Pohjoinen oli jäljellä 60 000 €, ja hanke maksaa 20 000 €.",
                "Ei mahtunut: alueella Pohjoinen oli jäljellä 40 000 €",
            ),
            "sv": (
                "Varje väljare tjänar pengar i samma takt.",
                "återstod 60 000 € för området Norra, och projektet kostar 20 000 €.",
                "Fick inte plats: för området Norra återstod 40 000 €",
            ),
        },
    ),
}
WINNER, LOSER = "Outdoor gym", "Sledging hill"


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("stage", STAGES)
def test_nothing_leaves_before_the_publication(
    new_client: Callable[[], Client],
    session: Session,
    clock: FixedClock,
    stage: str,
    address: str,
) -> None:
    STAGES[stage](session, now=clock.moment)
    for who in ROLES.values():
        client = new_client()
        if who is not None:
            log_in(client, who(session))  # type: ignore[arg-type] # an account
        assert client.get(address).status_code == 404


def test_there_is_no_result_of_a_round_that_is_not_there(client: Client) -> None:
    for address in ADDRESSES:
        assert client.get(address).status_code == 404


def test_under_an_embargo_only_its_end_is_told(
    client: Client, session: Session, clock: FixedClock
) -> None:
    until = clock.moment + timedelta(hours=3)
    published_round(session, now=clock.moment, embargo_until=until)
    page = client.get(RESULT)
    assert page.status_code == 200
    assert "The result will be shown here on:" in page.text
    assert "12 April 2027 at 15:00" in page.text
    for text in (WINNER, "people voted", "75 000", "built"):
        assert text not in plain(page.text)
    for extension in FORMATS:
        assert client.get(f"{RESULT}.{extension}").status_code == 404
    clock.moment = until
    assert WINNER in client.get(RESULT).text
    for extension in FORMATS:
        assert client.get(f"{RESULT}.{extension}").status_code == 200


def test_the_page_says_who_won_and_why_the_others_did_not(
    client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment)
    page = plain(client.get(RESULT).text)
    assert "4 people voted; 2 of 4 projects are built for 75 000 €." in page
    built, _, others = page.partition("These are not built")
    assert WINNER in built
    assert LOSER not in built
    assert LOSER in others
    assert "would have to go. With 3 votes more it would have been built." in others
    assert "45 000 € of 60 000 €" in page
    assert "voters declared themselves" in page
    assert "Check the count yourself" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_three_languages(
    client: Client, session: Session, clock: FixedClock, language: str
) -> None:
    published_round(session, now=clock.moment)
    page = plain(client.get(f"/{language}/rounds/{SLUG}/result").text)
    headline = {
        "fi": (
            "4 ihmistä äänesti."
            " Ehdolla olleista 4 hankkeesta toteutetaan 2, yhteensä 75 000 €."
        ),
        "sv": "4 personer röstade. Av 4 projekt genomförs 2, för sammanlagt 75 000 €.",
        "en": "4 people voted; 2 of 4 projects are built for 75 000 €.",
    }
    assert headline[language] in page
    assert {"fi": "Ulkokuntosali", "sv": "Utegym", "en": WINNER}[language] in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", sorted(FAIR))
def test_a_round_of_equal_shares_or_phragmen_is_told_from_opening_to_result(
    client: Client, session: Session, clock: FixedClock, rule: str, language: str
) -> None:
    parameters, told = FAIR[rule]
    published_round(
        session,
        now=clock.moment,
        rule=rule,
        parameters=parameters,
        ballots=BALLOTS_OF_FAIR,
        people=6,
    )
    answer = client.get(f"/{language}/rounds/{SLUG}/result")
    assert answer.status_code == 200
    page = plain(answer.text)
    for sentence in told[language]:
        assert sentence in page
    assert "Not proven" not in page
    rules = plain(client.get(f"/{language}/rounds/{SLUG}").text)
    assert told[language][0] in rules
    for extension in FORMATS:
        address = f"/{language}/rounds/{SLUG}/result.{extension}"
        assert client.get(address).status_code == 200


def test_an_imported_result_says_where_its_ballots_come_from(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = imported_round(session, now=clock.moment)
    count_round(session, round_, actor=OFFICIAL, now=clock.moment)
    publish_result(session, round_, actor=OFFICIAL, now=clock.moment)
    page = client.get(f"/en/rounds/{round_.slug}/result").text
    assert "a file that was published by the organiser" in page
    answer = client.get(f"/en/rounds/{round_.slug}/result.pb")
    assert answer.data.decode() == a_file()


def test_a_title_is_no_formula_in_the_table(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = imported_round(session, now=clock.moment)
    count_round(session, round_, actor=OFFICIAL, now=clock.moment)
    publish_result(session, round_, actor=OFFICIAL, now=clock.moment)
    address = f"/en/rounds/{round_.slug}/result"
    text = client.get(f"{address}.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[3]["Project"] == "'=HYPERLINK(1)"
    assert (rows[3]["Price (EUR)"], rows[0]["Votes"]) == ("25000.5", "5")
    book = load_workbook(io.BytesIO(client.get(f"{address}.xlsx").data))
    cells = [[cell.value for cell in row] for row in book.active.rows]  # type: ignore[union-attr] # it has a sheet
    assert cells[4][1] == "=HYPERLINK(1)"
    assert book.active["B5"].data_type == "s"  # type: ignore[index] # a cell
    assert cells[4][6] == 25000.5
    assert cells[1][4] == 5


def test_the_json_holds_whole_numbers_and_iso_times(
    client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment)
    answer = client.get(f"{RESULT}.json")
    assert answer.mimetype == "application/json"
    found = json.loads(answer.data)
    assert found["format"] == "puistokatu-result/1"
    assert (found["cost"], found["people"], found["ballots"]) == (7_500_000, 4, 6)
    assert found["published_at"] == "2027-04-12T09:00:00+00:00"
    assert found["projects"][1]["funded"] is True
    assert found["projects"][1]["title"]["sv"] == "Utegym"
    assert found["areas"][0]["budget"] == 6_000_000


def test_the_pb_file_gives_the_ballots_and_nothing_of_the_voters(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = published_round(
        session,
        now=clock.moment,
        rule="greedy",
        ballots=[("north", ["2", "1"]), ("south", ["4"]), ("north", ["1"])],
    )
    text = client.get(f"{RESULT}.pb").data.decode()
    assert text.partition("VOTES\n")[2] == "voter_id;vote\n1;1\n2;1,2\n3;4\n"
    row = frozen_manifest(session, round_)
    assert row is not None
    ours = tally(session, RuleManifest.from_text(row.document), round_)
    theirs = profile(parse_election(text))
    assert ours.votes.tolist() == theirs.votes.tolist()
    assert ours.indices.tolist() == theirs.indices.tolist()
    assert ours.weights.tolist() == theirs.weights.tolist()
    assert (ours.costs * theirs.unit).tolist() == (theirs.costs * ours.unit).tolist()
    again = imported_round(session, now=clock.moment, text=text)
    newer = frozen_manifest(session, again)
    assert newer is not None
    repeated = tally(session, RuleManifest.from_text(newer.document), again)
    assert repeated.digest() == ours.digest()


@pytest.mark.parametrize(("blank", "name"), [(0, "equalshares/add1"), (1, "unknown")])
def test_the_pb_file_of_equal_shares_is_counted_alike_when_it_is_read_again(
    client: Client, session: Session, clock: FixedClock, blank: int, name: str
) -> None:
    ballots = [("north", ["1", "2"])] * 3 + [("north", ["3", "4"])] * 2
    round_ = counted_round(
        session,
        now=clock.moment,
        rule="equal-shares",
        parameters={"satisfaction": "cost", "completion": "add1", "threshold": 2},
        one_area=True,
        ballots=ballots + [("north", [])] * blank,
    )
    ours = publish_result(session, round_, actor=OFFICIAL, now=clock.moment)
    text = client.get(f"{RESULT}.pb").data.decode()
    assert f"\nrule;{name}\n" in text
    assert "\nmin_project_score_threshold;2\n" in text
    if blank:
        return
    again = imported_round(session, now=clock.moment, text=text)
    theirs = count_round(session, again, actor=OFFICIAL, now=clock.moment)
    assert theirs.outcome["rule"] == "equal-shares"
    assert theirs.outcome["funded"] == ours.outcome["funded"] != []
    assert replay(parse_election(text)).answer is Answer.SAME


def test_the_page_asks_the_database_a_fixed_number_of_times(
    client: Client, session: Session, clock: FixedClock, queries: list[str]
) -> None:
    published_round(session, now=clock.moment)
    client.get(RESULT)
    queries.clear()
    client.get(RESULT)
    assert len(queries) <= 8
