"""Panels in situations, and towns of people who never lived."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.audit import Actor
from core.chance import Chance
from core.text import Localized
from panels.invitations import WavePlan, draw_wave, plan_wave
from panels.keys import PeopleKeys, create_people_keys
from panels.letters import Addressed, Order, addressed_letters, store_run
from panels.models import (
    InvitationWave,
    LetterRunKind,
    Panel,
    Register,
)
from panels.panels import PanelPlan, create_panel, set_targets
from panels.population import population_of_csv
from panels.register_rows import Extract
from panels.registers import check_register, store_register
from panels.volunteers import Application, Contact, volunteer

OFFICIAL = Actor(role="official", name="Jukka Salmi")
HEAD = "hetu;sukupuoli;alue;kieli;nimi;osoite;postinumero;postitoimipaikka;turvakielto"
CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
AREAS = ("Pohjoinen", "Etelä", "Itä")
TABLE = """feature,value,count
gender,women,5100
gender,men,4900
gender,other,
age,16-34,3000
age,35-64,4500
age,65+,2500
area,Pohjoinen,5000
area,Etelä,3000
area,Itä,2000
education,basic,3000
education,secondary,4000
education,higher,3000
"""


def resident_number(number: int) -> tuple[str, date]:
    """The identity code and the birthday of the person of this number."""
    born = date(1940, 1, 1) + timedelta(days=number * 7919 % (68 * 365))
    middle = 2 + number // (68 * 365)
    digits = f"{born:%d%m%y}{middle:03}"
    sign = "A" if born.year >= 2000 else "-"
    return f"{born:%d%m%y}{sign}{middle:03}{CHECK[int(digits) % 31]}", born


def person_line(number: int, **cells: str) -> str:
    """A line of the register: two people to a home, every area and both languages."""
    values = {
        "hetu": resident_number(number)[0],
        "sukupuoli": "12"[number % 2],
        "alue": AREAS[(number // 2) % len(AREAS)],
        "kieli": "sv" if number % 10 == 0 else "fi",
        "nimi": f"Asukas {number}",
        "osoite": f"Lehmuskuja {number // 2}",
        "postinumero": "00100",
        "postitoimipaikka": "PUISTOLA",
        "turvakielto": "",
        **cells,
    }
    return ";".join(values[name] for name in HEAD.split(";"))


def town_file(path: Path, lines: Iterator[str], *, head: str = HEAD) -> Path:
    """The file of a register."""
    with path.open("w", encoding="utf-8") as file:
        file.write(head + "\n")
        file.writelines(line + "\n" for line in lines)
    return path


def extract(now: datetime, **said: Any) -> Extract:
    """What is said of the file besides its rows."""
    day = now.date()
    values = {
        "source": "Register of Puistola",
        "as_of": day,
        "expires_on": day + timedelta(days=180),
    }
    return Extract(**(values | said))


def read_town(
    session: Session,
    folder: Path,
    *,
    now: datetime,
    people: int = 300,
    key_dir: Path | None = None,
    line: Callable[[int], str] = person_line,
    **said: Any,
) -> tuple[Register, PeopleKeys]:
    """A town whose people have been read."""
    keys = create_people_keys(key_dir or folder)
    path = town_file(folder / "town.csv", (line(n) for n in range(1, people + 1)))
    checked = check_register(path, extract(now, **said), keys=keys)
    register = store_register(session, checked, keys=keys, actor=OFFICIAL, now=now)
    return register, keys


def panel_plan(**said: Any) -> PanelPlan:
    """What is said of a small panel."""
    plan = PanelPlan(
        title=Localized("Puistolan paneeli", "Puistolas panel", "The Puistola panel"),
        about=Localized("Mistä on kyse", "Vad det handlar om", "What it is about"),
        owner=Localized("Kaupunginhallitus", "Stadsstyrelsen", "The city board"),
        consent=Localized("Suostun.", "Jag samtycker.", "I consent."),
        municipality="Puistola",
        contact="panel@puistola.example",
        size=12,
    )
    return replace(plan, **said)


def panel_with_targets(
    session: Session, *, now: datetime, slug: str = "town", slack: int = 1, **said: Any
) -> Panel:
    """A panel that knows what it is to resemble, and has asked nobody."""
    panel = create_panel(session, slug, panel_plan(**said), actor=OFFICIAL, now=now)
    set_targets(
        session,
        panel,
        population_of_csv(TABLE),
        slack=slack,
        actor=OFFICIAL,
        now=now,
    )
    return panel


def planned_wave(
    session: Session,
    panel: Panel,
    register: Register,
    keys: PeopleKeys,
    *,
    now: datetime,
    **said: Any,
) -> InvitationWave:
    """A wave that waits for its seed."""
    day = now.date() + timedelta(days=21)
    values: dict[str, Any] = {"register": register.id, "answer_by": day}
    plan = WavePlan(**(values | {"per_seat": 3.0, "response": 0.5} | said))
    return plan_wave(session, panel, plan, keys=keys, actor=OFFICIAL, now=now)


def drawn_wave(
    session: Session,
    panel: Panel,
    register: Register,
    keys: PeopleKeys,
    *,
    now: datetime,
    **said: Any,
) -> InvitationWave:
    """A wave whose people are known, without letters."""
    wave = planned_wave(session, panel, register, keys, now=now, **said)
    return draw_wave(
        session, panel, wave, "dice 3 1 4", keys=keys, actor=OFFICIAL, now=now
    )


def sent_letters(
    session: Session,
    panel: Panel,
    wave: InvitationWave,
    keys: PeopleKeys,
    *,
    now: datetime,
    is_reminder: bool = False,
) -> list[Addressed]:
    """Letters that are on their way, with the codes that only they hold."""
    order = Order(kind=LetterRunKind.CSV, is_reminder=is_reminder)
    letters = addressed_letters(session, wave, order, keys=keys)
    store_run(session, panel, wave, order, letters, keys=keys, actor=OFFICIAL, now=now)
    return letters


def application(number: int = 1, **said: Any) -> Application:
    """What somebody says; numbers differ in everything."""
    values: dict[str, Any] = {
        "answers": {
            "gender": ("woman", "man")[number % 2],
            "age": ("16-34", "35-64", "65")[number // 2 % 3],
            "area": ("pohjoinen", "etelä", "itä")[number // 6 % 3],
            "education": ("basic", "secondary", "higher")[number // 3 % 3],
        },
        "contact": Contact(
            name=f"Asukas {number}", email=f"asukas{number}@example.org"
        ),
        "language": "fi",
    }
    return Application(**(values | said))


def joined(
    session: Session,
    panel: Panel,
    letters: list[Addressed],
    keys: PeopleKeys,
    *,
    now: datetime,
) -> list[str]:
    """Everybody with one of these letters has volunteered; the personal links."""
    chance = Chance("who they are")
    return [
        volunteer(
            session,
            panel,
            letter.code,
            application(chance.below(1000)),
            keys=keys,
            now=now,
        )
        for letter in letters
    ]
