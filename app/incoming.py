"""Requests that no link and no form of ours makes, turned away at the door."""

from urllib.parse import unquote

from flask import Flask, abort, request, session


def refuse_nul() -> None:
    """An address with a NUL names nothing: PostgreSQL would not even look for it.

    A project's code is quoted twice, hence unquoted once more.
    """
    if "\0" in unquote(request.path):
        abort(404)


def refuse_json() -> None:
    """Forms are posted as forms; Flask-WTF would read JSON as one, of any types."""
    if request.is_json:
        abort(400)


def limit_typing() -> None:
    """What is typed is short; Werkzeug would read a form as large as an upload.

    Files are sent by officials at their desk; nobody else fills our disk.
    """
    at_a_desk = request.blueprint == "manage" and "_user_id" in session
    if not (at_a_desk and request.mimetype == "multipart/form-data"):
        request.max_content_length = request.max_form_memory_size


def init_app(app: Flask) -> None:
    """Look at every request before anything else does."""
    app.before_request(limit_typing)
    app.before_request(refuse_nul)
    app.before_request(refuse_json)
