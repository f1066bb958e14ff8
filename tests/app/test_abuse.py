"""Whatever is sent to the booth and to the account pages, a page answers.

The forms are found by walking through a town as its visitors do, the addresses in the
map of all of them: what is new is attacked without being named here.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import escape
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.assisted import Desk
from tests.factories.town import Visitor, town_with
from tests.support.abuse import SECTIONS, Met, Siege, fault_of
from tests.support.client import Client
from tests.support.databases import ON_SQLITE
from tests.support.forms import Form

# Sent by the page that a broker leads back to; see test_strong_identification.py.
NOT_MET = {
    "rounds.submit_identification",
    # In a lesson only; see races/test_class_ways.py.
    "rounds.submit_class_code",
    # For members of a panel that is being asked; see app/panels/test_answering.py.
    "panels.open_answering",
    "panels.submit_answers",
}
SCRIPT = "\"'><script>alert(7)</script>"
NO_UTF_8 = SCRIPT.encode() + b"\xff\xed\xa0\x80"
# In one field at a time, so that the others do not stop it at the door.
NUL = b"a\0b" + NO_UTF_8
# In every field at once.
TOGETHER = {"digits": b"9" * 30, "negative": b"-1", "long": b"x" * 20_000}
GUESSES: dict[str, str | bytes] = {
    "password": "not the right one",
    "code": "0000-0000-0000-0000",
}
# Here a new password is chosen, or a second mail asked for.
NO_GUESS = {
    "accounts.submit_sign_up",
    "accounts.submit_reset",
    "accounts.submit_invitation",
}
PATIENCE = 70
# A form with more fields than this is filled in at once as well.
MANY = 8


@pytest.fixture
def siege(
    client: Client,
    session: Session,
    clock: FixedClock,
    connection: Connection,
    tmp_path: Path,
) -> Siege:
    app = client.application
    key_dir = app.extensions["puistokatu"].key_dir
    town = town_with(session, key_dir, tmp_path, now=clock.moment)
    town.visitors["helped"] = somebody_helped(client, session)
    return Siege(app, client, connection, town)


def somebody_helped(client: Client, session: Session) -> Visitor:
    """In the browser of a service point, where an official has opened the booth."""
    log_in(client, official(session))
    assert Desk(client, "letters").begin(3).status_code == 302
    with client.session_transaction() as cookie:
        return Visitor(cookie=dict(cookie))


@ON_SQLITE
def test_whatever_is_sent_in_any_form_a_page_answers(siege: Siege) -> None:
    """One walk through the town for all attacks: it is the longest part of them."""
    forms = siege.forms()
    posts = {
        route.endpoint
        for route in siege.app.url_map.iter_rules()
        if "POST" in (route.methods or ()) and route.endpoint.startswith(SECTIONS)
    }
    assert posts - {met.endpoint for met in forms} == NOT_MET
    nothing_odd_is_a_fault(siege, forms)
    whoever_guesses_has_to_wait_and_is_told_how_long(siege, forms)
    no_script_that_was_kept_comes_out_as_one(siege, forms)


def nothing_odd_is_a_fault(siege: Siege, forms: list[Met]) -> None:
    faults = []
    for met in forms:
        for odd, changed in odd_fillings(met.form):
            with siege.forgotten():
                answer = siege.send(met, **changed)
            fault = fault_of(answer)
            if SCRIPT in answer.text:
                fault = "shows the script as it came"
            if fault:
                faults.append(f"{met.endpoint} {odd}: {fault}")
    assert faults == []


def whoever_guesses_has_to_wait_and_is_told_how_long(
    siege: Siege, forms: list[Met]
) -> None:
    asked = set()
    for met in forms:
        guessed = {name: GUESSES[name] for name in met.form.shape if name in GUESSES}
        if guessed and met.endpoint not in NO_GUESS:
            with siege.forgotten():
                answers = (siege.send(met, **guessed) for _ in range(PATIENCE))
                answer = next(a for a in answers if a.status_code == 429)
            assert int(answer.headers["Retry-After"]) > 0
            assert fault_of(answer) is None
            assert "Du kan försöka igen" in answer.text
            asked.add(met.endpoint)
    assert len(asked) > 5


def no_script_that_was_kept_comes_out_as_one(siege: Siege, forms: list[Met]) -> None:
    kept = 0
    for met in forms:
        for field in met.form.fields:
            if field.kind in ("text", "textarea") and len(met.form.shape) <= MANY:
                kept += siege.send(met, **{field.name: NO_UTF_8}).status_code < 400
    assert kept > 5
    pages = siege.walk("voter")
    assert [page for page, text in pages.items() if SCRIPT in text] == []
    # It is there, as words.
    assert sum(str(escape(SCRIPT)) in text for text in pages.values()) > 1


def odd_fillings(form: Form) -> Iterator[tuple[str, dict[str, str | bytes]]]:
    """What is tried in a form: a name, and the fields that are changed."""
    typed = [field.name for field in form.fields if field.is_typed]
    for odd, text in TOGETHER.items():
        if typed:
            yield odd, dict.fromkeys(typed, text)
    if len(form.shape) > MANY:
        yield "nul", dict.fromkeys(form.shape, NUL)
        return
    for name in form.shape:
        yield f"nul in {name}", {name: NUL}
