"""What a caller of `panels/` can get wrong; codes, never prose."""

from core.errors import DomainError


class TableInvalid(DomainError):
    """A file is no table that we can read. params: file, line, what."""

    code = "table_invalid"


class TargetsInvalid(DomainError):
    """The quotas cannot be read, or contradict themselves. params: file, line, what."""

    code = "targets_invalid"


class PoolInvalid(DomainError):
    """The volunteers' table cannot be read. params: file, line, what."""

    code = "pool_invalid"


class FeatureMissing(DomainError):
    """The pool has no column for a feature. params: file, feature, columns."""

    code = "feature_missing"


class ValueUnknown(DomainError):
    """A volunteer has a value without a quota.

    params: file, line, feature, value, nearest (a spelling to suggest), values.
    """

    code = "value_unknown"


class PoolTooSmall(DomainError):
    """There are fewer volunteers than seats. params: pool (households), size."""

    code = "pool_too_small"


class LotteryUnknown(DomainError):
    """There is no lottery of this name. params: lottery, known."""

    code = "lottery_unknown"


class QuotasInfeasible(DomainError):
    """No panel meets the quotas. params: relaxation, the least change that helps.

    Each entry of the list holds feature, value, min, max, new_min and new_max; the
    list is empty where no change within the stated flexibility helps.
    """

    code = "quotas_infeasible"
