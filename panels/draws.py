"""A panel's draw, act by act: the pool is fixed, the list published, dice picked.

What could be chosen is fixed and published before the act that chooses: the pool
before the lottery's own chance, which comes from the pool's hash; the list of numbered
panels before the dice; and the dice are entered by two officials, the second without
seeing what the first wrote. `bundle` says what the list and the pick are made of.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Actor, panel_chain, record
from panels.bundle import LEAST_DICE, list_hash, picked, with_dice
from panels.draw_errors import (
    DiceDiffer,
    DiceOfTheSame,
    DrawNothingVacant,
    DrawNotThere,
    DrawPoolEmpty,
    DrawUnfinished,
    DrawUnknown,
)
from panels.entrants import enter
from panels.errors import DiceInvalid, QuotasInfeasible
from panels.held import Held
from panels.holding import files_of, measures_of, packed_list
from panels.models import Draw, DrawKind, DrawState, Panel, PanelStage, Seat
from panels.panel_errors import PanelTargetsMissing
from panels.panels import held_panel, targets_of
from panels.pools import pool_of
from panels.seating import current_seats, offer_seats

UNFINISHED = (
    *(DrawState.PREPARED, DrawState.INFEASIBLE),
    *(DrawState.LISTED, DrawState.ENTERED),
)

SIDES = range(1, 7)
Row = list[Any]


def prepare_draw(
    session: Session,
    panel: Panel,
    *,
    lottery: str,
    rotation: date | None = None,
    actor: Actor,
    now: datetime,
) -> Draw:
    """Fix who may be drawn and by which quotas; the lottery is held by a job.

    The first draw fills all seats. Later ones fill those that are vacant, and with
    `rotation` also those whose term ends by that day; whoever keeps a seat counts in
    the quotas, so the whole panel meets them again.

    Raises:
        PanelEnded, PanelTargetsMissing: there is nothing to draw by.
        DrawUnfinished: another draw is on its way; params: number.
        DrawNothingVacant, DrawPoolEmpty: nothing to fill, or nobody to fill it with.
    """
    panel = held_panel(session, panel)
    if not targets_of(panel).features:
        raise PanelTargetsMissing
    last = session.scalar(
        select(Draw)
        .where(Draw.panel_id == panel.id)
        .order_by(Draw.number.desc())
        .limit(1)
    )
    if last is not None and last.state in UNFINISHED:
        raise DrawUnfinished(number=last.number)
    kept = _kept_seats(session, panel, rotation)
    if len(kept) >= panel.size:
        raise DrawNothingVacant
    pooled = pool_of(session, panel)
    if not pooled.people:
        raise DrawPoolEmpty
    number = (last.number if last else 0) + 1
    draw = Draw(
        panel_id=panel.id,
        number=number,
        kind=_kind(session, panel, rotation),
        lottery=lottery,
        size=panel.size - len(kept),
        quotas=[[q.feature, q.value, q.least, q.most] for q in pooled.quotas],
        one_per_household=panel.one_per_household,
        seed="",
        created_at=now,
    )
    session.add(draw)
    session.flush()
    fixed = enter(session, draw, pooled.people, kept)
    draw.pool = fixed.to_bytes()
    draw.pool_sha256 = hashlib.sha256(draw.pool).hexdigest()
    draw.seed = f"{panel.slug} {number} {draw.pool_sha256}"
    panel.stage = PanelStage.DRAWING
    _note(
        session,
        panel,
        draw,
        "draw.prepared",
        actor=actor,
        now=now,
        people=len(pooled.people),
        seats=draw.size,
        pool_sha256=draw.pool_sha256,
    )
    return draw


def publish_list(
    session: Session,
    draw: Draw,
    files: Mapping[str, bytes],
    held: Held,
    *,
    actor: Actor,
    now: datetime,
) -> Draw:
    """Store the list with its hash: from now on dice may be thrown.

    Raises:
        DrawNotThere: it has been cancelled, or listed already.
    """
    panel, draw = _held(session, draw, DrawState.PREPARED)
    draw.document = packed_list(files)
    draw.document_sha256 = list_hash(files)
    draw.measures = measures_of(held)
    draw.relaxation = None
    draw.state, draw.listed_at = DrawState.LISTED, now
    _note(
        session,
        panel,
        draw,
        "draw.listed",
        actor=actor,
        now=now,
        list_sha256=draw.document_sha256,
        panels=len(held.lottery.panels),
    )
    return draw


def note_infeasible(
    session: Session,
    draw: Draw,
    refusal: QuotasInfeasible,
    *,
    actor: Actor,
    now: datetime,
) -> Draw:
    """No panel meets the quotas: keep the smallest change that would make one.

    Raises:
        DrawNotThere: it has been cancelled meanwhile.
    """
    panel, draw = _held(session, draw, DrawState.PREPARED)
    found = refusal.params["relaxation"]
    draw.relaxation = list(found) if isinstance(found, (list, tuple)) else []
    draw.state = DrawState.INFEASIBLE
    _note(session, panel, draw, "draw.infeasible", actor=actor, now=now)
    return draw


def accept_relaxation(
    session: Session, draw: Draw, *, actor: Actor, now: datetime
) -> Draw:
    """Widen the draw's quotas as was proposed, and hold it again.

    The panel's own targets stay: the list says by which quotas it was made.

    Raises:
        DrawNotThere: nothing is proposed, or somebody was faster.
    """
    panel, draw = _held(session, draw, DrawState.INFEASIBLE)
    if not draw.relaxation:
        raise DrawNotThere
    wider = {
        (each["feature"], each["value"]): (each["new_min"], each["new_max"])
        for each in draw.relaxation
    }
    draw.quotas = [
        [feature, value, *wider.get((feature, value), (least, most))]
        for feature, value, least, most in draw.quotas
    ]
    draw.state, draw.relaxation = DrawState.PREPARED, None
    _note(
        session,
        panel,
        draw,
        "draw.relaxed",
        actor=actor,
        now=now,
        quotas=[[*key, *values] for key, values in sorted(wider.items())],
    )
    return draw


def enter_dice(
    session: Session, draw: Draw, dice: Sequence[int], *, actor: Actor, now: datetime
) -> Draw:
    """The first official's entry of what was thrown in public.

    Raises:
        DrawNotThere: no list waits for dice.
        DiceInvalid: too few, or a number that no die shows; params: least.
    """
    _check_dice(dice)
    panel, draw = _held(session, draw, DrawState.LISTED)
    draw.dice = " ".join(map(str, dice))
    draw.entered_by, draw.entered_at = actor.account_id, now
    draw.state = DrawState.ENTERED
    _note(session, panel, draw, "draw.dice_entered", actor=actor, now=now)
    return draw


def take_dice_back(
    session: Session, draw: Draw, *, actor: Actor, now: datetime
) -> Draw:
    """The first entry was mistyped: begin again, with the same throw.

    Raises:
        DrawNotThere: nothing is entered, or it has been confirmed.
    """
    panel, draw = _held(session, draw, DrawState.ENTERED)
    draw.dice, draw.entered_by, draw.entered_at = None, None, None
    draw.state = DrawState.LISTED
    _note(session, panel, draw, "draw.dice_taken_back", actor=actor, now=now)
    return draw


def confirm_dice(
    session: Session, draw: Draw, dice: Sequence[int], *, actor: Actor, now: datetime
) -> Draw:
    """The second official's entry of the same throw; it picks the panel.

    Raises:
        DrawNotThere: nothing is entered.
        DiceOfTheSame: the same person cannot be both.
        DiceInvalid, DiceDiffer: not the same numbers; nothing has happened.
    """
    _check_dice(dice)
    panel, draw = _held(session, draw, DrawState.ENTERED)
    if actor.account_id is None or actor.account_id == draw.entered_by:
        raise DiceOfTheSame
    if " ".join(map(str, dice)) != draw.dice:
        raise DiceDiffer
    files = with_dice(files_of(draw), dice)
    pick = picked(files) or {}
    draw.document, draw.picked = packed_list(files), pick["number"]
    draw.confirmed_by, draw.drawn_at, draw.state = (
        actor.account_id,
        now,
        DrawState.DRAWN,
    )
    offer_seats(session, panel, draw, pick["members"], now)
    panel.stage = PanelStage.SEATED
    _note(
        session,
        panel,
        draw,
        "draw.drawn",
        actor=actor,
        now=now,
        list_sha256=draw.document_sha256,
        dice=draw.dice,
        picked=draw.picked,
    )
    return draw


def cancel_draw(session: Session, draw: Draw, *, actor: Actor, now: datetime) -> Draw:
    """Give up a draw before dice are entered; a new one gets a new pool and list.

    Raises:
        DrawNotThere: dice are entered, so nobody may choose any more.
    """
    states = (DrawState.PREPARED, DrawState.INFEASIBLE, DrawState.LISTED)
    panel, draw = _held(session, draw, *states)
    draw.state = DrawState.CANCELLED
    has_seats = bool(current_seats(session, panel))
    panel.stage = PanelStage.SEATED if has_seats else PanelStage.INVITING
    _note(session, panel, draw, "draw.cancelled", actor=actor, now=now)
    return draw


def find_draw(session: Session, panel: Panel, number: int) -> Draw:
    """The panel's draw of this number.

    Raises:
        DrawUnknown: there is none.
    """
    found = session.scalar(
        select(Draw).where(Draw.panel_id == panel.id, Draw.number == number)
    )
    if found is None:
        raise DrawUnknown
    return found


def draws_of(session: Session, panel: Panel) -> Sequence[Draw]:
    """All draws of a panel, the newest first."""
    return session.scalars(
        select(Draw).where(Draw.panel_id == panel.id).order_by(Draw.number.desc())
    ).all()


def _held(session: Session, draw: Draw, *states: DrawState) -> tuple[Panel, Draw]:
    """The panel and its draw, locked, and where an act belongs."""
    panel = held_panel(session, session.get_one(Panel, draw.panel_id))
    draw = session.get_one(Draw, draw.id, with_for_update=True, populate_existing=True)
    if draw.state not in states:
        raise DrawNotThere
    return panel, draw


def _kept_seats(session: Session, panel: Panel, rotation: date | None) -> list[Seat]:
    return [
        seat
        for seat in current_seats(session, panel)
        if rotation is None or seat.ends_on > rotation
    ]


def _kind(session: Session, panel: Panel, rotation: date | None) -> DrawKind:
    if rotation is not None:
        return DrawKind.ROTATION
    had = session.scalar(select(func.count()).where(Seat.panel_id == panel.id))
    return DrawKind.REPLACEMENT if had else DrawKind.WHOLE


def _check_dice(dice: Sequence[int]) -> None:
    if len(dice) < LEAST_DICE or any(one not in SIDES for one in dice):
        raise DiceInvalid(least=LEAST_DICE)


def _note(
    session: Session,
    panel: Panel,
    draw: Draw,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    **facts: Any,  # noqa: ANN401 - whatever JSON holds
) -> None:
    session.flush()
    chain = panel_chain(panel.slug)
    record(session, actor, action, now=now, chain=chain, draw=draw.number, **facts)
