"""The forms of the account pages: shape and range only."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    Form,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import DataRequired, Email, Length, ValidationError

from app.accounts.passwords import LONGEST, SHORTEST, is_too_simple
from app.locale import NATIVE_NAMES

LONGEST_EMAIL, LONGEST_NAME, LONGEST_CODE = 254, 120, 40


def choices(names: Mapping[Any, object]) -> list[SelectChoice]:
    """The choices of a select field, from values and what they are called."""
    return [SelectChoice(str(value), name) for value, name in names.items()]


def typed(field: StringField) -> str:
    """What a text field holds after its form has been checked."""
    return field.data or ""


def _stripped(value: str | None) -> str | None:
    return value.strip() if value else value


def email_field(label: object) -> EmailField:
    """An e-mail address."""
    return EmailField(
        label,  # type: ignore[arg-type] # a lazy string is one for WTForms
        filters=[_stripped],
        validators=[
            DataRequired(_l("Write an e-mail address.")),
            Length(max=LONGEST_EMAIL),
            Email(_l("This does not look like an e-mail address.")),
        ],
        render_kw={"autocomplete": "email"},
    )


def name_field(label: object) -> StringField:
    """A person's name, in any script, on one line."""
    return StringField(
        label,  # type: ignore[arg-type] # a lazy string is one for WTForms
        filters=[_stripped],
        validators=[
            DataRequired(_l("Write a name.")),
            Length(max=LONGEST_NAME),
            _on_one_line,
        ],
        render_kw={"autocomplete": "name"},
    )


def _on_one_line(_form: Form, field: Field) -> None:
    if field.data and not field.data.isprintable():
        raise ValidationError(_l("There are characters here that cannot be used."))


def new_password_field(label: object) -> PasswordField:
    """A password that is about to be set."""
    return PasswordField(
        label,  # type: ignore[arg-type] # a lazy string is one for WTForms
        description=_l("At least 12 characters. Several words in a row are good."),
        validators=[
            DataRequired(_l("Choose a password.")),
            Length(SHORTEST, LONGEST, _l("Use 12 to 200 characters.")),
            _not_too_simple,
        ],
        render_kw={"autocomplete": "new-password"},
    )


def _not_too_simple(_form: Form, field: Field) -> None:
    if field.data and is_too_simple(field.data):
        raise ValidationError(_l("This is too easy to guess. Use different letters."))


def old_password_field(label: object) -> PasswordField:
    """The password in force, as a proof."""
    return PasswordField(
        label,  # type: ignore[arg-type] # a lazy string is one for WTForms
        validators=[DataRequired(_l("Write your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )


class LogInForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Who are you."""

    email = email_field(_l("E-mail"))
    password = old_password_field(_l("Password"))


class SignUpForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A new account."""

    name = name_field(_l("Name"))
    email = email_field(_l("E-mail"))
    password = new_password_field(_l("Password"))


class ForgotForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Where to send a link."""

    email = email_field(_l("E-mail"))


class ResetForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A new password, after a link."""

    password = new_password_field(_l("New password"))


class InvitationForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """An invited person's own account."""

    name = name_field(_l("Name"))
    password = new_password_field(_l("Password"))


class ProfileForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Name and language."""

    name = name_field(_l("Name"))
    language = SelectField(_l("Language"), choices=choices(NATIVE_NAMES))


class NotificationsForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What we may write about."""

    notify_results = BooleanField(_l("The result of a round in which I took part"))
    notify_reminders = BooleanField(
        _l(
            "A reminder before a vote closes, and word if it is paused or extended, or"
            " if a vote on paper has come in besides mine"
        )
    )
    notify_proposals = BooleanField(_l("What happens to my proposals"))


class EmailForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A new address."""

    email = email_field(_l("New e-mail"))
    password = old_password_field(_l("Password"))


class PasswordForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A new password in place of the old one."""

    password = old_password_field(_l("Present password"))
    new_password = new_password_field(_l("New password"))


class DeleteForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """The end of an account."""

    password = old_password_field(_l("Password"))
    understood = BooleanField(
        _l("I understand that my account cannot be brought back"),
        validators=[DataRequired(_l("Tick this if you want to go on."))],
    )


class CodeForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A code of the second factor."""

    code = StringField(
        _l("Code"),
        filters=[_stripped],
        validators=[DataRequired(_l("Write the code.")), Length(max=LONGEST_CODE)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )
