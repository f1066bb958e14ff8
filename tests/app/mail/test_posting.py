"""Messages are written with the act, in their reader's language, and sent once."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy.orm import Session

from app.locale import current_language
from app.mail import post
from app.mail.models import Message, MessageState
from app.mail.transport import NotSent, PerhapsSent, Transport
from app.transaction import transaction
from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.support.jobs import run_jobs
from tests.support.smtp import SmtpSink

TRIAL = """{% extends "mail/layout.txt" %}
{% block subject %}{{ word }} {{ current_language() }}{% endblock %}
{% block body %}Hyvä {{ word }}, {{ link("pages.help_page") }}{% endblock %}
"""
Post = Callable[..., Message]


@pytest.fixture(autouse=True)
def trial_template(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = DictLoader({"mail/trial.txt": TRIAL})
    loader = ChoiceLoader([ours, app.jinja_env.loader])  # type: ignore[list-item] # Flask has one
    monkeypatch.setattr(app.jinja_env, "loader", loader)


@pytest.fixture
def posted(app: Flask, session: Session, clock: FixedClock) -> Post:
    """Posts a message and commits."""

    def make(**params: Any) -> Message:
        given = {"to": "aino@example.org", "language": "fi", "word": "linden"} | params
        with app.app_context():
            message = post(session, kind="trial", now=clock.moment, **given)
        session.commit()
        return message

    return make


@pytest.fixture
def sink(app: Flask, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> SmtpSink:
    """The mail server that the application is given."""
    monkeypatch.setitem(app.extensions, "mail", Transport.from_url(smtp_sink.url))
    return smtp_sink


@pytest.fixture
def unreliable(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A server that answers with the errors in the list, one after the other."""
    errors: list[Any] = []

    class Unreliable:
        def send(self, _message: EmailMessage) -> None:
            raise errors.pop(0)

    monkeypatch.setitem(app.extensions, "mail", Unreliable())
    return errors


def test_a_message_is_written_in_its_own_language(app: Flask, posted: Post) -> None:
    with app.test_request_context("/en/help"):
        g.lang = "en"
        message = posted(language="sv")
        assert g.lang == "en"
        assert current_language() == "en"
    assert message.subject == "linden sv"
    assert message.body
    assert message.body.startswith("Hyvä linden, http://127.0.0.1:5000/sv/help\n")


def test_outside_of_requests_no_language_is_left_behind(
    app: Flask, posted: Post
) -> None:
    with app.app_context():
        posted(language="sv")
        assert "lang" not in g


def test_a_message_is_sent_once_with_its_fixed_identity(
    app: Flask, session: Session, posted: Post, sink: SmtpSink
) -> None:
    message = posted()
    run_jobs(app, session)
    run_jobs(app, session)
    session.refresh(message)
    assert message.state == MessageState.SENT
    (mail,) = sink.messages
    assert mail["Message-ID"] == message.message_id
    assert mail["To"] == "aino@example.org"
    assert mail["Subject"] == "linden fi"
    assert mail["Content-Language"] == "fi"
    assert mail.get_content().startswith("Hyvä linden, ")


def test_an_act_that_rolls_back_leaves_neither_message_nor_job(
    app: Flask, session: Session, clock: FixedClock
) -> None:
    def act() -> None:
        with app.app_context(), transaction() as inner:
            post(inner, to="a@b.fi", language="fi", kind="trial", now=clock.moment)
            raise ValueError

    with pytest.raises(ValueError):
        act()
    assert session.query(Message).count() == 0
    assert session.query(Job).count() == 0


def test_the_body_of_a_secret_message_is_erased_when_it_is_sent(
    app: Flask, session: Session, posted: Post, sink: SmtpSink
) -> None:
    message = posted(secret=True)
    assert message.body
    run_jobs(app, session)
    session.refresh(message)
    assert (message.body, message.recipient) == (None, "")
    assert sink.messages[0]["To"] == "aino@example.org"
    assert "linden" in sink.messages[0].get_content()


