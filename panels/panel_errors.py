"""What is refused on the way from a register to a seat, by code."""

from typing import ClassVar

from core.errors import DomainError


class PeopleKeyMissing(DomainError):
    """The file of the panels' key is not there, or is no key."""

    code: ClassVar[str] = "people_key_missing"


class RegisterKeyChanged(DomainError):
    """The key file is not the one that the register was read with."""

    code: ClassVar[str] = "register_key_changed"


class RegisterFileChanged(DomainError):
    """The file is not the same as when it was checked."""

    code: ClassVar[str] = "register_file_changed"


class RegisterUnknown(DomainError):
    """There is no such register; params: number."""

    code: ClassVar[str] = "register_unknown"


class RegisterErased(DomainError):
    """The people of the register have been erased."""

    code: ClassVar[str] = "register_erased"


class RegisterExpiry(DomainError):
    """A register cannot be kept that long, or not that short; params: most."""

    code: ClassVar[str] = "register_expiry"


class PanelUnknown(DomainError):
    """There is no such panel; params: slug."""

    code: ClassVar[str] = "panel_unknown"


class PanelSlugTaken(DomainError):
    """Another panel has this address; params: slug."""

    code: ClassVar[str] = "panel_slug_taken"


class PanelTargetsFixed(DomainError):
    """The first letters have been drawn by the targets; they do not change any more."""

    code: ClassVar[str] = "panel_targets_fixed"


class PanelTargetsMissing(DomainError):
    """The panel has no targets yet."""

    code: ClassVar[str] = "panel_targets_missing"


class PanelTargetsLimit(DomainError):
    """More features or values than a panel can have; params: most."""

    code: ClassVar[str] = "panel_targets_limit"


class PanelTextsMissing(DomainError):
    """A text lacks a language; params: languages."""

    code: ClassVar[str] = "panel_texts_missing"


class PanelEnded(DomainError):
    """The panel has ended."""

    code: ClassVar[str] = "panel_ended"


class PanelNotWidened(DomainError):
    """A quota's minimum is above its maximum, or the panel's size; params: feature."""

    code: ClassVar[str] = "panel_not_widened"


class WaveExcludedInvalid(DomainError):
    """Lines of a list of people that are no identity numbers; params: lines."""

    code: ClassVar[str] = "wave_excluded_invalid"


class WaveDayPassed(DomainError):
    """The last day of answering has gone already."""

    code: ClassVar[str] = "wave_day_passed"


class WaveEmpty(DomainError):
    """Nobody is left who could be invited."""

    code: ClassVar[str] = "wave_empty"


class WavePlanned(DomainError):
    """An earlier wave has not been drawn yet; params: number."""

    code: ClassVar[str] = "wave_planned"


class WaveUnknown(DomainError):
    """The panel has no such wave; params: number."""

    code: ClassVar[str] = "wave_unknown"


class WaveDrawn(DomainError):
    """The wave has been drawn already."""

    code: ClassVar[str] = "wave_drawn"


class WaveNotDrawn(DomainError):
    """The wave has not been drawn yet."""

    code: ClassVar[str] = "wave_not_drawn"


class WaveOvertaken(DomainError):
    """The list is not the same as when the wave was planned."""

    code: ClassVar[str] = "wave_overtaken"


class WaveClosed(DomainError):
    """The time for answering is over; params: day."""

    code: ClassVar[str] = "wave_closed"


class InvitationLettersNone(DomainError):
    """Nobody waits for such a letter."""

    code: ClassVar[str] = "invitation_letters_none"


class InvitationLettersMade(DomainError):
    """The same form has made its letters already."""

    code: ClassVar[str] = "invitation_letters_made"


class InvitationLettersOvertaken(DomainError):
    """Somebody else has made letters, or people have answered, meanwhile."""

    code: ClassVar[str] = "invitation_letters_overtaken"


class LetterRunUnknown(DomainError):
    """There are no such letters, or their codes have been ended; params: number."""

    code: ClassVar[str] = "letter_run_unknown"


class InvitationCodeUnknown(DomainError):
    """No letter has this code."""

    code: ClassVar[str] = "invitation_code_unknown"


class InvitationCodeMisread(DomainError):
    """Not a code: a character is missing or was read as another."""

    code: ClassVar[str] = "invitation_code_misread"


class InvitationAnswered(DomainError):
    """Whoever had the letter has volunteered; the personal link leads on."""

    code: ClassVar[str] = "invitation_answered"


class VolunteerUnknown(DomainError):
    """The personal link leads to nobody."""

    code: ClassVar[str] = "volunteer_unknown"


class VolunteerAnswers(DomainError):
    """An answer is missing, or is no value of the feature; params: feature."""

    code: ClassVar[str] = "volunteer_answers"
