"""`puistokatu compare`: every rule on one .pb file; needs no database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from app.commands.amounts import amount
from app.commands.refusals import Strict, fault, printable, refusing, sentence
from core.errors import DomainError
from voting.comparison import Compared, Groups, Measured, compare
from voting.measures import GroupShare, Slack, Utility, Violation
from voting.outcome import Outcome
from voting.pabulib import Election, profile, read_election
from voting.pabulib.election import listed
from voting.profile import Profile

HEAD = (
    *("", "rule", "won", "money", "spent", "covered", "count", "cost", "Gini"),
    *("category", "near fair", "fair", "EJR+ count", "EJR+ cost"),
)
LEGEND = """
covered: voters with a project of their own. count, cost: what a voter has on average.
Gini: of cost, 0 is even. category, near fair, fair: 1 is best (by theme; how close to
a fair share; how much of it). EJR+: holds, or how many projects a group is owed."""


@dataclass(frozen=True, slots=True)
class _Side:
    """Everything that both ways of printing need."""

    name: str
    election: Election
    profile: Profile
    answers: Sequence[Compared]


@click.command("compare", cls=Strict)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--ties", help="Ordered list out of cost,votes,order,draw.")
@click.option("--seed", help="The public text of the draw.")
@click.option(
    "--limits/--no-limits",
    default=True,
    help="Keep the file's budget_per_neighborhood and _category (default), or not.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare_command(
    *, file: Path, limits: bool, as_json: bool, **given: str | None
) -> None:
    """Show what every rule makes of a .pb FILE, side by side."""
    as_json = as_json or "--json" in given.values()
    with refusing(as_json=as_json):
        election = read_election(file)
        ballots = profile(election, limits=limits)
        common: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
        if election.threshold is not None:
            common["threshold"] = election.threshold
        groups = {
            name: _groups(election, name) for name in ("neighborhood", "category")
        }
        answers = compare(
            ballots,
            common=common,
            areas=groups["neighborhood"],
            themes=groups["category"],
        )
        _refuse_if_all_did(answers)
    side = _Side(printable(file.stem), election, ballots, answers)
    if as_json:
        click.echo(json.dumps(_json(side), ensure_ascii=False, default=str))
    else:
        _print(side)


def _groups(election: Election, column: str) -> Groups:
    """The places of the projects by the names in a column."""
    found: dict[str, list[int]] = {}
    for place, project in enumerate(election.projects):
        for name in dict.fromkeys(listed(project.fields.get(column, ""))):
            found.setdefault(name, []).append(place)
    return found


def _refuse_if_all_did(answers: Sequence[Compared]) -> None:
    """A fault of the question is answered like one.

    Raises:
        DomainError: the first refusal, if there was nothing else.
    """
    refusals = [a.found for a in answers if isinstance(a.found, DomainError)]
    if len(refusals) == len(answers):
        raise refusals[0]


def _json(side: _Side) -> dict[str, Any]:
    unit = side.profile.unit
    return {
        "instance": side.name,
        "budget": amount(side.profile.budget, unit),
        "voters": side.profile.voters,
        "projects": len(side.profile.projects),
        "runs": [_run(answer, unit) for answer in side.answers],
    }


def _run(answer: Compared, unit: int) -> dict[str, Any]:
    contender = answer.contender
    head = {"label": contender.label, "rule": contender.rule}
    if isinstance(answer.found, DomainError):
        body = fault(answer.found.code, answer.found.params)
        return {**body, **head, "parameters": dict(contender.parameters)}
    outcome, measures = answer.found
    return {
        **head,
        "parameters": dict(outcome.parameters),
        "funded": list(outcome.funded),
        "cost": amount(outcome.cost, unit),
        "unique": outcome.unique,
        "measures": _measures(measures, unit),
    }


def _measures(found: Measured, unit: int) -> dict[str, Any]:
    return {
        "covered": float(found.covered),
        "satisfaction_count": float(found.satisfaction[Utility.COUNT]),
        "satisfaction_cost": float(found.satisfaction[Utility.COST] / unit),
        "gini_count": float(found.gini[Utility.COUNT]),
        "gini_cost": float(found.gini[Utility.COST]),
        "category_proportionality": found.category_proportionality,
        "fair_share_closeness": found.fair_share.closeness,
        "fair_share_ratio": found.fair_share.capped_ratio,
        "areas": [_share(share) for share in found.areas],
        "themes": [_share(share) for share in found.themes],
        "ejr_plus": {
            utility.value: {
                slack.value: [
                    _violation(v, unit if utility is Utility.COST else 1)
                    for v in found.violations[utility, slack]
                ]
                for slack in Slack
            }
            for utility in Utility
        },
    }


def _share(share: GroupShare) -> dict[str, Any]:
    return {
        "name": share.name,
        "money": float(share.money),
        "votes": float(share.votes),
    }


def _violation(found: Violation, unit: int) -> dict[str, Any]:
    return {
        "project": found.project,
        "voters": found.voters,
        "satisfaction": amount(found.satisfaction, unit),
    }


def _print(side: _Side) -> None:
    currency = " ".join(side.election.meta.get("currency", "").split())
    budget = amount(side.profile.budget, side.profile.unit)
    click.echo(
        f"{side.name}: {side.profile.voters} voters,"
        f" {len(side.profile.projects)} projects, {budget} {currency}".rstrip()
    )
    click.echo()
    rows: list[tuple[str, ...]] = [HEAD]
    for n, answer in enumerate(side.answers, 1):
        if isinstance(answer.found, DomainError):
            rows.append((str(n), answer.contender.label, sentence(answer.found)))
        else:
            row = _row(*answer.found, side.profile)
            rows.append((str(n), answer.contender.label, *row))
    _table(rows, left=2)
    click.echo(LEGEND)
    click.echo()
    _table(_winners(side), left=1)
    for title, part in (("area", "areas"), ("theme", "themes")):
        table = _money(side, title, part)
        if table:
            click.echo()
            _table(table, left=1)


def _row(outcome: Outcome, found: Measured, ballots: Profile) -> tuple[str, ...]:
    category = found.category_proportionality
    return (
        str(len(outcome.funded)),
        str(amount(outcome.cost, ballots.unit)),
        _per_cent(Fraction(outcome.cost, ballots.budget or 1)),
        _per_cent(found.covered),
        f"{float(found.satisfaction[Utility.COUNT]):.2f}",
        f"{float(found.satisfaction[Utility.COST] / ballots.unit):.0f}",
        f"{float(found.gini[Utility.COST]):.3f}",
        "-" if category is None else f"{category:.3f}",
        f"{found.fair_share.closeness:.3f}",
        f"{found.fair_share.capped_ratio:.3f}",
        *(_certificate(found.violations, utility) for utility in Utility),
    )


def _certificate(
    violations: Mapping[tuple[Utility, Slack], Sequence[Violation]], utility: Utility
) -> str:
    return str(len(violations[utility, Slack.ANY]) or "holds")


def _winners(side: _Side) -> list[tuple[str, ...]]:
    """A line for each project that some rule funds, and who does."""
    unit, sides = side.profile.unit, [_funded(answer) for answer in side.answers]
    numbers = [str(n) for n in range(1, len(sides) + 1)]
    rows: list[tuple[str, ...]] = [("project", "cost", "votes", *numbers)]
    place = {p: i for i, p in enumerate(side.profile.projects)}
    votes, costs = side.profile.votes.tolist(), side.profile.costs.tolist()
    ranked = sorted(
        place, key=lambda p: (-sum(p in f for f in sides), -votes[place[p]])
    )
    for p in ranked:
        marks = ["+" if p in funded else "." for funded in sides]
        price = str(amount(costs[place[p]], unit))
        rows.append((p, price, str(votes[place[p]]), *marks))
    return rows


def _funded(answer: Compared) -> frozenset[str]:
    if isinstance(answer.found, DomainError):
        return frozenset()
    return frozenset(answer.found[0].funded)


def _money(side: _Side, title: str, part: str) -> list[tuple[str, ...]]:
    """Each group's share of the votes, and of the money under every rule."""
    columns: list[Sequence[GroupShare] | None] = [
        None if isinstance(a.found, DomainError) else getattr(a.found[1], part)
        for a in side.answers
    ]
    first: Sequence[GroupShare] = next(c for c in columns if c is not None)
    if not first:
        return []
    numbers = [str(n) for n in range(1, len(columns) + 1)]
    rows: list[tuple[str, ...]] = [(title, "votes", *numbers)]
    for n, share in enumerate(first):
        money = ["-" if c is None else _per_cent(c[n].money) for c in columns]
        rows.append((share.name, _per_cent(share.votes), *money))
    return rows


def _per_cent(share: Fraction) -> str:
    return f"{float(share * 100):.1f}%"


def _table(rows: Sequence[tuple[str, ...]], *, left: int) -> None:
    """Columns as wide as they must be; the first `left` of them ragged right."""
    full = [row for row in rows if len(row) == len(rows[0])]
    widths = [max(len(row[n]) for row in full) for n in range(len(rows[0]))]
    widths[left - 1] = max(len(row[left - 1]) for row in rows)
    for row in rows:
        cells = [
            cell.ljust(width) if n < left else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        click.echo("  ".join(cells).rstrip())
