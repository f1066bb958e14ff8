"""The same smallest chance as sortition-algorithms, in the same run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from panels.files import read_pool, read_quotas
from panels.lotteries import hold

FOLDER = Path(os.environ.get("SORTITION_DIR", "nowhere"))
HOUSE = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="SORTITION_DIR names no folder with shared pools"
)


def peer_least(folder: Path, size: int) -> float:
    """What the peer's maximin gives the unluckiest, with its fastest open solver."""
    words = [sys.executable, "-m", "tests.panels.peer", str(folder), str(size), "mip"]
    done = subprocess.run(words, cwd=HOUSE, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1])["min"])


@pytest.mark.parametrize(("name", "size"), [("n60_k20_f4", 20), ("n150_k25_f5", 25)])
def test_the_unluckiest_have_the_same_chance(name: str, size: int) -> None:
    folder = FOLDER / name
    quotas = read_quotas(folder / "categories.csv", size)
    pool = read_pool(folder / "respondents.csv", quotas)
    theirs = peer_least(folder, size)
    for lottery in ("maximin", "leximin"):
        ours = hold(lottery, pool, quotas, size, "")
        assert ours.ideal.min() == pytest.approx(theirs, abs=5e-4)


def test_every_chance_is_a_tenth_in_the_large_example() -> None:
    folder = FOLDER / "example_large_200"
    quotas = read_quotas(folder / "categories.csv", 200)
    pool = read_pool(folder / "respondents.csv", quotas)
    lottery = hold("leximin", pool, quotas, 200, "")
    assert abs(lottery.ideal - 0.1).max() < 5e-6
    assert abs(lottery.chances - 0.1).max() <= 5e-4
