"""Which rule an imported election is counted by, and what a file calls it."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.elections import FILE, a_file, imported_round
from voting.elections.rules import counts_as_stated, rule_name
from voting.manifest import RuleManifest
from voting.models import Round
from voting.opening import frozen_manifest
from voting.replay.cities import EQUAL_SHARES

SHARES = {"satisfaction": "cost", "threshold": 3}


def manifest_of(session: Session, round_: Round) -> RuleManifest:
    row = frozen_manifest(session, round_)
    assert row is not None
    return RuleManifest.from_text(row.document)


@pytest.mark.parametrize(
    ("stated", "wanted", "rule", "parameters"),
    [
        ("greedy-no-skip", None, "greedy", {"variant": "no-skip", "threshold": 3}),
        ("greedy-threshold", None, "greedy", {"threshold": 3}),
        ("equalshares", None, "equal-shares", SHARES | {"completion": "none"}),
        ("equalshares/add1", None, "equal-shares", SHARES | {"completion": "add1"}),
        (
            "equalshares-comparison",
            None,
            "equal-shares",
            SHARES | {"completion": "none", "comparison": True},
        ),
        (
            "equalshares/add1-comparison",
            "equal-shares",
            "equal-shares",
            SHARES | {"completion": "add1", "comparison": True},
        ),
        ("equalshares/add1", "phragmen", "phragmen", {"threshold": 3}),
        ("equalshares/add1", "greedy", "greedy", {"threshold": 3}),
        ("greedy", "equal-shares", "equal-shares", {"threshold": 3}),
        ("equalshares/add2", None, "greedy", {"threshold": 3}),
        ("unknown", "max-welfare", "max-welfare", {"threshold": 3}),
        ("greedy-no-skip", "max-welfare", "max-welfare", {"threshold": 3}),
    ],
)
def test_the_rule_is_the_files_or_the_one_asked_for(  # noqa: PLR0917 - a table
    session: Session,
    clock: FixedClock,
    stated: str,
    wanted: str | None,
    rule: str,
    parameters: dict[str, object],
) -> None:
    text = a_file(rule=stated, min_project_score_threshold="3")
    round_ = imported_round(session, now=clock.moment, text=text, rule=wanted)
    manifest = manifest_of(session, round_)
    assert (manifest.rule, dict(manifest.rule_parameters)) == (rule, parameters)


def test_equal_shares_of_points_are_not_the_citys_own(
    session: Session, clock: FixedClock
) -> None:
    votes = "voter_id;vote;points\na;3,1;5,2\nb;1;3\nc;;\n"
    text = a_file(
        FILE.partition("voter_id")[0] + votes,
        vote_type="cumulative",
        rule="equalshares",
        budget_per_neighborhood=None,
    )
    plain = manifest_of(session, imported_round(session, now=clock.moment, text=text))
    assert (plain.rule, dict(plain.rule_parameters)) == ("greedy", {})
    round_ = imported_round(session, now=clock.moment, text=text, rule="equal-shares")
    wanted = manifest_of(session, round_)
    assert (wanted.rule, dict(wanted.rule_parameters)) == ("equal-shares", {})
    assert not counts_as_stated("equalshares", wanted)
    assert rule_name(wanted) == "unknown"


@pytest.mark.parametrize("stated", EQUAL_SHARES)
def test_equal_shares_are_written_as_they_were_read(
    session: Session, clock: FixedClock, stated: str
) -> None:
    text = a_file(rule=stated, budget_per_neighborhood=None)
    manifest = manifest_of(
        session, imported_round(session, now=clock.moment, text=text)
    )
    assert rule_name(manifest) == stated
    assert counts_as_stated(stated, manifest)
    assert not counts_as_stated("greedy", manifest)
    areas = replace(manifest.areas[0], budget=1)
    assert rule_name(replace(manifest, areas=(areas,))) == "unknown"


@pytest.mark.parametrize(
    ("rule", "parameters", "name"),
    [
        ("equal-shares", {}, "equalshares"),
        ("equal-shares", {"comparison": "satisfaction"}, "equalshares-comparison"),
        ("equal-shares", {"completion": "add1", "threshold": 5}, "equalshares/add1"),
        ("equal-shares", {"completion": "add1", "practice": "books"}, "unknown"),
        ("equal-shares", {"completion": "add1u"}, "unknown"),
        ("equal-shares", {"completion": "greedy"}, "unknown"),
        ("equal-shares", {"satisfaction": "votes"}, "unknown"),
        ("equal-shares", {"share": 3}, "unknown"),
        ("phragmen", {}, "unknown"),
        ("greedy", {"satisfaction": "cost"}, "unknown"),
        ("greedy", {"threshold": 2}, "greedy-threshold"),
    ],
)
def test_a_rule_has_the_fields_name_only_where_it_is_the_same(
    session: Session,
    clock: FixedClock,
    rule: str,
    parameters: dict[str, object],
    name: str,
) -> None:
    text = a_file(budget_per_neighborhood=None)
    manifest = manifest_of(
        session, imported_round(session, now=clock.moment, text=text)
    )
    ours = replace(manifest, rule=rule, rule_parameters=parameters)
    assert rule_name(ours) == name
