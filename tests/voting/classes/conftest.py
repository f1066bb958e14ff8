"""A vote in which classes vote together."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories.classes import Place, open_class_round
from voting.keys import RoundKeys, load_round_keys


@pytest.fixture
def place(session: Session, tmp_path: Path) -> Place:
    """The vote is on, with persons 2 to 13 on the roll."""
    return open_class_round(session, key_dir=tmp_path, folder=tmp_path, now=NOON)


@pytest.fixture
def keys(place: Place, tmp_path: Path) -> RoundKeys:
    return load_round_keys(tmp_path, place[0].slug)
