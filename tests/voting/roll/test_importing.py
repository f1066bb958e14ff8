import gzip
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import check_chain, entries, round_chain
from core.register.errors import ColumnUnknown, ExtractInvalid
from core.register.letters import Letter
from core.register.numbers import NumberKind
from tests.conftest import NOON
from tests.factories.rolls import (
    HEAD,
    code_of_person,
    extract,
    hetu,
    line,
    open_register_round,
    read_into,
    register,
    register_round,
    row_of_person,
)
from tests.factories.rounds import OFFICIAL
from voting.areas import AreaPlan, add_area, remove_area
from voting.codes import voter_of_code
from voting.keys import RollKeys, create_roll_key
from voting.models import AreaKind, Roll, RollContact, Round, Voter, VoterSource
from voting.models.rounds import AgeBy
from voting.opening import current_manifest, open_vote
from voting.roll.columns import read_postcodes
from voting.roll.importing import check_extract, ground_of, store_extract
from voting.roll.letters import letters_of
from voting.roll.stored import hash_of_the_roll
from voting.roll_errors import (
    CodeUnknown,
    RollFrozen,
    RollRulesChanged,
)
from voting.round_errors import AreaInUse
from voting.rounds import BallotPlan, edit_ballot


def faults(session: Session, tmp_path: Path, *lines: str, **said: Any) -> list[Any]:
    head = said.pop("head", HEAD)
    rules = said.pop("rules", {})
    round_ = register_round(session, now=NOON)
    for name, value in rules.items():
        setattr(round_, name, value)
    keys = create_roll_key(tmp_path, round_.slug)
    path = register(tmp_path / "register.csv", *lines, head=head)
    with pytest.raises(ExtractInvalid) as refusal:
        check_extract(ground_of(round_), path, extract(**said), keys=keys)
    found = refusal.value.params["faults"]
    assert isinstance(found, list)
    return found


def number_of(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def letters_on(session: Session, round_: Round, keys: RollKeys) -> list[Letter]:
    ids = session.scalars(select(Voter.id).where(Voter.round_id == round_.id)).all()
    return list(letters_of(session, round_, ids, keys=keys).values())


def test_a_register_becomes_the_roll(session: Session, tmp_path: Path) -> None:
    round_ = register_round(session, now=NOON)
    path = register(tmp_path / "r.csv", line(2), line(3, area="Etelä"), line(4))
    roll = read_into(session, round_, path, key_dir=tmp_path, now=NOON)
    keys = create_roll_key(tmp_path, round_.slug)
    assert (roll.size, roll.left_out) == (3, {})
    north, south = round_.areas
    row = row_of_person(session, round_, 3, keys)
    assert (row.home_area_id, row.birth_year) == (south.id, 1960)
    assert row_of_person(session, round_, 2, keys).home_area_id == north.id
    found = {one.name: one for one in letters_on(session, round_, keys)}
    assert found["Asukas 3"][1:4] == ("Lehmuskuja 3", "00100", "PUISTOLA")
    entry = list(entries(session, round_chain(round_.slug)))[-1]
    assert entry.facts["size"] == 3
    assert check_chain(session, round_chain(round_.slug)) is None


def test_nothing_in_the_database_says_who_they_are(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    path = register(tmp_path / "r.csv", line(2, name="Pertti Puisto"))
    read_into(session, round_, path, key_dir=tmp_path, now=NOON)
    stored = repr(session.execute(select(Voter.__table__)).all())
    stored += repr(session.execute(select(RollContact.__table__)).all())
    for said in (hetu(2), "Pertti", "Lehmuskuja", "asukas2@"):
        assert said not in stored


def test_every_fault_is_named_by_its_line_and_no_number_is_repeated(
    session: Session, tmp_path: Path
) -> None:
    found = faults(
        session,
        tmp_path,
        line(2),
        line(3, identity="131052-308S"),
        line(4, area="west"),
        line(5, identity=""),
        "too;few;cells",
        line(2, name="Once more"),
        "",
        line(6, street="a\x07b"),
        line(2),
    )
    assert found == [
        (3, "identity_invalid", ""),
        (4, "area_unknown", "west"),
        (5, "identity_missing", ""),
        (6, "wrong_number_of_cells", "3"),
        (7, "identity_twice", "2"),
        (9, "address_invalid", ""),
        (10, "identity_twice", "7"),
    ]
    assert number_of(session, Voter) == number_of(session, Roll) == 0


def test_of_many_faults_the_first_fifty_are_told_and_all_are_counted(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    path = register(tmp_path / "r.csv", *[line(2, identity="no")] * 80)
    keys = create_roll_key(tmp_path, round_.slug)
    with pytest.raises(ExtractInvalid) as refusal:
        check_extract(ground_of(round_), path, extract(), keys=keys)
    assert refusal.value.params["count"] == 80
    assert len(refusal.value.params["faults"]) == 50  # type: ignore[arg-type] # a list


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"identity;area\n\xff\xfe;north\n", (2, "not_utf8", "")),
        (b"name;area\nx;north\n", (1, "column_missing", "identity")),
        (b"identity\n131052-308T\n", (1, "column_missing", "area")),
        (b"identity;area;AREA\n", (1, "column_twice", "area")),
        (b"identity;area\n", (1, "nobody", "")),
        (b"", (1, "column_missing", "identity")),
        (b"identity;area\n" + b"x" * 20_000, (2, "not_a_table", "")),
        (gzip.compress(b"identity;area\n" * 99, mtime=0)[:-9], None),
    ],
)
def test_what_is_no_such_table_is_refused(
    session: Session, tmp_path: Path, content: bytes, fault: Any
) -> None:
    round_ = register_round(session, now=NOON)
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    keys = create_roll_key(tmp_path, round_.slug)
    with pytest.raises(ExtractInvalid) as refusal:
        check_extract(ground_of(round_), path, extract(), keys=keys)
    found = refusal.value.params["faults"]
    assert isinstance(found, list)
    assert fault is None or fault in found


