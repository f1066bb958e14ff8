"""Where the projects of a file belong: its areas and themes, with their money."""

from core.text import Localized
from voting.elections.slugs import Slugs
from voting.models import Area, AreaKind, Category, Round
from voting.pabulib import Election, PbProject
from voting.pabulib.election import listed, smallest

PLURALS = {"neighborhood": "neighborhoods", "category": "categories"}
WHOLE = Localized(fi="Koko kunta", sv="Hela kommunen", en="The whole municipality")


class Areas:
    """The areas of a round, made when the first project of each comes."""

    def __init__(self, round_: Round, election: Election, column: str | None) -> None:
        self.round, self.column = round_, column
        self.money = _money_of(election, column, round_.unit)
        self.slugs, self.made = Slugs("area"), dict[str, Area]()

    def of(self, project: PbProject) -> Area:
        """The area of this project."""
        cell = project.fields.get(self.column, "").strip() if self.column else ""
        if self.column == "category" and cell:
            cell = listed(cell)[0]
        if cell not in self.made:
            self.made[cell] = self._make(cell)
        return self.made[cell]

    def _make(self, cell: str) -> Area:
        return Area(
            round=self.round,
            slug=self.slugs.of(cell or WHOLE.en),
            name=Localized.same(cell) if cell else WHOLE,
            kind=AreaKind.FREE if cell else AreaKind.EVERYONE,
            position=len(self.made),
            budget_cents=self.money.get(cell),
        )


class Categories:
    """The themes: the first category that a project lists; all stay in its fields."""

    def __init__(self, round_: Round, election: Election) -> None:
        self.round = round_
        self.money = _money_of(election, "category", round_.unit)
        self.slugs, self.made = Slugs("theme"), dict[str, Category]()

    def of(self, project: PbProject) -> Category | None:
        """The theme of this project."""
        names = listed(project.fields.get("category", "").strip())
        if not names or not names[0]:
            return None
        if names[0] not in self.made:
            self.made[names[0]] = Category(
                round=self.round,
                slug=self.slugs.of(names[0]),
                name=Localized.same(names[0]),
                position=len(self.made),
                max_cents=self.money.get(names[0]),
            )
        return self.made[names[0]]


def _money_of(election: Election, column: str | None, unit: int) -> dict[str, int]:
    """Name -> ceiling, from META's pair of lists; empty where they do not match."""
    if column not in PLURALS:
        return {}
    names = listed(election.meta.get(PLURALS[column], ""))
    amounts = listed(election.meta.get(f"budget_per_{column}", ""))
    if len(names) != len(amounts):
        return {}
    return {
        name: smallest(amount, unit)
        for name, amount in zip(names, amounts, strict=True)
    }
