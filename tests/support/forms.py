"""What a visitor finds on pages: links to follow, and forms to send.

A form is met as a browser meets it, by opening pages and following links, so that a
new form is tried without being named anywhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from tests.factories.accounts import PASSWORD
from tests.support.client import Client

# Where somebody types; everything else is chosen or stands there already.
TOKEN = "csrf_token"
TYPED = {"text", "email", "password", "search", "number", "date", "tel", "textarea"}
OWN = ("vote", "proposals", "/check")
_ROUND = re.compile(r"(/rounds/)[^/]+")
_ROW = re.compile(r"(/projects/|/result/|/proposals/)(?!new$)[^/]+")
TEXTS = {
    "email": "somebody@example.org",
    "password": PASSWORD,
    "number": "2",
    "date": "1990-01-01",
}


@dataclass(frozen=True)
class Field:
    """One field, with what a browser would send."""

    name: str
    kind: str
    value: str

    @property
    def is_typed(self) -> bool:
        """Whether a person types here."""
        return self.kind in TYPED


@dataclass
class Form:
    """A form of a page."""

    page: str
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def shape(self) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(sorted({each.name for each in self.fields}))

    def sent(self, **changed: str | bytes) -> bytes:
        """The body, with some fields holding something else."""
        pairs: list[tuple[str, str | bytes]] = [
            (each.name, changed.get(each.name, each.value)) for each in self.fields
        ]
        return urlencode(pairs).encode()


class _Reader(HTMLParser):
    """Reads links and forms out of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        """A link, a form, or something in a form."""
        attrs = {name: value or "" for name, value in given}
        if tag == "a" and "href" in attrs:
            self.links.append(self._place(attrs["href"]))
        elif tag == "form":
            method = attrs.get("method", "get").upper()
            action = self._place(attrs.get("action") or self.address)
            self._form = Form(self.address, action, method)
            self.forms.append(self._form)
        elif self._form is not None:
            self._meet(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """What comes after is outside."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def _meet(self, tag: str, attrs: dict[str, str]) -> None:
        name, value = attrs.get("name", ""), attrs.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and value:
            self._keep_first(self._select, "select", value)
        elif tag == "textarea":
            self._add(name, "textarea", "Some words")
        elif tag == "input":
            kind = attrs.get("type", "text")
            if kind == "radio":
                self._keep_first(name, kind, value)
            elif kind not in ("submit", "image", "file"):
                self._add(name, kind, value or TEXTS.get(kind, "Somebody"))
        elif tag == "button" and name:
            self._keep_first(name, "button", value)

    def _add(self, name: str, kind: str, value: str) -> None:
        # The client carries our token by itself.
        if self._form is not None and name not in ("", TOKEN):
            self._form.fields.append(Field(name, kind, value))

    def _keep_first(self, name: str, kind: str, value: str) -> None:
        if self._form is not None and name not in self._form.shape:
            self._add(name, kind, value)

    def _place(self, address: str) -> str:
        return urldefrag(urljoin(self.address, address)).url


def read(address: str, page: str) -> tuple[list[str], list[Form]]:
    """The links and the forms of a page."""
    reader = _Reader(address)
    reader.feed(page)
    return reader.links, reader.forms


def walk(
    client: Client, starts: Iterable[str], *, under: tuple[str, ...]
) -> dict[str, str]:
    """Every page that is reached by links from these, by its address.

    Only addresses under some paths are followed; of pages that differ by a round, a
    project or a row only the first, whatever else is asked of it. In the booth, at
    its door, among the ideas and after the count no round is like another.
    """
    waiting, seen, pages = list(starts), set[str](), dict[str, str]()
    while waiting:
        address = waiting.pop(0)
        parts = urlsplit(address)
        sort = _ROW.sub(r"\1*", parts.path)
        own = any(word in sort for word in OWN)
        sort = sort if own else _ROUND.sub(r"\1*", sort)
        if parts.netloc or {sort, parts.path} & seen:
            continue
        seen.add(parts.path)
        if not parts.path.startswith(under):
            continue
        answer = client.get(address)
        if answer.location:
            waiting.insert(0, urljoin(address, answer.location))
        if answer.status_code == 200 and answer.mimetype == "text/html":
            seen.add(sort)
            pages[address] = answer.text
            waiting += read(address, answer.text)[0]
    return pages


def forms_of(pages: dict[str, str]) -> list[Form]:
    """The forms on pages; of those with the same fields and one place, the first."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for address, text in pages.items():
        for form in read(address, text)[1]:
            found.setdefault((form.action, form.shape), form)
    return list(found.values())
