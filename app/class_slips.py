"""The slips of a class on paper: a sheet for the teacher, then four slips on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from app.locale import content
from app.mail.links import link
from app.mail.posting import speaking
from app.printing import qr_address, set_pdf, set_pdf_apart
from core.text import LANGUAGES, Localized
from voting.manifest import RuleManifest
from voting.models import Round

# So many slips are set at once, without a process of their own.
FEW = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutTheClass:
    """What every slip of a class says, and the teacher's sheet besides."""

    title: Localized
    contact: str
    school: str
    name: str
    opens: datetime
    ends: datetime
    change_allowed: bool
    # Where the code is entered, by language.
    pages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: a number in the teacher's list, no name, and the code."""

    line: int
    code: str
    qr: str


def about_the_class(
    round_: Round,
    manifest: RuleManifest,
    *,
    school: str,
    name: str,
    opens: datetime,
    ends: datetime,
) -> AboutTheClass:
    """From the round, the rules in force and the lesson."""
    return AboutTheClass(
        title=round_.title,
        contact=round_.contact,
        school=school,
        name=name,
        opens=opens,
        ends=ends,
        change_allowed=manifest.ballot.change_allowed,
        pages={tag: _page(round_.slug, tag) for tag in LANGUAGES},
    )


def slips_pdf(
    about: AboutTheClass, codes: Sequence[tuple[int, str]], *, alone: bool = False
) -> bytes:
    """The slips for these (number, code); `alone`: without the teacher's sheet.

    Raises:
        PrintingUnavailableError: see `set_pdf`.
    """
    setter = set_pdf_apart if len(codes) > FEW else set_pdf
    return setter(slips_html(about, codes, alone=alone))


def slips_html(
    about: AboutTheClass, codes: Sequence[tuple[int, str]], *, alone: bool = False
) -> str:
    """The same before it is set."""
    # The page speaks the browser's language from there on; one address is enough.
    first = about.pages[LANGUAGES[0]]
    slips = [Slip(line, code, qr_address(f"{first}#{code}")) for line, code in codes]
    spoken = {tag: _spoken(tag, "print/slip_words.html", about) for tag in LANGUAGES}
    sheets = {}
    if not alone:
        sheets = {
            tag: _spoken(tag, "print/teacher_words.html", about, slips=len(codes))
            for tag in LANGUAGES
        }
    with speaking(LANGUAGES[0]):
        return render_template(
            "print/slips.html",
            about=about,
            title=content(about.title),
            slips=slips,
            spoken=spoken,
            sheets=sheets,
            address=first,
        )


def _spoken(tag: str, template: str, about: AboutTheClass, **more: object) -> str:
    with speaking(tag):
        return render_template(template, about=about, link=about.pages[tag], **more)


def _page(slug: str, language: str) -> str:
    with speaking(language):
        return link("rounds.enter_class_code", slug=slug)
