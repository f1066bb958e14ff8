"""/manage: what officials and auditors see and do."""

from flask import Flask

from app.manage.blueprint import bp

PREFIX = "/<any(fi, sv, en):lang>/manage"


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp, url_prefix=PREFIX)
