"""Write a profile as a .pb file that pabulib-checker accepts."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from voting.pabulib.errors import PbDuplicateProject, PbMissingKey
from voting.profile import BallotType, LimitKind, Profile

# The order that the format asks for.
FIRST = (
    "description",
    "country",
    "unit",
    "district",
    "subunit",
    "instance",
    "num_projects",
    "num_votes",
    "budget",
    "vote_type",
    "rule",
    "date_begin",
    "date_end",
    "min_length",
    "max_length",
    "min_sum_cost",
    "max_sum_cost",
    "min_points",
    "max_points",
    "min_sum_points",
    "max_sum_points",
    "default_score",
    "min_project_cost",
    "max_project_cost",
    "min_project_score_threshold",
    "neighborhoods",
    "subdistricts",
    "categories",
    "edition",
    "language",
    "currency",
    "fully_funded",
    "experimental",
    "comment",
    "acknowledgments",
    "leftover_budget",
    "budget_per_category",
    "budget_per_neighborhood",
)
COLUMNS = (
    "name",
    "category",
    "beneficiaries",
    "selected",
    "neighborhood",
    "subunit",
    "district",
    "description",
)
OBLIGATORY = (
    "description",
    "country",
    "unit",
    "instance",
    "rule",
    "date_begin",
    "date_end",
)
LISTS = {LimitKind.AREA: "neighborhood", LimitKind.THEME: "category"}
PLURAL = {LimitKind.AREA: "neighborhoods", LimitKind.THEME: "categories"}


def write_election(
    profile: Profile,
    *,
    meta: Mapping[str, str],
    columns: Mapping[str, Sequence[str]] | None = None,
    selected: Collection[str] | None = None,
) -> str:
    """The text of a .pb file; read again, it gives an equal profile.

    Voters are numbered 1, 2, ... over the sorted ballots, so nothing of the order in
    which people voted is left. Ceilings of areas and themes are written where every
    project is in at most one of a kind; conflicts, needs and minima have no place in
    the format. `columns` are further columns of PROJECTS, aligned with the projects.

    Raises:
        PbMissingKey: `meta` lacks description, country, unit, instance, rule,
            date_begin or date_end.
        PbDuplicateProject: an id with a comma or outer spaces in it.
    """
    for key in OBLIGATORY:
        if not meta.get(key):
            raise PbMissingKey(line=1, key=key)
    for name in profile.projects:
        if not name or "," in name or name != name.strip():
            raise PbDuplicateProject(line=1, project=name)
    buffer = io.StringIO(newline="")
    out = csv.writer(buffer, delimiter=";", lineterminator="\n")
    out.writerow(["META"])
    out.writerow(["key", "value"])
    out.writerows(_meta(profile, meta))
    out.writerow(["PROJECTS"])
    out.writerows(_projects(profile, columns or {}, selected))
    out.writerow(["VOTES"])
    out.writerows(_votes(profile))
    return buffer.getvalue()


def _meta(profile: Profile, given: Mapping[str, str]) -> list[tuple[str, str]]:
    meta = {**_points(profile), **given}
    meta |= {
        "num_projects": str(len(profile.projects)),
        "num_votes": str(profile.voters),
        "budget": _amount(profile.budget, profile.unit),
        "vote_type": profile.ballot_type.value,
    }
    for kind, column in LISTS.items():
        limits = [x for x in profile.limits if x.kind is kind and x.maximum is not None]
        if limits and _disjoint(profile, kind):
            meta[PLURAL[kind]] = ",".join(limit.name for limit in limits)
            meta[f"budget_per_{column}"] = ",".join(
                _amount(limit.maximum or 0, profile.unit) for limit in limits
            )
    order = {key: n for n, key in enumerate(FIRST)}
    keys = sorted(meta, key=lambda key: order.get(key, len(order)))
    return [(key, " ".join(meta[key].split())) for key in keys]


def _points(profile: Profile) -> dict[str, str]:
    """The format asks for a limit of points; what was given at most is one."""
    if profile.ballot_type is not BallotType.CUMULATIVE:
        return {}
    ends = zip(profile.indptr, profile.indptr[1:], strict=False)
    sums = [int(profile.points[a:b].sum()) for a, b in ends]
    return {"max_sum_points": str(max(sums, default=0))}


def _disjoint(profile: Profile, kind: LimitKind) -> bool:
    limits = [limit for limit in profile.limits if limit.kind is kind]
    members = [i for limit in limits for i in limit.projects]
    names = [limit.name for limit in limits]
    plain = all(name and "," not in name for name in names)
    return plain and len(members) == len(set(members))


def _projects(
    profile: Profile,
    columns: Mapping[str, Sequence[str]],
    selected: Collection[str] | None,
) -> Iterator[list[str]]:
    extra: dict[str, Sequence[str]] = dict(columns)
    if selected is not None:
        extra["selected"] = [str(int(p in selected)) for p in profile.projects]
    for kind, column in LISTS.items():
        limits = [limit for limit in profile.limits if limit.kind is kind]
        if limits and _disjoint(profile, kind):
            of = {i: limit.name for limit in limits for i in limit.projects}
            places = range(len(profile.projects))
            extra[column] = [of.get(i, "") for i in places]
    place = {name: n for n, name in enumerate(COLUMNS)}
    names = sorted(extra, key=lambda name: place.get(name, len(place)))
    score = ["score"] if profile.ballot_type.has_score else []
    yield ["project_id", "cost", "votes", *score, *names]
    for i, name in enumerate(profile.projects):
        cost = _amount(int(profile.costs[i]), profile.unit)
        points = [str(int(profile.score[i]))] if score else []
        cells = [
            " ".join(column[i].split()) for column in map(extra.__getitem__, names)
        ]
        yield [name, cost, str(int(profile.votes[i])), *points, *cells]


def _votes(profile: Profile) -> Iterator[list[str]]:
    given = profile.ballot_type in (BallotType.CUMULATIVE, BallotType.SCORING)
    yield ["voter_id", "vote", *(["points"] if given else [])]
    voter = 0
    ends = profile.indptr.tolist()
    indices, points = profile.indices.tolist(), profile.points.tolist()
    for n, weight in enumerate(profile.weights.tolist()):
        places = range(ends[n], ends[n + 1])
        if given:
            # The format asks for falling points.
            places_ = sorted(places, key=lambda c: (-points[c], indices[c]))
        else:
            places_ = list(places)
        cells = [",".join(profile.projects[indices[c]] for c in places_)]
        if given:
            cells.append(",".join(str(points[c]) for c in places_))
        for _ in range(weight):
            voter += 1
            yield [str(voter), *cells]


def _amount(amount: int, unit: int) -> str:
    """In the currency's own unit, without needless zeros."""
    if amount % unit == 0:
        return str(amount // unit)
    return f"{(Decimal(amount) / unit).normalize():f}"
