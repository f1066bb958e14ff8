"""What somebody is asked who wants to take part."""

from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import DataRequired, Email, Length, Optional

from app.fields import is_text, line_field, str_of, tidy, typed
from app.locale import NATIVE_NAMES, content, current_language
from panels.targets import Targets
from panels.volunteers import Application, Contact

LONGEST_NEEDS = 1000
NOT_SAID = "-"
_ANSWER = "feature_"


class CodeForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """The code from a letter."""

    code = line_field(
        _l("Code"), most=60, required=_l("Write the code from your letter.")
    )


class LinkForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """The code of somebody's personal link."""

    code = line_field(
        _l("Personal code"),
        most=60,
        required=_l("Write the code that you were given when you volunteered."),
    )


class ContactForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """How to reach somebody, and what the person needs."""

    name = line_field(_l("Your name"), most=120, required=_l("Write your name."))
    email = StringField(
        str_of(_l("E-mail")),
        filters=[tidy],
        validators=[
            Optional(),
            Length(max=254),
            is_text,
            Email(str_of(_l("This is not an e-mail address."))),
        ],
    )
    phone = line_field(_l("Telephone"), most=40)
    language = RadioField(
        _l("In which language do you take part?"),
        choices=[SelectChoice(tag, name) for tag, name in NATIVE_NAMES.items()],
        validators=[DataRequired(_l("Choose a language."))],
    )
    needs = TextAreaField(
        _l("What do you need to take part?"),
        filters=[tidy],
        validators=[Optional(), Length(max=LONGEST_NEEDS), is_text],
        description=_l(
            "An interpreter, another language, large print, a ramp, care for a child:"
            " tell us, and we arrange it. It does not count in the lot."
        ),
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """There must be one way to reach the person."""
        valid = bool(super().validate(extra_validators))
        if not typed(self.email) and not typed(self.phone):
            self.email.errors = [_("Write an e-mail address or a telephone number.")]
            return False
        return valid

    def contact(self) -> Contact:
        """What the domain takes."""
        return Contact(
            name=typed(self.name), email=typed(self.email), phone=typed(self.phone)
        )


class JoiningForm(ContactForm):
    """All that a volunteer is asked; made for one panel by `joining_form`."""

    consent = BooleanField(
        _l("I agree to this, and want to take part"),
        validators=[DataRequired(_l("Without this you cannot take part."))],
    )

    @property
    def features(self) -> list[RadioField]:
        """The questions about the features, in their order."""
        return [each for each in self if each.short_name.startswith(_ANSWER)]

    def application(self) -> Application:
        """What the domain takes."""
        answers = {
            each.short_name.removeprefix(_ANSWER): (
                None if each.data == NOT_SAID else each.data
            )
            for each in self.features
        }
        return Application(
            answers=answers,
            contact=self.contact(),
            language=self.language.data,
            needs=typed(self.needs),
        )


def joining_form(targets: Targets) -> JoiningForm:
    """The form with a question for each feature of the panel."""
    questions: dict[str, Any] = {
        _ANSWER + feature.key: RadioField(
            content(feature.name),
            choices=[
                *(
                    SelectChoice(value.key, content(value.name))
                    for value in feature.values
                ),
                SelectChoice(NOT_SAID, _("I do not want to say")),
            ],
            validators=[DataRequired(_("Choose an answer."))],
        )
        for feature in targets.features
    }
    kind = type("JoiningFormOfPanel", (JoiningForm,), questions)
    return cast("JoiningForm", kind(data={"language": current_language()}))
