"""What a caller of `panels/` can get wrong; codes, never prose."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import DomainError


class TableTooLarge(DomainError):
    """A file is larger than we read. params: file."""

    code = "table_too_large"


class TableNotText(DomainError):
    """A file is no UTF-8 text. params: file, line."""

    code = "table_not_text"


class TableUnreadable(DomainError):
    """A file cannot be opened. params: file, reason (the system's words)."""

    code = "table_unreadable"


class TableEmpty(DomainError):
    """A file has no line with anything in it. params: file."""

    code = "table_empty"


class TableQuotesBroken(DomainError):
    """Quotation marks do not end, or stand where they cannot. params: file, line."""

    code = "table_quotes_broken"


class ColumnTwice(DomainError):
    """Two columns have one name. params: file, column."""

    code = "table_column_twice"


class CellsMiscounted(DomainError):
    """A line has more or fewer cells than the header. params: file, line, cells, head.

    `head` is the number of the header's cells.
    """

    code = "table_cells_miscounted"


class TargetColumnsMissing(DomainError):
    """A file of quotas lacks columns. params: file, columns (that it has)."""

    code = "target_columns_missing"


class TargetsEmpty(DomainError):
    """A file of quotas holds none. params: file."""

    code = "targets_empty"


class TargetNameless(DomainError):
    """A quota's feature or value is empty. params: file, line."""

    code = "target_nameless"


class TargetTwice(DomainError):
    """A value has two quotas. params: file, line, first (line), feature, value."""

    code = "target_twice"


class TargetNotWhole(DomainError):
    """A number of seats is none. params: file, line, column, text."""

    code = "target_not_whole"


class TargetBackwards(DomainError):
    """A minimum is above its maximum.

    params: file, line, feature, value, least, most.
    """

    code = "target_backwards"


class TargetFlexNarrow(DomainError):
    """A flexibility is narrower than its quota. params: file, line, feature, value."""

    code = "target_flex_narrow"


class VolunteersNone(DomainError):
    """A file of volunteers holds none. params: file."""

    code = "volunteers_none"


class VolunteerTwice(DomainError):
    """An id is there twice. params: file, line, first (its line), person."""

    code = "volunteer_twice"


class FeatureMissing(DomainError):
    """The pool has no column for a feature. params: file, feature, columns."""

    code = "feature_missing"


class FeatureMisspelt(DomainError):
    """The pool has only a column of a similar name. params: file, feature, nearest."""

    code = "feature_misspelt"


class ValueMissing(DomainError):
    """A volunteer's cell of a feature is empty. params: file, line, feature."""

    code = "value_missing"


class ValueUnknown(DomainError):
    """A volunteer has a value without a quota.

    params: file, line, feature, value, values.
    """

    code = "value_unknown"


class ValueMisspelt(DomainError):
    """A volunteer's value is spelt almost like one that has a quota.

    params: file, line, feature, value, nearest, values.
    """

    code = "value_misspelt"


class PoolTooSmall(DomainError):
    """There are fewer volunteers than seats. params: pool (households), size."""

    code = "pool_too_small"


class PersonUnknown(DomainError):
    """Who must be in or out is not in the pool. params: person, nearest (or "")."""

    code = "person_unknown"


class GivenTwice(DomainError):
    """Two of: must be in, must be out, is seated already. params: person."""

    code = "given_twice"


class NothingToDraw(DomainError):
    """All seats are given before the draw. params: given, size."""

    code = "nothing_to_draw"


class LotteryUnknown(DomainError):
    """There is no lottery of this name. params: lottery, known."""

    code = "lottery_unknown"


class QuotasInfeasible(DomainError):
    """No panel meets the quotas. params: relaxation, the least change that helps.

    Each entry of the relaxation holds feature, value, min, max, new_min and new_max; it
    is empty where no change within the stated flexibility helps.

    Attributes:
        contradictions: features whose quotas cannot add up to the seats to draw
            (feature, least, most, size).
        absent: values that the quotas ask for and nobody in the pool has (feature,
            value, min).
    """

    code = "quotas_infeasible"

    def __init__(
        self,
        *,
        relaxation: Sequence[Mapping[str, Any]],
        contradictions: Sequence[Mapping[str, Any]] = (),
        absent: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(relaxation=relaxation)
        self.relaxation = relaxation
        self.contradictions = contradictions
        self.absent = absent


class DiceInvalid(DomainError):
    """Dice that do not decide. params: least (so many are needed)."""

    code = "dice_invalid"


class DrawDecided(DomainError):
    """The number was picked already. params: number (of the panel)."""

    code = "draw_decided"


class ListBroken(DomainError):
    """The published list is not whole. params: file, line (0: none)."""

    code = "list_broken"


class SeedNotPromised(DomainError):
    """The text is not the one whose hash stands in the list. No params."""

    code = "seed_not_promised"
