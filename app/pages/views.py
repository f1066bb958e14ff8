"""Home and the pages that every footer links to."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import everyone
from app.locale import best_language
from app.pages.blueprint import bp


@everyone
def root() -> ResponseReturnValue:
    """The bare address: home, in the reader's language."""
    return redirect(url_for("pages.home", lang=best_language(request)))


@bp.get("/")
@everyone
def home() -> ResponseReturnValue:
    """What is being decided, where can I have a say, what came of it."""
    return render_template("pages/home.html")


@bp.get("/help")
@everyone
def help_page() -> ResponseReturnValue:
    """How this service works."""
    return render_template("pages/help.html")


@bp.get("/contact")
@everyone
def contact() -> ResponseReturnValue:
    """Where to write or call."""
    return render_template("pages/contact.html")


@bp.get("/privacy")
@everyone
def privacy() -> ResponseReturnValue:
    """What is kept about people, why and for how long."""
    return render_template("pages/privacy.html")
