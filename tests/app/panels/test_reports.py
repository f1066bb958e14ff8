"""The published result of a consultation: after the close, with its margins."""

import csv
import io
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from core.clock import FixedClock
from panels.models import PanelStage
from tests.factories.consultations import answered_consultation
from tests.support.client import Client

PAGE = "/en/panels/town/consultations/1/report"


def asked(
    app: Flask,
    session: Session,
    clock: FixedClock,
    *,
    members: int,
    closed: bool = True,
) -> None:
    folder = app.extensions["puistokatu"].key_dir
    found = answered_consultation(
        session, folder, now=clock.moment, members=members, closed=closed
    )
    assert found.panel.stage is PanelStage.SEATED
    assert found.panel.slug == "town"
    if closed:
        clock.moment = found.consultation.closes_at + timedelta(minutes=1)


def test_everybody_reads_it_after_the_close(
    app: Flask, session: Session, clock: FixedClock, client: Client
) -> None:
    asked(app, session, clock, members=60)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "A panel result, not a vote" in page.text
    assert "58 of the 60 members who were asked have answered." in page.text
    assert "Shore (en)" in page.text
    assert "Benches, says" not in page.text
    text = client.get(f"{PAGE}.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    everybody = [row for row in rows if not row["Group"]]
    first = [row for row in everybody if row["Question"] == "Which park first? (en)"]
    assert [row["Answer"] for row in first] == [
        "Shore (en)",
        "Hill (en)",
        "Market (en)",
    ]
    total = sum(float(row["Estimate"]) for row in first)
    assert abs(total - 1) < 0.002
    for row in rows:
        assert int(row["People"]) >= 5
        assert row["At least"] <= row["Estimate"] <= row["At most"]
    assert "Benches" not in text
    for language in ("fi", "sv"):
        assert client.get(PAGE.replace("/en/", f"/{language}/")).status_code == 200


def test_of_very_few_nothing_is_shown(
    app: Flask, session: Session, clock: FixedClock, client: Client
) -> None:
    asked(app, session, clock, members=6)
    page = client.get(PAGE).text
    assert "Fewer than five people answered, so nothing is shown." in page
    assert len(client.get(f"{PAGE}.csv").text.strip().splitlines()) == 1


def test_before_the_close_there_is_nothing_to_read(
    app: Flask, session: Session, clock: FixedClock, client: Client
) -> None:
    asked(app, session, clock, members=8, closed=False)
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}.csv").status_code == 404
    assert client.get(PAGE.replace("/1/", "/7/")).status_code in (404, 409)
