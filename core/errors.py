"""Refusals that a person can act on: a code and its parameters, no prose."""

from typing import ClassVar


class DomainError(Exception):
    """Somebody asked for what the rules of the house do not allow.

    The code is stable and public (pages, JSON, command line); `app.messages`
    turns it into a sentence in the reader's language, filling in the parameters.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params

    def __str__(self) -> str:
        """The code and its parameters, for logs and tests."""
        details = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({details})"
