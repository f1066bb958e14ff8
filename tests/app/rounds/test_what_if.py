"""What if: who may ask, what is answered, and that the result never moves."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Attempt
from core.audit import AuditEntry
from core.clock import FixedClock
from tests.factories.accounts import log_in, official, resident
from tests.factories.results import counted_round, published_round, sealed_round
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from voting.models import Result, Round, Scenario
from voting.results import count_round, publish_result
from voting.scenarios import MOST_KEPT, keep_scenario
from voting.what_if import Changes

SLUG = "puistola-2027"
FORM = f"/en/rounds/{SLUG}/what-if"
NOT_THE_RESULT = {
    "en": "This is not the result",
    "fi": "Tämä ei ole tulos",
    "sv": "Det här är inte resultatet",
}


def plain(text: str) -> str:
    return unescape(text).replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def round_(session: Session, clock: FixedClock) -> Round:
    """Built: the gym (45 000 of the north's 60 000), the sauna (30 000 of 40 000)."""
    return published_round(session, now=clock.moment)


def ask(client: Client, **fields: str) -> tuple[str, str]:
    """The address of the answer, and its page."""
    answer = client.post(FORM, data=fields)
    assert answer.status_code // 100 == 3, plain(answer.text)
    address = answer.headers["Location"]
    return address, plain(client.get(address).text)


def test_more_money_brings_a_project_in_and_the_result_stays(
    client: Client, session: Session, round_: Round
) -> None:
    before = session.scalars(select(Result)).one().outcome
    _, page = ask(client, budget="110 000")
    assert "This is not the result" in page
    assert "Money in all: 110 000 € instead of 100 000 €" in page
    assert "1 project would come in and 0 would fall out." in page
    session.expire_all()
    assert session.scalars(select(Result)).one().outcome == before
    assert session.scalars(select(Scenario)).one().outcome is not None


CHANGES: tuple[tuple[dict[str, str], str], ...] = (
    ({"price_1": "70 000"}, "“Outdoor gym”: 70 000 € instead of 45 000 €"),
    ({"drop_1": "y"}, "“Outdoor gym”: taken off the ballot"),
    ({"area_0": "20 000"}, "North: 20 000 € instead of 60 000 €"),
    ({"rule": "phragmen"}, "Rule: Phragmén: supporters save up and buy together"),
    ({"satisfaction": "cost"}, "What is added up: Votes times the project's price"),
    ({"threshold": "3"}, "Fewest votes that a project needs: 3 instead of"),
    ({"share": "1"}, "Threshold by price: 1 instead of none"),
    (
        {"rule": "equal-shares", "completion": "add1"},
        "What happens to the money that the shares leave: raise every share",
    ),
    (
        {"rule": "greedy", "variant": "no-skip", "order": "per-cost"},
        "Which project comes first: the one with the most for its price",
    ),
)


def test_everything_that_can_be_otherwise_is_said_on_the_page(
    client: Client, round_: Round
) -> None:
    for fields, sentence in CHANGES:
        address, page = ask(client, **fields)
        assert sentence in page
        assert "This is not the result" in page
        # The question can be asked again from its answer.
        again = client.get(f"{FORM}?from={address.rsplit('/', 1)[1]}").text
        for value in fields.values():
            assert value.replace(" ", "") in again or value == "y"


def test_a_dropped_winner_falls_out_and_its_rival_comes_in(
    client: Client, round_: Round
) -> None:
    _, page = ask(client, drop_1="y")
    assert "1 project would come in and 1 would fall out." in page
    assert "Taken off the ballot." in page


def test_every_page_says_that_it_is_not_the_result(
    client: Client, round_: Round
) -> None:
    address, _ = ask(client, budget="110000")
    for language, words in NOT_THE_RESULT.items():
        for page in (address, FORM, f"/en/rounds/{SLUG}/distances"):
            text = client.get(page.replace("/en/", f"/{language}/", 1)).text
            assert words in text


def test_the_same_question_of_anybody_is_the_same_page(
    client: Client, session: Session, round_: Round
) -> None:
    first, _ = ask(client, budget="110000", price_0="")
    second, _ = ask(client, budget="110 000,00", price_0="20000", rule="max-welfare")
    assert first == second
    assert session.scalar(select(func.count()).select_from(Scenario)) == 1


FAULTS: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "Nothing is different yet."),
    ({"rule": "max-welfare", "budget": "100000"}, "Nothing is different yet."),
    ({"budget": "plenty", "price_0": "12"}, "This is not an amount of money."),
    ({"budget": "-5"}, "This is not an amount of money."),
    ({"budget": "9" * 30}, "This is more money than any town has."),
    ({"price_0": "9" * 5000}, "This is not an amount of money."),
    ({"rule": "dictator"}, "Not a valid choice"),
    ({"threshold": "-1"}, "Number must be between"),
    ({"threshold": "9" * 40}, "Not a valid integer"),
    ({"satisfaction": "points"}, "Not a valid choice"),
    ({"rule": "phragmen", "satisfaction": "cost"}, "The rule does not use this."),
    ({"completion": "add1"}, "The rule does not use this."),
    (
        {"budget": "100000", "area_0": "90000"},
        "The areas together have more money than this.",
    ),
)


