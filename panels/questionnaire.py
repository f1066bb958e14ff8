"""What a consultation asks: questions of four kinds in three languages, and answers.

Pure. A questionnaire can be half written; it opens only when `gaps` finds nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.text import Localized
from panels.consultation_errors import (
    AnswerNotOffered,
    AnswerOffScale,
    AnswerTooLong,
    AnswerUnprintable,
    AnswerWrongKind,
    QuestionLimit,
    QuestionOptionsLimit,
    QuestionScaleInvalid,
    QuestionUnknown,
)

MOST_QUESTIONS = 30
FEWEST_OPTIONS, MOST_OPTIONS = 2, 20
HIGHEST_STEP = 10
LONGEST_TEXT = 2000
# What no keyboard makes and no database takes.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    TEXT = "text"

    @property
    def has_options(self) -> bool:
        """Whether there is a list to choose from."""
        return self in (QuestionKind.SINGLE, QuestionKind.MULTIPLE)


# Option key | option keys | step of the scale | text, by kind.
Answer = str | tuple[str, ...] | int
# By question key; what is not answered is absent.
Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    key: str
    text: Localized


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    Attributes:
        key: by which answers are kept; it stays when questions are moved.
        options: of the kinds that choose; empty otherwise.
        low, high: first and last step of a scale; 0 otherwise.
        low_text, high_text: what the ends of a scale mean.
    """

    key: str
    kind: QuestionKind
    text: Localized
    help: Localized | None = None
    required: bool = False
    options: tuple[Option, ...] = ()
    low: int = 0
    high: int = 0
    low_text: Localized | None = None
    high_text: Localized | None = None

    @property
    def steps(self) -> range:
        """The steps of the scale."""
        return range(self.low, self.high + 1)

    def option(self, key: str) -> Option | None:
        """The option of this key."""
        return next((each for each in self.options if each.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "text": self.text.to_json(),
            "help": _to_json(self.help),
            "required": self.required,
            "options": [
                {"key": each.key, "text": each.text.to_json()} for each in self.options
            ],
            "low": self.low,
            "high": self.high,
            "low_text": _to_json(self.low_text),
            "high_text": _to_json(self.high_text),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Question":
        """As it was stored."""
        return cls(
            key=stored["key"],
            kind=QuestionKind(stored["kind"]),
            text=Localized.from_json(stored["text"]),
            help=_from_json(stored["help"]),
            required=stored["required"],
            options=tuple(
                Option(each["key"], Localized.from_json(each["text"]))
                for each in stored["options"]
            ),
            low=stored["low"],
            high=stored["high"],
            low_text=_from_json(stored["low_text"]),
            high_text=_from_json(stored["high_text"]),
        )


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions, in the order in which they are asked."""

    questions: tuple[Question, ...] = ()

    def question(self, key: str) -> Question:
        """The question of this key.

        Raises:
            QuestionUnknown: there is none.
        """
        for each in self.questions:
            if each.key == key:
                return each
        raise QuestionUnknown

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the consultation."""
        return {"questions": [each.to_json() for each in self.questions]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Questionnaire":
        """As it was stored; an empty object asks nothing."""
        found = stored.get("questions", ())
        return cls(tuple(Question.from_json(each) for each in found))


@dataclass(frozen=True, slots=True)
class Gap:
    """A text of a question that lacks languages.

    Attributes:
        number: of the question, from 1.
        part: "text", "help", "option" or "ends".
    """

    number: int
    part: str
    languages: tuple[str, ...]


def with_question(questionnaire: Questionnaire, question: Question) -> Questionnaire:
    """Put in the place of the one that has its key, or at the end.

    Raises:
        QuestionLimit: there are too many; params: most.
        QuestionOptionsLimit: too few or too many to choose from; params: least, most.
        QuestionScaleInvalid: a scale of no or too many steps; params: highest.
    """
    _check_question(question)
    known = [each.key for each in questionnaire.questions]
    if question.key in known:
        questions = tuple(
            question if each.key == question.key else each
            for each in questionnaire.questions
        )
        return Questionnaire(questions)
    if len(known) >= MOST_QUESTIONS:
        raise QuestionLimit(most=MOST_QUESTIONS)
    return Questionnaire((*questionnaire.questions, question))


def without_question(questionnaire: Questionnaire, key: str) -> Questionnaire:
    """The same without one.

    Raises:
        QuestionUnknown: it is not there.
    """
    gone = questionnaire.question(key)
    return Questionnaire(tuple(q for q in questionnaire.questions if q is not gone))


def moved_question(questionnaire: Questionnaire, key: str, by: int) -> Questionnaire:
    """The same with one moved up (-1) or down (1), as far as that goes.

    Raises:
        QuestionUnknown: it is not there.
    """
    question = questionnaire.question(key)
    rest = list(without_question(questionnaire, key).questions)
    place = questionnaire.questions.index(question) + by
    rest.insert(max(0, min(place, len(rest))), question)
    return Questionnaire(tuple(rest))


def new_key(questionnaire: Questionnaire) -> str:
    """A key that no question has."""
    numbers = [int(each.key.removeprefix("q")) for each in questionnaire.questions]
    return f"q{max(numbers, default=0) + 1}"


def gaps(questionnaire: Questionnaire) -> tuple[Gap, ...]:
    """What has still to be written before everybody can read every question."""
    found = []
    for number, question in enumerate(questionnaire.questions, 1):
        ends = [question.low_text, question.high_text]
        parts: dict[str, list[Localized | None]] = {
            "text": [question.text],
            "help": [question.help],
            "option": [option.text for option in question.options],
            "ends": ends if question.kind is QuestionKind.SCALE else [],
        }
        for part, texts in parts.items():
            missing = _missing(part, texts)
            if missing:
                found.append(Gap(number, part, missing))
    return tuple(found)


def checked_answers(
    questionnaire: Questionnaire, answers: Answers
) -> dict[str, Answer]:
    """The answers as they are kept: in the questionnaire's order, without empty ones.

    Raises:
        QuestionUnknown: an answer to what was not asked.
        AnswerWrongKind, AnswerNotOffered, AnswerOffScale: params: number.
        AnswerTooLong: params: number, most.
        AnswerUnprintable: characters that nobody types; params: number.
    """
    for key in answers:
        questionnaire.question(key)
    kept = {}
    for number, question in enumerate(questionnaire.questions, 1):
        if question.key in answers:
            answer = _checked(question, number, answers[question.key])
            if answer not in ("", ()):
                kept[question.key] = answer
    return kept


def unanswered(questionnaire: Questionnaire, answers: Answers) -> tuple[int, ...]:
    """The numbers of the questions that must be answered and are not."""
    return tuple(
        number
        for number, question in enumerate(questionnaire.questions, 1)
        if question.required and question.key not in answers
    )


def answers_from_json(stored: Mapping[str, Any]) -> dict[str, Answer]:
    """Answers as they were stored."""
    return {
        key: tuple(answer) if isinstance(answer, list) else answer
        for key, answer in stored.items()
    }


def tidied(question: Question) -> Question:
    """Without what its kind does not have."""
    if question.kind is not QuestionKind.SCALE:
        question = replace(question, low=0, high=0, low_text=None, high_text=None)
    return question if question.kind.has_options else replace(question, options=())


def _check_question(question: Question) -> None:
    count = len(question.options)
    if question.kind.has_options and not FEWEST_OPTIONS <= count <= MOST_OPTIONS:
        raise QuestionOptionsLimit(least=FEWEST_OPTIONS, most=MOST_OPTIONS)
    is_scale = 0 <= question.low < question.high <= HIGHEST_STEP
    if question.kind is QuestionKind.SCALE and not is_scale:
        raise QuestionScaleInvalid(highest=HIGHEST_STEP)


def _missing(part: str, texts: list[Localized | None]) -> tuple[str, ...]:
    """Help may be absent; once there is any, it must be there for everybody."""
    if part == "help":
        texts = [text for text in texts if text and any(text.to_json().values())]
    lacking = {tag for text in texts for tag in (text or Localized()).missing}
    return tuple(tag for tag in Localized().missing if tag in lacking)


def _checked(question: Question, number: int, answer: Answer) -> Answer:
    match question.kind, answer:
        case QuestionKind.SINGLE, str():
            _check_offered(question, number, (answer,))
            return answer
        case QuestionKind.MULTIPLE, tuple():
            _check_offered(question, number, answer)
            return tuple(each.key for each in question.options if each.key in answer)
        case QuestionKind.SCALE, int() if not isinstance(answer, bool):
            if answer not in question.steps:
                raise AnswerOffScale(number=number)
            return answer
        case QuestionKind.TEXT, str():
            return _checked_text(number, answer)
    raise AnswerWrongKind(number=number)


def _check_offered(question: Question, number: int, keys: tuple[str, ...]) -> None:
    if not all(question.option(key) for key in keys):
        raise AnswerNotOffered(number=number)


def _checked_text(number: int, text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise AnswerTooLong(number=number, most=LONGEST_TEXT)
    if _CONTROL.search(text):
        raise AnswerUnprintable(number=number)
    return text


def _to_json(text: Localized | None) -> dict[str, str] | None:
    return None if text is None else text.to_json()


def _from_json(stored: Mapping[str, str] | None) -> Localized | None:
    return None if stored is None else Localized.from_json(stored)
