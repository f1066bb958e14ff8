"""A real mail server's answers, and what they mean."""

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from app.mail.transport import NotSent, PerhapsSent, Transport
from tests.support.postgres import free_port
from tests.support.smtp import SmtpSink


class Strict:
    """Says what it is told to say, at the recipient or after the text."""

    def __init__(self) -> None:
        self.at_recipient = "250 OK"
        self.after_text = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if not self.after_text:
            server.transport.abort()
        return self.after_text


@pytest.fixture
def strict() -> Iterator[tuple[Strict, Transport]]:
    server = Strict()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield server, Transport.from_url(f"smtp://127.0.0.1:{controller.port}")
    controller.stop()


def a_message() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "puistokatu@example.org"
    message["To"] = "aino@example.org"
    message["Subject"] = "Hello"
    message.set_content("Hei, täällä puisto.\n")
    return message


def test_a_message_arrives(smtp_sink: SmtpSink) -> None:
    Transport.from_url(smtp_sink.url).send(a_message())
    (mail,) = smtp_sink.sent_to("aino@example.org")
    assert mail.get_content().strip() == "Hei, täällä puisto."


@pytest.mark.parametrize(
    ("answer", "for_good"), [("550 No such mailbox", True), ("451 Later", False)]
)
def test_a_refused_recipient(
    strict: tuple[Strict, Transport], answer: str, *, for_good: bool
) -> None:
    server, transport = strict
    server.at_recipient = answer
    with pytest.raises(NotSent, match=answer) as refused:
        transport.send(a_message())
    assert refused.value.for_good is for_good


def test_a_refused_text(strict: tuple[Strict, Transport]) -> None:
    server, transport = strict
    server.after_text = "554 Looks like an advertisement"
    with pytest.raises(NotSent, match="advertisement") as refused:
        transport.send(a_message())
    assert refused.value.for_good


def test_a_server_that_falls_silent_after_the_text(
    strict: tuple[Strict, Transport],
) -> None:
    server, transport = strict
    server.after_text = ""
    with pytest.raises(PerhapsSent):
        transport.send(a_message())


def test_nobody_listens() -> None:
    transport = Transport.from_url(f"smtp://127.0.0.1:{free_port()}")
    with pytest.raises(NotSent) as refused:
        transport.send(a_message())
    assert not refused.value.for_good


def test_it_logs_in_with_the_name_and_password_of_the_address() -> None:
    seen = []

    def authenticate(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    controller = Controller(
        Strict(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=authenticate,
        auth_require_tls=False,
    )
    controller.start()
    try:
        url = f"smtp://post%40town:p%2Fss@127.0.0.1:{controller.port}"
        Transport.from_url(url).send(a_message())
    finally:
        controller.stop()
    assert seen == [(b"post@town", b"p/ss")]


def test_the_address_says_port_and_encryption() -> None:
    plain = Transport.from_url("smtp://mail.example.org")
    assert (plain.port, plain.tls, plain.user) == (25, False, None)
    secure = Transport.from_url("smtps://me:it@mail.example.org")
    assert (secure.port, secure.tls, secure.user) == (465, True, "me")
    assert Transport.from_url("smtp://mail.example.org:587").port == 587
