"""What a count of equal shares says of each project."""

from math import floor

import numpy as np

from voting.outcome import Reason, ReasonCode, Step
from voting.rules.equal_shares.count import Count
from voting.rules.equal_shares.ledger import NEVER
from voting.rules.options import numbers

# More than purchases can have rounded, as a part of what a purse began with.
ROUNDED = 1e-12


def of(count: Count) -> dict[int, Reason]:
    """Why each project that could be bought was bought or not."""
    full, partly, money = _supporters(count)
    turns = {i: k for k, i in enumerate(count.bought)}
    return {
        i: _paid(count, turns[i], full[i], partly[i])
        if i in turns
        else _unpaid(count, i, money[i])
        for i in count.setting.open
    }


def _supporters(count: Count) -> tuple[list[float], list[float], list[float]]:
    """(m,) how many paid in full, how many their last money; what is left to them."""
    purses = count.setting.purses
    turns = np.full(len(purses.costs), NEVER, np.int32)
    turns[count.bought] = np.arange(len(count.bought))
    turn = turns.repeat(purses.ends[1:] - purses.ends[:-1])
    when, held = count.ledger.emptied[purses.whose], count.held[purses.whose]
    # Sums of voters are exact as floats.
    full, partly, money = (
        purses.sums(purses.weight * part).tolist()
        for part in (when > turn, when == turn, held)
    )
    return full, partly, money


def _paid(count: Count, k: int, full: float, partly: float) -> Reason:
    setting, i = count.setting, count.bought[k]
    about = numbers(setting.profile, i)
    about["each"] = round(_level(count, k))
    # Who pays nothing for what is free may have nothing.
    free = not about["cost"]
    about["full"] = about["votes"] if free else int(full)
    about["partly"] = 0 if free else int(partly)
    about["area"] = setting.purses.pots[setting.purses.pot[i]].area
    return Reason(ReasonCode.FUNDED, about)


def _unpaid(count: Count, i: int, money: float) -> Reason:
    if barred := count.turns.bar(i):
        return barred
    setting = count.setting
    about, left = numbers(setting.profile, i), _left(count, i, money)
    if i in count.ties.lost:
        rivals = count.ties.lost[i]
        about["with"] = [setting.profile.projects[j] for j in rivals]
        about["how"] = setting.order.parted_by(rivals[-1], i)
        about["held"] = left
        return Reason(ReasonCode.TIE_LOST, about)
    about["left"], about["short"] = left, setting.purses.costs[i] - left
    about["area"] = setting.purses.pots[setting.purses.pot[i]].area
    return Reason(ReasonCode.SUPPORTERS_SHORT, about)


def _left(count: Count, i: int, money: float) -> int:
    """What the supporters have left together, in whole smallest units."""
    purses = count.setting.purses
    if not money:
        return 0
    began = float(count.endowments[purses.pot[i]]) * purses.of[i].total
    if abs(money - round(money)) > ROUNDED * (purses.costs[i] + began + 1):
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
