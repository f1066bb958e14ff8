"""What is refused before the vote: making a round, its projects, residents' ideas."""

from typing import ClassVar

from core.errors import DomainError


class RoundSlugTaken(DomainError):
    """Another round has this address; params: slug."""

    code: ClassVar[str] = "round_slug_taken"


class RulesFrozen(DomainError):
    """The vote has been opened, and what decides its result cannot be edited."""

    code: ClassVar[str] = "rules_frozen"


class RoundIncomplete(DomainError):
    """Something is missing before the next stage; params: count, gaps."""

    code: ClassVar[str] = "round_incomplete"


class RoundAlreadyAnnounced(DomainError):
    """It is visible to residents already."""

    code: ClassVar[str] = "round_already_announced"


class RoundNotAnnounced(DomainError):
    """A draft cannot be voted on."""

    code: ClassVar[str] = "round_not_announced"


class VoteAlreadyOpen(DomainError):
    """The vote was opened before, perhaps a moment ago."""

    code: ClassVar[str] = "vote_already_open"


class PhaseEndsBeforeStart(DomainError):
    """A phase ends before it begins; params: kind."""

    code: ClassVar[str] = "phase_ends_before_start"


class PhasesOverlap(DomainError):
    """A phase begins before the one before it has ended; params: kind."""

    code: ClassVar[str] = "phases_overlap"


class AreaSlugTaken(DomainError):
    """The round has another area of this address; params: slug."""

    code: ClassVar[str] = "area_slug_taken"


class AreaInUse(DomainError):
    """Projects or proposals stand in the area."""

    code: ClassVar[str] = "area_in_use"


class CategorySlugTaken(DomainError):
    """The round has another category of this address; params: slug."""

    code: ClassVar[str] = "category_slug_taken"


class CategoryInUse(DomainError):
    """Projects have the category."""

    code: ClassVar[str] = "category_in_use"


class ProjectOfAnotherRound(DomainError):
    """A linked project that this round does not have; params: project."""

    code: ClassVar[str] = "project_of_another_round"


class AreaOfAnotherRound(DomainError):
    """An area or category that is not of this round."""

    code: ClassVar[str] = "area_of_another_round"


class ProjectNeedsItself(DomainError):
    """Projects that need each other in a circle; params: projects (codes)."""

    code: ClassVar[str] = "project_needs_itself"


class ProjectLinksContradict(DomainError):
    """A project cannot need, by any way, one that it excludes; params: projects."""

    code: ClassVar[str] = "project_links_contradict"


class CsvInvalid(DomainError):
    """A table of projects that cannot be read.

    Params: line, value, faults (`Fault` values, at most 50), count (of all).
    """

    code: ClassVar[str] = "csv_invalid"


class IdeasNotOpen(DomainError):
    """The phase of ideas is not on."""

    code: ClassVar[str] = "ideas_not_open"


class ProposalNotEditable(DomainError):
    """A proposal that has been sent is not edited any more."""

    code: ClassVar[str] = "proposal_not_editable"


class ProposalNotWithdrawable(DomainError):
    """It is on the ballot or withdrawn already."""

    code: ClassVar[str] = "proposal_not_withdrawable"


class ProposalNotAssessable(DomainError):
    """It is a draft, withdrawn, or assessed already."""

    code: ClassVar[str] = "proposal_not_assessable"


class AssessmentIncomplete(DomainError):
    """A verdict needs a reason in three languages, and a price if it is feasible."""

    code: ClassVar[str] = "assessment_incomplete"


class ProposalNotAdmissible(DomainError):
    """Only a feasible proposal that is not on the ballot yet is admitted."""

    code: ClassVar[str] = "proposal_not_admissible"
