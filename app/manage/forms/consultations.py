"""A consultation's texts and times, one question, a reason, and the town's answer."""

from itertools import zip_longest
from typing import TYPE_CHECKING, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.fields import (
    MomentField,
    WholeField,
    choices,
    localized,
    str_of,
    whole,
    written,
)
from core.text import LANGUAGES, Localized
from panels.consultations import ConsultationPlan
from panels.models import Consultation
from panels.questionnaire import (
    HIGHEST_STEP,
    Option,
    Question,
    QuestionKind,
    tidied,
)

if TYPE_CHECKING:
    from datetime import date, datetime

KINDS = {
    QuestionKind.SINGLE: _l("one of several answers"),
    QuestionKind.MULTIPLE: _l("any of several answers"),
    QuestionKind.SCALE: _l("a step on a scale"),
    QuestionKind.TEXT: _l("a text of one's own"),
}
_WHEN = _l("Write a day.")


class ConsultationForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What is said of a consultation besides its questions."""

    version = HiddenField()
    title = localized(_l("Title"), most=120, required=True)
    introduction = localized(_l("What it is about"), most=3000, long=True)
    closes_at = MomentField(
        _l("Answering ends"), validators=[InputRequired(str_of(_WHEN))]
    )
    answer_due_on = DateField(
        str_of(_l("The town says what it did with the answers by")),
        validators=[InputRequired(str_of(_WHEN))],
    )

    @classmethod
    def of(cls, one: Consultation | None) -> "ConsultationForm":
        """Filled in with what is there."""
        if one is None:
            return cls()
        return cls(
            data={
                "version": str(one.version),
                "title": one.title.to_json(),
                "introduction": one.introduction.to_json(),
                "closes_at": one.closes_at,
                "answer_due_on": one.answer_due_on,
            }
        )

    def plan(self) -> ConsultationPlan:
        """What the domain takes."""
        return ConsultationPlan(
            title=written(self.title),
            introduction=written(self.introduction),
            closes_at=cast("datetime", self.closes_at.data),
            answer_due_on=cast("date", self.answer_due_on.data),
        )


class QuestionForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """One question; what its kind does not have is left out."""

    # A scale that nobody has written yet.
    LOW, HIGH = 1, 5

    version = HiddenField()
    kind = SelectField(_l("How it is answered"), choices=choices(KINDS.items()))
    text = localized(_l("Question"), most=300, required=True)
    help = localized(_l("Help (optional)"), most=500)
    required = BooleanField(_l("It has to be answered"))
    options = localized(
        _l("Answers to choose from, one on each line"), most=3000, long=True
    )
    low = WholeField(
        str_of(_l("First step of the scale")),
        default=LOW,
        validators=[Optional(), NumberRange(0, HIGHEST_STEP)],
    )
    high = WholeField(
        str_of(_l("Last step of the scale")),
        default=HIGH,
        validators=[Optional(), NumberRange(0, HIGHEST_STEP)],
    )
    low_text = localized(_l("What the first step means"), most=120)
    high_text = localized(_l("What the last step means"), most=120)

    @classmethod
    def of(cls, question: Question | None, version: int) -> "QuestionForm":
        """Filled in with what is there."""
        if question is None:
            return cls(data={"version": str(version)})
        empty = Localized()
        is_scale = question.kind is QuestionKind.SCALE
        lines = {
            tag: "\n".join(each.text.written(tag) for each in question.options)
            for tag in LANGUAGES
        }
        return cls(
            data={
                "version": str(version),
                "kind": question.kind.value,
                "text": question.text.to_json(),
                "help": (question.help or empty).to_json(),
                "required": question.required,
                "options": lines,
                "low": question.low if is_scale else cls.LOW,
                "high": question.high if is_scale else cls.HIGH,
                "low_text": (question.low_text or empty).to_json(),
                "high_text": (question.high_text or empty).to_json(),
            }
        )

    def question(self, key: str) -> Question:
        """What the domain takes."""
        helped = written(self.help)
        return tidied(
            Question(
                key=key,
                kind=QuestionKind(self.kind.data),
                text=written(self.text),
                help=helped if any(helped.to_json().values()) else None,
                required=bool(self.required.data),
                options=_options(written(self.options)),
                low=whole(self.low),
                high=whole(self.high),
                low_text=written(self.low_text),
                high_text=written(self.high_text),
            )
        )


class WordsForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A text for everybody: why it closes early, or what was done with the answers."""

    words = localized(_l("In every language"), most=5000, long=True, required=True)


def _options(lines: Localized) -> tuple[Option, ...]:
    """One for each line; a language that has fewer lines lacks the rest."""
    columns = [lines.written(tag).split("\n") for tag in LANGUAGES]
    rows = [
        Localized(*(cell.strip() for cell in row))
        for row in zip_longest(*columns, fillvalue="")
    ]
    found = [row for row in rows if any(row.to_json().values())]
    return tuple(Option(f"o{n}", row) for n, row in enumerate(found, 1))
