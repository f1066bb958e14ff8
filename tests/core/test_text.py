"""Content in three languages: reading is kind, publishing is strict."""

import pytest

from core.text import Localized


def test_a_reader_gets_another_language_rather_than_nothing() -> None:
    text = Localized(fi="Puisto", sv="Park")
    assert text.in_language("en") == "Puisto"
    assert text.language_shown("en") == "fi"
    assert text.in_language("sv") == "Park"
    assert text.language_shown("sv") == "sv"


def test_white_space_is_not_a_translation() -> None:
    assert Localized(fi="Puisto", sv="  ", en="").missing == ("sv", "en")


def test_it_survives_storage() -> None:
    text = Localized(fi="ä", sv="å", en="a")
    assert Localized.from_json(text.to_json()) == text


def test_a_language_that_we_do_not_speak_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="de"):
        Localized().written("de")
