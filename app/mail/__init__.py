"""Mail: an outbox row in the act's transaction, sent afterwards by the worker.

`post` in a transaction; the text of each kind stands in templates/mail/<kind>.txt.
"""

from flask import Flask

from app.mail.links import link
from app.mail.posting import post
from app.mail.transport import Transport

__all__ = ["init_app", "post"]


def init_app(app: Flask) -> None:
    """Bind the mail server that the configuration names; give templates `link`."""
    url = app.extensions["puistokatu"].mail_url
    app.extensions["mail"] = Transport.from_url(url) if url else None
    app.jinja_env.globals["link"] = link
