"""What the result page shows, ready to be read out: the same for officials and all."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.locale import money, number
from app.rounds.lots import lots
from app.rounds.otherwise import preferred, proof
from app.rounds.reasons import Telling, points, telling, tie_sentence, votes, why
from app.rounds.rule_words import rule_words
from core.audit import AuditHead, round_chain
from voting.manifest import RuleManifest
from voting.models import Result, Round
from voting.outcome import Outcome
from voting.results import people


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project with its numbers; `support` is what the bar is drawn from."""

    code: str
    title: str
    area: str
    theme: str
    cost: int
    support: int
    support_text: str
    why: str


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """What one area (or the whole round) had and what is built for it."""

    name: str
    budget: int | None
    cost: int
    left: int | None
    built: int
    projects: int


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Everything that the template prints."""

    headline: str
    built: list[ProjectLine]
    others: list[ProjectLine]
    largest_support: int
    whole: MoneyLine
    areas: list[MoneyLine]
    ties: list[str]
    lots: list[str]
    rule: list[str]
    proof: list[str]
    together: bool
    proven: bool
    unique: bool
    by_score: bool
    self_declared: bool
    imported: bool
    ballots: int
    blank: int
    currency: str
    unit: int
    profile_digest: str
    manifest_sha256: str
    manifest_version: int
    chain_head: str


def result_page(session: Session, round_: Round, result: Result) -> ResultPage:
    """Put a stored result into words, in the page's language."""
    manifest = RuleManifest.from_text(result.manifest.document)
    outcome = Outcome.from_json(result.outcome)
    about = telling(manifest, outcome)
    lines = _lines(about)
    funded = set(outcome.funded)
    whole = _money(manifest, outcome, _("All areas"), manifest.budget, area=None)
    head = session.get(AuditHead, round_chain(round_.slug))
    return ResultPage(
        headline=_headline(people(session, round_, result), whole, about),
        built=[line for line in lines if line.code in funded],
        others=[line for line in lines if line.code not in funded],
        largest_support=max((line.support for line in lines), default=0),
        whole=whole,
        areas=_areas(about),
        ties=[tie_sentence(tie, about) for tie in outcome.ties],
        lots=lots(about),
        rule=rule_words(outcome.rule, outcome.parameters),
        proof=[*proof(about), *preferred(about)],
        together=outcome.rule == "max-welfare",
        proven=result.proven,
        unique=outcome.unique,
        by_score=about.by_score,
        self_declared=manifest.eligibility.source == "self_declared",
        imported=manifest.eligibility.source == "published_file",
        ballots=result.ballots,
        blank=result.blank,
        currency=manifest.currency,
        unit=manifest.unit,
        profile_digest=result.profile_digest,
        manifest_sha256=result.manifest.sha256,
        manifest_version=result.manifest.version,
        chain_head=head.hash if head else "",
    )


def _headline(voted: int, whole: MoneyLine, about: Telling) -> str:
    return str(
        ngettext(
            "%(count)s person voted; %(built)s of %(all)s projects are built"
            " for %(money)s.",
            "%(count)s people voted; %(built)s of %(all)s projects are built"
            " for %(money)s.",
            voted,
            count=number(voted),
            built=number(whole.built),
            all=number(whole.projects),
            money=money(whole.cost, about.manifest.currency, about.manifest.unit),
        )
    )


def _lines(about: Telling) -> list[ProjectLine]:
    """All projects, the best supported first, then as on the ballot."""
    lines = []
    for project in about.manifest.projects:
        reason = about.outcome.reasons[project.code]
        support = _support(reason.numbers, by_score=about.by_score)
        lines.append(
            ProjectLine(
                code=project.code,
                title=about.titles[project.code],
                area=about.areas[project.area],
                theme=about.themes[project.theme] if project.theme else "",
                cost=project.cost,
                support=support,
                support_text=points(support) if about.by_score else votes(support),
                why=why(reason, about),
            )
        )
    return sorted(lines, key=lambda line: -line.support)


def _support(numbers: Mapping[str, object], *, by_score: bool) -> int:
    support = numbers["score" if by_score else "votes"]
    return support if isinstance(support, int) else 0


def _areas(about: Telling) -> list[MoneyLine]:
    """One line an area; none where the round is one area with all of the money."""
    if len(about.manifest.areas) < 2:  # noqa: PLR2004 - one area needs no comparison
        return []
    return [
        _money(
            about.manifest,
            about.outcome,
            about.areas[area.slug],
            area.budget,
            area=area.slug,
        )
        for area in about.manifest.areas
    ]


def _money(
    manifest: RuleManifest,
    outcome: Outcome,
    name: str,
    budget: int | None,
    *,
    area: str | None,
) -> MoneyLine:
    funded = set(outcome.funded)
    projects = manifest.projects if area is None else manifest.projects_of(area)
    cost = sum(p.cost for p in projects if p.code in funded)
    return MoneyLine(
        name=name,
        budget=budget,
        cost=cost,
        left=None if budget is None else budget - cost,
        built=sum(p.code in funded for p in projects),
        projects=len(projects),
    )
