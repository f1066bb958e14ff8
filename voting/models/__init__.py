"""The tables of budget rounds, by what they hold.

`rounds`: the round, its phases, areas and categories. `projects`: proposals,
assessments, projects, links. `box`: the roll, the ballot box and what remains
of it after sealing. `roll`: the register that the roll was read from, codes,
requests. `results`: the frozen manifest and what was counted.
"""

from voting.models.box import (
    BoxBallot,
    BoxCast,
    Draft,
    SealedBallot,
    SealedReceipt,
    Voter,
)
from voting.models.projects import (
    Assessment,
    LinkKind,
    Project,
    ProjectLink,
    Proposal,
    ProposalState,
)
from voting.models.results import Manifest, Result, ResultSignature, ResultState
from voting.models.roll import (
    BoothPass,
    NumberKind,
    RequestState,
    Roll,
    RollCode,
    RollContact,
    RollRequest,
)
from voting.models.rounds import (
    Area,
    AreaKind,
    Category,
    ImportedElection,
    Phase,
    PhaseKind,
    Round,
    Stage,
    VoterSource,
    Way,
)

__all__ = [
    "Area",
    "AreaKind",
    "Assessment",
    "BoothPass",
    "BoxBallot",
    "BoxCast",
    "Category",
    "Draft",
    "ImportedElection",
    "LinkKind",
    "Manifest",
    "NumberKind",
    "Phase",
    "PhaseKind",
    "Project",
    "ProjectLink",
    "Proposal",
    "ProposalState",
    "RequestState",
    "Result",
    "ResultSignature",
    "ResultState",
    "Roll",
    "RollCode",
    "RollContact",
    "RollRequest",
    "Round",
    "SealedBallot",
    "SealedReceipt",
    "Stage",
    "Voter",
    "VoterSource",
    "Way",
]
