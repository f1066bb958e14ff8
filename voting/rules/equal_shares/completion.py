"""Raise every share step by step, until the money would not suffice."""

from voting.rules.equal_shares.count import Count, Practice, Setting


def plain(setting: Setting) -> Count:
    """The count with the money that there is."""
    return Count(setting, [0] * len(setting.purses.pots)).run()


def add_one(setting: Setting) -> Count:
    """The last count before one that costs too much (Add1).

    Every voter gets one more unit of the currency at a time, each pot on its own, and
    stops where nothing can be added any more. As the cities do it (`cities`: Pabulib's
    equalshares/add1; Wieliczka, Swiecie, Assen) the raised shares are whole, from B / n
    rounded down, and only too high a cost ends it. In the books (`books`: pabutools)
    they are B / n + k, and the first exhaustive count ends it too: one where every
    project that was not bought costs more than is left, or is kept out by a constraint.

    The costs of the counts neither rise nor fall steadily, so no count may be left out
    unless it is known to buy the same: see `Count.follow`.
    """
    count = plain(setting)
    active = {g for g in range(len(count.raised)) if not _finished(count, g)}
    jump, calm, patience = 1, 0, 1
    while active:
        raised = [n + jump * (g in active) for g, n in enumerate(count.raised)]
        richer = Count(setting, raised)
        if jump > 1:
            if richer.follow(count):
                count, jump, patience = richer, jump * 2, 1
            else:
                # Where every step changes something, it is not tried so often.
                calm, patience = 0, min(patience + 1, 8)
                jump //= 2
            continue
        over = _over(richer.run())
        if over:
            active = active - over if over <= active else set()
            continue
        calm = calm + 1 if richer.bought == count.bought else 0
        jump = 2 if calm >= patience else 1
        count = richer
        active = {g for g in active if not _finished(count, g)}
    # A count that followed another one has not looked for ties.
    return Count(setting, count.raised).run()


def _over(count: Count) -> set[int]:
    """The pots that would spend more than they have."""
    pots = count.setting.purses.pots
    return {g for g, money in enumerate(count.spent) if money > pots[g].budget}


def _finished(count: Count, pot: int) -> bool:
    """Whether more money for its voters is of no use, or of none in the books."""
    setting, turns = count.setting, count.turns
    left = setting.purses.pots[pot].budget - count.spent[pot]
    open_ = [
        i
        for i in setting.open
        if setting.purses.pot[i] == pot
        and setting.purses.of[i].total
        and i not in turns.funded
        and not turns.barred(i)
    ]
    if setting.practice is Practice.BOOKS:
        open_ = [i for i in open_ if setting.purses.costs[i] <= left]
    return not open_
