"""Gather, check and compile the catalogues of sentences in app/translations.

usage: messages.py update | check | compile

English is the source language and needs no catalogue. Nothing in a catalogue
changes from day to day: no dates, no line numbers, and sentences in order.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "app" / "translations"
LANGUAGES = ("fi", "sv")
KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "_l": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
# Babel writes these lines of the header anew, whether they say anything or not.
CHATTER = re.compile(
    rb'^"(?:Project-Id|Report-|POT-|PO-|Last-|Language-T|Generated-).*\n', re.MULTILINE
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")


def extracted() -> Catalog:
    """Every sentence that app/ marks for translation."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]
    methods, options = [], {}
    for each in mappings["mappings"]:
        pattern = each["pattern"]
        methods.append((pattern, each["method"]))
        # A template that cannot be read must be heard of.
        options[pattern] = {"silent": "false"} | {
            key: str(value)
            for key, value in each.items()
            if key not in {"pattern", "method"}
        }
    catalog = Catalog(project="puistokatu")
    for path, _, sentence, comments, context in extract_from_dir(
        ROOT,
        methods,
        options,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
    ):
        where = [(Path(path).as_posix(), 0)]
        catalog.add(sentence, None, where, auto_comments=comments, context=context)
    return catalog


def catalogue_path(language: str) -> Path:
    """Where a language's sentences stand."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def stored(language: str) -> Catalog:
    """A language's catalogue as it stands in the tree; empty where there is none."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> int:
    """Add what is new to the catalogues, drop what is gone, keep the rest."""
    template = extracted()
    for language in LANGUAGES:
        catalog = stored(language)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        catalog.header_comment = "# Written by hand; kept in order by make messages."
        text = BytesIO()
        write_po(text, catalog, width=0, sort_output=True, include_lineno=False)
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CHATTER.sub(b"", text.getvalue()))
        empty = sum(not all(_forms(message)) for message in catalog if message.id)
        print(f"{language}: {len(catalog)} sentences, {empty} to be written")
    return 0


def check() -> int:
    """Print what is missing, stale, fuzzy or broken; 1 where there is anything."""
    template = extracted()
    faults = [
        f"{language}: {fault}"
        for language in LANGUAGES
        for fault in faults_of(stored(language), template)
    ]
    print("\n".join(faults) or f"{len(template)} sentences stand in {LANGUAGES}")
    return 1 if faults else 0


def faults_of(catalog: Catalog, template: Catalog) -> Iterator[str]:
    """What is wrong with a language's catalogue, one line each."""
    wanted = {(message.context, _key(message)): message for message in template}
    present = {(message.context, _key(message)): message for message in catalog}
    for key, message in wanted.items():
        if key[1] and key not in present:
            yield f"missing: {message.id!r} ({message.locations[0][0]})"
    for key, message in present.items():
        if not key[1]:
            continue
        if key not in wanted:
            yield f"no longer used: {message.id!r}"
        yield from _faults_of_message(message)
        for error in message.check(catalog):
            yield f"{error}: {message.id!r}"
    for message in catalog.obsolete.values():
        yield f"commented out: {message.id!r}"


def _faults_of_message(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield f"fuzzy: {message.id!r}"
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    allowed = [_placeholders(source) for source in sources]
    for form in _forms(message):
        if not form.strip():
            yield f"not written: {message.id!r}"
        elif _placeholders(form) not in allowed:
            yield f"other placeholders: {form!r} for {message.id!r}"
        elif (form[0].isspace(), form[-1].isspace()) != (
            sources[0][0].isspace(),
            sources[0][-1].isspace(),
        ):
            yield f"other white space at an end: {form!r}"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> list[str]:
    text = message.string or ""
    return [text] if isinstance(text, str) else list(text)


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def compile_all() -> int:
    """Write messages.mo beside each messages.po that is newer."""
    for language in LANGUAGES:
        source = catalogue_path(language)
        target = source.with_suffix(".mo")
        if not source.exists() or (
            target.exists() and target.stat().st_mtime >= source.stat().st_mtime
        ):
            continue
        with target.open("wb") as file:
            write_mo(file, stored(language))
    return 0


if __name__ == "__main__":
    commands = {"update": update, "check": check, "compile": compile_all}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:  # noqa: PLR2004 - itself and a word
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
