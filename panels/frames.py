"""The list that a wave is drawn from: who of the register could be invited now."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.chance import Chance
from core.clock import local_day
from panels.models import Invitation, InvitationWave, Panel, Person, Register
from panels.strata import Stratum
from panels.targets import TargetFeature, Targets
from panels.vocabulary import Column

BATCH = 5000
_KEY = 32
_DAYS_OF_A_MONTH = 30.44


@dataclass(slots=True)
class Frame:
    """People sorted by their keys, one byte string for all of them: it may be long.

    Attributes:
        features: that the strata are made of.
        cells: each stratum's values, in the order of their first person.
        ids: rows of the register.
        places: of each person's stratum in `cells`.
        left_out: how many are not on the list, and why.
        words: of the register, that no value of a feature means.
    """

    features: tuple[TargetFeature, ...]
    cells: dict[tuple[str, ...], int] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    words: dict[str, set[str]] = field(default_factory=dict)
    _homes: bytearray = field(default_factory=bytearray)
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def __len__(self) -> int:
        """How many could be invited."""
        return len(self.ids)

    @property
    def sha256(self) -> str:
        """Over a line for each person: the key and the values, by spaces."""
        return self._digest.hexdigest()

    def counts(self) -> list[tuple[dict[str, str], int]]:
        """The strata with their people."""
        numbers = Counter(self.places)
        keys = [feature.key for feature in self.features]
        return [
            (dict(zip(keys, values, strict=True)), numbers[place])
            for values, place in self.cells.items()
        ]

    def add(self, person_id: int, key: str, values: Sequence[str], home: str) -> None:
        """One more person; keys must come in their order."""
        place = self.cells.setdefault(tuple(values), len(self.cells))
        self.ids.append(person_id)
        self.places.append(place)
        self._homes += bytes.fromhex(home) if home else b"\0" * _KEY
        self._digest.update(f"{key} {' '.join(values)}\n".encode())

    def home(self, at: int) -> bytes | None:
        """The home of the person at a place; None where it is not known."""
        home = bytes(self._homes[_KEY * at : _KEY * (at + 1)])
        return home if any(home) else None


def frame_of(
    session: Session,
    panel: Panel,
    register: Register,
    targets: Targets,
    *,
    now: datetime,
    excluded: Collection[str] = (),
) -> Frame:
    """Everybody in the register but those who are not invited.

    Left out are people in `excluded` (keys: councillors, officials of the matter),
    who was invited to any panel within the panel's months of rest, or lives with
    somebody who was, who is too young, has no address, or fits no stratum.
    """
    frame = Frame(targets.in_register)
    lately, homes = _invited_lately(session, panel, now)
    shut, year = set(excluded), local_day(now).year
    query = (
        select(
            Person.id,
            Person.person_key,
            Person.birth_year,
            Person.gender,
            Person.area,
            Person.language,
            Person.household_key,
            Person.letter.is_not(None),
        )
        .where(Person.register_id == register.id)
        .order_by(Person.person_key)
        .execution_options(yield_per=BATCH)
    )
    for number, key, born, gender, area, language, home, has_letter in session.execute(
        query
    ):
        age = None if born is None else year - born
        words = {
            Column.GENDER: gender,
            Column.AREA: area,
            Column.LANGUAGE: language,
        }
        if key in shut:
            why = "excluded"
        elif key in lately:
            why = "invited_lately"
        elif panel.one_per_household and home in homes:
            why = "home_invited_lately"
        elif not has_letter:
            why = "no_address"
        elif age is None or age < panel.min_age:
            why = "too_young" if age is not None else "no_birth_year"
        else:
            values = _values(frame, words, age)
            if values is not None:
                frame.add(number, key, values, home or "")
                continue
            why = "no_stratum"
        frame.left_out[why] += 1
    return frame


def drawn_from(
    frame: Frame,
    strata: Sequence[Stratum],
    *,
    seed: str,
    one_per_household: bool,
) -> list[int]:
    """The places on the list of those whom the lot names.

    The list is shuffled by the seed. From its top everybody is taken whose stratum
    still lacks letters, and whose home has none yet if that is the rule.
    """
    places = {tuple(s.values[f.key] for f in frame.features): s for s in strata}
    left = [places[values].letters for values in frame.cells]
    todo = sum(left)
    taken: list[int] = []
    homes: set[bytes] = set()
    for at in Chance(seed).shuffle(range(len(frame))):
        if len(taken) == todo:
            break
        cell = frame.places[at]
        home = frame.home(at) if one_per_household else None
        if left[cell] and (home is None or home not in homes):
            left[cell] -= 1
            taken.append(at)
            if home is not None:
                homes.add(home)
    return sorted(taken)


def _values(
    frame: Frame, words: Mapping[Column, str], age: int
) -> tuple[str, ...] | None:
    """What the person counts as; None where a word means none of the values."""
    found = []
    for feature in frame.features:
        if feature.column is Column.BIRTH:
            value = feature.value_at(age)
        else:
            word = words[feature.column]
            value = feature.value_of(word)
            if value is None and word:
                frame.words.setdefault(feature.key, set()).add(word)
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def _invited_lately(
    session: Session, panel: Panel, now: datetime
) -> tuple[set[str], set[str]]:
    """Keys of people, and of homes, that had a letter within the months of rest."""
    since = now - timedelta(days=_DAYS_OF_A_MONTH * panel.invite_rest_months)
    query = (
        select(Invitation.person_key, Invitation.household_key)
        .join(InvitationWave, InvitationWave.id == Invitation.wave_id)
        .where(
            (InvitationWave.drawn_at >= since) | (InvitationWave.panel_id == panel.id),
            Invitation.person_key.is_not(None),
        )
    )
    people: set[str] = set()
    homes: set[str] = set()
    for key, home in session.execute(query):
        people |= {key} if key else set()
        homes |= {home} if home else set()
    return people, homes
