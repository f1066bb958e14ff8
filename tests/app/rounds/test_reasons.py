"""Every reason is a sentence with its numbers, in three languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from app.rounds.reasons import SENTENCES, Telling, telling, tie_sentence, why
from core.text import LANGUAGES
from voting.manifest import (
    BallotRules,
    Eligibility,
    ManifestArea,
    ManifestProject,
    ManifestTheme,
    RuleManifest,
)
from voting.outcome import Outcome, Reason, ReasonCode, Tie

BASE = {"votes": 1214, "score": 3642, "cost": 3_500_000}
LEFT = {"left": 1_240_000, "short": 2_260_000}


def names(text: str) -> dict[str, str]:
    return {tag: f"{text} {tag}" for tag in LANGUAGES}


def about(rule: str, *, optimal: bool = True, **parameters: Any) -> Telling:
    manifest = RuleManifest(
        round="r",
        version=1,
        title=names("Round"),
        currency="EUR",
        unit=100,
        budget=10_000_000,
        opens=None,
        closes=None,
        areas=(ManifestArea("north", names("North"), "free", 1, 5_000_000),),
        themes=(ManifestTheme("north", names("Sport"), 0, 4_000_000),),
        projects=tuple(
            ManifestProject(code, names(f"Park {code}"), 1, "north")
            for code in "abcdefg"
        ),
        ballot=BallotRules(),
        eligibility=Eligibility(),
        rule=rule,
        rule_parameters={},
    )
    outcome = Outcome(
        rule=rule,
        parameters={"threshold": 1, "satisfaction": "votes"} | parameters,
        funded=(),
        cost=0,
        objective=0,
        optimal=optimal,
        bound=None,
        gap=None,
        unique=True,
        ties=(),
        reasons={},
    )
    return telling(manifest, outcome)


GREEDY, BEST = ("greedy", {}), ("max-welfare", {})
SHARES = ("equal-shares", {"satisfaction": "cost"})
RAISED = ("equal-shares", {"completion": "add1", "practice": "cities"})
POINTS = ("max-welfare", {"satisfaction": "points"})
CASES: list[tuple[tuple[str, dict[str, Any]], ReasonCode, dict[str, Any], str]] = [
    (
        GREEDY,
        ReasonCode.FUNDED,
        {"left": 12_000_000, "area": None},
        (
            "Built: 1 214 votes. When its turn came, 120 000 € was left, and it "
            "costs 35 000 €."
        ),
    ),
    (
        GREEDY,
        ReasonCode.FUNDED,
        {"left": 12_000_000, "area": "north"},
        (
            "Built: 1 214 votes. When its turn came, North en had 120 000 € left, "
            "and it costs 35 000 €."
        ),
    ),
    (
        GREEDY,
        ReasonCode.FUNDED,
        {"left": 3_000_000, "area": "north", "reserve": 500_000},
        (
            "Built: 1 214 votes. When its turn came, North en had 30 000 € left, "
            "and it costs 35 000 €. The missing "
            "5 000 € came from a reserve."
        ),
    ),
    (
        BEST,
        ReasonCode.FUNDED,
        {},
        (
            "Built: 1 214 votes. It belongs to the set of projects that gathers the"
            " most votes within the money."
        ),
    ),
    (
        POINTS,
        ReasonCode.FUNDED,
        {},
        (
            "Built: 3 642 points. It belongs to the set of projects that gathers "
            "the most points within the money."
        ),
    ),
    (
        ("max-welfare", {"satisfaction": "cost"}),
        ReasonCode.FUNDED,
        {},
        "when each vote counts for as much as the project costs.",
    ),
    (
        ("max-welfare", {"optimal": False}),
        ReasonCode.FUNDED,
        {},
        "It belongs to the best set of projects that was found within the money.",
    ),
    (
        SHARES,
        ReasonCode.FUNDED,
        {"each": 2883, "full": 1214, "partly": 0, "area": None},
        "Built: 1 214 votes. Each supporter paid 28,83 € out of their share.",
    ),
    (
        SHARES,
        ReasonCode.FUNDED,
        {"each": 3500, "full": 900, "partly": 14, "area": None},
        (
            "Of its supporters 900 paid 35 € each out of their share, the others"
            " what they had left."
        ),
    ),
    (
        ("equal-shares", {"satisfaction": "points"}),
        ReasonCode.FUNDED,
        {"each": 961, "full": 1214, "partly": 0, "area": None},
        "Each supporter paid 9,61 € for every point out of their share.",
    ),
    (
        ("equal-shares", {"satisfaction": "points"}),
        ReasonCode.FUNDED,
        {"each": 1000, "full": 900, "partly": 14, "area": None},
        "900 paid 10 € for every point out of their share, the others what they",
    ),
    (
        SHARES,
        ReasonCode.SUPPORTERS_SHORT,
        {**LEFT, "area": None},
        (
            "Not built: 1 214 votes. Its supporters had 12 400 € of their shares left"
            " together, and it costs 35 000 €."
        ),
    ),
    (
        RAISED,
        ReasonCode.SUPPORTERS_SHORT,
        {**LEFT, "area": None},
        "costs 35 000 €. With larger shares the money would not have sufficed.",
    ),
    (
        SHARES,
        ReasonCode.TIE_LOST,
        {"with": ["a"], "how": "cost", "held": 1_240_000},
        "After that its supporters had 12 400 € left together, and this project costs",
    ),
    (
        GREEDY,
        ReasonCode.NO_MONEY,
        {**LEFT, "area": None},
        "Did not fit: 12 400 € was left, the project costs 35 000 €.",
    ),
    (
        GREEDY,
        ReasonCode.NO_MONEY,
        {**LEFT, "area": "north"},
        "Did not fit: North en had 12 400 € left, the project costs 35 000 €.",
    ),
    (
        GREEDY,
        ReasonCode.BELOW_THRESHOLD,
        {"threshold": 2000},
        "Too few votes: it got 1 214, and at least 2 000 are needed.",
    ),
    (
        ("greedy", {"satisfaction": "points", "threshold": 4000}),
        ReasonCode.BELOW_THRESHOLD,
        {"threshold": 4000},
        "Too few points: it got 3 642, and at least 4 000 are needed.",
    ),
    (
        GREEDY,
        ReasonCode.BELOW_THRESHOLD,
        {"votes": 0, "threshold": 1},
        "Nobody voted for it.",
    ),
    (
        GREEDY,
        ReasonCode.CONFLICT,
        {"with": ["a"]},
        (
            "It cannot be built together with “Park a en”, which was chosen. This "
            "one got 1 214 votes."
        ),
    ),
    (
        GREEDY,
        ReasonCode.CONFLICT,
        {"with": ["a", "b"]},
        "together with “Park a en” and “Park b en”, which were chosen.",
    ),
    (
        GREEDY,
        ReasonCode.NEEDS,
        {"what": ["a"]},
        "It can be built only together with “Park a en”, which is not built.",
    ),
    (
        BEST,
        ReasonCode.DISPLACED,
        {"by": list("abcde"), "missing": 12, "loss": 11, "left": 5},
        (
            "to make room, “Park a en”, “Park b en”, “Park c en” and 2 other "
            "projects would have to go. With 12 votes more it would have been "
            "built."
        ),
    ),
    (
        POINTS,
        ReasonCode.DISPLACED,
        {"by": ["a"], "missing": 1, "loss": 0, "left": 5},
        "With 1 point more it would have been built.",
    ),
    (
        BEST,
        ReasonCode.TIE_LOST,
        {"with": ["a"], "how": "cost"},
        "Level with “Park a en”. The one that costs less went first.",
    ),
    (
        GREEDY,
        ReasonCode.TIE_LOST,
        {"with": ["a"], "how": "draw", **LEFT, "area": None},
        (
            "Level with “Park a en”. A draw of lots decided. After that 12 400 € "
            "was left, and this project costs 35 000 €."
        ),
    ),
    (
        GREEDY,
        ReasonCode.THEME_LIMIT,
        {**LEFT, "theme": "north"},
        (
            "The theme Sport en has a ceiling: 12 400 € of it was left, the project"
            " costs 35 000 €."
        ),
    ),
    (
        GREEDY,
        ReasonCode.BEHIND_STOP,
        {"stop": "a", "left": 1_240_000, "area": None},
        (
            "The count stopped at “Park a en”, which no longer fitted. By the rules"
            " nothing after it is built, although 12 400 € was left."
        ),
    ),
]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    with app.test_request_context(), force_locale(request.param):
        yield request.param


def said(
    rule: tuple[str, dict[str, Any]], code: ReasonCode, numbers: dict[str, Any]
) -> str:
    name, parameters = rule
    text = why(Reason(code, BASE | numbers), about(name, **parameters))
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_every_code_has_a_sentence_and_a_case() -> None:
    assert set(SENTENCES) == set(ReasonCode)
    assert {code for _, code, _, _ in CASES} == set(ReasonCode)


@pytest.mark.parametrize(("rule", "code", "numbers", "expected"), CASES)
def test_a_reason_reads_as_it_should(
    app: Flask,
    rule: tuple[str, dict[str, Any]],
    code: ReasonCode,
    numbers: dict[str, Any],
    expected: str,
) -> None:
    with app.test_request_context(), force_locale("en"):
        assert expected in said(rule, code, numbers)


def test_every_language_has_its_own_words(app: Flask, language: str) -> None:
    english = set()
    with force_locale("en"):
        english = {said(rule, code, numbers) for rule, code, numbers, _ in CASES}
    for rule, code, numbers, _ in CASES:
        text = said(rule, code, numbers)
        assert "%(" not in text
        assert code.value not in text
        assert (text in english) == (language == "en")


@pytest.mark.parametrize("how", ["cost", "votes", "order", "draw"])
def test_a_tie_is_told(app: Flask, language: str, how: str) -> None:
    text = tie_sentence(Tie(("a", "b"), how, ("a",)), about("greedy"))
    assert f"Park a {language}" in text
    assert text.count("Park a") == 2
