"""The letter with a code: a sheet of paper, or a row for a print house."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from app.cells import safe_cell
from app.locale import content, day
from app.mail.links import link
from app.mail.posting import speaking
from app.printing import qr_address, set_pdf, set_pdf_apart
from core.register.letters import Letter
from core.text import LANGUAGES, Localized
from voting.mailings.batches import AddressedCode
from voting.manifest import RuleManifest
from voting.models import Round
from voting.opening import end_of_vote

PARTS = ("heading", "intro", "label", "picture", "steps", "notes", "ask", "also")
COLUMNS = (
    "number",
    "name",
    "address",
    "postcode",
    "town",
    "language",
    "code",
    "link",
    "area",
)
# So many sheets are set at once, without a process of their own.
FEW = 10
# Who writes, where the round names no municipality.
SERVICE = "Puistokatu"


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutTheVote:
    """What every letter of a round says."""

    slug: str
    title: Localized
    sender: str
    contact: str
    opens: datetime
    ends: datetime
    change_allowed: bool
    # Where the code is entered, by language.
    pages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter, ready to be set."""

    lines: Sequence[str]
    day: str
    languages: Sequence[str]
    code: str
    qr: str


def about_the_vote(round_: Round, manifest: RuleManifest) -> AboutTheVote:
    """From the round and the rules in force, whose vote has dates."""
    ends = end_of_vote(round_, manifest)
    if manifest.opens is None or ends is None:
        raise ValueError("a vote without dates")
    return AboutTheVote(
        slug=round_.slug,
        title=round_.title,
        sender=round_.municipality or SERVICE,
        contact=round_.contact,
        opens=datetime.fromisoformat(manifest.opens),
        ends=ends,
        change_allowed=manifest.ballot.change_allowed,
        pages={tag: _page(round_.slug, tag) for tag in LANGUAGES},
    )


def letters_pdf(
    about: AboutTheVote, codes: Sequence[AddressedCode], *, now: datetime
) -> bytes:
    """One sheet for each of them, tagged for readers who listen.

    Raises:
        PrintingUnavailableError: see `set_pdf`.
    """
    setter = set_pdf_apart if len(codes) > FEW else set_pdf
    return setter(letters_html(about, codes, now=now))


def letters_html(
    about: AboutTheVote, codes: Iterable[AddressedCode], *, now: datetime
) -> str:
    """The same before it is set."""
    spoken = {
        tag: spoken_words(
            "print/vote_words.html", tag, about=about, link=about.pages[tag]
        )
        for tag in LANGUAGES
    }
    sheets = [_sheet(about, each, now) for each in codes]
    with speaking(LANGUAGES[0]):
        title = content(about.title)
        return render_template(
            "print/letters.html",
            about=about,
            title=title,
            letters=sheets,
            spoken=spoken,
        )


def csv_head() -> str:
    """The first line of the print house's table; Excel reads UTF-8 behind a mark."""
    return "\ufeff" + csv_line(COLUMNS)


def csv_row(about: AboutTheVote, each: AddressedCode, number: int) -> str:
    """One letter as a line; `number` runs from 1, so the last one is the count."""
    letter = each.letter
    language = letter.language or LANGUAGES[0]
    cells = (
        letter.name,
        letter.street,
        letter.postcode,
        letter.town,
        letter.language,
        each.code,
        _link(about, language, each.code),
        each.area.in_language(language) if each.area else "",
    )
    return csv_line([str(number), *map(safe_cell, cells)])


def csv_line(cells: Iterable[str]) -> str:
    """A line of a table."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def sheet_of(
    letter: Letter, languages: Sequence[str], code: str, address: str, now: datetime
) -> Sheet:
    """One letter, with the address that its square opens."""
    with speaking(languages[0]):
        written = day(now)
    return Sheet(
        lines=(letter.name, letter.street, f"{letter.postcode} {letter.town}".strip()),
        day=written,
        languages=languages,
        code=code,
        qr=qr_address(address),
    )


def spoken_words(template: str, language: str, **context: Any) -> dict[str, Markup]:  # noqa: ANN401 - a template's own
    """The parts of a letter in one language: the blocks of a template of words."""
    words = current_app.jinja_env.get_template(template)
    with speaking(language):
        spoken = words.new_context(context)
        return {
            name: Markup("".join(words.blocks[name](spoken)).strip())  # noqa: S704 - escaped by its template
            for name in PARTS
        }


def _sheet(about: AboutTheVote, each: AddressedCode, now: datetime) -> Sheet:
    letter = each.letter
    languages = [letter.language] if letter.language in LANGUAGES else LANGUAGES
    address = _link(about, languages[0], each.code)
    return sheet_of(letter, languages, each.code, address, now)


def _page(slug: str, language: str) -> str:
    with speaking(language):
        return link("rounds.enter_code", slug=slug)


def _link(about: AboutTheVote, language: str, code: str) -> str:
    """The page with the code behind a #, where no server and no log sees it."""
    return f"{about.pages[language]}#{code}"
