"""From a resident's idea to a costed item on the ballot paper."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.text import Localized
from voting.models.rounds import Area, Category, Round
from voting.places import Place

# Half a place is none.
_BOTH = "(latitude IS NULL) = (longitude IS NULL)"


class ProposalState(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_VALUATION = "in_valuation"
    FEASIBLE = "feasible"
    NOT_FEASIBLE = "not_feasible"
    ON_BALLOT = "on_ballot"
    WITHDRAWN = "withdrawn"


class LinkKind(StrEnum):
    """How two projects depend on each other."""

    CONFLICT = "conflict"
    NEEDS = "needs"


class OnTheMap:
    """What has a place, or none."""

    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    @property
    def place(self) -> Place | None:
        """Where it is."""
        if self.latitude is None or self.longitude is None:
            return None
        return Place(self.latitude, self.longitude)

    @place.setter
    def place(self, place: Place | None) -> None:
        self.latitude = None if place is None else place.latitude
        self.longitude = None if place is None else place.longitude


class Proposal(OnTheMap, Base):
    """A resident's idea, in the language that it was written in."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("author_id", "form_key"),
        CheckConstraint(_BOTH, name="whole_place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.DRAFT)
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str]
    wished_by: Mapped[str] = mapped_column(String(200), default="")
    rough_cost_cents: Mapped[int | None]
    # Of the form that it was written on: sent twice, that is still one proposal.
    form_key: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship()
    area: Mapped[Area | None] = relationship()
    assessment: Mapped["Assessment | None"] = relationship(back_populates="proposal")


class Assessment(Base):
    """An official's verdict; public once it is finished, never before."""

    __tablename__ = "assessment"

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id"), primary_key=True
    )
    assessor_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    feasible: Mapped[bool]
    cost_cents: Mapped[int | None]
    reason: Mapped[Localized]
    finished_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(back_populates="assessment")


class Project(OnTheMap, Base):
    """An admitted, costed item on the ballot paper."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        UniqueConstraint("round_id", "form_key"),
        CheckConstraint(_BOTH, name="whole_place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # The project's public id: on ballots, in the manifest, in .pb files.
    code: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    title: Mapped[Localized]
    summary: Mapped[Localized]
    story: Mapped[Localized]
    cost_cents: Mapped[int]
    # Of the form that it was entered on: sent twice, that is still one project.
    form_key: Mapped[str | None] = mapped_column(String(32))
    # The name of one of our own drawn pictures, or empty.
    picture: Mapped[str] = mapped_column(String(40), default="")
    # Columns of an imported file that mean nothing to us, kept for the export.
    extra: Mapped[dict[str, Any] | None]

    round: Mapped[Round] = relationship()
    area: Mapped[Area] = relationship()
    category: Mapped[Category | None] = relationship()
    proposal: Mapped[Proposal | None] = relationship()


class ProjectLink(Base):
    """Two projects of a round that exclude each other, or one that needs another."""

    __tablename__ = "project_link"
    __table_args__ = (UniqueConstraint("kind", "first_id", "second_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[LinkKind]
    # NEEDS: the first needs the second. CONFLICT: the smaller id comes first.
    first_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))

    first: Mapped[Project] = relationship(foreign_keys=[first_id])
    second: Mapped[Project] = relationship(foreign_keys=[second_id])
