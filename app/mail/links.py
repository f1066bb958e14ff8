"""Addresses of our own pages, as a mail writes them: whole, and never by Host."""

from urllib.parse import urlsplit

from flask import current_app


def link(endpoint: str, **values: object) -> str:
    """The page's address under BASE_URL, in the language being written.

    `url_for` would take the host of the request in which the mail is written.
    """
    base = urlsplit(current_app.extensions["puistokatu"].base_url)
    current_app.inject_url_defaults(endpoint, values)
    adapter = current_app.url_map.bind(
        base.netloc, script_name=base.path or "/", url_scheme=base.scheme
    )
    return adapter.build(endpoint, values, force_external=True)
