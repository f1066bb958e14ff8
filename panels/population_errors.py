"""What can be wrong with a population table, and with the quotas made of it."""

from core.errors import DomainError


class PopulationUnreadable(DomainError):
    """The file is neither a table of counts nor JSON-stat. No params."""

    code = "population_unreadable"


class PopulationTooLarge(DomainError):
    """The table has more cells than we read. params: cells, most."""

    code = "population_too_large"


class DimensionContradicts(DomainError):
    """A dimension's categories and the table's size disagree. params: dimension."""

    code = "dimension_contradicts"


class DimensionUnknown(DomainError):
    """The table has no such dimension. params: dimension, known."""

    code = "dimension_unknown"


class CategoryUnknown(DomainError):
    """The dimension has no such category. params: dimension, category, known."""

    code = "category_unknown"


class DimensionNotSettled(DomainError):
    """The table counts several things. params: dimension, known (one to choose)."""

    code = "dimension_not_settled"


class CountInvalid(DomainError):
    """A count is missing, negative or no whole number. params: feature, value."""

    code = "count_invalid"


class CountLineInvalid(DomainError):
    """A line of a table of counts cannot be used. params: line, count."""

    code = "count_line_invalid"


class ValueTwice(DomainError):
    """A value of a feature is counted twice. params: line, feature, value."""

    code = "value_twice"


class FeatureEmpty(DomainError):
    """A feature has nobody in any of its values. params: feature."""

    code = "feature_empty"


class QuotasContradictSize(DomainError):
    """Minima above, or maxima below, the seats. params: feature, least, most, size."""

    code = "quotas_contradict_size"


class BandCutsValue(DomainError):
    """An age band begins inside a value's ages. params: feature, value, first."""

    code = "band_cuts_value"
