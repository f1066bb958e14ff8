"""`puistokatu rounds paper`: how far the votes on paper are."""

from dataclasses import asdict

import click

from app.commands.application import application
from app.commands.refusals import Strict, answer
from app.transaction import transaction
from voting.cards.balance import balances
from voting.cards.batches import list_batches
from voting.errors import RoundUnknown
from voting.models import BatchState
from voting.rounds import find_round


@click.command(cls=Strict)
@click.argument("slug")
def paper(slug: str) -> None:
    """Say which batches of the round SLUG are open and which areas do not add up."""
    with application(), transaction() as session:
        round_ = find_round(session, slug)
        if round_ is None:
            raise RoundUnknown(slug=slug)
        batches = list_batches(session, round_)
        waiting = [each.number for each in batches if each.state is BatchState.OPEN]
        areas = {
            line.area.slug: {**asdict(line.balance), "settled": line.is_settled}
            for line in balances(session, round_)
        }
    uneven = [name for name, numbers in areas.items() if not numbers["settled"]]
    text = (
        f"Batches: {len(batches)}, open: {_listed(waiting)}."
        f" Areas that do not add up: {_listed(uneven)}."
    )
    answer(text, round=slug, batches=len(batches), open=waiting, areas=areas)


def _listed(things: list[int] | list[str]) -> str:
    return ", ".join(map(str, things)) or "none"