def test_a_packed_file_with_commas_and_the_register_s_own_names_is_read(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    text = f'\ufeffTunnus,Postinumero,Nimi\r\n{hetu(2)},00200,"Puisto, Pia"\r\n'
    path = tmp_path / "r.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    areas = {"etelä": "south", "north": "north"}
    codes = read_postcodes("north: 00100\nEtelä: 00200, 00210\n", areas)
    roll = read_into(
        session,
        round_,
        path,
        key_dir=tmp_path,
        now=NOON,
        columns={"identity": "tunnus"},
        postcodes=codes,
    )
    assert roll.size == 1
    row = session.scalars(select(Voter)).one()
    assert row.home_area_id == round_.areas[1].id


def test_a_postal_code_belongs_to_one_area_that_there_is() -> None:
    areas = {"north": "north", "south": "south"}
    for text in ("north: 1\nsouth: 1", "west: 1"):
        with pytest.raises(ColumnUnknown):
            read_postcodes(text, areas)


def test_a_named_column_must_be_there(session: Session, tmp_path: Path) -> None:
    round_ = register_round(session, now=NOON)
    path = register(tmp_path / "r.csv", line(2))
    for columns in ({"identity": "Hetu"}, {"shoe": "name"}):
        with pytest.raises(ColumnUnknown):
            read_into(
                session, round_, path, key_dir=tmp_path, now=NOON, columns=columns
            )


def test_who_is_too_young_or_lives_elsewhere_is_left_out_and_counted(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    round_.min_age, round_.age_by = 16, AgeBy.DATE
    path = register(
        tmp_path / "r.csv",
        line(2, identity=hetu(2, born="010311", sign="A")),  # 16 on the very day
        line(3, identity=hetu(3, born="020311", sign="A")),
        line(4, municipality="Toisaalla"),
    )
    roll = read_into(session, round_, path, key_dir=tmp_path, now=NOON)
    assert (roll.size, roll.left_out) == (1, {"too_young": 1, "elsewhere": 1})
    round_.age_on = date(2027, 3, 2)
    again = read_into(session, round_, path, key_dir=tmp_path, now=NOON)
    assert (again.size, again.left_out) == (2, {"elsewhere": 1})


@pytest.mark.parametrize(
    ("birth", "kind", "fault"),
    [
        ("1960", NumberKind.FINNISH, None),
        ("1961", NumberKind.FINNISH, "birth_differs"),
        ("14.5.1960", NumberKind.FINNISH, None),
        ("32.5.1960", NumberKind.FINNISH, "birth_invalid"),
        ("", NumberKind.OTHER, "birth_missing"),
        ("1960", NumberKind.OTHER, "birth_day_needed"),
        ("1960-05-14", NumberKind.OTHER, None),
    ],
)
def test_births_must_be_told_and_agree(
    session: Session, tmp_path: Path, birth: str, kind: NumberKind, fault: str | None
) -> None:
    # A second person without a number makes sure that there is a fault.
    found = faults(
        session,
        tmp_path,
        line(2, protected=birth),
        line(3, identity=""),
        head=HEAD.replace("protected", "birth"),
        rules={"min_age": 16, "age_by": AgeBy.DATE},
        numbers=kind,
    )
    assert [code for at, code, _ in found if at == 2] == ([fault] if fault else [])


def test_a_protected_person_has_neither_area_nor_address(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    path = register(tmp_path / "r.csv", line(2, protected="x", area=""))
    read_into(session, round_, path, key_dir=tmp_path, now=NOON)
    row = session.scalars(select(Voter)).one()
    assert row.home_area_id is None
    assert number_of(session, RollContact) == 0


def test_a_newer_extract_replaces_the_roll_and_keeps_sent_codes(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    old = register(tmp_path / "old.csv", line(2), line(3))
    first = read_into(session, round_, old, key_dir=tmp_path, now=NOON).sha256
    keys = create_roll_key(tmp_path, round_.slug)
    stays, goes = (
        code_of_person(session, round_, n, keys=keys, now=NOON) for n in (2, 3)
    )
    new = register(
        tmp_path / "new.csv", line(2, area="south", street="Uusi 1"), line(4)
    )
    roll = read_into(session, round_, new, key_dir=tmp_path, now=NOON)
    session.expire_all()
    assert (roll.size, roll.extract) == (2, 2)
    assert roll.sha256 != first
    row = voter_of_code(session, round_, stays, keys=keys)
    assert row.home_area_id == round_.areas[1].id
    with pytest.raises(CodeUnknown):
        voter_of_code(session, round_, goes, keys=keys)
    streets = {one.street for one in letters_on(session, round_, keys)}
    assert streets == {"Uusi 1", "Lehmuskuja 4"}


def test_rules_that_change_while_a_file_is_read_store_nothing(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    keys = create_roll_key(tmp_path, round_.slug)
    path = register(tmp_path / "r.csv", line(2))
    checked = check_extract(ground_of(round_), path, extract(), keys=keys)
    round_.min_age = 12
    session.flush()
    with pytest.raises(RollRulesChanged):
        store_extract(session, round_, checked, keys=keys, actor=OFFICIAL, now=NOON)
    round_.min_age = 0
    register(path, line(2), line(3))
    with session.begin_nested() as attempt:
        with pytest.raises(RollRulesChanged):
            store_extract(session, round_, checked, keys=keys, actor=OFFICIAL, now=NOON)
        attempt.rollback()
    assert number_of(session, Voter) == 0


def test_after_the_opening_the_roll_is_frozen_and_its_hash_is_in_the_rules(
    session: Session, tmp_path: Path
) -> None:
    round_, _ = open_register_round(
        session, key_dir=tmp_path, folder=tmp_path, now=NOON
    )
    path = register(tmp_path / "late.csv", line(9))
    with pytest.raises(RollFrozen):
        read_into(session, round_, path, key_dir=tmp_path, now=NOON)
    roll = session.get_one(Roll, round_.id)
    assert hash_of_the_roll(session, round_) == (3, roll.sha256)


def test_a_round_that_goes_back_to_declarations_forgets_the_register(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    path = register(tmp_path / "r.csv", line(2))
    read_into(session, round_, path, key_dir=tmp_path, now=NOON)
    plan = BallotPlan(municipality="Puistola", voter_source=VoterSource.SELF_DECLARED)
    edit_ballot(session, round_, plan, actor=OFFICIAL, now=NOON)
    open_vote(session, round_, actor=OFFICIAL, now=NOON, key_dir=tmp_path)
    assert number_of(session, Voter) == number_of(session, RollContact) == 0
    assert current_manifest(session, round_).eligibility.roll is None


def test_a_home_area_with_people_stays(session: Session, tmp_path: Path) -> None:
    round_ = register_round(session, now=NOON)
    plan = AreaPlan(slug="east", name=round_.title, kind=AreaKind.HOME)
    east = add_area(session, round_, plan, actor=OFFICIAL, now=NOON)
    path = register(tmp_path / "r.csv", line(2, area="east"))
    read_into(session, round_, path, key_dir=tmp_path, now=NOON)
    with pytest.raises(AreaInUse):
        remove_area(session, east, actor=OFFICIAL, now=NOON)
