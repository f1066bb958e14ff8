"""The tables of budget rounds, by what they hold.

`rounds`: the round, its phases, areas and categories. `projects`: proposals,
assessments, projects, links. `box`: the roll, the ballot box and what remains
of it after sealing. `roll`: the register that the roll was read from, codes,
requests. `letters`: mailings. `classes`: school classes that vote
together. `interruptions`: pauses and later ends of a vote.
`paper`: batches, cards and envelopes of those who vote on paper. `results`: the frozen
manifest and what was counted. `studies`: what is worked out from a result for its
pages. `scenarios`: what was asked of it besides. `turnout`: as it was
published. `anomalies`: signs that something may be wrong, and what becomes of them.
`assisted`: sessions in which an official helps at a service point.
"""

from voting.models.anomalies import (
    AnomalyDecision,
    AnomalyVoter,
    CastSource,
    DecisionState,
    Ground,
    KnownSource,
    RefusedTry,
    Verdict,
)
from voting.models.assisted import AssistedSession, Ending
from voting.models.box import (
    BoxBallot,
    BoxCast,
    Draft,
    SealedBallot,
    SealedReceipt,
    Voter,
)
from voting.models.classes import ClassBatch, ClassCode
from voting.models.interruptions import Extension, Pause
from voting.models.letters import LetterBatch, LetterKind
from voting.models.paper import (
    PAPER,
    BatchState,
    CardState,
    Duty,
    EnvelopeState,
    PaperBatch,
    PaperCard,
    PaperDifference,
    PaperDuty,
    PaperEnvelope,
    PaperTotal,
)
from voting.models.projects import (
    Assessment,
    LinkKind,
    Project,
    ProjectLink,
    Proposal,
    ProposalState,
)
from voting.models.results import (
    CountedBallots,
    Manifest,
    Result,
    ResultSignature,
    ResultState,
)
from voting.models.roll import (
    BoothPass,
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
    PaperRule,
    Phase,
    PhaseKind,
    Round,
    Stage,
    VoterSource,
    Way,
)
from voting.models.scenarios import ResultDistances, Scenario
from voting.models.studies import EarlyStudy, Study
from voting.models.turnout import TurnoutTables

__all__ = [
    "PAPER",
    "AnomalyDecision",
    "AnomalyVoter",
    "Area",
    "AreaKind",
    "Assessment",
    "AssistedSession",
    "BatchState",
    "BoothPass",
    "BoxBallot",
    "BoxCast",
    "CardState",
    "CastSource",
    "Category",
    "ClassBatch",
    "ClassCode",
    "CountedBallots",
    "DecisionState",
    "Draft",
    "Duty",
    "EarlyStudy",
    "Ending",
    "EnvelopeState",
    "Extension",
    "Ground",
    "ImportedElection",
    "KnownSource",
    "LetterBatch",
    "LetterKind",
    "LinkKind",
    "Manifest",
    "PaperBatch",
    "PaperCard",
    "PaperDifference",
    "PaperDuty",
    "PaperEnvelope",
    "PaperRule",
    "PaperTotal",
    "Pause",
    "Phase",
    "PhaseKind",
    "Project",
    "ProjectLink",
    "Proposal",
    "ProposalState",
    "RefusedTry",
    "RequestState",
    "Result",
    "ResultDistances",
    "ResultSignature",
    "ResultState",
    "Roll",
    "RollCode",
    "RollContact",
    "RollRequest",
    "Round",
    "Scenario",
    "SealedBallot",
    "SealedReceipt",
    "Stage",
    "Study",
    "TurnoutTables",
    "Verdict",
    "Voter",
    "VoterSource",
    "Way",
]