def test_what_cannot_be_asked_is_said_and_nothing_typed_is_lost(
    client: Client, session: Session, round_: Round
) -> None:
    for fields, fault in FAULTS:
        answer = client.post(FORM, data=fields)
        assert answer.status_code == 422
        assert fault in plain(answer.text)
        typed = {name: value for name, value in fields.items() if value[0] in "-p9"}
        for name, value in typed.items():
            if name not in ("rule", "satisfaction"):
                assert f'value="{value}"' in answer.text
    assert session.scalar(select(func.count()).select_from(Scenario)) == 0


def test_hostile_addresses_lead_nowhere(client: Client, round_: Round) -> None:
    for tail in ("none", "a" * 500, "%00", "..%2f..", "'; drop table scenario;--"):
        assert client.get(f"{FORM}/{tail}").status_code == 404
        assert client.get(f"{FORM}/{tail}/status").status_code == 404
    assert client.get(f"{FORM}?from=%00").status_code == 200
    assert client.get("/en/rounds/elsewhere/what-if").status_code == 404


def test_before_publication_only_officials_ask_and_the_log_knows(
    client: Client, session: Session, clock: FixedClock
) -> None:
    counted_round(session, now=clock.moment)
    for who in (None, resident(session), official(session, scope="round:another")):
        if who:
            log_in(client, who)
        assert client.get(FORM).status_code == 404
        assert client.post(FORM, data={"budget": "1"}).status_code == 404
        assert client.get(f"/en/rounds/{SLUG}/distances").status_code == 404
        assert client.post(f"/en/rounds/{SLUG}/distances").status_code == 404
    client.log_in(official(session), second_factor=False)
    assert client.get(FORM).status_code == 404
    log_in(client, official(session))
    address, page = ask(client, budget="110000")
    assert "Only officials of this round see this page" in page
    ask(client, budget="110000")
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "scenario.asked")
    ).all()
    assert [set(entry.facts) for entry in entries] == [{"scenario"}] * 2
    client.get("/en/account/log-out")
    client.delete_cookie("session")
    assert client.get(address).status_code == 404


def test_an_embargo_keeps_the_questions_closed_too(
    client: Client, session: Session, clock: FixedClock
) -> None:
    until = clock.moment + timedelta(hours=1)
    published_round(session, now=clock.moment, embargo_until=until)
    assert client.get(FORM).status_code == 404
    clock.moment = until
    assert client.get(FORM).status_code == 200


def test_nothing_can_be_asked_before_the_count(
    client: Client, session: Session, clock: FixedClock
) -> None:
    sealed_round(session, now=clock.moment)
    log_in(client, official(session))
    assert client.get(FORM).status_code == 404


def test_after_publication_nothing_is_logged(
    client: Client, session: Session, round_: Round
) -> None:
    log_in(client, official(session))
    ask(client, budget="110000")
    asked = select(AuditEntry).where(AuditEntry.action == "scenario.asked")
    assert session.scalars(asked).all() == []


def test_whoever_asks_too_much_waits_and_keeps_what_was_typed(
    client: Client, session: Session, round_: Round
) -> None:
    ask(client, threshold="2")
    counted = session.scalars(select(Attempt).where(Attempt.key.like("what-if:%")))
    counted.one().failures = 40
    ask(client, threshold="3")
    answer = client.post(FORM, data={"threshold": "99"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="99"' in answer.text
    # What was asked before is there for everybody, at any time.
    ask(client, threshold="2")


def test_a_round_keeps_its_newest_questions(
    session: Session, round_: Round, clock: FixedClock
) -> None:
    result = session.scalars(select(Result)).one()
    session.add_all(
        Scenario(
            round_id=round_.id,
            result_id=result.id,
            key=f"old-{n}",
            changes={},
            created_at=clock.moment,
        )
        for n in range(MOST_KEPT)
    )
    session.flush()
    keep_scenario(
        session,
        round_,
        Changes(budget=1),
        outcome=None,
        actor=None,
        now=clock.moment,
    )
    kept = set(session.scalars(select(Scenario.key)))
    assert len(kept) == MOST_KEPT
    assert "old-0" not in kept
    assert Changes(budget=1).key(result.id) in kept


def test_a_recount_takes_the_questions_to_the_old_count_away(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = counted_round(session, now=clock.moment)
    log_in(client, official(session))
    address, _ = ask(client, budget="110000")
    old = session.scalars(select(Result)).one()
    old.outcome = {**old.outcome, "objective": 0}
    count_round(session, round_, actor=OFFICIAL, now=clock.moment)
    assert client.get(address).status_code == 404
    ask(client, budget="120000")
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Scenario)) == 1
    publish_result(session, round_, actor=OFFICIAL, now=clock.moment)
    assert client.get(FORM).status_code == 200
