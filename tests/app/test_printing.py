"""What goes out on paper."""

from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from app.printing import qr_svg, set_pdf, set_pdf_apart


def test_a_letter_keeps_its_letters_and_its_pages() -> None:
    page = "<h1>Äänestä! Rösta på åländska</h1>"
    pdf = set_pdf(
        f'<html lang="fi"><title>x</title><body>{page}'
        f'<section style="break-before: page">{qr_svg("K1")}</section></body></html>'
    )

    reader = PdfReader(BytesIO(pdf))
    assert len(reader.pages) == 2
    assert "Äänestä! Rösta på åländska" in reader.pages[0].extract_text()


def test_a_document_fetches_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<text x="1" y="9">hidden words</text></svg>'
    )

    pdf = set_pdf(f'<p>seen</p><img alt="" src="{secret.as_uri()}">')

    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "seen" in text
    assert "hidden" not in text


def test_what_takes_long_is_set_in_a_process_of_its_own() -> None:
    pdf = set_pdf_apart('<html lang="sv"><title>x</title><p>åäö</p></html>')
    assert PdfReader(BytesIO(pdf)).pages[0].extract_text() == "åäö"
