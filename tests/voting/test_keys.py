import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.codes import ALPHABET, CODE_LENGTH, normalized_code
from voting.errors import DraftUnreadable, RoundKeyMissing
from voting.keys import (
    create_round_keys,
    destroy_round_keys,
    has_round_keys,
    load_round_keys,
)


@pytest.fixture
def key_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    create_round_keys(folder, "linden")
    return folder


def test_the_files_and_their_folder_are_the_owners_alone(key_dir: Path) -> None:
    assert stat.S_IMODE(key_dir.stat().st_mode) == 0o700
    files = sorted(key_dir.iterdir())
    assert [file.name for file in files] == ["linden.key", "linden.roll"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {len(file.read_bytes()) for file in files} == {32}


def test_creating_again_changes_nothing(key_dir: Path) -> None:
    before = {file.name: file.read_bytes() for file in key_dir.iterdir()}
    create_round_keys(key_dir, "linden")
    assert {file.name: file.read_bytes() for file in key_dir.iterdir()} == before


def test_many_who_create_at_once_make_one_key(tmp_path: Path) -> None:
    def create(_: int) -> str:
        create_round_keys(tmp_path, "elm")
        return load_round_keys(tmp_path, "elm").tag(1)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(create, range(40)))) == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["elm.key", "elm.roll"]


def test_a_missing_key_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RoundKeyMissing) as refusal:
        load_round_keys(tmp_path, "linden")
    assert refusal.value.params == {"round": "linden"}
    assert not has_round_keys(tmp_path, "linden")


def test_half_a_key_is_no_key(key_dir: Path) -> None:
    (key_dir / "linden.key").write_bytes(b"short")
    with pytest.raises(RoundKeyMissing):
        load_round_keys(key_dir, "linden")


def test_tags_differ_by_voter_and_by_round(key_dir: Path) -> None:
    create_round_keys(key_dir, "elm")
    linden, elm = load_round_keys(key_dir, "linden"), load_round_keys(key_dir, "elm")
    assert linden.tag(1) == load_round_keys(key_dir, "linden").tag(1)
    assert len({linden.tag(1), linden.tag(2), elm.tag(1)}) == 3


def test_destroying_leaves_the_rolls_key_and_may_be_repeated(key_dir: Path) -> None:
    destroy_round_keys(key_dir, "linden")
    destroy_round_keys(key_dir, "linden")
    assert [file.name for file in key_dir.iterdir()] == ["linden.roll"]
    with pytest.raises(RoundKeyMissing):
        load_round_keys(key_dir, "linden")


def test_the_keys_show_themselves_nowhere(key_dir: Path) -> None:
    assert repr(load_round_keys(key_dir, "linden")) == "RoundKeys()"


def test_a_draft_opens_under_its_own_tag_only(key_dir: Path) -> None:
    keys = load_round_keys(key_dir, "linden")
    stored = keys.encrypt_draft("a", '{"x": 1}')
    assert keys.decrypt_draft("a", stored) == '{"x": 1}'
    for tag, wrong in (("b", stored), ("a", stored[:-1]), ("a", b"")):
        with pytest.raises(DraftUnreadable):
            keys.decrypt_draft(tag, wrong)


def test_the_length_of_a_draft_tells_nothing(key_dir: Path) -> None:
    keys = load_round_keys(key_dir, "linden")
    lengths = {len(keys.encrypt_draft("a", "x" * n)) for n in (1, 10, 500, 1024)}
    assert len(lengths) == 1


def test_a_receipt_code_changes_with_tag_area_and_version(key_dir: Path) -> None:
    keys = load_round_keys(key_dir, "linden")
    code = keys.receipt_code("t", "harbour", 1)
    others = [
        keys.receipt_code("u", "harbour", 1),
        keys.receipt_code("t", "centre", 1),
        keys.receipt_code("t", "harbour", 2),
    ]
    assert len({code, *others}) == 4
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]


def test_a_code_is_read_however_it_is_typed(key_dir: Path) -> None:
    code = load_round_keys(key_dir, "linden").receipt_code("t", "harbour", 1)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "i")
    assert normalized_code(typed) == code


def test_every_single_wrong_character_is_seen(key_dir: Path) -> None:
    code = load_round_keys(key_dir, "linden").receipt_code("t", "harbour", 1)
    for place, character in enumerate(code):
        for other in ALPHABET:
            if character not in ("-", other):
                wrong = code[:place] + other + code[place + 1 :]
                assert normalized_code(wrong) is None
    assert normalized_code("") is None
    assert normalized_code("ÄÄ") is None


def test_a_code_holds_at_least_sixty_bits() -> None:
    assert CODE_LENGTH * 5 >= 60
