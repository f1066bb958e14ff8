"""verify.py and the engine count small random rounds alike, whatever the rule."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from voting.manifest import RuleManifest
from voting.profile import BallotType
from voting.recount import verify
from voting.rules import run

Round = tuple[dict[str, Any], list[list[list[Any]]]]
few = settings(max_examples=60)


@st.composite
def rounds(draw: st.DrawFn) -> Round:
    """A manifest with areas, themes and relations, and up to nine ballots."""
    names = [f"p{n}" for n in range(draw(st.integers(1, 6)))]
    scale = draw(st.sampled_from([1, 100]))
    money = draw(st.sampled_from([[None], [5, 7], [None, 6], [9, 9]]))
    limits = draw(st.sampled_from([[], [(0, 6)], [(2, None), (0, 5)]]))
    themes = [None, *(f"t{n}" for n in range(len(limits)))]
    pairs = [[a, b] for n, a in enumerate(names) for b in names[:n]]
    related = st.lists(st.sampled_from(pairs), max_size=2) if pairs else st.just([])
    kind = draw(st.sampled_from(list(BallotType)))
    choice = st.tuples(st.sampled_from(names), st.integers(0, 3)).map(list)
    most = 1 if kind is BallotType.CHOOSE_1 else 6
    document = {
        "format": "puistokatu-manifest/1",
        "round": "small",
        "version": 1,
        "title": {},
        "currency": "EUR",
        "unit": draw(st.sampled_from([1, 2, 100])),
        "budget": draw(st.integers(0, 16)) * scale,
        "opens": None,
        "closes": None,
        "areas": [
            {"slug": f"a{n}", "name": {}, "kind": "free", "population": 1}
            | {"budget": None if most_ is None else most_ * scale}
            for n, most_ in enumerate(money)
        ],
        "themes": [
            {"slug": f"t{n}", "name": {}, "minimum": least * scale}
            | {"maximum": None if most_ is None else most_ * scale}
            for n, (least, most_) in enumerate(limits)
        ],
        "projects": [
            {
                "code": name,
                "title": {},
                "cost": draw(st.integers(0, 7)) * scale,
                "area": f"a{draw(st.integers(0, len(money) - 1))}",
                "theme": draw(st.sampled_from(themes)),
            }
            for name in names
        ],
        "ballot": {"type": kind.value},
        "eligibility": {},
        "conflicts": draw(related),
        "needs": draw(related),
    }
    ballots = draw(st.lists(st.lists(choice, max_size=most), max_size=9))
    return document, ballots


COMMON: dict[str, st.SearchStrategy[Any]] = {
    "satisfaction": st.sampled_from(["votes", "cost", "points"]),
    "threshold": st.integers(0, 3),
    "share": st.integers(1, 3),
    "ties": st.permutations(["cost", "votes", "order", "draw"]).map(lambda t: t[:2]),
    "seed": st.sampled_from(["", "dice"]),
}
OWN: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "greedy": {
        "variant": st.sampled_from(["skip", "no-skip"]),
        "order": st.sampled_from(["total", "per-cost"]),
    },
    "max-welfare": {},
    "equal-shares": {
        "completion": st.sampled_from(["none", "add1", "add1u", "greedy"]),
        "comparison": st.booleans(),
        "practice": st.sampled_from(["cities", "books"]),
    },
    "phragmen": {},
}


def tried(rule: str, round_: Round, parameters: dict[str, Any]) -> None:
    document, ballots = round_
    document = {**document, "rule": rule, "rule_parameters": parameters}
    try:
        manifest = RuleManifest.from_text(json.dumps(document))
        outcome = run(rule, manifest.profile(ballots), parameters).to_json()
    except DomainError:
        return
    bundle = verify.Bundle({"result.json": b""}, seconds=60)
    bundle.manifest, bundle.outcome = document, json.loads(json.dumps(outcome))
    bundle.round = found = verify.Round(document, ballots)
    verify.recount(bundle)
    assert (bundle.wrong, bundle.unproven) == ([], [])
    if rule == "equal-shares":
        # Without time to raise the shares, the published ones give the same.
        bundle.seconds = -1
        verify.recount(bundle)
        assert bundle.wrong == []
    if rule == "max-welfare":
        # Whatever is claimed, the search ends at the one set that the rule takes.
        funded = set(outcome["funded"])
        for claimed in (set(), *(funded - {lost} for lost in funded)):
            assert verify.a_better_set(found, claimed, seconds=60) == funded
    assert sum(found.gain[p] for p in outcome["funded"]) == outcome["objective"]
    used = {k: v for k, v in outcome["parameters"].items() if k in found.rules}
    assert used == {key: found.rules[key] for key in used}


@pytest.mark.parametrize("rule", OWN)
def test_the_recount_is_the_engines(rule: str) -> None:
    @few
    @given(rounds(), st.fixed_dictionaries({}, optional={**COMMON, **OWN[rule]}))
    def same(round_: Round, parameters: dict[str, Any]) -> None:
        tried(rule, round_, parameters)

    same()
