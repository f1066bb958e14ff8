import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import HOUSE, check_chain, entries
from core.register.errors import ColumnUnknown, ExtractInvalid
from core.register.letters import Letter, read_letter
from panels.keys import FILE, create_people_keys, load_people_keys
from panels.models import Person, Register
from panels.panel_errors import (
    PeopleKeyMissing,
    RegisterErased,
    RegisterExpiry,
    RegisterFileChanged,
    RegisterKeyChanged,
    RegisterUnknown,
)
from panels.registers import (
    check_register,
    check_usable,
    erase_register,
    get_register,
    list_registers,
    store_register,
)
from tests.conftest import NOON
from tests.factories.panels import (
    HEAD,
    OFFICIAL,
    drawn_wave,
    extract,
    panel_with_targets,
    person_line,
    read_town,
    resident_number,
    town_file,
)


def number_of(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def faults(tmp_path: Path, *lines: str, head: str = HEAD, **said: Any) -> list[Any]:
    keys = create_people_keys(tmp_path)
    path = town_file(tmp_path / "town.csv", iter(lines), head=head)
    with pytest.raises(ExtractInvalid) as refusal:
        check_register(path, extract(NOON, **said), keys=keys)
    found = refusal.value.params["faults"]
    assert isinstance(found, list)
    return found


def test_a_town_is_read(session: Session, tmp_path: Path) -> None:
    register, keys = read_town(session, tmp_path, now=NOON, people=40)
    assert (register.size, register.left_out) == (40, {})
    assert register.features["gender"] == {"1": 20, "2": 20}
    assert register.features["language"] == {"fi": 36, "sv": 4}
    number, born = resident_number(7)
    key = keys.person_key(f"fi:{number}")
    person = session.scalars(select(Person).where(Person.person_key == key)).one()
    assert (person.birth_year, person.gender, person.area) == (
        born.year,
        "2",
        "Pohjoinen",
    )
    assert person.letter is not None
    letter = Letter("Asukas 7", "Lehmuskuja 3", "00100", "PUISTOLA", "fi")
    assert read_letter(keys, key, person.letter) == letter


def test_no_number_and_no_address_stands_in_the_database(
    session: Session, tmp_path: Path
) -> None:
    read_town(session, tmp_path, now=NOON, people=3)
    rows = session.execute(select(Person.__table__)).all()
    for secret in (resident_number(1)[0], "Asukas 1", "Lehmuskuja"):
        assert not any(
            secret in str(cell) or secret.encode() in bytes(cell or b"")
            for row in rows
            for cell in row
            if isinstance(cell, str | bytes | None)
            for cell in (cell.encode() if isinstance(cell, str) else cell,)
        )


def test_people_of_one_address_live_together(session: Session, tmp_path: Path) -> None:
    read_town(session, tmp_path, now=NOON, people=6)
    homes = session.execute(
        select(func.count()).select_from(Person).group_by(Person.household_key)
    )
    assert sorted(homes.scalars()) == [1, 1, 2, 2]


def test_the_register_s_own_number_of_a_home_goes_before_the_address(
    session: Session, tmp_path: Path
) -> None:
    keys = create_people_keys(tmp_path)
    lines = [person_line(n, osoite="Sama tie 1") + f";home {n % 2}" for n in (1, 2, 3)]
    path = town_file(tmp_path / "t.csv", iter(lines), head=HEAD + ";talous")
    checked = check_register(path, extract(NOON), keys=keys)
    store_register(session, checked, keys=keys, actor=OFFICIAL, now=NOON)
    homes = session.execute(
        select(func.count()).select_from(Person).group_by(Person.household_key)
    )
    assert sorted(homes.scalars()) == [1, 2]


def test_people_under_protection_are_counted_and_not_kept(
    session: Session, tmp_path: Path
) -> None:
    def line(number: int) -> str:
        return person_line(number, turvakielto="x" if number in {2, 5} else "")

    register, keys = read_town(session, tmp_path, now=NOON, people=6, line=line)
    assert (register.size, register.left_out) == (4, {"protected": 2})
    key = keys.person_key(f"fi:{resident_number(5)[0]}")
    people = session.scalars(select(Person.person_key)).all()
    assert len(people) == 4
    assert key not in people


def test_somebody_who_is_protected_on_one_line_only_is_refused(tmp_path: Path) -> None:
    found = faults(tmp_path, person_line(1, turvakielto="kyllä"), person_line(1))
    assert found == [(3, "identity_twice", "2")]


def test_others_than_ours_are_left_out(session: Session, tmp_path: Path) -> None:
    keys = create_people_keys(tmp_path)
    lines = [person_line(n) + (";Puistola" if n else ";Muu") for n in (0, 1, 2)]
    path = town_file(tmp_path / "t.csv", iter(lines), head=HEAD + ";kunta")
    said = extract(NOON, municipality="puistola")
    checked = check_register(path, said, keys=keys)
    assert (checked.size, checked.left_out) == (2, {"elsewhere": 1})


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"hetu": "010140-9999"}, "identity_invalid"),
        ({"hetu": ""}, "identity_missing"),
        ({"alue": "x" * 81}, "word_too_long"),
        ({"nimi": "x" * 500}, "address_invalid"),
    ],
)
def test_a_bad_row_is_named_by_its_line(
    tmp_path: Path, cells: dict[str, str], fault: str
) -> None:
    found = faults(tmp_path, person_line(1), person_line(2, **cells), person_line(3))
    assert [(line, code) for line, code, _ in found] == [(3, fault)]


