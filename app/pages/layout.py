"""What the layout asks: who reads, which links exist, the page in another language."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.access import has_role
from app.accounts.models import Account, Role
from app.locale import NATIVE_NAMES, current_language
from app.pages.forms import form_faults, is_group
from app.pictures import seen_on
from core.text import LANGUAGES

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Link:
    """A way to somewhere; `current` is what its aria-current says, if anything."""

    text: str
    address: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language."""

    code: str
    name: str
    address: str
    current: bool


EVERYBODY = (
    (_l("Home"), "pages.home"),
    (_l("Budget rounds"), "rounds.index"),
    (_l("Citizen panels"), "panels.index"),
)
STAFF = (
    (_l("Round desk"), "manage.index", (Role.ADMINISTRATOR, Role.OFFICIAL)),
    (_l("Panel desk"), "manage.panels", (Role.ADMINISTRATOR, Role.OFFICIAL)),
    (_l("Staff"), "manage.staff", (Role.ADMINISTRATOR,)),
    (_l("Audit log"), "manage.audit", (Role.AUDITOR, Role.ADMINISTRATOR)),
)

# Pages below whose address a whole section lies; the desk's is that of all staff.
SECTIONS = (
    "rounds.index",
    "panels.index",
    "manage.panels",
    "manage.staff",
    "manage.audit",
)


def has_endpoint(endpoint: str) -> bool:
    """Whether a page exists in this installation."""
    return endpoint in current_app.view_functions


def reader() -> Account | None:
    """Who is logged in, or nobody."""
    return current_user if current_user.is_authenticated else None


def main_links() -> Iterator[Link]:
    """The navigation, as far as it is open to who reads."""
    who = reader()
    wanted = list(EVERYBODY)
    if who is not None:
        wanted += [(text, page) for text, page, roles in STAFF if has_role(who, *roles)]
    for text, page in wanted:
        if has_endpoint(page):
            address = url_for(page)
            yield Link(str(text), address, _current(page, address))


def _current(page: str, address: str) -> str:
    """Whether this link is the page itself, or the section that the page is in."""
    if request.endpoint == page:
        return "page"
    inside = page in SECTIONS and request.path.startswith(address)
    return "true" if inside else ""


def language_links() -> Iterator[LanguageLink]:
    """This page in each language; home where this page has no address of its own."""
    here = current_language()
    for code, name in NATIVE_NAMES.items():
        yield LanguageLink(code, name, _in_language(code), current=code == here)


def _in_language(code: str) -> str:
    _, first, *rest = request.path.split("/", 2)
    path = "/".join(["", code, *rest])
    if first not in LANGUAGES or not _can_be_read(path):
        return url_for("pages.home", lang=code)
    query = request.query_string.decode(errors="replace")
    return f"{path}?{query}" if query else path


def _can_be_read(path: str) -> bool:
    """Whether a GET of this path is a page (a form's target may be POST only)."""
    try:
        current_app.url_map.bind("").match(path, "GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def remember_language(response: Response) -> Response:
    """Keep the language that was chosen with the switch, and only that one."""
    before = urlsplit(request.referrer or "").path.split("/", 2)
    after = request.path.split("/", 2)
    switched = (
        len(before) == len(after)
        and before[1:2] != after[1:2]
        and before[2:] == after[2:]
        and before[1] in LANGUAGES
    )
    if switched and "lang" in g:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            "language", g.lang, YEAR, secure=secure, httponly=True, samesite="Lax"
        )
    return response


def is_demo() -> bool:
    """Whether everything here is invented."""
    return bool(current_app.extensions["puistokatu"].demo)


def init_app(app: Flask) -> None:
    """Give the templates what the layout and the macros ask for."""
    app.jinja_env.globals.update(
        has_endpoint=has_endpoint,
        is_demo=is_demo,
        language_links=language_links,
        main_links=main_links,
        reader=reader,
    )
    app.jinja_env.filters.update(
        form_faults=form_faults, is_group=is_group, seen_on=seen_on
    )
    app.after_request(remember_language)
