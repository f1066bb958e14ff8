"""Forms of those who handle votes on paper."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import CheckboxInput, ListWidget

from app.fields import OnceField, WholeField, choices, is_text, line_field, tidy
from app.locale import content
from core.text import Localized
from voting.cards.batches import MOST_CARDS
from voting.cards.entries import Entry, Verdict
from voting.electorate import localized
from voting.manifest import ManifestProject, RuleManifest
from voting.models import EnvelopeState
from voting.papers import MOST_POINTS
from voting.profile import BallotType

LONGEST_REASON = 500
LONGEST_NUMBER = 60
MARK = "mark"


def areas_of(manifest: RuleManifest) -> list[tuple[str, str]]:
    """(slug, name) of the areas that have something to vote on."""
    return [
        (area.slug, content(localized(area)))
        for area in manifest.areas
        if manifest.projects_of(area.slug)
    ]


class BatchForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """How many cards, and of which area."""

    area = SelectField(_l("Area"))
    count = WholeField(
        _l("Number of cards"),
        validators=[
            InputRequired(_l("Write a whole number from 1.")),
            NumberRange(1, MOST_CARDS),
        ],
        description=_l("At most 500 in one batch. Issue several for more."),
    )

    @classmethod
    def of(cls, manifest: RuleManifest) -> "BatchForm":
        """With the round's areas."""
        form = cls()
        form.area.choices = choices(areas_of(manifest))
        return form


class CloseBatchForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What became of the cards, counted by hand."""

    returned = WholeField(
        _l("Returned"),
        validators=[InputRequired(_l("Write a whole number; 0 is allowed."))],
        description=_l("Cards that came back in envelopes, those set aside too."),
    )
    spoiled = WholeField(
        _l("Destroyed before they came back"),
        validators=[InputRequired(_l("Write a whole number; 0 is allowed."))],
        description=_l("Misprints, leftovers, and cards that a voter exchanged."),
    )
    missing = WholeField(
        _l("Missing"),
        validators=[InputRequired(_l("Write a whole number; 0 is allowed."))],
        description=_l("Cards that were given out and never came back."),
    )


class DifferenceForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Why cards and envelopes differ."""

    reason = TextAreaField(
        _l("Reason, public"),
        filters=[tidy],
        validators=[Length(max=LONGEST_REASON), is_text],
    )


def _area_boxes() -> SelectMultipleField:
    return SelectMultipleField(
        _l("Areas of the inner envelopes"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class EnvelopeForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Whose envelope it is, and of which areas the inner ones are."""

    once = OnceField()
    number = line_field(
        _l("Identity number on the outer envelope"),
        most=LONGEST_NUMBER,
        required=_l("Write the number that stands on the envelope."),
    )
    areas = _area_boxes()

    @classmethod
    def of(cls, manifest: RuleManifest) -> "EnvelopeForm":
        """With the round's areas; a single one is chosen already."""
        form = cls()
        known = areas_of(manifest)
        form.areas.choices = choices(known)
        if not form.is_submitted() and len(known) == 1:
            form.areas.data = [known[0][0]]
        return form


class AsideForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Why an envelope does not count."""

    aside_once = OnceField()
    state = RadioField(
        _l("Why"),
        choices=choices(
            [
                (EnvelopeState.NOT_ON_ROLL, _l("Not on the roll, or not of this area")),
                (EnvelopeState.TWICE, _l("Has voted already")),
            ]
        ),
        validators=[DataRequired(_l("Choose one of the two."))],
    )
    aside_areas = _area_boxes()

    @classmethod
    def of(cls, manifest: RuleManifest) -> "AsideForm":
        """With the round's areas."""
        form = cls()
        form.aside_areas.choices = choices(areas_of(manifest))
        return form


class TakeBackForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Whose envelope was marked by mistake."""

    mistaken = line_field(
        _l("Identity number"),
        most=LONGEST_NUMBER,
        required=_l("Write the number that stands on the envelope."),
    )


class SerialForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """The number that is printed on a card."""

    serial = line_field(
        _l("Number of the card"),
        most=LONGEST_NUMBER,
        required=_l("Write the number, or read the square code with a reader."),
    )


class CardForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """What one person reads on a card; `card_form` adds a field for each project."""

    verdict = RadioField(
        _l("The card"),
        choices=choices(
            [
                (Verdict.BALLOT, _l("It is marked as I enter it below")),
                (Verdict.UNREADABLE, _l("It cannot be said what was meant: spoiled")),
                (
                    Verdict.NOT_ON_ROLL,
                    _l("It comes from an envelope stamped “not on the roll”"),
                ),
                (Verdict.TWICE, _l("It comes from an envelope stamped “has voted”")),
            ]
        ),
        default=Verdict.BALLOT.value,
        validators=[DataRequired(_l("Choose one of these."))],
    )
    codes: tuple[str, ...] = ()

    @property
    def marks(self) -> list[Field]:
        """The projects' fields, in the order of the ballot paper."""
        return [self[f"{MARK}{place}"] for place in range(len(self.codes))]

    def entry(self) -> Entry:
        """What the domain takes."""
        numbers = (int(field.data or 0) for field in self.marks)
        return Entry(
            Verdict(self.verdict.data), dict(zip(self.codes, numbers, strict=True))
        )


def card_form(
    manifest: RuleManifest, projects: Iterable[ManifestProject], entry: Entry | None
) -> CardForm:
    """A form with one field for each project, filled in with an earlier entry."""
    known = tuple(projects)
    fields: dict[str, Any] = {
        f"{MARK}{place}": _mark(manifest, project)
        for place, project in enumerate(known)
    }
    fields["codes"] = tuple(project.code for project in known)
    kind = cast("type[CardForm]", type("CardFormOfArea", (CardForm,), fields))
    if entry is None:
        return kind()
    before: Mapping[str, Any] = {
        f"{MARK}{place}": entry.marks.get(project.code)
        for place, project in enumerate(known)
    }
    return kind(data={**before, "verdict": entry.verdict.value})


def _mark(manifest: RuleManifest, project: ManifestProject) -> Field:
    label = f"{project.code}. {content(Localized.from_json(project.title))}"
    if manifest.ballot.type.has_points or manifest.ballot.type is BallotType.ORDINAL:
        return WholeField(label, validators=[MayBeEmpty(), NumberRange(0, MOST_POINTS)])
    return BooleanField(label)
