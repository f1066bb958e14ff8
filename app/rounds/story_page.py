"""One project's story: why it is built or not, from the rule's own steps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from app.locale import number
from app.rounds.lots import drawn, lots
from app.rounds.otherwise import otherwise, proof
from app.rounds.reasons import Telling, tie_sentence, why
from app.rounds.steps_page import Pot, Turn, has_own_money, pays, pots
from voting.outcome import ReasonCode
from voting.purchases import Group, Purchase

# So many turns are shown around the project's own.
AROUND = 2


@dataclass(frozen=True, slots=True)
class Payers:
    """Supporters who paid about as much: in a sentence, and for the table."""

    words: str
    amount: str
    voters: int


@dataclass(frozen=True, slots=True)
class Spending:
    """Where the money of a project's supporters went."""

    words: list[str]
    together: int
    others: list[tuple[str, int]]
    elsewhere: int
    paid: int
    left: int
    # What they lacked for this project; 0 where they bought it.
    missing: int
    groups: list[Payers]
    supporters: int


@dataclass(frozen=True, slots=True)
class Rival:
    """A project of the set that would have had to make room."""

    code: str
    title: str
    support: int
    support_text: str
    cost: int


@dataclass(frozen=True, slots=True)
class Story:
    """What the template prints; a part that the rule does not have is empty."""

    code: str
    title: str
    built: bool
    why: str
    support: str
    cost: int
    area: str
    turns: list[Turn]
    pot: Pot | None
    turn: Turn | None
    together: bool
    spending: Spending | None
    # The rule has payments, but they are still being worked out.
    waiting: bool
    rivals: list[Rival]
    otherwise: list[str]
    proof: list[str]
    ties: list[str]
    currency: str
    unit: int


def story(
    code: str, about: Telling, purchases: Mapping[str, Purchase] | None
) -> Story | None:
    """Tell it; None if there is no such project.

    Args:
        code: of the project.
        about: the names and numbers of the stored result.
        purchases: who paid, or None while that is being worked out.
    """
    if code not in about.outcome.reasons:
        return None
    reason = about.outcome.reasons[code]
    project = next(p for p in about.manifest.projects if p.code == code)
    pot, turn = _place(code, about)
    purchase = purchases.get(code) if purchases else None
    one_area = len(about.manifest.areas) == 1
    return Story(
        code=code,
        title=about.titles[code],
        built=reason.code is ReasonCode.FUNDED,
        why=why(reason, about),
        support=about.support(reason.numbers),
        cost=project.cost,
        area="" if one_area else about.areas[project.area],
        turns=_around(pot, turn) if pot and turn else [],
        pot=pot,
        turn=turn,
        together=about.outcome.rule == "max-welfare",
        spending=_spending(code, purchase, about) if purchase else None,
        waiting=pays(about) and purchases is None,
        rivals=_rivals(code, about),
        otherwise=otherwise(code, about),
        proof=proof(about),
        ties=_ties(code, about),
        currency=about.manifest.currency,
        unit=about.manifest.unit,
    )


def _place(code: str, about: Telling) -> tuple[Pot | None, Turn | None]:
    """Its turn in the count, or its place in the set that was chosen as a whole."""
    for pot in pots(about):
        for turn in pot.turns:
            if turn.code == code:
                return pot, turn
    return None, None


def _around(pot: Pot, turn: Turn) -> list[Turn]:
    first = max(turn.place - 1 - AROUND, 0)
    return pot.turns[first : turn.place + AROUND]


def _rivals(code: str, about: Telling) -> list[Rival]:
    """For a project that was displaced: itself, and what would have had to go."""
    reason = about.outcome.reasons[code]
    if reason.code is not ReasonCode.DISPLACED:
        return []
    others = reason.numbers["by"]
    found = []
    for each in (code, *(others if isinstance(others, list) else [])):
        name, numbers = str(each), about.outcome.reasons[str(each)].numbers
        support = int(str(numbers["score" if about.by_score else "votes"]))
        found.append(
            Rival(
                code=name,
                title=about.titles[name],
                support=support,
                support_text=about.support(numbers),
                cost=int(str(numbers["cost"])),
            )
        )
    return found


def _ties(code: str, about: Telling) -> list[str]:
    """Where the project was level with others, and how the lots fell."""
    words = [tie_sentence(t, about) for t in about.outcome.ties if code in t.projects]
    return [*words, *lots(about)] if code in drawn(about) else words


