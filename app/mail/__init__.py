"""Mail: an outbox row in the act's transaction, sent afterwards by the worker."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Check that the templates of every kind of message are there."""
