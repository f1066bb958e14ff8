"""Finding projects in a long list: words of a search, and a theme."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.rounds.booth_page import Card

# Nobody needs help to find one of so few.
FEW = 5
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """What a visitor is looking for; empty finds everything."""

    text: str = ""
    theme: str = ""

    @classmethod
    def of(cls, sent: MultiDict[str, str]) -> "Finding":
        """As the address, or the booth's form, says it."""
        return cls(sent.get("find", "").strip()[:LONGEST], sent.get("theme", ""))

    @property
    def address(self) -> dict[str, Any]:
        """For the address of the page; nothing where nothing is looked for."""
        wanted = {"find": self.text, "theme": self.theme}
        return {name: value for name, value in wanted.items() if value}

    def finds(self, card: Card) -> bool:
        """Whether a project is of the theme and has all the words."""
        if self.theme and card.theme != self.theme:
            return False
        there = f"{card.title.text} {card.summary.text}".casefold()
        return all(word in there for word in self.text.casefold().split())


def found(finding: Finding, cards: Iterable[Card]) -> set[str]:
    """The codes of the projects that are shown; the others wait, unseen."""
    return {card.code for card in cards if finding.finds(card)}


def themes_of(cards: Sequence[Card]) -> list[tuple[str, str]]:
    """The themes among these projects, by name; none where there is only one."""
    names = {card.theme: card.theme_name.text for card in cards if card.theme}
    if len(names) + any(not card.theme for card in cards) < 2:  # noqa: PLR2004 - one theme parts nothing
        return []
    return sorted(names.items(), key=lambda theme: theme[1].casefold())
