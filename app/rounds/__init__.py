"""/rounds: what residents see and do in a budget round."""

from flask import Flask

from app.rounds.blueprint import bp

PREFIX = "/<any(fi, sv, en):lang>/rounds"


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp, url_prefix=PREFIX)
