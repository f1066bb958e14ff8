"""A vote by register and on paper."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.paper import PaperVote, paper_vote

Begin = Callable[..., PaperVote]


@pytest.fixture
def begin(session: Session, clock: FixedClock, tmp_path: Path) -> Begin:
    """Makes the vote with the rules that a test asks for."""

    def make(**options: Any) -> PaperVote:
        return paper_vote(
            session, key_dir=tmp_path, folder=tmp_path, now=clock.moment, **options
        )

    return make


@pytest.fixture
def vote(begin: Begin) -> PaperVote:
    return begin()
