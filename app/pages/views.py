"""Home and the pages that every footer links to."""

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import everyone
from app.demo.content import read
from app.demo.people import PASSWORD, log_ins
from app.extensions import clock, db
from app.locale import best_language
from app.pages.blueprint import bp
from app.pages.layout import is_demo
from app.pages.overview import contacts, overview


@everyone
def root() -> ResponseReturnValue:
    """The bare address: home, in the reader's language."""
    return redirect(url_for("pages.home", lang=best_language(request)))


@bp.get("/")
@everyone
def home() -> ResponseReturnValue:
    """What is being decided, where can I have a say, what came of it."""
    session = db.session()
    found = overview(session, clock().now(session))
    return render_template("pages/home.html", found=found)


@bp.get("/help")
@everyone
def help_page() -> ResponseReturnValue:
    """How this service works."""
    return render_template("pages/help.html")


@bp.get("/contact")
@everyone
def contact() -> ResponseReturnValue:
    """Where to write or call."""
    return render_template(
        "pages/contact.html",
        rounds=contacts(db.session()),
        address=current_app.extensions["puistokatu"].mail_from,
    )


@bp.get("/privacy")
@everyone
def privacy() -> ResponseReturnValue:
    """What is kept about people, why and for how long."""
    return render_template("pages/privacy.html")


@bp.get("/demo")
@everyone
def demo() -> ResponseReturnValue:
    """Who may be tried out in the demonstration, and where its mail is."""
    if not is_demo():
        abort(404)
    people = log_ins(read("town"))
    return render_template("pages/demo.html", people=people, password=PASSWORD)
