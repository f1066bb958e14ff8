"""HTML into PDF, for what goes out on paper: letters, ballots, cards."""

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


def qr_svg(text: str) -> str:
    """A QR code as an inline `<svg>`, error correction M, sized by its style."""
    return segno.make(text, error="m", micro=False).svg_inline(
        border=2, svgclass="qr", lineclass=None, omitsize=True
    )
