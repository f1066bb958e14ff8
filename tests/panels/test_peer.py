"""The same smallest chance as sortition-algorithms, on the shared pools."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from panels.files import read_pool, read_quotas
from panels.lotteries import hold

FOLDER = Path(os.environ.get("SORTITION_DIR", "nowhere"))
POOLS = [("n60_k20_f4", 20), ("n150_k25_f5", 25)]

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="SORTITION_DIR names no folder with shared pools"
)


def peer_maximin(categories: Path, respondents: Path, size: int) -> float:
    """The smallest chance that the peer's open solver reaches."""
    from sortition_algorithms import features, people, settings
    from sortition_algorithms.committee_generation.maximin import (
        find_distribution_maximin,
    )

    raise NotImplementedError
