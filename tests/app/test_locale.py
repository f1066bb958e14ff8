"""The same page in three languages: its words, sums and days."""

from datetime import UTC, datetime

import pytest
from flask import Flask, g

from app.locale import clock_time, day, moment, money, number, percent
from tests.support.client import Client

EVENING = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 18 in Helsinki, in winter
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("fi", ("24.11.2026", "18.00", "24.11.2026 klo 18.00")),
        ("sv", ("24.11.2026", "18.00", "24.11.2026 kl. 18.00")),
        ("en", ("24 November 2026", "18:00", "24 November 2026 at 18:00")),
    ],
)
def test_a_moment_is_told_in_helsinki_and_in_the_readers_way(
    app: Flask, lang: str, expected: tuple[str, str, str]
) -> None:
    with app.test_request_context():
        g.lang = lang
        assert (day(EVENING), clock_time(EVENING), moment(EVENING)) == expected


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_sums_look_alike_in_all_languages(app: Flask, lang: str) -> None:
    with app.test_request_context():
        g.lang = lang
        assert money(1_240_000) == f"12{NBSP}400{NBSP}€"
        assert money(1_240_050) == f"12{NBSP}400,50{NBSP}€"
        assert number(48_000) == f"48{NBSP}000"
        assert percent(0.256, 1) == f"25,6{NBSP}%"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("sv-FI,sv;q=0.9", "sv"), ("en-US,en", "en"), ("de", "fi"), ("", "fi")],
)
def test_the_bare_address_answers_in_the_browsers_language(
    client: Client, accepted: str, language: str
) -> None:
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert answer.status_code // 100 == 3
    assert answer.headers["Location"] == f"/{language}/"
