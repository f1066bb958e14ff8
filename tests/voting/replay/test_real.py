import os
from pathlib import Path

import pytest

from voting.pabulib import read_election
from voting.replay import Answer, Why, replay
from voting.replay.cities import EQUAL_SHARES, GREEDY
from voting.rules import RULES

FOLDER = Path(os.environ.get("PABULIB_DIR", ""))
FILES = sorted(FOLDER.glob("*.pb")) if os.environ.get("PABULIB_DIR") else []
KNOWN = GREEDY.keys() | (EQUAL_SHARES.keys() if "equal-shares" in RULES else set())


@pytest.mark.skipif(not FILES, reason="PABULIB_DIR names no folder of real .pb files")
def test_every_city_that_can_be_followed_is_the_same() -> None:
    followed = 0
    for path in FILES:
        election = read_election(path)
        found = replay(election)
        decidable = election.meta["rule"] in KNOWN
        if decidable and "selected" in election.project_columns:
            assert found.answer is Answer.SAME, path.name
            followed += 1
        else:
            assert found.answer is Answer.NOT_DECIDABLE, path.name
            assert found.why in (
                Why.RULE_UNKNOWN,
                Why.NO_SELECTED,
                Why.RULE_NOT_KNOWN_TO_US,
            )
    assert followed >= 25
