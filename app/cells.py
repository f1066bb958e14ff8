"""Cells of tables that people open in a spreadsheet."""

# A spreadsheet reads a cell that begins with one of these as a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
