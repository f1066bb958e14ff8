"""The lotteries: each a pure function of a pool, quotas, a size and chance."""

from collections.abc import Callable, Mapping, Sequence

from core.chance import Chance
from panels.errors import LotteryUnknown
from panels.lotteries.leximin import leximin
from panels.lotteries.maximin import maximin
from panels.lotteries.nash import nash
from panels.lotteries.stratified import stratified
from panels.pool import Pool
from panels.quotas import Quota
from panels.selection import Lottery

LotteryRule = Callable[[Pool, Sequence[Quota], int, Chance], Lottery]

LOTTERIES: Mapping[str, LotteryRule] = {
    "leximin": leximin,
    "maximin": maximin,
    "nash": nash,
    "stratified": stratified,
}


def hold(
    name: str, pool: Pool, quotas: Sequence[Quota], size: int, seed: str
) -> Lottery:
    """The lottery of this name; its numbering comes from the seed and " panels".

    Raises:
        LotteryUnknown: there is none of this name.
        PoolTooSmall: there are fewer households than seats.
        QuotasInfeasible: no panel meets the quotas.
    """
    if name not in LOTTERIES:
        raise LotteryUnknown(lottery=name, known=sorted(LOTTERIES))
    return LOTTERIES[name](pool, quotas, size, Chance(seed + " panels"))
