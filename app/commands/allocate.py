"""`puistokatu allocate`: run a rule on a .pb file; needs no database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from app.commands.amounts import amount, in_units
from app.commands.refusals import Strict, printable, refusing
from voting.errors import ProfileInvalid
from voting.outcome import Outcome
from voting.pabulib import Election, profile, read_election
from voting.profile import Profile
from voting.rules import RULES, run


@dataclass(frozen=True, slots=True)
class _Counted:
    """An outcome with what is needed to print it in the file's own units."""

    name: str
    election: Election
    profile: Profile
    outcome: Outcome
    seconds: float


@click.command(cls=Strict)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rule", required=True, help=f"One of {', '.join(sorted(RULES))}.")
@click.option("--satisfaction", help="votes, cost or points.")
@click.option("--variant", help="Greedy: skip what does not fit, or no-skip.")
@click.option("--order", help="Greedy: by total satisfaction, or per-cost.")
@click.option("--overshoot", type=int, help="Greedy: per cent that a reserve adds.")
@click.option(
    "--exclusive",
    multiple=True,
    metavar="ID,ID[,ID...]",
    help="At most one of these projects; may be given again.",
)
@click.option("--completion", help="Equal shares: none, add1, add1u or greedy.")
@click.option("--comparison", help="Equal shares with greedy: none or satisfaction.")
@click.option("--practice", help="Add1 as the cities do it, or the books.")
@click.option("--threshold", type=int, help="Least score; the file's unless given.")
@click.option("--ties", help="Ordered list out of cost,votes,order,draw.")
@click.option("--seed", help="The public text of the draw.")
@click.option("--time-limit", type=float, help="Seconds that the solver may take.")
@click.option(
    "--limits/--no-limits",
    default=True,
    help="Keep the file's budget_per_neighborhood and _category (default), or not.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def allocate(
    *,
    file: Path,
    rule: str,
    limits: bool,
    as_json: bool,
    exclusive: tuple[str, ...],
    **given: object,
) -> None:
    """Spend the budget of a .pb FILE by a rule and say why."""
    # An option without its value swallows the word that follows.
    as_json = as_json or "--json" in (rule, *exclusive, *given.values())
    with refusing(as_json=as_json):
        counted = _count(file, rule, given, limits=limits, exclusive=exclusive)
    if as_json:
        click.echo(json.dumps(_json(counted), ensure_ascii=False))
    else:
        _print(counted)


def _count(
    file: Path,
    rule: str,
    given: Mapping[str, object],
    *,
    limits: bool,
    exclusive: Sequence[str],
) -> _Counted:
    if rule not in RULES:
        run(rule, Profile.of({}, budget=0))
    election = read_election(file)
    ballots = profile(election, limits=limits)
    if exclusive:
        ballots = _excluding(ballots, exclusive)
    parameters = {name: value for name, value in given.items() if value is not None}
    if election.threshold is not None:
        parameters.setdefault("threshold", election.threshold)
    began = perf_counter()
    outcome = run(rule, ballots, parameters)
    seconds = perf_counter() - began
    return _Counted(printable(file.stem), election, ballots, outcome, seconds)


def _excluding(ballots: Profile, groups: Sequence[str]) -> Profile:
    """The profile with a conflict between any two of each group.

    Raises:
        ProfileInvalid: a project is not in the file, or stands there twice.
    """
    place = {project: i for i, project in enumerate(ballots.projects)}
    pairs: set[tuple[int, int]] = set()
    for group in groups:
        names = [name.strip() for name in group.split(",")]
        for name in names:
            if name not in place:
                raise ProfileInvalid(why="unknown_project", project=name)
        pairs |= {
            (min(i, j), max(i, j))
            for i, j in combinations([place[name] for name in names], 2)
        }
    return replace(ballots, conflicts=tuple(sorted(pairs)))


def _json(counted: _Counted) -> dict[str, Any]:
    outcome, unit = counted.outcome, counted.profile.unit
    stored = outcome.to_json()
    by_cost = outcome.parameters["satisfaction"] == "cost"
    return {
        "instance": counted.name,
        "rule": outcome.rule,
        "parameters": stored["parameters"],
        "budget": amount(counted.profile.budget, unit),
        "cost": amount(outcome.cost, unit),
        "funded": stored["funded"],
        "objective": amount(outcome.objective, unit if by_cost else 1),
        "optimal": outcome.optimal,
        "unique": outcome.unique,
        "ties": stored["ties"],
        "reasons": {
            name: in_units(reason, unit) for name, reason in outcome.reasons.items()
        },
        "seconds": round(counted.seconds, 6),
        **_purses(outcome, unit),
    }


def _purses(outcome: Outcome, unit: int) -> dict[str, Any]:
    """What the voters had and paid; only where the rule gives them shares.

    A payment is what a supporter who has it pays (per point where satisfaction is
    points), rounded to six decimals; a share is exact, "p/q".
    """
    if not outcome.shares:
        return {}
    shares = {area: Fraction(text) / unit for area, text in outcome.shares.items()}
    found: dict[str, Any] = {
        "payments": {p: round(n / unit, 6) for p, n in outcome.payments.items()},
        "share": str(shares[""]),
    }
    if len(shares) > 1:
        found["shares"] = {area: str(share) for area, share in shares.items()}
    if outcome.preferred is not None:
        ours, greedy = outcome.preferred
        found["preferred"] = {"equal-shares": ours, "greedy": greedy}
    return found


def _print(counted: _Counted) -> None:
    outcome, election = counted.outcome, counted.election
    unit = counted.profile.unit
    budget = amount(counted.profile.budget, unit)
    click.echo(
        f"{counted.name}: {len(outcome.funded)} of {len(election.projects)} projects,"
        f" {amount(outcome.cost, unit)} of {budget} {_currency(election)}"
    )
    click.echo(_proof(outcome))
    rows = [("", "project", "cost", "score", "why")]
    rank = sorted(
        election.projects,
        key=lambda p: (
            p.id not in outcome.funded,
            -_score(outcome, p.id),
        ),
    )
    for project in rank:
        reason = in_units(outcome.reasons[project.id], unit)
        mark = "+" if project.id in outcome.funded else "-"
        score, cost = str(_score(outcome, project.id)), str(reason["cost"])
        rows.append((mark, project.id, cost, score, _words(reason)))
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    for mark, name, cost, score, why in rows:
        left = f"{mark:<{widths[0]}} {name:<{widths[1]}}"
        click.echo(f"{left}  {cost:>{widths[2]}}  {score:>{widths[3]}}  {why}")


def _score(outcome: Outcome, project: str) -> int:
    score = outcome.reasons[project].numbers["score"]
    return score if isinstance(score, int) else 0


def _currency(election: Election) -> str:
    return " ".join(election.meta.get("currency", "").split())


def _proof(outcome: Outcome) -> str:
    level = "" if outcome.unique else " Ties were broken."
    if outcome.bound is None:
        return f"Total satisfaction {outcome.objective}.{level}"
    proof = "proven the largest" if outcome.optimal else f"at most {outcome.bound}"
    return f"Total satisfaction {outcome.objective}, {proof}.{level}"


def _words(reason: Mapping[str, Any]) -> str:
    """The code and its numbers, without those that have columns of their own."""
    about = {k: v for k, v in reason.items() if k not in ("code", "cost", "score")}
    words = [
        f"{key} {','.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in about.items()
        if value is not None
    ]
    return f"{reason['code']} ({', '.join(words)})"
