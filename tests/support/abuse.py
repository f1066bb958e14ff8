"""Attacks on every page and form that a town's visitors come to see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from tests.factories.town import Town, Visitor
from tests.support.client import Client
from tests.support.forms import Form, forms_of, walk

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

LANG = "sv"
FORM = "application/x-www-form-urlencoded"
SECTIONS = ("rounds", "accounts")
FAULT = 500


@dataclass(frozen=True)
class Met:
    """A form, who found it, and the view that it is sent to."""

    endpoint: str
    visitor: Visitor
    form: Form


@dataclass
class Siege:
    """A town, a browser, and everything that there is to be attacked."""

    app: Flask
    client: Client
    connection: Connection
    town: Town

    @property
    def adapter(self) -> MapAdapter:
        """Finds the view of an address."""
        return self.app.url_map.bind("localhost")

    def walk(self, name: str) -> dict[str, str]:
        """The pages that a visitor comes to, by links and by what he knows."""
        visitor = self.town.visitors[name]
        visitor.arrive(self.client)
        starts = [*visitor.starts]
        if name in ("voter", "letter", "helped"):
            starts += self.addresses(visitor)
        under = visitor.under or (f"/{LANG}/rounds/letters/",)
        return walk(self.client, starts, under=under)

    def addresses(self, visitor: Visitor) -> list[str]:
        """Every page of the town's rounds that stands under no row of anything."""
        slugs = ["letters"] if visitor.cookie else self.town.slugs
        return [
            self.adapter.build(route.endpoint, {"lang": LANG, "slug": slug})
            for route in self.app.url_map.iter_rules()
            for slug in slugs
            if route.endpoint.startswith("rounds.")
            and "GET" in (route.methods or ())
            and route.arguments == {"lang", "slug"}
        ]

    def forms(self) -> list[Met]:
        """One form of each shape for each view, as somebody found it."""
        found: dict[tuple[str, tuple[str, ...]], Met] = {}
        for name, visitor in self.town.visitors.items():
            for form in forms_of(self.walk(name)):
                endpoint = self.endpoint(form.action, form.method)
                if endpoint.startswith(SECTIONS):
                    met = Met(endpoint, visitor, form)
                    found.setdefault((endpoint, form.shape), met)
        return list(found.values())

    def endpoint(self, address: str, method: str = "GET") -> str:
        """The name of the view behind an address; empty where there is none."""
        try:
            return str(self.adapter.match(address.partition("?")[0], method)[0])
        except (HTTPException, RequestRedirect):
            return ""

    def send(self, met: Met, **changed: str | bytes) -> "TestResponse":
        """The form, with some fields holding something else."""
        met.visitor.arrive(self.client)
        body = met.form.sent(**changed)
        if met.form.method == "GET":
            address = met.form.action.partition("?")[0]
            return self.client.get(f"{address}?{body.decode()}")
        return self.client.post(met.form.action, data=body, content_type=FORM)

    @contextmanager
    def forgotten(self) -> Iterator[None]:
        """What happens in here has never been."""
        self.client.session.commit()
        point = self.connection.begin_nested()
        try:
            yield
        finally:
            self.client.session.rollback()
            point.rollback()


def fault_of(answer: "TestResponse") -> str | None:
    """What is wrong with an answer, if anything: it is a page in Swedish, or a way."""
    if answer.status_code >= FAULT:
        return f"answered {answer.status_code}"
    if answer.location:
        away = not answer.location.startswith("/") or answer.location.startswith("//")
        return f"leads to {answer.location}" if away else None
    if answer.mimetype != "text/html" or answer.status_code == 204:
        return None
    whole = f'<html lang="{LANG}">' in answer.text and "</main>" in answer.text
    return None if whole else f"{answer.status_code} without a page in Swedish"
