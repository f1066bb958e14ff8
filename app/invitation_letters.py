"""The letter that invites to a panel: sheets of paper, or rows for a print house."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template

from app.cells import safe_cell
from app.extensions import clock
from app.letters import FEW, SERVICE, Sheet, csv_line, sheet_of, spoken_words
from app.locale import content
from app.mail.links import link
from app.mail.posting import speaking
from app.people_keys import panel_keys
from app.printing import set_pdf, set_pdf_apart
from app.transaction import transaction
from core.audit import Actor
from core.text import LANGUAGES, Localized
from panels.letters import Addressed, Order, addressed_letters, held_wave, store_run
from panels.models import InvitationWave, LetterRunKind, Panel
from panels.panels import get_panel
from panels.waves import get_wave

# Letters in one PDF: somebody waits for it.
MOST_ON_A_PAGE = 200
COLUMNS = (
    "number",
    "name",
    "address",
    "postcode",
    "town",
    "language",
    "code",
    "link",
    "answer_by",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutThePanel:
    """What every letter of a wave says."""

    slug: str
    title: Localized
    about: Localized
    owner: Localized
    sender: str
    contact: str
    size: int
    term_months: int
    answer_by: date
    is_reminder: bool
    # Where the code is entered, by language.
    pages: Mapping[str, str]


def about_the_panel(
    panel: Panel, wave: InvitationWave, *, is_reminder: bool
) -> AboutThePanel:
    """From the panel and the wave."""
    return AboutThePanel(
        slug=panel.slug,
        title=panel.title,
        about=panel.about,
        owner=panel.owner,
        sender=panel.municipality or SERVICE,
        contact=panel.contact,
        size=panel.size,
        term_months=panel.term_months,
        answer_by=wave.answer_by,
        is_reminder=is_reminder,
        pages={tag: _page(panel.slug, tag) for tag in LANGUAGES},
    )


def make_letters(
    slug: str, number: int, order: Order, *, actor: Actor
) -> tuple[int, bytes]:
    """(number of the letters, the file); their codes are good when it is there.

    Raises:
        WaveNotDrawn, WaveClosed, InvitationLettersNone, InvitationLettersMade,
        InvitationLettersOvertaken: nothing was made.
        PrintingUnavailableError: see `set_pdf`.
    """
    keys = panel_keys()
    with transaction() as session:
        panel = get_panel(session, slug)
        now = clock().now(session)
        wave = held_wave(session, get_wave(session, panel, number), now=now)
        about = about_the_panel(panel, wave, is_reminder=order.is_reminder)
        letters = addressed_letters(session, wave, order, keys=keys)
    # Between two acts: nobody who answers waits until the sheets are set.
    body = _written(about, letters, order.kind, now)
    with transaction() as session:
        panel = get_panel(session, slug)
        run = store_run(
            session,
            panel,
            get_wave(session, panel, number),
            order,
            letters,
            keys=keys,
            actor=actor,
            now=clock().now(session),
        )
        return run.number, body


def letters_html(
    about: AboutThePanel, letters: Iterable[Addressed], *, now: datetime
) -> str:
    """The sheets before they are set."""
    spoken = {
        tag: spoken_words(
            "print/invitation_words.html", tag, about=about, link=about.pages[tag]
        )
        for tag in LANGUAGES
    }
    sheets = [_sheet(about, each, now) for each in letters]
    with speaking(LANGUAGES[0]):
        title = content(about.title)
        return render_template(
            "print/letters.html",
            about=about,
            title=title,
            letters=sheets,
            spoken=spoken,
        )


def letters_csv(about: AboutThePanel, letters: Iterable[Addressed]) -> str:
    """A table for a print house; Excel reads UTF-8 behind a mark."""
    rows = (_row(about, each, at) for at, each in enumerate(letters, start=1))
    return "\ufeff" + csv_line(COLUMNS) + "".join(rows)


def _written(
    about: AboutThePanel,
    letters: Sequence[Addressed],
    kind: LetterRunKind,
    now: datetime,
) -> bytes:
    if kind is LetterRunKind.CSV:
        return letters_csv(about, letters).encode()
    setter = set_pdf_apart if len(letters) > FEW else set_pdf
    return setter(letters_html(about, letters, now=now))


def _sheet(about: AboutThePanel, each: Addressed, now: datetime) -> Sheet:
    languages = _languages(each)
    address = _link(about, languages[0], each.code)
    return sheet_of(each.letter, languages, each.code, address, now)


def _row(about: AboutThePanel, each: Addressed, number: int) -> str:
    letter = each.letter
    cells = (
        letter.name,
        letter.street,
        letter.postcode,
        letter.town,
        letter.language,
        each.code,
        _link(about, _languages(each)[0], each.code),
        about.answer_by.isoformat(),
    )
    return csv_line([str(number), *map(safe_cell, cells)])


def _languages(each: Addressed) -> Sequence[str]:
    known = each.letter.language
    return [known] if known in LANGUAGES else LANGUAGES


def _page(slug: str, language: str) -> str:
    with speaking(language):
        return link("panels.enter_code", slug=slug)


def _link(about: AboutThePanel, language: str, code: str) -> str:
    """The page with the code behind a #, where no server and no log sees it."""
    return f"{about.pages[language]}#{code}"
