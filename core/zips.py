"""Zips whose bytes depend on nothing but the files in them."""

import io
import zipfile
from collections.abc import Mapping

# The same content is the same bytes, whenever it is packed: the oldest date of a zip.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o644 << 16


def packed(files: Mapping[str, bytes], folder: str) -> bytes:
    """A zip with one folder; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name, content in files.items():
            item = zipfile.ZipInfo(f"{folder}/{name}", LONG_AGO)
            item.compress_type = zipfile.ZIP_DEFLATED
            item.create_system, item.external_attr = 3, PLAIN_FILE
            out.writestr(item, content)
    return buffer.getvalue()
