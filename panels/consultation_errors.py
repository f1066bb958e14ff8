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
