"""The panels' keys, for pages, jobs and commands."""

from pathlib import Path

from flask import current_app

from panels.answer_keys import AnswerKeys, create_answer_keys, load_answer_keys
from panels.consultation_errors import AnswerKeyMissing
from panels.keys import PeopleKeys, load_people_keys
from panels.models import Panel


def panel_keys() -> PeopleKeys:
    """From the folder of the keys.

    Raises:
        PeopleKeyMissing: it is not there.
    """
    return load_people_keys(_folder())


def answer_keys(panel: Panel) -> AnswerKeys:
    """The key of one panel's answers.

    Raises:
        AnswerKeyMissing: it is not there, or is destroyed.
    """
    return load_answer_keys(_folder(), panel.slug)


def answer_keys_or_none(panel: Panel) -> AnswerKeys | None:
    """The same, where nothing stops without it."""
    try:
        return answer_keys(panel)
    except AnswerKeyMissing:
        return None


def new_answer_keys(panel: Panel) -> AnswerKeys:
    """The same; made at the first consultation."""
    return create_answer_keys(_folder(), panel.slug)


def _folder() -> Path:
    folder: Path = current_app.extensions["puistokatu"].key_dir
    return folder
