"""Panels on their way from a pool to seats."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.audit import Actor
from panels.draws import (
    confirm_dice,
    enter_dice,
    prepare_draw,
    publish_list,
)
from panels.holding import files_for, hold
from panels.keys import PeopleKeys
from panels.models import Draw, Panel
from tests.factories.accounts import official
from tests.factories.panels import (
    OFFICIAL,
    drawn_wave,
    joined,
    panel_with_targets,
    read_town,
    sent_letters,
)

DICE = (5, 1, 1, 6, 2, 4, 3, 3, 6, 2)


def pool_ready(
    session: Session, folder: Path, *, now: datetime, people: int = 300, **said: Any
) -> tuple[Panel, PeopleKeys, list[str]]:
    """A panel with volunteers in its pool, and their personal links."""
    register, keys = read_town(session, folder, now=now, people=people)
    panel = panel_with_targets(session, now=now, slack=3, **said)
    wave = drawn_wave(session, panel, register, keys, now=now, per_seat=6.0)
    letters = sent_letters(session, panel, wave, keys, now=now)
    links = joined(session, panel, letters, keys, now=now)
    session.commit()
    return panel, keys, links


def listed_draw(session: Session, panel: Panel, *, now: datetime, **said: Any) -> Draw:
    """The list is published and waits for dice."""
    options: dict[str, Any] = {"lottery": "leximin"} | said
    draw = prepare_draw(session, panel, **options, actor=OFFICIAL, now=now)
    held = hold(panel, draw)
    files = files_for(draw, held, panel.title.en)
    publish_list(session, draw, files, held, actor=OFFICIAL, now=now)
    session.commit()
    return draw


def two_officials(session: Session) -> tuple[Actor, Actor]:
    """Those who enter dice and confirm them."""
    people = official(session), official(session)
    session.flush()
    one, other = (Actor(role="official", name=p.name, account_id=p.id) for p in people)
    return one, other


def drawn_panel(session: Session, panel: Panel, *, now: datetime, **said: Any) -> Draw:
    """Dice have picked the panel; its seats are offered."""
    draw = listed_draw(session, panel, now=now, **said)
    one, other = two_officials(session)
    enter_dice(session, draw, DICE, actor=one, now=now)
    confirm_dice(session, draw, DICE, actor=other, now=now)
    session.commit()
    return draw
