"""The mail server, spoken to by the standard library."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Self
from urllib.parse import unquote, urlsplit

TIMEOUT = 30.0
SUBMISSION = 587
PLAIN, TLS = 25, 465
LASTING = 500  # and above: the server will say the same the next time


class NotSent(Exception):
    """The server did certainly not take the message.

    `for_good` where trying again is of no use.
    """

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class PerhapsSent(Exception):
    """The connection broke when the server may have taken the message already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Where and as whom mail is handed over."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read smtp://name:password@host:587 or smtps://..."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or (TLS if tls else PLAIN),
            tls=tls,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or ""),
        )

    def send(self, message: EmailMessage) -> None:
        """Hand one message over.

        Raises:
            NotSent: it was refused, or the server could not be reached.
            PerhapsSent: nobody knows.
        """
        server = self._connect()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, text = next(iter(refusal.recipients.values()))
            raise NotSent(_reason(code, text), for_good=code >= LASTING) from refusal
        except smtplib.SMTPResponseException as refusal:
            code = refusal.smtp_code
            reason = _reason(code, refusal.smtp_error)
            raise NotSent(reason, for_good=code >= LASTING) from refusal
        except smtplib.SMTPNotSupportedError as refusal:
            raise NotSent(str(refusal), for_good=True) from refusal
        except (smtplib.SMTPException, OSError) as broken:
            raise PerhapsSent(str(broken)) from broken
        finally:
            _leave(server)

    def _connect(self) -> smtplib.SMTP:
        try:
            server = self._open()
            try:
                if self.user:
                    server.login(self.user, self.password or "")
            except BaseException:
                _leave(server)
                raise
        except (smtplib.SMTPException, OSError) as broken:
            raise NotSent(str(broken)) from broken
        return server

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=context
            )
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.port == SUBMISSION:
            server.starttls(context=context)
        return server


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; whether it is heard changes nothing any more."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _reason(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {words}"
