"""What is refused of consultations, questions and answers, by code."""

from typing import ClassVar

from core.errors import DomainError


class QuestionUnknown(DomainError):
    """The questionnaire has no such question."""

    code: ClassVar[str] = "question_unknown"


class QuestionLimit(DomainError):
    """More questions than a consultation asks; params: most."""

    code: ClassVar[str] = "question_limit"


class QuestionOptionsLimit(DomainError):
    """Too few or too many answers to choose from; params: least, most."""

    code: ClassVar[str] = "question_options_limit"


class QuestionScaleInvalid(DomainError):
    """A scale that does not rise, or rises too far; params: highest."""

    code: ClassVar[str] = "question_scale_invalid"


class AnswerWrongKind(DomainError):
    """A text where a number is asked, or the like; params: number."""

    code: ClassVar[str] = "answer_wrong_kind"


class AnswerNotOffered(DomainError):
    """An answer that the question does not offer; params: number."""

    code: ClassVar[str] = "answer_not_offered"


class AnswerOffScale(DomainError):
    """A step that the scale does not have; params: number."""

    code: ClassVar[str] = "answer_off_scale"


class AnswerTooLong(DomainError):
    """A text longer than we keep; params: number, most."""

    code: ClassVar[str] = "answer_too_long"


class AnswerUnprintable(DomainError):
    """Characters that no keyboard makes; params: number."""

    code: ClassVar[str] = "answer_unprintable"


class AnswerKeyMissing(DomainError):
    """The file of the panel's key of answers is not there, or is no key."""

    code: ClassVar[str] = "answer_key_missing"


class ConsultationUnknown(DomainError):
    """The panel has no such consultation."""

    code: ClassVar[str] = "consultation_unknown"


class ConsultationNotDraft(DomainError):
    """It has been opened, and does not change any more."""

    code: ClassVar[str] = "consultation_not_draft"


class ConsultationOvertaken(DomainError):
    """Somebody else has changed it meanwhile."""

    code: ClassVar[str] = "consultation_overtaken"


class ConsultationTimesInvalid(DomainError):
    """The end has gone already, or the town would answer before it."""

    code: ClassVar[str] = "consultation_times_invalid"


class ConsultationEmpty(DomainError):
    """It asks nothing."""

    code: ClassVar[str] = "consultation_empty"


class ConsultationTextsMissing(DomainError):
    """A text lacks a language; params: languages."""

    code: ClassVar[str] = "consultation_texts_missing"


class ConsultationNobody(DomainError):
    """Nobody sits on the panel yet."""

    code: ClassVar[str] = "consultation_nobody"


class ConsultationBurden(DomainError):
    """Members have been asked as often as they may be; params: most, day."""

    code: ClassVar[str] = "consultation_burden"


class ConsultationNotOpen(DomainError):
    """It is not open, or is over."""

    code: ClassVar[str] = "consultation_not_open"


class ConsultationReminded(DomainError):
    """The members have been reminded often enough, or just now; params: most, days."""

    code: ClassVar[str] = "consultation_reminded"


class ConsultationNotOver(DomainError):
    """The town answers once the members have."""

    code: ClassVar[str] = "consultation_not_over"


class ConsultationReasonMissing(DomainError):
    """Whoever closes early says why, in every language; params: languages."""

    code: ClassVar[str] = "consultation_reason_missing"


class AnsweringOver(DomainError):
    """An answer that came after the end; params: moment."""

    code: ClassVar[str] = "answering_over"


class AnsweringLinkUnknown(DomainError):
    """The link is nobody's in this consultation."""

    code: ClassVar[str] = "answering_link_unknown"


class AnsweringSeatEnded(DomainError):
    """Whoever has the link does not sit on the panel any more."""

    code: ClassVar[str] = "answering_seat_ended"


class AnswerMissing(DomainError):
    """Questions that must be answered are not; params: numbers."""

    code: ClassVar[str] = "answer_missing"


class AnswersNone(DomainError):
    """No question at all is answered."""

    code: ClassVar[str] = "answers_none"
