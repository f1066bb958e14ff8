"""Content that people write in Finnish, Swedish and English."""

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True)
class Localized:
    """One text in up to three languages.

    Reading falls back to another language, because a resident is better served
    by a text in the wrong language than by none; publishing does not: see
    `missing`.
    """

    fi: str = ""
    sv: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """The text in this language, else in the first one that has it."""
        return self.written(language) or next(
            (text for tag in LANGUAGES if (text := self.written(tag))), ""
        )

    def language_shown(self, language: str) -> str:
        """The language that `in_language` answers in, for the page's lang attribute."""
        if self.written(language):
            return language
        return next((tag for tag in LANGUAGES if self.written(tag)), language)

    def written(self, language: str) -> str:
        """What is written in exactly this language."""
        if language not in LANGUAGES:
            raise ValueError(f"no such language: {language}")
        text: str = getattr(self, language)
        return text

    @property
    def missing(self) -> tuple[str, ...]:
        """The languages in which nothing is written yet."""
        return tuple(tag for tag in LANGUAGES if not self.written(tag).strip())

    def to_json(self) -> dict[str, str]:
        """As an object with a key per language."""
        return {tag: self.written(tag) for tag in LANGUAGES}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> "Localized":
        """From an object with a key per language; missing ones are empty."""
        return cls(**{tag: value.get(tag, "") for tag in LANGUAGES})

    @classmethod
    def same(cls, text: str) -> "Localized":
        """A name that is the same in every language."""
        return cls(text, text, text)
