"""The page on which auditors read the log and check it."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import g
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.manage.audit_actions import ACTIONS, act, role
from core.audit import Actor, AuditDetail, AuditHead, record, round_chain
from tests.conftest import NOON
from tests.factories.accounts import (
    administrator,
    auditor,
    log_in,
    official,
    resident,
)
from tests.support.client import Client

ROOT = Path(__file__).parents[3]
PACKAGES = ("app", "core", "voting", "panels", "dialogue")
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
LOG = "/en/manage/audit"


@pytest.fixture
def reader(client: Client, session: Session) -> Client:
    return log_in(client, auditor(session))


def some_acts(session: Session, count: int = 3) -> None:
    for _ in range(count):
        record(
            session,
            Actor("administrator", "Anna Admin", 1),
            "grant.given",
            now=NOON,
            private={"person": "Otso Official"},
            given_role="official",
            scope=round_chain("park"),
        )


def test_the_chains_are_listed_with_their_last_hash(
    reader: Client, session: Session
) -> None:
    assert "Nothing has been done yet" in reader.get(LOG).text
    some_acts(session)
    record(session, Actor("system"), "x", now=NOON, chain=round_chain("park"))
    page = reader.get(LOG).text
    assert session.get_one(AuditHead, "house").hash in page
    assert "round park" in page


def test_an_act_is_told_in_a_sentence_with_its_role_and_names(
    reader: Client, session: Session
) -> None:
    some_acts(session)
    page = reader.get(f"{LOG}/house").text
    for words in (
        "Gave a role: Official (round park)",
        "Administrator",
        "Anna Admin",
        "Otso Official",
    ):
        assert words in page
    assert "grant.given" not in page


def test_erased_names_are_said_to_be_erased(reader: Client, session: Session) -> None:
    some_acts(session)
    session.execute(delete(AuditDetail))
    page = reader.get(f"{LOG}/house/check").text
    assert "Anna Admin" not in page
    assert "Erased" in page
    assert "The chain holds" in page


def test_the_check_says_where_the_chain_breaks(
    reader: Client, session: Session
) -> None:
    some_acts(session)
    assert "All 3 entries were recomputed" in reader.get(f"{LOG}/house/check").text
    session.execute(text("UPDATE audit_detail SET text = '{}'"))
    page = reader.get(f"{LOG}/house/check").text
    assert "The chain is broken" in page
    assert "entry 1 have been altered" in page


def test_many_acts_stand_on_several_pages(
    reader: Client, session: Session, queries: list[str]
) -> None:
    some_acts(session, 60)
    session.commit()
    queries.clear()
    first = reader.get(f"{LOG}/house").text
    assert len(queries) < 12
    assert ">60<" in first
    assert ">10<" not in first
    second = reader.get(f"{LOG}/house?page=2").text
    assert ">10<" in second
    for page in ("0", "3", "-1"):
        assert reader.get(f"{LOG}/house?page={page}").status_code == 404
    assert reader.get(f"{LOG}/house?page=x").status_code == 200
    assert reader.get(f"{LOG}/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("kind", "status"),
    [(resident, 403), (official, 403), (auditor, 200), (administrator, 200)],
)
def test_auditors_and_administrators_read_it(
    client: Client, session: Session, kind: Callable[[Session], Account], status: int
) -> None:
    some_acts(session)
    log_in(client, kind(session))
    for path in (LOG, f"{LOG}/house", f"{LOG}/house/check"):
        assert client.get(path).status_code == status


def actions_in(path: Path) -> Iterator[str]:
    """The action of every call of `record`, or of a file's own `_record`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name.lstrip("_") == "record":
            for argument in node.args:
                for part in ast.walk(argument):
                    value = getattr(part, "value", None)
                    if isinstance(value, str) and ACTION.fullmatch(value):
                        yield value


def test_every_action_has_its_sentence() -> None:
    found = {
        action
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for action in actions_in(path)
    }
    assert found
    assert not found - set(ACTIONS), "add a sentence to app/manage/audit_actions.py"


def test_an_unknown_act_is_no_raw_key(client: Client, session: Session) -> None:
    unknown = record(session, Actor("stranger"), "no.such_act", now=NOON)
    other_facts = record(session, Actor("system"), "grant.given", now=NOON, old="x")
    with client.application.test_request_context("/en/"):
        g.lang = "en"
        assert act(unknown) == "An act that this version does not know"
        assert act(other_facts) == "An act that this version does not know"
        assert role("stranger") == "Somebody"
