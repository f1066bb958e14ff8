"""Service points: an official with a form filled in, and what follows from it."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.rolls import hetu
from tests.support.client import Client
from voting.models import AssistedSession, Ending

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

_FIELD = re.compile(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"')


@dataclass
class Desk:
    """One browser at a service point of a round."""

    client: Client
    slug: str

    @property
    def manage(self) -> str:
        """The officials' pages."""
        return f"/en/manage/rounds/{self.slug}/assisted"

    @property
    def vote(self) -> str:
        """The booth."""
        return f"/en/rounds/{self.slug}/vote"

    def look(self, **typed: str) -> "TestResponse":
        """Look for somebody on the roll."""
        return self.client.post(f"{self.manage}/new", data=typed)

    def form_for(self, number: int) -> dict[str, Any]:
        """The form for a person of `rolls.line`, filled in."""
        found = self.look(number=hetu(number))
        assert found.status_code == 200, found.text
        hidden = dict(_FIELD.findall(found.text))
        hidden.pop("csrf_token", None)
        return hidden | {
            "document": "passport",
            "desk": "Main library",
            "language": "en",
            "consent": "y",
        }

    def send(self, form: dict[str, Any]) -> "TestResponse":
        """Press the button that opens the booth."""
        return self.client.post(f"{self.manage}/begin", data=form)

    def begin(self, number: int, **changed: Any) -> "TestResponse":
        """Open the booth for a person."""
        return self.send(self.form_for(number) | changed)

    def cast(self, key: str, *choices: str) -> "TestResponse":
        """Cast for projects of the north."""
        data = {"key": key, "area.north": list(choices or ["1"])}
        return self.client.post(self.vote, data=data)

    def choose(self, *choices: str) -> "TestResponse":
        """Tick projects of the north and go to the review."""
        return self.client.post(
            f"{self.vote}/areas/north", data={"project": list(choices)}
        )


def count(session: Session, model: type) -> int:
    """The rows of a table."""
    session.expire_all()
    return session.scalar(select(func.count()).select_from(model)) or 0


def endings(session: Session) -> list[Ending | None]:
    """How the sessions ended, in their order."""
    session.expire_all()
    query = select(AssistedSession.ended_how).order_by(AssistedSession.began_at)
    return list(session.scalars(query))
