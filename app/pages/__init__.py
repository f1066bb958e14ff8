"""Home, help, contact, privacy, and the choice of language."""

from flask import Flask

from app.pages import views
from app.pages.blueprint import bp

PREFIX = "/<any(fi, sv, en):lang>"


def init_app(app: Flask) -> None:
    """Register the pages; the bare root leads to the reader's language."""
    app.register_blueprint(bp, url_prefix=PREFIX)
    app.add_url_rule("/", "root", views.root)
