"""What a count of equal shares says of each project."""

from math import floor

from voting.outcome import Number, Reason, ReasonCode, Step
from voting.rules.equal_shares.count import NEAR, Count
from voting.rules.options import numbers
from voting.rules.room import Room


def of(count: Count) -> dict[int, Reason]:
    """Why each project that could be bought was bought or not."""
    bought = {i: k for k, i in enumerate(count.bought)}
    room = Room(count.setting.profile, bought)
    return {
        i: _paid(count, i, bought[i]) if i in bought else _unpaid(count, i, room)
        for i in count.setting.open
    }


def _paid(count: Count, i: int, k: int) -> Reason:
    who, pot = count.setting.purses.of[i], count.setting.purses.pot[i]
    full, partly = int(count.setting.profile.votes[i]), 0
    if not count.all_paid(i):
        when = count.ledger.emptied[who.purses]
        full, partly = int(who.voters @ (when > k)), int(who.voters @ (when == k))
    about: dict[str, Number] = {
        "each": round(_level(count, k)),
        "full": full,
        "partly": partly,
        "area": count.setting.purses.pots[pot].area,
    }
    return Reason(ReasonCode.FUNDED, numbers(count.setting.profile, i) | about)


def _unpaid(count: Count, i: int, room: Room) -> Reason:
    if count.turns.barred(i):
        blocks = room.blocks(i)
        rules = [r for r in blocks if r.code is not ReasonCode.NO_MONEY]
        return (rules or blocks)[0]
    about = numbers(count.setting.profile, i)
    pot = count.setting.purses.pots[count.setting.purses.pot[i]]
    left = _left(count, i)
    if i in count.ties.lost:
        rivals = count.ties.lost[i]
        names: list[str] = [count.setting.profile.projects[j] for j in rivals]
        how = count.setting.order.parted_by(rivals[-1], i)
        about |= {"with": names, "how": how, "held": left}
        return Reason(ReasonCode.TIE_LOST, about)
    short = count.setting.purses.costs[i] - left
    about |= {"left": left, "short": short, "area": pot.area}
    return Reason(ReasonCode.SUPPORTERS_SHORT, about)


def _left(count: Count, i: int) -> int:
    """What the supporters have left together, in whole smallest units."""
    who, cost = count.setting.purses.of[i], count.setting.purses.costs[i]
    held = count.held[who.purses]
    money = float(who.weight @ held)
    if abs(money - round(money)) > NEAR * (cost + money + 1):
        return floor(money)
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
