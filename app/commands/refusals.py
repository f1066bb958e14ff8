"""How a command answers, and says no: one line, with --json one object, exit 2."""

import errno
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
import psycopg
from sqlalchemy.exc import DatabaseError

from app.config import ConfigError
from app.messages import MESSAGES
from core.errors import DomainError

FAULT = 2
AS_JSON = "puistokatu.as_json"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class Refused(Exception):
    """What only an operator can have done wrong; a code and a sentence."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class _Answering(click.Command):
    """What is wrong with it is one line, with --json one object."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> click.Context:
        """Parse; click's own answer is several lines and never JSON."""
        as_json = "--json" in args
        with refusing(as_json=as_json):
            context = super().make_context(info_name, args, parent, **extra)
            _check_texts(context)
        context.meta[AS_JSON] = as_json
        return context

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own
        """Do it; what is refused on the way is said like wrong usage."""
        with refusing(as_json=ctx.meta[AS_JSON]):
            return super().invoke(ctx)


class Strict(_Answering):
    """A command that knows --json, and whose every fault is one line or one object."""

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **settings)
        if not any(each.name == "as_json" for each in self.params):
            words = "Print one JSON object."
            option = click.Option(
                ["--json", "as_json"], is_flag=True, expose_value=False, help=words
            )
            self.params.append(option)


class Verbs(_Answering, click.Group):
    """Several commands; an unknown one is a fault like any other."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> click.Context:
        """Parse; who says nothing at all is shown the help."""
        if not args:
            return click.Group.make_context(self, info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def _check_texts(context: click.Context) -> None:
    """A file may be named in any bytes; everything else is text.

    Raises:
        click.BadParameter: bytes that are no UTF-8.
    """
    for name, value in context.params.items():
        if isinstance(value, str) and printable(value) != value:
            words = f"{name} is not UTF-8 text: {printable(value)}"
            raise click.BadParameter(words, context)


def answer(text: str, **facts: object) -> None:
    """Say what has been done: a sentence, or with --json the facts of it."""
    if click.get_current_context().meta.get(AS_JSON):
        text = json.dumps(facts, ensure_ascii=False)
    click.echo(printable(text))


def printable(text: str) -> str:
    """With the bytes of a file's name that are no UTF-8 escaped, as JSON does too."""
    return text.encode(errors="backslashreplace").decode()


@contextmanager
def refusing(*, as_json: bool) -> Iterator[None]:
    """What is done in here ends well, or in one sentence; never in a traceback."""
    try:
        yield
    except DomainError as error:
        refuse(error.code, sentence(error), error.params, as_json=as_json)
    except Refused as error:
        refuse(error.code, error.text, {"message": error.text}, as_json=as_json)
    except click.UsageError as error:
        text = " ".join(error.format_message().split())
        refuse("usage_error", text, {"message": text}, as_json=as_json)
    except ConfigError as error:
        refuse("setting_invalid", str(error), {"message": str(error)}, as_json=as_json)
    except (DatabaseError, psycopg.OperationalError) as error:
        cause = getattr(error, "orig", None) or error
        reason = " ".join(str(cause).split())
        text = f"The database cannot be used: {reason}"
        refuse("database_unusable", text, {"message": reason}, as_json=as_json)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        _let_output_go()
        text = f"The output cannot be written: {error.strerror}"
        refuse("output_unwritable", text, {"message": text}, as_json=as_json)
    else:
        return
    raise click.exceptions.Exit(FAULT) from None


def _let_output_go() -> None:
    """Send what is still held back nowhere, or Python would fail on it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def refuse(
    code: str, text: str, params: Mapping[str, object], *, as_json: bool
) -> None:
    """Say it; whatever is quoted from a file or a name, the line stays one."""
    if as_json:
        found = json.dumps(fault(code, params), ensure_ascii=False, default=str)
        try:
            click.echo(printable(found))
        except OSError:
            _let_output_go()
    plain = "".join(c if c.isprintable() else " " for c in printable(text))
    click.echo(f"puistokatu: {' '.join(plain.split())}", err=True)


def sentence(error: DomainError) -> str:
    """The error in English, in one line."""
    return MESSAGES[error.code] % _plain(error.params)


def fault(code: str, params: Mapping[str, object]) -> dict[str, object]:
    """The error as an object; not every float is JSON."""
    plain = {k: str(v) if isinstance(v, float) else v for k, v in params.items()}
    return {"error": code, **plain}


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    """Lists as text, and nothing that breaks the one line."""
    return {key: _text(value) for key, value in params.items()}


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name} {part}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return " ".join(str(value).split())
