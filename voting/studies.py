"""What a result's pages tell besides it: the other rules, and who paid for what.

It may take minutes, so it is worked out once, outside of any lock, and stored:

found = study(gather_study(session, result)); store_study(session, result, found, ...)

Sealed ballots that have not been counted can be studied as well, for the officials:
early = trial(gather(session, round_)); store_early_study(session, round_, study(early))
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import DomainError
from voting.comparison import (
    Compared,
    Contender,
    Groups,
    Measured,
    Progress,
    compare,
    measured,
)
from voting.errors import CountDisagrees
from voting.manifest import RuleManifest
from voting.measures import Slack, Utility
from voting.models import EarlyStudy, Result, Round, Study
from voting.outcome import Outcome
from voting.profile import Profile
from voting.purchases import Purchase, purchases
from voting.results import Ballots, is_proven, solve
from voting.tally import tally

# What another rule is given of the round's own parameters.
COMMON = ("threshold", "share", "ties", "seed")
# The label of the round's own rule and result.
OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Studied:
    """A stored result with the ballots that it was counted from."""

    manifest: RuleManifest
    outcome: Outcome
    profile: Profile


def gather_study(session: Session, result: Result) -> Studied:
    """Everything that it takes; nothing is read from the database after this.

    Raises:
        CountDisagrees: these are not the ballots that the result was counted from.
    """
    manifest = RuleManifest.from_text(result.manifest.document)
    profile = tally(session, manifest, result.round)
    if profile.digest() != result.profile_digest:
        raise CountDisagrees(project="")
    return Studied(manifest, Outcome.from_json(result.outcome), profile)


def trial(ballots: Ballots) -> Studied:
    """Sealed ballots with what the round's own rule gives; it makes no result.

    Raises:
        MinimumUnreachable, NoAnswerInTime, RuleParameterInvalid: the rule's own.
    """
    counted = solve(ballots)
    return Studied(ballots.manifest, counted.outcome, counted.profile)


def study(about: Studied, progress: Progress = lambda _n, _all: None) -> dict[str, Any]:
    """The document: who paid, the official result measured, and every other rule.

    Raises:
        CountDisagrees: the rule, run again, gives another result than the stored one.
    """
    manifest, outcome, profile = about.manifest, about.outcome, about.profile
    paid = purchases(profile, outcome)
    given = manifest.rule_parameters
    groups = {"areas": _places(manifest, "area"), "themes": _places(manifest, "theme")}
    official = Compared(
        Contender(OFFICIAL, outcome.rule, dict(outcome.parameters)),
        (outcome, measured(profile, outcome.funded, **groups)),
    )
    others = compare(
        profile,
        common={name: given[name] for name in COMMON if name in given},
        progress=progress,
        **groups,
    )
    for other in others:
        _check(other, outcome)
    return {
        "voters": profile.voters,
        "purchases": {project: each.to_json() for project, each in paid.items()},
        "rules": [_row(each, profile) for each in (official, *others)],
    }


def study_of(session: Session, result: Result) -> Study | None:
    """What is stored of a result, if it is ready."""
    return session.scalar(select(Study).where(Study.result_id == result.id))


def store_study(
    session: Session, result: Result, document: dict[str, Any], *, now: datetime
) -> Study:
    """Keep it; of two that are made at the same time the first one stays."""
    if found := study_of(session, result):
        return found
    made = Study(result_id=result.id, document=document, computed_at=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return session.scalars(select(Study).where(Study.result_id == result.id)).one()
    session.execute(delete(EarlyStudy).where(EarlyStudy.round_id == result.round_id))
    return made


def early_study_of(session: Session, round_: Round) -> EarlyStudy | None:
    """What is stored of sealed ballots that have not been counted, if it is ready."""
    return session.get(EarlyStudy, round_.id)


def store_early_study(
    session: Session,
    round_: Round,
    about: Studied,
    document: dict[str, Any],
    *,
    manifest_id: int,
    now: datetime,
) -> None:
    """Keep it until there is a count; nothing of the round changes."""
    session.merge(
        EarlyStudy(
            round_id=round_.id,
            manifest_id=manifest_id,
            outcome=about.outcome.to_json(),
            document=document,
            computed_at=now,
        )
    )
    session.flush()


def purchases_of(found: Study) -> dict[str, Purchase]:
    """Project code -> who paid for it; empty where the rule has no payments."""
    stored = found.document["purchases"]
    return {code: Purchase.from_json(each) for code, each in stored.items()}


def _places(manifest: RuleManifest, attribute: str) -> Groups:
    """Slug -> places of its projects."""
    found: dict[str, list[int]] = {}
    for place, project in enumerate(manifest.projects):
        if slug := getattr(project, attribute):
            found.setdefault(slug, []).append(place)
    return found


def _check(other: Compared, official: Outcome) -> None:
    """The official rule is among the others now and then: it must agree with itself."""
    if isinstance(other.found, DomainError):
        return
    again = other.found[0]
    proven = is_proven(again) and is_proven(official)
    if not proven or _rule(again) != _rule(official) or again.funded == official.funded:
        return
    raise CountDisagrees(project=min({*again.funded} ^ {*official.funded}))


def _rule(outcome: Outcome) -> tuple[str, dict[str, Any]]:
    """What makes two runs the same one; how long they may take does not."""
    parameters = dict(outcome.parameters)
    parameters.pop("time_limit", None)
    parameters["ties"] = list(parameters["ties"])
    return outcome.rule, parameters


def _row(compared: Compared, profile: Profile) -> dict[str, Any]:
    head = {"label": compared.contender.label, "rule": compared.contender.rule}
    if isinstance(compared.found, DomainError):
        code, params = compared.found.code, compared.found.params
        return {**head, "refused": code, "params": dict(params)}
    outcome, found = compared.found
    return {
        **head,
        "parameters": dict(outcome.parameters),
        "funded": list(outcome.funded),
        "cost": outcome.cost,
        "proven": is_proven(outcome),
        "unique": outcome.unique,
        "measures": _measures(found, profile),
    }


def _measures(found: Measured, profile: Profile) -> dict[str, Any]:
    """As plain numbers; money in smallest units."""
    return {
        "covered": round(found.covered * profile.voters),
        "count": float(found.satisfaction[Utility.COUNT]),
        "cost": float(found.satisfaction[Utility.COST]),
        "gini": float(found.gini[Utility.COST]),
        "category": found.category_proportionality,
        "fair": found.fair_share.capped_ratio,
        "areas": [[s.name, float(s.money), float(s.votes)] for s in found.areas],
        "themes": [[s.name, float(s.money), float(s.votes)] for s in found.themes],
        "owed": [
            [v.project, v.voters, v.satisfaction]
            for v in found.violations[Utility.COST, Slack.ANY]
        ],
    }
