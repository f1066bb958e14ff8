"""sortition-algorithms in a process of its own: its HiGHS wants other threads.

usage: python -m tests.panels.peer FOLDER SIZE highspy|mip [ADDRESS COLUMN]
"""

import csv
import json
import sys
import time
from pathlib import Path

from sortition_algorithms.committee_generation.maximin import find_distribution_maximin
from sortition_algorithms.features import read_in_features
from sortition_algorithms.people import read_in_people
from sortition_algorithms.settings import Settings


def maximin(
    folder: Path, size: int, backend: str, address: list[str]
) -> dict[str, float]:
    """The smallest chance of its maximin, and its seconds of processor time."""
    quotas = _rows(folder / "categories.csv")
    features, *_ = read_in_features(list(quotas[0]), quotas, size)
    rows = _rows(folder / "respondents.csv")
    settings = Settings(id_column="id", columns_to_keep=["id", *address])
    people, _ = read_in_people(list(rows[0]), rows, features, settings)
    began = time.process_time()
    panels, shares, _ = find_distribution_maximin(
        features, people, size, address, solver_backend=backend
    )
    seconds = time.process_time() - began
    chances = dict.fromkeys(people, 0.0)
    for panel, share in zip(panels, shares, strict=True):
        for person in panel:
            chances[person] += share
    return {"min": min(chances.values()), "seconds": seconds}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    folder, size, backend, *address = sys.argv[1:]
    found = maximin(Path(folder), int(size), backend, address)
    print(json.dumps(found))  # noqa: T201 - a process's answer
