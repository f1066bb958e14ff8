"""Is my ballot among the counted ones? Asked with the codes of a receipt."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.codes import new_code
from tests.factories.elections import imported_round
from tests.factories.results import published_round, sealed_round
from tests.factories.rounds import draft_round
from tests.support.client import Client
from voting.models import Round, SealedReceipt

CHECK = "/en/rounds/puistola-2027/check"


def codes_of(session: Session, round_: Round) -> list[str]:
    """The published list, as the sealing would have written it."""
    codes = [new_code() for _ in range(3)]
    session.add_all(
        SealedReceipt(round_id=round_.id, area_id=round_.areas[0].id, code=code)
        for code in codes
    )
    session.commit()
    return codes


def test_a_voter_finds_the_codes_of_a_receipt(
    session: Session, client: Client, clock: FixedClock
) -> None:
    round_ = published_round(session, now=clock.moment)
    first, second, *_ = codes_of(session, round_)
    stranger = new_code()
    typed = f"{first.lower().replace('-', ' ')}\r\n\r\n{second}, {stranger}"
    page = client.post(CHECK, data={"codes": typed}).text
    assert page.count("Counted, in this area:") == 2
    assert first in page
    assert page.count("Not in the list") == 1
    assert "You changed your vote after you got the code." in page


def test_when_all_are_counted_nothing_is_said_of_missing_ones(
    session: Session, client: Client, clock: FixedClock
) -> None:
    round_ = published_round(session, now=clock.moment)
    page = client.post(CHECK, data={"codes": codes_of(session, round_)[0]}).text
    assert "Counted, in this area:" in page
    assert "You changed your vote" not in page


def test_a_mistyped_code_is_named_and_what_was_typed_stays(
    session: Session, client: Client, clock: FixedClock
) -> None:
    round_ = published_round(session, now=clock.moment)
    (code, *_) = codes_of(session, round_)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    answer = client.post(CHECK, data={"codes": f"{code}\n{wrong}"})
    assert answer.status_code == 422
    assert f"{wrong} is not a code of ours" in answer.text
    assert f"{code}\n{wrong}</textarea>" in answer.text


def test_too_many_codes_none_and_strange_characters_are_refused(
    session: Session, client: Client, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment)
    for typed, said in (
        ("\n".join(new_code() for _ in range(51)), "At most 50 codes"),
        (" \n ,", "Write the codes from your receipt."),
        ("7K3Q\x00", "characters here that cannot be used"),
    ):
        answer = client.post(CHECK, data={"codes": typed})
        assert answer.status_code == 422
        assert said in answer.text


def test_before_the_publication_the_page_says_when_to_come_back(
    session: Session, client: Client, clock: FixedClock
) -> None:
    round_ = sealed_round(session, now=clock.moment)
    (code, *_) = codes_of(session, round_)
    assert "published together with the result" in client.get(CHECK).text
    answer = client.post(CHECK, data={"codes": code})
    assert answer.status_code == 409
    assert "Counted, in this area:" not in answer.text


def test_under_an_embargo_nothing_is_told_either(
    session: Session, client: Client, clock: FixedClock
) -> None:
    round_ = published_round(session, now=clock.moment)
    (code, *_) = codes_of(session, round_)
    round_.embargo_until = clock.moment + timedelta(hours=1)
    session.commit()
    assert client.post(CHECK, data={"codes": code}).status_code == 409
    clock.moment += timedelta(hours=2)
    assert "Counted, in this area:" in client.post(CHECK, data={"codes": code}).text


def test_rounds_without_receipts_have_no_such_page(
    session: Session, client: Client, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    assert client.get(CHECK).status_code == 404
    round_ = imported_round(session, now=clock.moment)
    assert client.get(f"/en/rounds/{round_.slug}/check").status_code == 404
