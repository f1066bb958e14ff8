"""A class that will vote together, and a slip that is lost."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from app.fields import MomentField, OnceField, WholeField, is_text, line_field, typed
from app.messages import sentence
from core.errors import DomainError
from voting.class_errors import (
    ClassEndsTooSoon,
    ClassOutsideVote,
    ClassTooLong,
)
from voting.classes.batches import Lesson
from voting.classes.pupils import MOST_PUPILS

LONGEST_LIST = 20_000
TIMES = (ClassEndsTooSoon, ClassTooLong, ClassOutsideVote)


class ClassForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """School and class, the lesson, and the teacher's list."""

    school = line_field(_l("School"), most=120, required=_l("Write the school."))
    name = line_field(_l("Class"), most=60, required=_l("Write the class."))
    opens = MomentField(
        _l("The lesson begins"),
        validators=[InputRequired(_l("Write a day and a time."))],
    )
    ends = MomentField(
        _l("The lesson ends"),
        validators=[InputRequired(_l("Write a day and a time."))],
        description=_l("The codes work in the lesson only, for eight hours at most."),
    )
    pupils = TextAreaField(
        _l("The pupils"),
        validators=[Length(max=LONGEST_LIST), is_text],
        description=_l(
            "One on a line, in the order of the teacher's list: the personal identity"
            " code, or the name and the year of birth, such as: Aino Virtanen; 2012."
            " Nothing of this is kept."
        ),
    )
    file = FileField(
        _l("Or the list as a file (CSV, UTF-8)"),
        description=_l("With the same columns. It is read and not kept."),
    )
    once = OnceField()

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """There is one list."""
        valid = bool(super().validate(extra_validators))
        if valid and self._has_file() and typed(self.pupils).strip():
            self.pupils.errors = [_("Give the list in one way: here, or as a file.")]
            return False
        if valid and self._has_file():
            try:
                read = self.file.data.stream.read(LONGEST_LIST + 1)
                text = read.decode("utf-8-sig")
            except UnicodeDecodeError:
                self.file.errors = [
                    _("This is not UTF-8 text. Save the file as CSV in UTF-8.")
                ]
                return False
            if len(read) > LONGEST_LIST or "\x00" in text:
                self.file.errors = [_("This is no list of a class.")]
                return False
            self._text = text
        return valid

    @property
    def list(self) -> str:
        """The list as text."""
        return self._text if self._has_file() else typed(self.pupils)

    def lesson(self) -> Lesson:
        """What the domain takes."""
        return Lesson(
            school=typed(self.school),
            name=typed(self.name),
            opens_at=_moment(self.opens),
            ends_at=_moment(self.ends),
            form_key=self.once.key,
        )

    def refuse(self, refusal: DomainError) -> None:
        """Say it beside the field that it is about."""
        field = self.ends if isinstance(refusal, TIMES) else self.pupils
        field.errors = [sentence(refusal)]

    def _has_file(self) -> bool:
        return bool(self.file.data and self.file.data.filename)


class LostSlipForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Whose slip is lost: a place in the list."""

    line = WholeField(
        _l("Number in the teacher's list"),
        validators=[
            InputRequired(_l("Write the number.")),
            NumberRange(1, MOST_PUPILS),
        ],
    )


def _moment(field: MomentField) -> datetime:
    """What a moment's field holds after its form has been checked."""
    if field.data is None:
        raise ValueError("the form has not been checked")
    return field.data
