"""The rule's form: what it offers, and what it answers beside a field."""

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.rounds import announced_round, draft_round
from tests.support.client import Client
from voting.models import Round, Stage
from voting.readiness import gaps_before_opening
from voting.rounds import find_round

ROUNDS = "/en/manage/rounds"


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


def now_stands(session: Session, slug: str) -> Round:
    session.expire_all()
    round_ = find_round(session, slug)
    assert round_ is not None
    return round_


RULE = {
    "rule": "equal-shares",
    "satisfaction": "cost",
    "threshold": "2",
    "share": "",
    "ties": "cost,votes,draw",
    "variant": "skip",
    "order": "total",
    "completion": "add1",
    "practice": "cities",
}
UNREAD = {
    "phragmen": {"satisfaction": "votes", "completion": "none"},
    "greedy": {"completion": "none"},
}
SHARED = {"threshold": 2, "ties": ["cost", "votes", "draw"]}


@pytest.mark.parametrize(
    ("typed", "parameters"),
    [
        (
            {"comparison": "y", "share": "3"},
            {
                "satisfaction": "cost",
                "completion": "add1",
                "practice": "cities",
                "comparison": True,
                "share": 3,
            },
        ),
        ({"rule": "phragmen"} | UNREAD["phragmen"], {}),
        (
            {"rule": "greedy", "overshoot": "15"} | UNREAD["greedy"],
            {
                "satisfaction": "cost",
                "variant": "skip",
                "order": "total",
                "overshoot": 15,
            },
        ),
    ],
)
def test_equal_shares_and_phragmen_are_offered(
    desk: Client,
    session: Session,
    clock: FixedClock,
    typed: dict[str, str],
    parameters: dict[str, object],
) -> None:
    draft_round(session, now=clock.moment)
    url = f"{ROUNDS}/puistola-2027"
    assert desk.post(f"{url}/rule", data=RULE | typed).status_code == 302
    round_ = now_stands(session, "puistola-2027")
    assert round_.rule == (RULE | typed)["rule"]
    assert round_.rule_parameters == SHARED | parameters
    # The round can still be opened, and what was chosen is what the form shows.
    assert not gaps_before_opening(session, round_, clock.moment)
    page = desk.get(f"{url}/rule").text
    assert f'<option selected value="{round_.rule}">' in page
    assert ("checked" in page) == ("comparison" in parameters)
    assert desk.post(f"{url}/rule", data=RULE | typed).status_code == 302


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"rule": "phragmen", "completion": "none"}, "satisfaction", "“Votes”"),
        ({"rule": "phragmen"} | UNREAD["phragmen"], "variant", "“pass it over"),
        ({"rule": "greedy"}, "completion", "“it stays unspent”"),
        ({"rule": "greedy"} | UNREAD["greedy"], "comparison", "Remove the tick"),
        ({"completion": "greedy"}, "practice", "“as cities do"),
        ({}, "order", "“the one with the most”"),
        ({}, "share", "between 1 and"),
        ({}, "overshoot", "Only the rule that takes projects one after another"),
    ],
)
def test_what_the_rule_does_not_read_is_refused_beside_the_field(  # noqa: PLR0917 - a table
    desk: Client,
    session: Session,
    clock: FixedClock,
    typed: dict[str, str],
    field: str,
    said: str,
) -> None:
    draft_round(session, now=clock.moment)
    other = {
        "satisfaction": "cost",
        "variant": "no-skip",
        "completion": "add1",
        "comparison": "y",
        "practice": "books",
        "order": "per-cost",
        "share": "0",
        "overshoot": "20",
    }
    form = RULE | typed | {field: other[field]}
    answer = desk.post(f"{ROUNDS}/puistola-2027/rule", data=form)
    assert answer.status_code == 422
    fault = answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert said in fault
    assert answer.text.count("field-error") == 1
    assert now_stands(session, "puistola-2027").rule == "max-welfare"


@pytest.mark.parametrize(
    ("tag", "names", "refusal"),
    [
        (
            "en",
            ("Method of Equal Shares", "Phragmén"),
            "This rule cannot promise Sport a least sum.",
        ),
        (
            "fi",
            ("Tasaosuuksien menetelmä", "Phragménin sääntö"),
            "Tämä sääntö ei voi taata teemalle Liikunta vähimmäissummaa.",
        ),
        (
            "sv",
            ("Metoden med lika andelar", "Phragméns regel"),
            "Den här regeln kan inte garantera Idrott en minsta summa.",
        ),
    ],
)
@pytest.mark.parametrize("rule", ["equal-shares", "phragmen"])
def test_a_least_sum_that_the_rule_cannot_promise_stands_on_the_desk(  # noqa: PLR0917 - a table
    desk: Client,
    session: Session,
    clock: FixedClock,
    rule: str,
    tag: str,
    names: tuple[str, str],
    refusal: str,
) -> None:
    announced_round(session, now=clock.moment)
    url = f"/{tag}/manage/rounds/puistola-2027"
    form = {
        "name-fi": "Liikunta",
        "name-sv": "Idrott",
        "name-en": "Sport",
        "slug": "sport",
        "min_cents": "1",
    }
    assert desk.post(f"{url}/categories/add", data=form).status_code == 302
    typed = RULE | {"rule": rule} | UNREAD.get(rule, {})
    assert desk.post(f"{url}/rule", data=typed).status_code == 302
    assert refusal in desk.get(url).text
    assert all(name in desk.get(f"{url}/rule").text for name in names)
    assert desk.post(f"{url}/open").status_code == 409
    assert now_stands(session, "puistola-2027").stage is Stage.ANNOUNCED
