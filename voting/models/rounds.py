"""A round of participatory budgeting: money, areas, categories, eight phases."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.text import Localized
from voting.profile import BallotType


class Stage(StrEnum):
    """How far a round has come; only ever forwards.

    Before the vote the phases' dates say what may be done. From the opening on
    the stage does: it guards ballots, count and publication.
    """

    DRAFT = "draft"
    ANNOUNCED = "announced"
    VOTING = "voting"
    CLOSED = "closed"
    RECONCILED = "reconciled"
    SEALED = "sealed"
    COUNTED = "counted"
    CONFIRMED = "confirmed"
    PUBLIC = "public"

    @property
    def order(self) -> int:
        """Its place in the life of a round."""
        return list(Stage).index(self)


class PhaseKind(StrEnum):
    """The eight steps of a round (Swedish Association of Local Authorities, SKR)."""

    CRITERIA = "criteria"
    MARKETING = "marketing"
    IDEAS = "ideas"
    VALUATION = "valuation"
    VOTE = "vote"
    DECISION = "decision"
    IMPLEMENTATION = "implementation"
    FOLLOW_UP = "follow_up"


class AreaKind(StrEnum):
    """Who votes in an area: its own people, who picks it, or everyone."""

    HOME = "home"
    FREE = "free"
    EVERYONE = "everyone"


class VoterSource(StrEnum):
    """How the roll comes about."""

    SELF_DECLARED = "self_declared"
    REGISTER = "register"


class Way(StrEnum):
    """A way into the booth; each leads to exactly one row of the roll."""

    # An account that declares itself, where the roll is not a register.
    ACCOUNT = "account"
    # An account whose confirmed e-mail address stands in the register.
    EMAIL = "email"
    # A one-time code from a letter.
    CODE = "code"
    # Strong electronic identification.
    STRONG = "strong"
    # A service point.
    DESK = "desk"
    # A code for one lesson, in a class that votes together.
    CLASS = "class"


class PaperRule(StrEnum):
    """Whether people may vote on paper, and which counts where somebody did both."""

    NONE = "none"
    # An envelope counts in place of what was cast online.
    REPLACES = "replaces"
    # Who has voted online has voted: the envelope is set aside, unopened.
    YIELDS = "yields"


class AgeBy(StrEnum):
    """Which day decides the age."""

    DATE = "date"
    BIRTH_YEAR = "birth_year"


class Round(Base):
    """One cycle of participatory budgeting.

    The columns on ballot, eligibility and rule are what officials edit; opening
    the vote copies them into the manifest, and from then on only that counts.
    """

    __tablename__ = "round"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Localized]
    summary: Mapped[Localized]
    description: Mapped[Localized]
    contact: Mapped[str] = mapped_column(String(200), default="")
    stage: Mapped[Stage] = mapped_column(default=Stage.DRAFT)
    budget_cents: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    # Parts of one euro (crown, zloty) in every amount of this round: 100, but a
    # power of ten with more noughts where an imported file has finer amounts.
    unit: Mapped[int] = mapped_column(default=100)
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    embargo_until: Mapped[datetime | None]
    # Casting obeys these two; why and since when stands in `models.interruptions`.
    paused_at: Mapped[datetime | None]
    # Later than the manifest's `closes`, which stays as it was frozen.
    extended_until: Mapped[datetime | None]

    ballot_type: Mapped[BallotType] = mapped_column(default=BallotType.APPROVAL)
    # A knapsack ballot is an approval ballot whose picks must fit the area's budget.
    knapsack: Mapped[bool] = mapped_column(default=False)
    min_picks: Mapped[int] = mapped_column(default=1)
    max_picks: Mapped[int | None]
    # Of ballots with points: how many there are to divide in an area, and how many
    # one project may get at most.
    points: Mapped[int | None]
    most_points: Mapped[int | None]
    blank_allowed: Mapped[bool] = mapped_column(default=False)
    change_allowed: Mapped[bool] = mapped_column(default=True)
    paper: Mapped[PaperRule] = mapped_column(
        default=PaperRule.NONE, server_default=PaperRule.NONE.value
    )

    voter_source: Mapped[VoterSource] = mapped_column(default=VoterSource.SELF_DECLARED)
    # Of a round with a register: the values of `Way` that lead into its booth.
    ways: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    municipality: Mapped[str] = mapped_column(String(80), default="")
    min_age: Mapped[int] = mapped_column(default=0)
    age_by: Mapped[AgeBy] = mapped_column(default=AgeBy.BIRTH_YEAR)
    age_on: Mapped[date | None]

    rule: Mapped[str] = mapped_column(String(40), default="max-welfare")
    rule_parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)

    areas: Mapped[list["Area"]] = relationship(
        back_populates="round", order_by="Area.position, Area.id"
    )
    categories: Mapped[list["Category"]] = relationship(
        back_populates="round", order_by="Category.position, Category.id"
    )
    phases: Mapped[list["Phase"]] = relationship(
        back_populates="round", order_by="Phase.position"
    )


class Phase(Base):
    """One of the eight steps, with dates; a step may be switched off."""

    __tablename__ = "phase"
    __table_args__ = (UniqueConstraint("round_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    kind: Mapped[PhaseKind]
    position: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    purpose: Mapped[Localized]
    owner: Mapped[str] = mapped_column(String(200), default="")
    # Rung of the ladder of participation: 1 information ... 5 shared decision.
    promise_level: Mapped[int] = mapped_column(default=1)

    round: Mapped[Round] = relationship(back_populates="phases")


class Area(Base):
    """A part of the town (or all of it) with money of its own."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("round_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[Localized]
    kind: Mapped[AreaKind] = mapped_column(default=AreaKind.FREE)
    position: Mapped[int] = mapped_column(default=0)
    population: Mapped[int] = mapped_column(default=0)
    # None: the area has no money of its own and draws on the round's.
    budget_cents: Mapped[int | None]
    # What an official set beside the split by population, shown openly: the least
    # that the area gets, or a sum of its own instead of a share.
    floor_cents: Mapped[int] = mapped_column(default=0)
    own_cents: Mapped[int | None]
    # Where they are not the round's: the fewest and the most projects on a ballot.
    min_picks: Mapped[int | None]
    max_picks: Mapped[int | None]
    # Its rings on the map, each a list of [longitude, latitude]; empty: not drawn.
    outline: Mapped[list[Any]] = mapped_column(default=list)

    round: Mapped[Round] = relationship(back_populates="areas")


class Category(Base):
    """A theme, possibly with a least and a largest sum of money."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("round_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[Localized]
    position: Mapped[int] = mapped_column(default=0)
    min_cents: Mapped[int] = mapped_column(default=0)
    max_cents: Mapped[int | None]

    round: Mapped[Round] = relationship(back_populates="categories")


class ImportedElection(Base):
    """What a .pb file said beyond what a round holds, kept for writing it back."""

    __tablename__ = "imported_election"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    meta: Mapped[dict[str, Any]]
    project_columns: Mapped[list[Any]]
    vote_columns: Mapped[list[Any]]
