"""Small invented .pb files, and rounds made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.audit import Actor
from voting.elections import import_election
from voting.models import Round
from voting.pabulib import parse_election

CLERK = Actor(role="official", name="Kaisa Clerk")
META: dict[str, str | None] = {
    "description": "Budget of Puistola",
    "country": "Finland",
    "unit": "Puistola",
    "instance": "2026",
    "num_projects": "4",
    "num_votes": "6",
    "budget": "100000",
    "vote_type": "approval",
    "rule": "greedy",
    "date_begin": "01.03.2026",
    "date_end": "14.03.2026",
    "max_length": "3",
    "neighborhoods": "North,South",
    "language": "en",
    "currency": "EUR",
    "budget_per_neighborhood": "60000,50000",
}
# Supporters: 1: 5, 2: 3, 3: 2, 4: 1.
FILE = """\
PROJECTS
project_id;cost;votes;name;category;selected;neighborhood;wish
1;40000;5;Outdoor gym;Sport,Health;1;North;yes
2;30000;3;"Reading ""benches"" outside";Culture;1;South;
3;35000;2;Beach sauna;Sport;0;South;no
4;25000.5;1;=HYPERLINK(1);Health;0;North;
VOTES
voter_id;vote;age;sex
ann;1,2;34;F
bob;2,1;40-59;M
cid;1;;
dee;1,3;20;O
eve;3,1,2;70;F
fay;4;;
"""


def a_file(text: str = FILE, **meta: str | None) -> str:
    """A sound file, with some META changed, added or (None) left out."""
    stated: dict[str, str | None] = META | meta
    lines = [f"{key};{value}\n" for key, value in stated.items() if value is not None]
    return "META\nkey;value\n" + "".join(lines) + text


def imported_round(
    session: Session, *, now: datetime, text: str | None = None, **options: Any
) -> Round:
    """A sealed round of a file; options as of `import_election`."""
    election = parse_election(text or a_file())
    return import_election(session, election, actor=CLERK, now=now, **options)
