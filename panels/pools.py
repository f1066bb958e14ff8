"""The volunteers of a panel as the pool that a lottery draws from."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from panels.models import NotSaid, Panel, Seat, Volunteer
from panels.panels import targets_of
from panels.pool import Pool
from panels.quotas import Quota


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pool, its quotas, and who is behind its ids.

    Attributes:
        pool: its ids are the volunteers' numbers as text, in the order of `people`.
        quotas: of the whole panel, by keys.
        people: ids of rows.
        left_out: volunteers who have not said a feature, where the rule is that they
            are not drawn.
    """

    pool: Pool
    quotas: tuple[Quota, ...]
    people: tuple[int, ...]
    left_out: int


def pool_of(session: Session, panel: Panel) -> Pooled:
    """Everybody who has volunteered and has not sat on the panel yet, sorted by row.

    Whoever has declined or left a seat, or served a term, is not drawn again.

    Row numbers say nothing about the order of joining, but they are not pseudonyms:
    a published list needs its own.
    """
    quotas = targets_of(panel).quotas(panel.size)
    seated = select(Seat.volunteer_id).where(
        Seat.panel_id == panel.id,
        Seat.volunteer_id.is_not(None),
    )
    query = (
        select(Volunteer)
        .where(Volunteer.panel_id == panel.id, Volunteer.id.not_in(seated))
        .order_by(Volunteer.id)
    )
    people, left_out = [], 0
    for person in session.scalars(query):
        if panel.not_said is NotSaid.LEFT_OUT and None in person.answers.values():
            left_out += 1
        else:
            people.append(person)
    # What is not said equals no value, and so counts in no quota.
    answers = {
        str(person.id): {f: v or "" for f, v in person.answers.items()}
        for person in people
    }
    homes = {
        str(person.id): person.household_key
        for person in people
        if person.household_key and panel.one_per_household
    }
    pool = Pool.of(answers, quotas, addresses=homes)
    return Pooled(pool, quotas, tuple(person.id for person in people), left_out)
