"""What a voter presses in the booth, without a browser."""

import re
from typing import Any

from tests.factories.ballots import Vote
from tests.support.client import Client


def choose(client: Client, vote: Vote, area: str, *codes: str, **fields: Any) -> Any:
    return client.post(
        f"/en/rounds/{vote.slug}/vote/areas/{area}",
        data={"project": list(codes), **fields},
    )


def review_form(client: Client, vote: Vote) -> dict[str, list[str]]:
    """What the page's one button would post."""
    page = client.get(f"/en/rounds/{vote.slug}/vote/review").text
    assert "Cast your vote" in page
    form: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page
    ):
        form.setdefault(name, []).append(value)
    form.pop("csrf_token")
    return form


def cast(client: Client, vote: Vote, form: dict[str, list[str]]) -> Any:
    return client.post(f"/en/rounds/{vote.slug}/vote", data=form)
