"""/panels: what residents see of citizen panels, and how they come into one."""

from flask import Flask

from app.panels import (
    answering,
    draw_words,
    draws,
    joining,
    members,
    own,
    own_seat,
    pages,
    reports,
)
from app.panels.blueprint import bp

# Imported for the pages that they hang on the blueprint.
PAGES = (answering, draws, joining, members, own, own_seat, pages, reports)
PREFIX = "/<any(fi, sv, en):lang>/panels"


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp, url_prefix=PREFIX)
    draw_words.init_app(app)
