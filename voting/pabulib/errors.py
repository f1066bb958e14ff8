"""What is wrong with a .pb file: a code, its line, and what the sentence names."""

from typing import ClassVar

from core.errors import DomainError


class PbError(DomainError):
    """A fault of a .pb file; params: line, and what the subclass names."""

    code: ClassVar[str] = "pb_error"


class FileUnreadable(PbError):
    """No such file, a folder, or no right to read it; params: file."""

    code: ClassVar[str] = "file_unreadable"


class FolderWithoutElections(PbError):
    """No .pb file in a folder, or below it; params: folder."""

    code: ClassVar[str] = "folder_without_elections"


class FileTooLarge(PbError):
    """More than the reader takes; params: megabytes."""

    code: ClassVar[str] = "file_too_large"


class FileNotUtf8(PbError):
    """Bytes that are no UTF-8; params: line."""

    code: ClassVar[str] = "file_not_utf8"


class PbWrongSection(PbError):
    """META, PROJECTS or VOTES is not where it belongs; params: line, section."""

    code: ClassVar[str] = "pb_wrong_section"


class PbWrongHeader(PbError):
    """Columns missing or twice; params: line, section, names."""

    code: ClassVar[str] = "pb_wrong_header"


class PbRowLength(PbError):
    """A row with too few or too many cells; params: line, cells, wanted."""

    code: ClassVar[str] = "pb_row_length"


class PbBrokenQuotes(PbError):
    """Quotes that do not close, or an endless cell; params: line."""

    code: ClassVar[str] = "pb_broken_quotes"


class PbDuplicateKey(PbError):
    """A META key twice; params: line, key."""

    code: ClassVar[str] = "pb_duplicate_key"


class PbMissingKey(PbError):
    """META lacks a key without which nothing works; params: line, key."""

    code: ClassVar[str] = "pb_missing_key"


class PbUnknownVoteType(PbError):
    """A vote_type that the format does not have; params: line, value."""

    code: ClassVar[str] = "pb_unknown_vote_type"


class PbNotANumber(PbError):
    """An amount that is no number; params: line, value."""

    code: ClassVar[str] = "pb_not_a_number"


class PbNumberTooLarge(PbError):
    """More digits than we can add up exactly; params: line."""

    code: ClassVar[str] = "pb_number_too_large"


class PbNegativeBudget(PbError):
    """A budget below zero; params: line."""

    code: ClassVar[str] = "pb_negative_budget"


class PbNegativeCost(PbError):
    """A cost below zero; params: line, project."""

    code: ClassVar[str] = "pb_negative_cost"


class PbDuplicateProject(PbError):
    """A project id twice, empty, or with a comma; params: line, project."""

    code: ClassVar[str] = "pb_duplicate_project"


class PbUnknownProject(PbError):
    """A vote for a project that PROJECTS lacks; params: line, project."""

    code: ClassVar[str] = "pb_unknown_project"


class PbOneProjectOnly(PbError):
    """Several projects in a choose-1 ballot; params: line."""

    code: ClassVar[str] = "pb_one_project_only"


class PbBadPoints(PbError):
    """Points that are no whole numbers, one per project; params: line."""

    code: ClassVar[str] = "pb_bad_points"


class PbDuplicateVoter(PbError):
    """A voter twice; params: line, voter."""

    code: ClassVar[str] = "pb_duplicate_voter"


class PbTooManyVotes(PbError):
    """More votes than the reader takes; params: line, most."""

    code: ClassVar[str] = "pb_too_many_votes"


class PbUnstorable(PbError):
    """A zero byte, or a project id longer than a database column; params: line."""

    code: ClassVar[str] = "pb_unstorable"