def _spending(code: str, purchase: Purchase, about: Telling) -> Spending | None:
    if not purchase.supporters:
        return None
    purchase = _as_stored(code, purchase, about)
    cost = int(str(about.outcome.reasons[code].numbers["cost"]))
    return Spending(
        words=[str(text) for text in _who_paid(code, purchase, about)],
        together=purchase.together,
        others=[(about.titles[p], money) for p, money in purchase.spent.items()],
        elsewhere=sum(purchase.spent.values()),
        paid=purchase.paid,
        left=purchase.left,
        missing=0 if purchase.paid else max(cost - purchase.left, 0),
        groups=[_payers(group, about) for group in purchase.groups],
        supporters=purchase.supporters,
    )


def _as_stored(code: str, purchase: Purchase, about: Telling) -> Purchase:
    """What is left exactly as the official result has it, not a rounded cent beside."""
    reason = about.outcome.reasons[code]
    name = {ReasonCode.SUPPORTERS_SHORT: "left", ReasonCode.TIE_LOST: "held"}
    left = reason.numbers.get(name.get(reason.code, ""))
    if not isinstance(left, int) or not purchase.spent:
        return purchase
    first, money = next(iter(purchase.spent.items()))
    spent = {**purchase.spent, first: money + purchase.left - left}
    return replace(purchase, spent=spent, left=left)


def _who_paid(code: str, purchase: Purchase, about: Telling) -> list[str]:
    supporters = purchase.supporters
    values = {
        "count": number(supporters),
        "each": about.money(purchase.earned),
        "all": about.money(purchase.together),
    }
    if about.outcome.rule == "phragmen":
        first = ngettext(
            "By then every voter had earned %(each)s. Its %(count)s supporter had"
            " earned %(all)s.",
            "By then every voter had earned %(each)s. Its %(count)s supporters had"
            " earned %(all)s together.",
            supporters,
            **values,
        )
    else:
        first = ngettext(
            "Every voter had a share of %(each)s. Its %(count)s supporter had %(all)s.",
            "Every voter had a share of %(each)s. Its %(count)s supporters had %(all)s"
            " together.",
            supporters,
            **values,
        )
    went = _bought(purchase, about)
    if not purchase.paid:
        went = _not_bought(code, purchase, about)
    return [*_whose_money(code, about), first, *went]


def _whose_money(code: str, about: Telling) -> list[str]:
    """An area with money of its own shares it among its own voters."""
    area = next(p.area for p in about.manifest.projects if p.code == code)
    if not has_own_money(area, about) or len(about.manifest.areas) == 1:
        return []
    return [
        _(
            "The money of %(area)s was shared by the voters who chose something there.",
            area=about.areas[area],
        )
    ]


def _bought(purchase: Purchase, about: Telling) -> list[str]:
    paid, left = about.money(purchase.paid), about.money(purchase.left)
    if not purchase.spent:
        return [
            _(
                "They had paid for nothing else before. They paid %(paid)s for this"
                " project, and %(left)s was left.",
                paid=paid,
                left=left,
            )
        ]
    return [
        _(
            "They had paid %(spent)s for other projects before. They paid %(paid)s"
            " for this project, and %(left)s was left.",
            spent=about.money(sum(purchase.spent.values())),
            paid=paid,
            left=left,
        )
    ]


def _not_bought(code: str, purchase: Purchase, about: Telling) -> list[str]:
    reason = about.outcome.reasons[code]
    words = [
        _(
            "They paid %(spent)s for other projects. In the end %(left)s was left, and"
            " this project costs %(cost)s.",
            spent=about.money(sum(purchase.spent.values())),
            left=about.money(purchase.left),
            cost=about.money(int(str(reason.numbers["cost"]))),
        )
    ]
    if reason.code is ReasonCode.FUNDED:
        words.append(
            _(
                "So they could not buy it. It was built afterwards with money that the"
                " shares had left over."
            )
        )
    return words


def _payers(group: Group, about: Telling) -> Payers:
    amount = about.money(group.high)
    if group.low != group.high:
        amount = f"{about.money(group.low)} \N{EN DASH} {amount}"
    values = {"count": number(group.voters), "amount": amount}
    if group.high == 0:
        words = ngettext(
            "%(count)s supporter had nothing left to pay with",
            "%(count)s supporters had nothing left to pay with",
            group.voters,
            **values,
        )
    else:
        words = ngettext(
            "%(count)s supporter paid %(amount)s",
            "%(count)s supporters paid %(amount)s each",
            group.voters,
            **values,
        )
    return Payers(str(words), amount, group.voters)
