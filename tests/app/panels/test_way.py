"""From a register to a pool: an official at the desk, volunteers with their letters."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Attempt
from core.audit import HOUSE, check_chain, panel_chain
from core.clock import FixedClock
from core.jobs import Job, JobState
from panels.keys import create_people_keys
from panels.models import InvitationWave, Panel, PanelStage, Person, Register, Volunteer
from panels.pools import pool_of
from panels.waves import list_waves
from tests.factories.accounts import log_in, official
from tests.factories.panels import HEAD, TABLE, panel_with_targets, person_line
from tests.support.client import Client
from tests.support.jobs import run_jobs

DESK = "/en/manage/panels/town"
PAGE = "/en/panels/town"
LANGUAGES = ("fi", "sv", "en")
TEXTS = ("title", "about", "owner", "consent")


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


def upload(desk: Client, clock: FixedClock, *lines: str, **fields: str) -> Job:
    text = "\n".join([HEAD, *lines])
    day = clock.moment.date()
    form = {
        "file": (io.BytesIO(text.encode()), "town.csv"),
        "source": "Register of Puistola",
        "as_of": day.isoformat(),
        "expires_on": (day + timedelta(days=60)).isoformat(),
        "numbers": "fi",
        **fields,
    }
    answer = desk.post("/en/manage/registers", data=form)
    assert answer.status_code == 302, answer.text
    return desk.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()


def create_panel(desk: Client) -> None:
    form = {
        f"{name}-{tag}": f"{name} {tag}" for name in TEXTS for tag in ("fi", "sv", "en")
    }
    form |= {
        "slug": "town",
        "municipality": "Puistola",
        "contact": "panel@puistola.example",
        "size": "6",
        "term_months": "24",
        "min_age": "16",
        "one_per_household": "y",
        "not_said": "no_quota",
        "invite_rest_months": "12",
        "seat_rest_months": "24",
    }
    answer = desk.post("/en/manage/panels/new", data=form)
    assert answer.status_code == 302, answer.text


def read_table(desk: Client) -> None:
    form = {"file": (io.BytesIO(TABLE.encode()), "population.csv"), "slack": "1"}
    answer = desk.post(f"{DESK}/targets", data=form)
    assert answer.status_code == 302, answer.text


def plan_and_draw(desk: Client, clock: FixedClock) -> None:
    register = desk.session.scalars(select(Register)).one()
    form = {
        "register": str(register.id),
        "answer_by": (clock.moment.date() + timedelta(days=21)).isoformat(),
        "per_seat": "3",
        "response": "50",
    }
    answer = desk.post(f"{DESK}/waves", data=form)
    assert answer.status_code == 302, answer.text
    answer = desk.post(f"{DESK}/waves/1/draw", data={"seed": "6 6 1"})
    assert answer.status_code == 302, answer.text


def letters_from(desk: Client, **form: str) -> list[dict[str, str]]:
    answer = desk.post(
        f"{DESK}/waves/1/letters", data={"kind": "csv", "which": "first", **form}
    )
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def invited(desk: Client, app: Flask, clock: FixedClock) -> list[dict[str, str]]:
    """All the way to letters in the post."""
    upload(desk, clock, *(person_line(n) for n in range(1, 121)))
    run_jobs(app)
    create_panel(desk)
    read_table(desk)
    plan_and_draw(desk, clock)
    return letters_from(desk)


def answers(number: int = 0, **said: str) -> dict[str, str]:
    return {
        "feature_gender": ("woman", "man")[number % 2],
        "feature_age": "35-64",
        "feature_area": "itä",
        "feature_education": "-",
        "name": "Aino Lehmus",
        "email": "aino@example.org",
        "phone": "",
        "language": "fi",
        "needs": "Ramppi",
        "consent": "y",
        **said,
    }


def personal_code(page: str) -> str:
    found = re.search(r'<code class="code">([0-9A-Z-]{19})</code>', page)
    assert found
    return found.group(1)


def test_the_whole_way(
    app: Flask, desk: Client, session: Session, clock: FixedClock, new_client: type
) -> None:
    letters = invited(desk, app, clock)
    assert len(letters) > 20
    assert letters[0]["link"].endswith("#" + letters[0]["code"])
    reader = new_client()
    assert "title en" in reader.get("/en/panels/").text
    assert "6 6 1" in reader.get(PAGE).text
    answer = reader.post(f"{PAGE}/code", data={"code": letters[0]["code"].lower()})
    assert answer.location == f"{PAGE}/join"
    page = reader.get(answer.location).text
    assert "consent en" in page
    assert "I do not want to say" in page
    thanks = reader.post(f"{PAGE}/join", data=answers())
    assert thanks.status_code == 200, thanks.text
    code = personal_code(thanks.text)
    assert f"{PAGE}/own#{code}" in thanks.text
    # The letter is used up, the personal page opens in another browser.
    again = reader.post(f"{PAGE}/code", data={"code": letters[0]["code"]})
    assert "already" in again.text
    other = new_client()
    assert other.post(f"{PAGE}/own", data={"code": code}).status_code == 302
    own = other.get(f"{PAGE}/own").text
    assert "Aino Lehmus" in own
    assert "Ramppi" in own
    changed = {"name": "Aino", "phone": "040 1", "language": "sv"}
    assert other.post(f"{PAGE}/own/contact", data=changed).status_code == 302
    assert "040 1" in other.get(f"{PAGE}/own").text
    assert "1 volunteer" in desk.get(DESK).text
    panel = session.scalars(select(Panel)).one()
    assert len(pool_of(session, panel).pool) == 1
    other.post(f"{PAGE}/own/withdraw")
    assert "erased" in other.get(f"{PAGE}/withdrawn").text
    assert session.scalars(select(Volunteer)).all() == []
    for chain in (HOUSE, panel_chain("town")):
        assert check_chain(session, chain) is None


def test_no_thank_you(
    app: Flask, desk: Client, clock: FixedClock, new_client: type
) -> None:
    letters = invited(desk, app, clock)
    reader = new_client()
    reader.post(f"{PAGE}/code", data={"code": letters[0]["code"]})
    answer = reader.post(f"{PAGE}/no")
    assert answer.location == f"{PAGE}/no"
    assert "do not write" in reader.get(f"{PAGE}/no").text
    again = letters_from(desk, which="second")
    assert len(again) == len(letters) - 1


LACKING: list[tuple[dict[str, str], str]] = [
    ({"email": ""}, "Write an e-mail address or a telephone number."),
    ({"email": "aino"}, "This is not an e-mail address."),
    ({"consent": ""}, "Without this you cannot take part."),
    ({"feature_gender": ""}, "Choose an answer."),
    ({"feature_gender": "dragon"}, "Not a valid choice"),
    ({"name": ""}, "Write your name."),
]


def test_what_lacks_is_said_and_what_was_typed_stays(
    app: Flask, desk: Client, clock: FixedClock, new_client: type
) -> None:
    letters = invited(desk, app, clock)
    reader = new_client()
    reader.post(f"{PAGE}/code", data={"code": letters[0]["code"]})
    for said, words in LACKING:
        answer = reader.post(f"{PAGE}/join", data=answers(**said))
        assert answer.status_code == 422
        assert words in answer.text
        assert "Ramppi" in answer.text


def test_without_a_code_there_are_no_questions(
    session: Session, clock: FixedClock, app: Flask, desk: Client, new_client: type
) -> None:
    invited(desk, app, clock)
    reader = new_client()
    for method, path in (("get", "join"), ("post", "join"), ("post", "no")):
        answer = getattr(reader, method)(f"{PAGE}/{path}")
        assert answer.location == f"{PAGE}/code"
    wrong = reader.post(f"{PAGE}/code", data={"code": "0000-0000-0000-0000"})
    assert "No letter of this panel has this code." in wrong.text
    assert reader.post(f"{PAGE}/code", data={"code": "ABC"}).status_code == 422
    assert reader.post(f"{PAGE}/own", data={"code": "ABC"}).status_code == 422
    assert reader.post(f"{PAGE}/own/contact", data={}).location == f"{PAGE}/own"


def test_codes_cannot_be_tried_for_long(
    session: Session, clock: FixedClock, client: Client
) -> None:
    panel = panel_with_targets(session, now=clock.moment)
    panel.stage = PanelStage.INVITING
    session.add(
        Attempt(
            key="letter:127.0.0.0/24",
            failures=1000,
            last_at=clock.moment,
            wait_until=clock.moment + timedelta(minutes=5),
        )
    )
    for page in ("code", "own"):
        answer = client.post(f"{PAGE}/{page}", data={"code": "0000-0000-0000-0000"})
        assert answer.status_code == 429


def test_a_panel_in_preparation_is_nobody_s_business(
    client: Client, session: Session, clock: FixedClock
) -> None:
    panel_with_targets(session, now=clock.moment)
    for path in ("", "/code", "/join", "/own", "/no", "/withdrawn"):
        assert client.get(PAGE + path).status_code == 404
    assert "no panel at the moment" in client.get("/en/panels/").text


def test_letters_are_set_as_sheets(app: Flask, desk: Client, clock: FixedClock) -> None:
    upload(desk, clock, *(person_line(n) for n in range(1, 13)))
    run_jobs(app)
    create_panel(desk)
    read_table(desk)
    plan_and_draw(desk, clock)
    answer = desk.post(
        f"{DESK}/waves/1/letters", data={"kind": "pdf", "which": "first"}
    )
    assert answer.data.startswith(b"%PDF")
    assert "attachment" in answer.headers["Content-Disposition"]
    page = desk.get(f"{DESK}/waves/1").text
    assert "0 people wait for the first letter." in page
    assert desk.post(f"{DESK}/waves/1/letters/1/revoke").status_code == 302
    assert "Revoked" in desk.get(f"{DESK}/waves/1").text


def test_a_register_with_a_fault_leaves_nothing(
    app: Flask, desk: Client, session: Session, clock: FixedClock
) -> None:
    job = upload(desk, clock, person_line(1), person_line(2, hetu="wrong"))
    path = Path(job.arguments["path"])
    run_jobs(app)
    session.expire_all()
    assert job.state is JobState.FAILED
    assert not path.exists()
    assert session.scalars(select(Register)).all() == []
    page = desk.get("/en/manage/registers").text
    assert "The identity number is wrong, or its check character is." in page


def test_a_register_is_erased_by_the_clock_and_by_hand(
    app: Flask, desk: Client, session: Session, clock: FixedClock
) -> None:
    for _ in range(2):
        upload(desk, clock, person_line(1), person_line(2))
        run_jobs(app)
    first, second = session.scalars(select(Register).order_by(Register.id)).all()
    assert len(session.scalars(select(Person)).all()) == 4
    assert desk.post(f"/en/manage/registers/{first.id}/erase").status_code == 302
    session.expire_all()
    assert {p.register_id for p in session.scalars(select(Person))} == {second.id}
    clock.moment += timedelta(days=61)
    run_jobs(app)
    session.expire_all()
    assert session.scalars(select(Person)).all() == []
    assert second.erased_at == clock.moment
    assert "Erased on" in desk.get("/en/manage/registers").text


def test_seats_are_tried_before_they_are_kept(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    create_panel(desk)
    assert "None yet" in desk.get(DESK).text
    read_table(desk)
    page = desk.get(f"{DESK}/targets").text
    assert 'name="least gender woman" value="2"' in page
    seats = {"least gender woman": "1", "most gender woman": "5"}
    tried = desk.post(f"{DESK}/targets/seats", data=seats)
    assert "This is how it would be" in tried.text
    assert 'name="most gender woman" value="5"' in tried.text
    assert 'value="5"' not in desk.get(f"{DESK}/targets").text
    wrong = desk.post(f"{DESK}/targets/seats", data=seats | {"most gender woman": "x"})
    assert wrong.status_code == 422
    assert "Woman" in wrong.text
    kept = desk.post(f"{DESK}/targets/seats", data=seats | {"keep": "1"})
    assert kept.status_code == 302
    assert 'name="most gender woman" value="5"' in desk.get(f"{DESK}/targets").text


def test_a_table_is_banded_and_a_wrong_one_refused(desk: Client) -> None:
    create_panel(desk)
    ages = "".join(f"age,{age},10\n" for age in range(100))
    table = "feature,value,count\n" + ages + "gender,women,1\ngender,men,1\n"
    form = {
        "file": (io.BytesIO(table.encode()), "p.csv"),
        "bands": "16, 40, 65",
        "features": "gender, age",
        "slack": "0",
    }
    assert desk.post(f"{DESK}/targets", data=form).status_code == 302
    assert "16\N{EN DASH}39" in desk.get(f"{DESK}/targets").text
    for file, bands in ((table, "40, 16"), ("nothing", ""), ("\xff", "")):
        form = {
            "file": (io.BytesIO(file.encode("latin-1")), "p.csv"),
            "bands": bands,
            "slack": "0",
        }
        assert desk.post(f"{DESK}/targets", data=form).status_code == 422


def test_what_a_wave_lacks_is_said(
    app: Flask, desk: Client, session: Session, clock: FixedClock
) -> None:
    create_panel(desk)
    assert "There is no register extract" in desk.get(f"{DESK}/waves").text
    upload(desk, clock, *(person_line(n) for n in range(1, 61)))
    run_jobs(app)
    form = {
        "register": str(session.scalars(select(Register.id)).one()),
        "answer_by": (clock.moment.date() + timedelta(days=21)).isoformat(),
        "per_seat": "3",
        "response": "50",
    }
    answer = desk.post(f"{DESK}/waves", data=form)
    assert answer.status_code == 422
    assert "no targets yet" in answer.text
    read_table(desk)
    answer = desk.post(f"{DESK}/waves", data=form | {"excluded": "nobody"})
    assert "no identity numbers" in answer.text
    assert desk.post(f"{DESK}/waves", data=form).status_code == 302
    assert desk.post(f"{DESK}/waves/1/draw", data={"seed": ""}).status_code == 422
    assert desk.post(f"{DESK}/waves/1/drop").status_code == 302
    assert list_waves(session, session.scalars(select(Panel)).one()) == []
    assert desk.get(f"{DESK}/waves/1").status_code == 409


def test_a_panel_s_official_runs_it_alone(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    panel_with_targets(session, now=clock.moment)
    panel_with_targets(session, now=clock.moment, slug="other")
    log_in(client, official(session, scope="panel:town"))
    assert client.get(DESK).status_code == 200
    assert "/panels/town" in client.get("/en/manage/panels").text
    assert "/panels/other" not in client.get("/en/manage/panels").text
    for path in ("panels/other", "panels/other/waves", "panels/new", "registers"):
        assert client.get(f"/en/manage/{path}").status_code == 403


def test_a_panel_is_edited(desk: Client, session: Session, clock: FixedClock) -> None:
    create_panel(desk)
    form = {"slug": "town", "size": "6"}
    assert desk.post("/en/manage/panels/new", data=form).status_code == 422
    page = desk.get(f"{DESK}/edit").text
    assert "about sv" in page
    panel = session.scalars(select(Panel)).one()
    assert panel.consent_version == 1
    create_people_keys(desk.application.extensions["puistokatu"].key_dir)
    assert session.scalars(select(InvitationWave)).all() == []
