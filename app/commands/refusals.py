"""How a command says no: one line on stderr, with --json one object, and exit 2."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.config import ConfigError
from app.messages import MESSAGES
from core.errors import DomainError

FAULT = 2


class Strict(click.Command):
    """Wrong usage is answered like any other fault: one line, or one JSON object."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> click.Context:
        """Parse; click's own answer is several lines and never JSON."""
        as_json = "--json" in args
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            text = " ".join(error.format_message().split())
            refuse("usage_error", text, {"message": text}, as_json=as_json)
            raise click.exceptions.Exit(FAULT) from None


@contextmanager
def refusing(*, as_json: bool) -> Iterator[None]:
    """What is done in here ends well, or in one sentence; never in a traceback."""
    try:
        yield
    except DomainError as error:
        refuse(error.code, sentence(error), error.params, as_json=as_json)
    except ConfigError as error:
        refuse("setting_invalid", str(error), {"message": str(error)}, as_json=as_json)
    except (OperationalError, ProgrammingError) as error:
        reason = " ".join(str(error.orig).split())
        text = f"The database cannot be used: {reason}"
        refuse("database_unusable", text, {"message": reason}, as_json=as_json)
    else:
        return
    raise click.exceptions.Exit(FAULT) from None


def refuse(
    code: str, text: str, params: Mapping[str, object], *, as_json: bool
) -> None:
    """Say it."""
    if as_json:
        click.echo(json.dumps(fault(code, params), ensure_ascii=False, default=str))
    click.echo(f"puistokatu: {text}", err=True)


def sentence(error: DomainError) -> str:
    """The error in English, in one line."""
    return MESSAGES[error.code] % _plain(error.params)


def fault(code: str, params: Mapping[str, object]) -> dict[str, object]:
    """The error as an object; not every float is JSON."""
    plain = {k: str(v) if isinstance(v, float) else v for k, v in params.items()}
    return {"error": code, **plain}


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    """Lists as text, and nothing that breaks the one line."""
    return {
        key: ", ".join(map(str, value))
        if isinstance(value, list | tuple)
        else " ".join(str(value).split())
        for key, value in params.items()
    }
