"""The tables of citizen panels, by what they hold.

`registers`: extracts that people are drawn from. `panels`: a panel, its rules and
what it is to resemble. `waves`: waves of invitations, whom they reach, the letters.
`volunteers`: those who have said yes. `draws`: each draw of a panel. `seats`: who
sits, how long, and after whom. `consultations`: what they are asked and answer.
"""

from panels.models.consultations import (
    Consultation,
    ConsultationAnswers,
    ConsultationState,
    ConsultationStrata,
    ConsultationTask,
)
from panels.models.draws import Draw, DrawKind, DrawState, Entrant
from panels.models.panels import NotSaid, Panel, PanelStage
from panels.models.registers import Person, Register
from panels.models.seats import EndReason, Seat, SeatState
from panels.models.volunteers import Volunteer
from panels.models.waves import (
    Invitation,
    InvitationState,
    InvitationWave,
    LetterRun,
    LetterRunKind,
    WaveState,
)

__all__ = [
    "Consultation",
    "ConsultationAnswers",
    "ConsultationState",
    "ConsultationStrata",
    "ConsultationTask",
    "Draw",
    "DrawKind",
    "DrawState",
    "EndReason",
    "Entrant",
    "Invitation",
    "InvitationState",
    "InvitationWave",
    "LetterRun",
    "LetterRunKind",
    "NotSaid",
    "Panel",
    "PanelStage",
    "Person",
    "Register",
    "Seat",
    "SeatState",
    "Volunteer",
    "WaveState",
]