def test_what_a_person_wrote_begins_no_header(
    app: Flask, session: Session, posted: Post, sink: SmtpSink
) -> None:
    posted(word="x\r\nBcc: everybody@example.org\r\n\r\nHello")
    run_jobs(app, session)
    (mail,) = sink.messages
    assert mail["Bcc"] is None
    assert mail["Subject"] == "x Bcc: everybody@example.org Hello fi"


def test_an_address_with_a_line_break_is_a_bug_of_the_caller(posted: Post) -> None:
    with pytest.raises(ValueError, match="control characters"):
        posted(to="a@b.fi\nBcc: c@d.fi")


@pytest.mark.parametrize(("repeatable", "copies"), [(True, 2), (False, 1)])
def test_after_a_crash_between_sending_and_the_commit(
    app: Flask,
    session: Session,
    posted: Post,
    sink: SmtpSink,
    *,
    repeatable: bool,
    copies: int,
) -> None:
    message = posted(repeatable=repeatable, secret=True)
    job = session.query(Job).one()
    run_jobs(app, session)
    # What the database holds if the worker dies before its last commit.
    message.state, message.body = MessageState.SENDING, "Hello\n"
    message.recipient = "aino@example.org"
    job.state, job.finished_at = JobState.WAITING, None
    run_jobs(app, session)
    session.refresh(message)
    assert len(sink.messages) == copies
    assert {mail["Message-ID"] for mail in sink.messages} == {message.message_id}
    assert message.state == (
        MessageState.SENT if repeatable else MessageState.PERHAPS_SENT
    )
    assert message.body is None


def test_a_server_that_cannot_be_reached_is_tried_again_and_then_given_up(
    app: Flask,
    session: Session,
    clock: FixedClock,
    posted: Post,
    unreliable: list[Any],
) -> None:
    unreliable += [NotSent("no route")] * 5
    message = posted()
    states = []
    for _ in range(5):
        run_jobs(app, session)
        session.refresh(message)
        states.append(message.state)
        clock.moment = session.query(Job).one().run_after
    assert states == [MessageState.WAITING] * 4 + [MessageState.FAILED]
    assert message.error == "no route"
    assert session.query(Job).one().state == JobState.FAILED


def test_a_lasting_refusal_is_not_tried_again(
    app: Flask, session: Session, posted: Post, unreliable: list[Any]
) -> None:
    unreliable.append(NotSent("550 no such mailbox", for_good=True))
    message = posted()
    run_jobs(app, session)
    session.refresh(message)
    assert message.state == MessageState.FAILED
    assert session.query(Job).one().state == JobState.DONE


@pytest.mark.parametrize(
    ("repeatable", "state", "job_state"),
    [
        (True, MessageState.SENDING, JobState.WAITING),
        (False, MessageState.PERHAPS_SENT, JobState.DONE),
    ],
)
def test_a_connection_that_breaks_while_sending_leaves_a_doubt(
    app: Flask,
    session: Session,
    posted: Post,
    unreliable: list[Any],
    *,
    repeatable: bool,
    state: MessageState,
    job_state: JobState,
) -> None:
    unreliable.append(PerhapsSent("reset"))
    message = posted(repeatable=repeatable)
    run_jobs(app, session)
    session.refresh(message)
    assert message.state == state
    assert session.query(Job).one().state == job_state


def test_without_a_mail_server_a_message_waits(
    app: Flask, session: Session, clock: FixedClock, posted: Post
) -> None:
    message = posted()
    run_jobs(app, session)
    session.refresh(message)
    assert message.state == MessageState.WAITING
    job = session.query(Job).one()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
    assert job.run_after > clock.moment


def test_every_template_of_a_message_has_a_subject_and_a_body(app: Flask) -> None:
    folder = Path(app.root_path) / "templates" / "mail"
    kinds = {path.name for path in folder.glob("*.txt")} - {"layout.txt"}
    for kind in kinds:
        blocks = app.jinja_env.get_template(f"mail/{kind}").blocks
        assert {"subject", "body"} <= set(blocks), kind
