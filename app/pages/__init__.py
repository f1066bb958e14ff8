"""Home, help, contact, privacy, the layout around every page, and the language."""

from flask import Flask

from app.pages import layout, views
from app.pages.blueprint import bp

PREFIX = "/<any(fi, sv, en):lang>"


def init_app(app: Flask) -> None:
    """Register the pages; the bare root leads to the reader's language."""
    layout.init_app(app)
    app.register_blueprint(bp, url_prefix=PREFIX)
    app.add_url_rule("/", "root", views.root)
