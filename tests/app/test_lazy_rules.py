"""Rules that are compiled late write what Werkzeug's own write."""

from flask import Flask
from werkzeug.routing import Map, Rule

from app.addresses import LazyRule


def both(text: str, **values: object) -> list[str]:
    """An address as our rule writes it, and as Werkzeug's does, each twice."""
    found = []
    for kind in (LazyRule, Rule):
        there = Map([kind(text, endpoint="page")]).bind("localhost")
        found += [there.build("page", values) for _ in range(2)]
    return found


def test_every_rule_of_ours_is_lazy(app: Flask) -> None:
    other = [each for each in app.url_map.iter_rules() if type(each) is not LazyRule]
    # Flask and Bootstrap add theirs before anybody can say how.
    assert {each.endpoint for each in other} == {"static", "bootstrap.static"}


def test_an_address_is_the_same_the_first_time_and_later() -> None:
    for text, values in (
        ("/<lang>/rounds/<slug>", {"lang": "fi", "slug": "ä b/c"}),
        ("/<lang>/rounds/<slug>", {"lang": "fi", "slug": "one", "page": [2, 3]}),
        # Names that are the builder's own parameters.
        ("/<rule>/<self>/<values>", {"rule": 1, "self": 2, "values": 3}),
        ("/plain", {}),
    ):
        assert len(set(both(text, **values))) == 1
    assert both("/<a>", a="1", b="2")[0] == "/1?b=2"
