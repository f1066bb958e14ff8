"""Fields that several forms are made of: three languages, money, moments, addresses."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    Field,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from app.locale import HELSINKI
from core.money import parse_euros
from core.text import LANGUAGES, Localized

LARGEST_SUM = 10**12
LONGEST_SLUG = 80
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
# These stand in addresses of the desk where a round's own could.
RESERVED = ("new", "add")
LOCAL_FORMAT = "%Y-%m-%dT%H:%M"
_ONCE = re.compile(r"[0-9a-f]{32}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NAMES = {"fi": _l("In Finnish"), "sv": _l("In Swedish"), "en": _l("In English")}


def tidy(value: str | None) -> str:
    """What was typed, without outer spaces and with one kind of line end."""
    return (value or "").replace("\r\n", "\n").strip()


def is_text(_form: Form, field: Field) -> None:
    """Refuse characters that no keyboard makes and no database takes."""
    if field.data and _CONTROL.search(field.data):
        raise ValidationError(_("There are characters here that cannot be used."))


def line_field(label: object, *, most: int, required: object = None) -> StringField:
    """A line of text; `required` is what is said where it is empty."""
    validators: list[Any] = [Length(max=most), is_text]
    if required:
        validators.insert(0, DataRequired(str_of(required)))
    return StringField(
        label,  # type: ignore[arg-type] # a lazy string is one for WTForms
        filters=[tidy],
        validators=validators,
    )


def typed(field: StringField) -> str:
    """What a text field holds after its form has been checked."""
    return field.data or ""


class WholeField(IntegerField):
    """A whole number; one with more digits than anything here can have is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number.

        Raises:
            ValueError: it is none, or so large that no range could be asked.
        """
        super().process_formdata(valuelist)
        if self.data is not None and abs(self.data) > LARGEST_SUM:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))


def whole(field: IntegerField) -> int:
    """What a number's field holds after its form has been checked."""
    return field.data or 0


def str_of(lazy: object) -> Any:  # noqa: ANN401 - a lazy string stays lazy
    """A lazy string, for WTForms' typed arguments."""
    return lazy


def localized(
    label: object,
    *,
    most: int,
    long: bool = False,
    required: bool = False,
    description: object = "",
) -> "FormField[Any]":
    """One text in three languages, side by side.

    A text may wait for a language until it is published; `required` asks for one.
    """
    kind = TextAreaField if long else StringField

    class InThreeLanguages(Form):
        """The text, once for each language."""

        def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
            """Where it is required, one language is enough for the time being."""
            valid = bool(super().validate(extra_validators))
            if required and not any(field.data for field in self):
                self["fi"].errors = [_("Write this in at least one language.")]
                return False
            return valid

    for tag in LANGUAGES:
        one = kind(
            str_of(_NAMES[tag]),
            filters=[tidy],
            validators=[Length(max=most), is_text],
            render_kw={"lang": tag, **({"rows": 6} if long else {})},
        )
        setattr(InThreeLanguages, tag, one)
    return FormField(InThreeLanguages, str_of(label), description=str_of(description))


def written(field: "FormField[Any]") -> Localized:
    """What a field of `localized` holds."""
    return Localized.from_json({tag: field.data[tag] or "" for tag in LANGUAGES})


class MoneyField(StringField):
    """An amount in euros, kept as integer cents; empty is None."""

    data: int | None  # type: ignore[assignment] # cents, while what is typed is text

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        euros, cents = divmod(self.data, 100)
        return f"{euros},{cents:02d}" if cents else str(euros)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the amount.

        Raises:
            ValueError: it is none, or too large for this house.
        """
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        try:
            cents = parse_euros(text)
        except ValueError:
            raise ValueError(
                _("This is not an amount of money. Write it like 12 400 or 12 400,50.")
            ) from None
        if cents > LARGEST_SUM:
            raise ValueError(_("This is more money than any town has."))
        self.data = cents


def cents(field: MoneyField) -> int:
    """The amount, after the form has been checked; nothing typed is 0."""
    return field.data or 0


class MomentField(DateTimeLocalField):
    """A day and time in Helsinki, kept with its zone."""

    def __init__(self, label: object = None, **options: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(str_of(label), format=LOCAL_FORMAT, **options)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return (
            self.data.astimezone(HELSINKI).strftime(LOCAL_FORMAT) if self.data else ""
        )

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the moment.

        Raises:
            ValueError: it is none.
        """
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        try:
            naive = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(_("This is not a day and a time.")) from None
        self.data = naive.replace(tzinfo=HELSINKI) if naive.tzinfo is None else naive


def slug_field(label: object, description: object) -> StringField:
    """A part of an address: small letters, digits, hyphens."""
    return StringField(
        str_of(label),
        description=str_of(description),
        filters=[tidy],
        validators=[
            DataRequired(str_of(_l("Write an address."))),
            Length(max=LONGEST_SLUG),
            Regexp(
                SLUG + "$",
                message=str_of(
                    _l("Use small letters a to z, digits and single hyphens only.")
                ),
            ),
            _not_reserved,
        ],
    )


def _not_reserved(_form: Form, field: Field) -> None:
    if field.data in RESERVED:
        raise ValidationError(_("This address is in use. Choose another one."))


def choices(
    names: Iterable[tuple[object, object]], *, empty: object = None
) -> list[SelectChoice]:
    """What a select offers: values with their names, and perhaps a way to say none."""
    first = [] if empty is None else [SelectChoice("", empty)]
    return [*first, *(SelectChoice(str(value), name) for value, name in names)]


class OnceField(HiddenField):
    """Tells one filling-in of a form from the next, so that a double click is one."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(default=lambda: uuid4().hex, **settings)

    @property
    def key(self) -> str | None:
        """What the domain takes; nothing where somebody has typed into it."""
        found = _ONCE.fullmatch(self.data or "")
        return found.group() if found else None
