"""What the form macros ask about a form: its faults, and which fields are groups."""

from collections.abc import Iterator
from dataclasses import dataclass

from wtforms import Field, FieldList, FormField
from wtforms.csrf.core import CSRFTokenField
from wtforms.form import BaseForm
from wtforms.widgets import ListWidget


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, and the field (if any) to jump to."""

    message: str
    label: str = ""
    id: str = ""


def form_faults(form: BaseForm) -> list[Fault]:
    """Every fault of a form in reading order, those of the whole form first."""
    whole = [Fault(str(message)) for message in form.form_errors]
    fields = (field for field in form if not isinstance(field, CSRFTokenField))
    return whole + [fault for field in fields for fault in _faults_of(field)]


def _faults_of(field: Field) -> Iterator[Fault]:
    if isinstance(field, FormField):
        for fault in form_faults(field.form):
            label = f"{field.label.text}, {fault.label}" if fault.label else ""
            yield Fault(fault.message, label or str(field.label.text), fault.id)
    elif isinstance(field, FieldList) and field.entries:
        for entry in field.entries:
            yield from _faults_of(entry)
    else:
        for message in field.errors:
            yield Fault(str(message), str(field.label.text), field.id)


def is_group(field: Field) -> bool:
    """Whether a field is several buttons or boxes under one question."""
    return isinstance(field.widget, ListWidget)
