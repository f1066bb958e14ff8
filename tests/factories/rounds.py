"""Rounds in situations, complete in three languages."""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy.orm import Session

from core.audit import Actor
from core.text import Localized
from voting.areas import AreaPlan, add_area
from voting.models import PhaseKind, Round
from voting.opening import open_vote
from voting.projects import ProjectPlan, add_project
from voting.rounds import (
    BallotPlan,
    PhasePlan,
    RoundTexts,
    announce_round,
    create_round,
    edit_ballot,
    edit_phases,
    edit_rule,
)

OFFICIAL = Actor(role="official", name="Olli Official")
FRAME = 10_000_000  # 100 000 euro

# area, price in cents, title: one list for both areas, in ballot order.
PROJECTS = (
    ("north", 2_000_000, "Sledging hill", "Pulkkamäki", "Pulkbacke"),
    ("north", 4_500_000, "Outdoor gym", "Ulkokuntosali", "Utegym"),
    ("south", 1_500_000, "Reading benches", "Lukupenkit", "Läsbänkar"),
    ("south", 3_000_000, "Beach sauna", "Rantasauna", "Strandbastu"),
)
DAYS = {
    PhaseKind.CRITERIA: (-60, -50),
    PhaseKind.MARKETING: (-50, -40),
    PhaseKind.IDEAS: (-40, -20),
    PhaseKind.VALUATION: (-20, -1),
    PhaseKind.VOTE: (-1, 14),
    PhaseKind.DECISION: (20, 30),
    PhaseKind.IMPLEMENTATION: (30, 300),
    PhaseKind.FOLLOW_UP: (300, 330),
}


def three(fi: str, sv: str, en: str) -> Localized:
    """A text in all languages."""
    return Localized(fi=fi, sv=sv, en=en)


def phase_plans(now: datetime, *, phase: PhaseKind) -> dict[PhaseKind, PhasePlan]:
    """All eight phases with dates, so that `phase` is on at `now`."""
    shift = -DAYS[phase][0] - 1
    return {
        kind: PhasePlan(
            starts_at=now + timedelta(days=start + shift),
            ends_at=now + timedelta(days=end + shift),
            purpose=three(
                "Mitä tässä tehdään.", "Vad som görs här.", "What is done here."
            ),
            owner="Osallisuusyksikkö",
            promise_level=3,
        )
        for kind, (start, end) in DAYS.items()
    }


def bare_round(session: Session, *, now: datetime, slug: str = "bare") -> Round:
    """A draft with a title and nothing else."""
    title = three("Tyhjä kierros", "Tom omgång", "Empty round")
    return create_round(
        session,
        slug=slug,
        texts=RoundTexts(title=title),
        budget_cents=0,
        actor=OFFICIAL,
        now=now,
    )


def draft_round(
    session: Session,
    *,
    now: datetime,
    slug: str = "puistola-2027",
    phase: PhaseKind = PhaseKind.VOTE,
    ballot: BallotPlan | None = None,
    rule: str = "max-welfare",
    parameters: Mapping[str, Any] | None = None,
    projects: bool = True,
    one_area: bool = False,
    budget: int = FRAME,
) -> Round:
    """A draft that lacks nothing: two areas (60 and 40 per cent), four projects.

    `phase` is the step that the clock is in at `now`. The projects' codes are 1
    and 2 (north), 3 and 4 (south); with `one_area` all of it is the north.
    """
    act: dict[str, Any] = {"actor": OFFICIAL, "now": now}
    round_ = create_round(
        session,
        slug=slug,
        texts=RoundTexts(
            title=three(
                "Puistolan budjetti 2027",
                "Parkstads budget 2027",
                "Puistola budget 2027",
            ),
            summary=three("Sinä päätät.", "Du bestämmer.", "You decide."),
            description=three(
                "Kaupunki toteuttaa voittajat.",
                "Staden genomför vinnarna.",
                "The town builds the winners.",
            ),
            contact="osallisuus@puistola.example",
        ),
        budget_cents=budget,
        **act,
    )
    north = three("Pohjoinen", "Norra", "North")
    south = three("Etelä", "Södra", "South")
    areas = {
        slug: add_area(
            session,
            round_,
            AreaPlan(slug=slug, name=name, population=population),
            **act,
        )
        for slug, name, population in (("north", north, 6000), ("south", south, 4000))
        if slug == "north" or not one_area
    }
    edit_phases(session, round_, phase_plans(now, phase=phase), **act)
    plan = ballot or BallotPlan(max_picks=2, municipality="Puistola")
    edit_ballot(session, round_, plan, **act)
    edit_rule(session, round_, rule=rule, parameters=parameters or {}, **act)
    for area, cost, en, fi, sv in PROJECTS if projects else ():
        plan_ = ProjectPlan(
            title=three(fi, sv, en),
            cost_cents=cost,
            area=areas["north" if one_area else area],
            summary=three(f"{fi}: lyhyesti", f"{sv}: kort", f"{en} in short"),
        )
        add_project(session, round_, plan_, **act)
    return round_


def announced_round(session: Session, *, now: datetime, **options: Any) -> Round:
    """A complete round that residents see; options as of `draft_round`."""
    round_ = draft_round(session, now=now, **options)
    announce_round(session, round_, actor=OFFICIAL, now=now)
    return round_


def ideas_round(session: Session, *, now: datetime, **options: Any) -> Round:
    """Announced, in the phase of ideas, no projects yet."""
    options = {"phase": PhaseKind.IDEAS, "projects": False, "slug": "ideas"} | options
    return announced_round(session, now=now, **options)


def open_round(
    session: Session, *, now: datetime, key_dir: Path | None = None, **options: Any
) -> Round:
    """The vote is on since yesterday, for two weeks; options as of `draft_round`."""
    round_ = announced_round(session, now=now, **options)
    # In the run's own folder, which is removed when the tests have ended.
    key_dir = key_dir or Path(
        mkdtemp(prefix="keys-", dir=os.environ.get("PUISTOKATU_TEST_FOLDER"))
    )
    open_vote(session, round_, actor=OFFICIAL, now=now, key_dir=key_dir)
    return round_
