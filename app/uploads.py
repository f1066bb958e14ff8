"""Uploaded files that a job will read: in a folder that web and worker share."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from flask import current_app
from werkzeug.datastructures import FileStorage

# A job fails for good within an hour; what is older was left by a killed worker.
LONGEST_LIFE = 2 * 24 * 3600.0


def keep_upload(upload: FileStorage, *, suffix: str) -> Path:
    """Store a file for a job; only the service's own user can read it."""
    folder: Path = current_app.extensions["puistokatu"].upload_dir.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(folder)
    handle, name = tempfile.mkstemp(prefix="upload-", suffix=suffix, dir=folder)
    with os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(upload.stream, file)
    return Path(name)


def sweep(folder: Path) -> None:
    """Remove what no job has removed."""
    then = time.time() - LONGEST_LIFE
    for path in folder.glob("upload-*"):
        try:
            if path.stat().st_mtime < then:
                path.unlink()
        except FileNotFoundError:
            continue  # another process was faster
