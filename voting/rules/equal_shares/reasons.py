"""What a count of equal shares says of each project."""

from math import floor

import numpy as np

from voting.outcome import Number, Reason, ReasonCode, Step
from voting.rules.equal_shares.count import NEAR, Count
from voting.rules.equal_shares.ledger import NEVER
from voting.rules.options import numbers
from voting.rules.room import Room


def of(count: Count) -> dict[int, Reason]:
    """Why each project that could be bought was bought or not."""
    open_, bought = count.setting.open, count.bought
    room = Room(count.setting.profile, bought)
    full, partly, money = _supporters(count)
    turns = {i: k for k, i in enumerate(bought)}
    return {
        i: _paid(count, turns[i], full[i], partly[i])
        if i in turns
        else _unpaid(count, i, room, money[i])
        for i in open_
    }


def _supporters(count: Count) -> tuple[list[float], list[float], list[float]]:
    """(m,) how many paid in full, how many their last money; what is left to them."""
    purses = count.setting.purses
    m, size = len(purses.costs), purses.ends[1:] - purses.ends[:-1]
    project = np.arange(m).repeat(size)
    turns = np.full(m, NEVER)
    turns[count.bought] = np.arange(len(count.bought))
    turn, when = turns[project], count.ledger.emptied[purses.whose]
    # Sums of voters are exact as floats.
    parts = (when > turn, when == turn, count.held[purses.whose])
    full, partly, money = (
        np.bincount(project, weights=purses.weight * part, minlength=m).tolist()
        for part in parts
    )
    return full, partly, money


def _paid(count: Count, k: int, full: float, partly: float) -> Reason:
    setting, i = count.setting, count.bought[k]
    # Who pays nothing for what is free may have nothing.
    free = not setting.purses.costs[i]
    about: dict[str, Number] = {
        "each": round(_level(count, k)),
        "full": int(setting.profile.votes[i]) if free else int(full),
        "partly": 0 if free else int(partly),
        "area": setting.purses.pots[setting.purses.pot[i]].area,
    }
    return Reason(ReasonCode.FUNDED, numbers(setting.profile, i) | about)


def _unpaid(count: Count, i: int, room: Room, money: float) -> Reason:
    if count.turns.barred(i):
        blocks = room.blocks(i)
        rules = [r for r in blocks if r.code is not ReasonCode.NO_MONEY]
        return (rules or blocks)[0]
    about = numbers(count.setting.profile, i)
    pot = count.setting.purses.pots[count.setting.purses.pot[i]]
    left = _left(count, i, money)
    if i in count.ties.lost:
        rivals = count.ties.lost[i]
        names: list[str] = [count.setting.profile.projects[j] for j in rivals]
        how = count.setting.order.parted_by(rivals[-1], i)
        about |= {"with": names, "how": how, "held": left}
        return Reason(ReasonCode.TIE_LOST, about)
    short = count.setting.purses.costs[i] - left
    about |= {"left": left, "short": short, "area": pot.area}
    return Reason(ReasonCode.SUPPORTERS_SHORT, about)


def _left(count: Count, i: int, money: float) -> int:
    """What the supporters have left together, in whole smallest units."""
    purses = count.setting.purses
    if not money:
        return 0
    if abs(money - round(money)) > NEAR * (purses.costs[i] + money + 1):
        return floor(money)
    held = count.held[purses.of[i].purses]
    return floor(count.ledger.money(i, held > 0))


def _level(count: Count, k: int) -> float:
    return count.bids[k].price * count.setting.scales[count.bought[k]]


def payments(count: Count) -> dict[str, float]:
    """What a supporter who has it pays, per unit of worth."""
    names = count.setting.profile.projects
    return {names[i]: round(_level(count, k), 6) for k, i in enumerate(count.bought)}


def shares(count: Count) -> dict[str, str]:
    """The endowments."""
    pots = count.setting.purses.pots
    return {
        pot.area or "": str(money)
        for pot, money in zip(pots, count.endowments, strict=True)
    }


def steps(count: Count) -> list[Step]:
    """The purchases with what was left of the pot before each."""
    money = count.setting.purses
    left = [pot.budget for pot in money.pots]
    found = []
    for i in count.bought:
        pot = money.pot[i]
        name = count.setting.profile.projects[i]
        area = money.pots[pot].area
        found.append(Step(name, ReasonCode.FUNDED, left[pot], area))
        left[pot] -= money.costs[i]
    return found
