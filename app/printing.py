"""HTML into PDF, for what goes out on paper: letters, ballots, cards."""

import os
import subprocess
import sys

import segno

from core.errors import DomainError


class PrintingUnavailableError(DomainError):
    """The machine has no Pango, the library that sets the text."""

    code = "printing_unavailable"


def set_pdf(html: str) -> bytes:
    """The pages of one HTML document, its style sheet inside it.

    Nothing is fetched: no file, no address; only what stands in the document
    itself (`data:`) can be drawn. A project's text can therefore not make the
    server open anything.

    Raises:
        PrintingUnavailableError: Pango is not installed.
    """
    # Loaded late: it needs libraries of the system, and takes half a second.
    try:
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError as missing:
        raise PrintingUnavailableError from missing

    nothing_from_outside = URLFetcher(allowed_protocols=["data"])
    document = HTML(string=html, url_fetcher=nothing_from_outside)
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def set_pdf_apart(html: str) -> bytes:
    """The same in a process of its own, for what takes long.

    A hundred sheets cost some ten seconds of processor time and hundreds of
    megabytes; here they slow nobody down who is voting, and are given back after.
    What is set goes through pipes and never onto a disk.

    Raises:
        PrintingUnavailableError: as above, or the process has ended badly.
    """
    done = subprocess.run(  # noqa: S603 - ourselves, told nothing from outside
        [sys.executable, "-c", _SETTER],
        input=html.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        sys.stderr.buffer.write(done.stderr[-2000:])
        raise PrintingUnavailableError
    return done.stdout


_SETTER = "from app.printing import set_from_pipe; set_from_pipe()"


def set_from_pipe() -> None:
    """What the process of `set_pdf_apart` does."""
    os.nice(10)
    sys.stdout.buffer.write(set_pdf(sys.stdin.buffer.read().decode()))


def qr_address(text: str) -> str:
    """A QR code as a `data:` address for an `<img>`, which can say what it is."""
    code = segno.make(text, error="m", micro=False)
    return code.svg_data_uri(border=2, omitsize=True)


def qr_svg(text: str) -> str:
    """A QR code as an inline `<svg>`, error correction M, sized by its style."""
    return segno.make(text, error="m", micro=False).svg_inline(
        border=2, svgclass="qr", lineclass=None, omitsize=True
    )
