"""A population table in whatever format it comes, and the features chosen from it."""

from collections.abc import Mapping, Sequence

from panels.jsonstat import Cube, plain, read_cubes
from panels.population import (
    Feature,
    Population,
    in_bands,
    population_of_csv,
    population_of_cube,
)
from panels.population_errors import DimensionUnknown


def population_of_table(
    text: str, features: Sequence[str] = (), where: Mapping[str, str] | None = None
) -> Population:
    """CSV (feature, value, count) or JSON-stat; without `features`, all it has.

    Raises:
        PopulationUnreadable: it is neither.
        DimensionUnknown: a feature is not there.
        others: see `population_of_csv` and `population_of_cube`.
    """
    where = where or {}
    if not text.lstrip().startswith("{"):
        whole = population_of_csv(text)
        if not features:
            return whole
        return Population(tuple(_feature(whole, name) for name in features))
    cube = _cube_with(read_cubes(text), features)
    kept = features or [
        one.code
        for one in cube.dimensions
        if not one.role and one.code not in where and len(one.categories) > 1
    ]
    return population_of_cube(cube, kept, where)


def banded(population: Population, name: str, firsts: Sequence[int]) -> Population:
    """The population with the ages of one feature put together into bands.

    Raises:
        DimensionUnknown: there is no such feature.
        BandCutsValue: a band would begin in the middle of a value's ages.
    """
    old = _feature(population, name)
    return Population(
        tuple(
            in_bands(one, firsts) if one is old else one for one in population.features
        )
    )


def _cube_with(cubes: Sequence[Cube], features: Sequence[str]) -> Cube:
    """The first of a file's tables that has all the features."""
    for cube in cubes:
        names = {plain(n) for one in cube.dimensions for n in (one.code, one.label)}
        if all(plain(feature) in names for feature in features):
            return cube
    return cubes[0]


def _feature(population: Population, name: str) -> Feature:
    for feature in population.features:
        if plain(feature.name) == plain(name):
            return feature
    raise DimensionUnknown(
        dimension=name, known=[one.name for one in population.features]
    )