def test_somebody_who_stands_in_it_twice_is_named(tmp_path: Path) -> None:
    found = faults(tmp_path, *(person_line(n) for n in (1, 2, 3, 2)))
    assert found == [(5, "identity_twice", "3")]


def test_a_file_without_anybody_or_without_numbers_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path) == [(1, "nobody_kept", "")]
    assert faults(tmp_path, "1;2", head="a;b") == [(1, "column_missing", "identity")]
    said = {"municipality": "Puistola"}
    found = faults(tmp_path, person_line(1), **said)
    assert found == [(1, "column_missing", "municipality")]


def test_a_column_of_names_is_no_stratum(tmp_path: Path) -> None:
    lines = (person_line(n, alue=f"Talo {n}") for n in range(2002))
    assert faults(tmp_path, *lines) == [(1, "too_many_words", "area")]


def test_columns_are_mapped(session: Session, tmp_path: Path) -> None:
    keys = create_people_keys(tmp_path)
    head = HEAD.replace("hetu", "Tunnus")
    path = town_file(tmp_path / "t.csv", iter([person_line(1)]), head=head)
    with pytest.raises(ColumnUnknown):
        check_register(path, extract(NOON, columns={"identity": "Tonnus"}), keys=keys)
    said = extract(NOON, columns={"identity": "tunnus"})
    assert check_register(path, said, keys=keys).size == 1


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    keys = create_people_keys(tmp_path)
    path = town_file(tmp_path / "t.csv", iter([person_line(1)]))
    packed = tmp_path / "t.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert check_register(packed, extract(NOON), keys=keys).size == 1


def test_a_file_that_changes_meanwhile_leaves_nothing(
    session: Session, tmp_path: Path
) -> None:
    keys = create_people_keys(tmp_path)
    path = town_file(tmp_path / "t.csv", iter([person_line(1)]))
    checked = check_register(path, extract(NOON), keys=keys)
    town_file(path, iter([person_line(1), person_line(2)]))
    with pytest.raises(RegisterFileChanged), session.begin_nested():
        store_register(session, checked, keys=keys, actor=OFFICIAL, now=NOON)
    assert (number_of(session, Register), number_of(session, Person)) == (0, 0)


@pytest.mark.parametrize("days", [-1, 0, 800])
def test_an_extract_has_a_day_of_expiry(
    session: Session, tmp_path: Path, days: int
) -> None:
    day = NOON.date() + timedelta(days=days)
    with pytest.raises(RegisterExpiry):
        read_town(session, tmp_path, now=NOON, people=1, expires_on=day)


def test_it_is_erased_and_its_wave_is_still_known(
    session: Session, tmp_path: Path
) -> None:
    register, keys = read_town(session, tmp_path, now=NOON, people=60)
    panel = panel_with_targets(session, now=NOON)
    wave = drawn_wave(session, panel, register, keys, now=NOON, response=0.9)
    assert erase_register(session, register, now=NOON)
    assert not erase_register(session, register, now=NOON)
    assert number_of(session, Person) == 0
    session.expire_all()
    assert (register.erased_at, register.features) == (NOON, {})
    assert wave.register_id == register.id
    with pytest.raises(RegisterErased):
        check_usable(register, keys)
    acts = [entry.action for entry in entries(session, HOUSE)]
    assert acts == ["register.imported", "register.erased"]
    assert check_chain(session, HOUSE) is None


def test_another_key_does_not_know_its_people(session: Session, tmp_path: Path) -> None:
    register, _ = read_town(session, tmp_path, now=NOON, people=1)
    with pytest.raises(RegisterKeyChanged):
        check_usable(register, create_people_keys(tmp_path / "other"))


def test_registers_are_found_by_number(session: Session, tmp_path: Path) -> None:
    register, _ = read_town(session, tmp_path, now=NOON, people=1)
    assert get_register(session, register.id) is register
    assert list_registers(session) == [register]
    with pytest.raises(RegisterUnknown):
        get_register(session, register.id + 1)


def test_the_key_is_a_file_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(PeopleKeyMissing):
        load_people_keys(tmp_path)
    keys = create_people_keys(tmp_path)
    assert create_people_keys(tmp_path).check == keys.check
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert "_person" not in repr(keys)
