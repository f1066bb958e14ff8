"""The different results of the rules, and the rules that agree on each."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext

from app.locale import number
from app.rounds.reasons import Telling
from app.rounds.rule_names import rule_name
from voting.studies import OFFICIAL

Measures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """One set of winners, and all the rules that give it. The first is the official."""

    letter: str
    names: list[str]
    official: bool
    proven: bool
    funded: frozenset[str]
    cost: int
    # Against the official result.
    added: str
    dropped: str
    owed: list[str]
    measures: Measures


def by_winners(rows: list[dict[str, Any]], about: Telling) -> list[Group]:
    """Rules with the same winners stand together: every measure is the same, too."""
    found: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(frozenset(row["funded"]), []).append(row)
    official = frozenset(rows[0]["funded"])
    return [
        Group(
            letter=letter,
            names=[rule_name(row["label"]) for row in same],
            official=same[0]["label"] == OFFICIAL,
            proven=all(row["proven"] for row in same),
            funded=funded,
            cost=same[0]["cost"],
            added=_titles(funded - official, about),
            dropped=_titles(official - funded, about),
            owed=[
                _owed(project, voters, about)
                for project, voters, _has in same[0]["measures"]["owed"]
            ],
            measures=same[0]["measures"],
        )
        for letter, (funded, same) in zip(
            string.ascii_uppercase, found.items(), strict=False
        )
    ]


def _titles(codes: frozenset[str], about: Telling) -> str:
    """The first of them by name; the table below has them all."""
    listed = [p.code for p in about.manifest.projects if p.code in codes]
    return about.projects(listed) if listed else ""


def _owed(project: str, voters: int, about: Telling) -> str:
    return str(
        ngettext(
            "%(project)s: %(count)s voter",
            "%(project)s: %(count)s voters",
            voters,
            project=about.project(project),
            count=number(voters),
        )
    )
