"""Rounds in which people vote, the people, and what they cast."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.text import Localized
from tests.factories.accounts import resident
from voting.ballots import Receipt, cast
from voting.electorate import Applicant, Declaration, enter_roll, share_round
from voting.keys import RoundKeys, create_round_keys, load_round_keys
from voting.manifest import RuleManifest
from voting.models import Area, AreaKind, Phase, PhaseKind, Project, Round, Stage, Voter
from voting.opening import build_manifest, current_manifest, freeze
from voting.profile import Choice

OPENS = datetime(2027, 4, 1, 5, 0, tzinfo=UTC)
CLOSES = datetime(2027, 5, 14, 15, 0, tzinfo=UTC)

_numbers = count(1)


@dataclass(frozen=True)
class Vote:
    """A round that is being voted on, with what every act on it needs."""

    round: Round
    manifest: RuleManifest
    keys: RoundKeys
    key_dir: Path

    @property
    def slug(self) -> str:
        """The round's address."""
        return self.round.slug


def open_vote_with(
    session: Session,
    key_dir: Path,
    *,
    kinds: Sequence[AreaKind] = (AreaKind.EVERYONE,),
    projects: int = 3,
    stage: Stage = Stage.VOTING,
    opens: datetime = OPENS,
    closes: datetime = CLOSES,
    **rules: Any,
) -> Vote:
    """A vote with an area of each kind (area0, area1, ...), 100 000 each.

    Each has projects `a0-1`, `a0-2`, ... for 30 000, 40 000, 30 000, 40 000, ...
    """
    slug = f"round-{next(_numbers)}-{secrets.token_hex(3)}"
    round_ = Round(
        slug=slug,
        title=Localized("Puistot", "Parker", "Parks"),
        summary=Localized("Lyhyesti", "Kort", "In short"),
        description=Localized("Pitkästi", "Långt", "At length"),
        stage=stage,
        budget_cents=100_000_00 * len(kinds),
        created_at=opens,
        opened_at=opens,
        **rules,
    )
    round_.phases = [
        Phase(
            kind=PhaseKind.VOTE,
            position=4,
            starts_at=opens,
            ends_at=closes,
            purpose=Localized(),
        )
    ]
    for i, kind in enumerate(kinds):
        name = Localized(f"Alue {i}", f"Område {i}", f"Area {i}")
        area = Area(
            slug=f"area{i}", name=name, kind=kind, position=i, budget_cents=100_000_00
        )
        round_.areas.append(area)
        _add_projects(session, round_, area, i, projects)
    session.add(round_)
    session.flush()
    freeze(session, round_, build_manifest(session, round_), now=opens)
    create_round_keys(key_dir, slug)
    return vote_of(session, slug, key_dir)


def vote_of(session: Session, slug: str, key_dir: Path) -> Vote:
    """The same vote, seen from another session."""
    round_ = session.scalars(select(Round).where(Round.slug == slug)).one()
    keys = load_round_keys(key_dir, slug)
    return Vote(round_, current_manifest(session, round_), keys, key_dir)


def voter_in(
    session: Session, vote: Vote, *, home: str | None = None, now: datetime = OPENS
) -> Voter:
    """Somebody new who has just entered the roll."""
    account = resident(session)
    return enter_roll(
        session,
        vote.round,
        vote.manifest,
        Applicant(account.id, account.email, verified=True),
        Declaration(lives_here=True, old_enough=True, home_area=home),
        keys=vote.keys,
        now=now,
    )


def new_key() -> str:
    """As a review page makes it."""
    return secrets.token_urlsafe(24)


def cast_by(
    session: Session,
    vote: Vote,
    voter: Voter,
    *,
    key: str | None = None,
    now: datetime = OPENS,
    home: str | None = None,
    **choices: Sequence[Choice],
) -> Receipt:
    """Cast, as a view does: `cast_by(..., area0=["a0-1"])`, or `("a0-1", 3)`."""
    round_ = share_round(session, vote.slug)
    assert round_ is not None
    return cast(
        session,
        round_,
        vote.manifest,
        voter,
        choices,
        key=key or new_key(),
        now=now,
        keys=vote.keys,
        home=home,
    )


def with_ballot(vote: Vote, **rules: Any) -> Vote:
    """The same vote under other rules for the ballot."""
    ballot = replace(vote.manifest.ballot, **rules)
    return replace(vote, manifest=replace(vote.manifest, ballot=ballot))


def _add_projects(
    session: Session, round_: Round, area: Area, number: int, projects: int
) -> None:
    for j in range(1, projects + 1):
        title = Localized(f"Hanke {j}", f"Projekt {j}", f"Project {j}")
        session.add(
            Project(
                round=round_,
                code=f"a{number}-{j}",
                position=number * 100 + j,
                area=area,
                title=title,
                summary=title,
                story=title,
                cost_cents=30_000_00 if j % 2 else 40_000_00,
            )
        )
