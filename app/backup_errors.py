"""What is refused at a backup, by code."""

from typing import ClassVar

from core.errors import DomainError


class BackupKeyMissing(DomainError):
    """A key that the file needs is not in the folder; params: round, day."""

    code: ClassVar[str] = "backup_key_missing"


class BackupKeyWrong(DomainError):
    """The folder has another key than the one of the file; params: round, day."""

    code: ClassVar[str] = "backup_key_wrong"


class BackupDamaged(DomainError):
    """No backup of ours, or cut off, or changed."""

    code: ClassVar[str] = "backup_damaged"


class BackupOfAnotherVersion(DomainError):
    """The tables of the database are not those of the backup."""

    code: ClassVar[str] = "backup_of_another_version"


class BackupNotIntoAnEmptyDatabase(DomainError):
    """Something stands in the database already; params: table."""

    code: ClassVar[str] = "backup_not_empty"


class BackupUndated(DomainError):
    """A key is to be made, and nobody has said when it is destroyed; params: round."""

    code: ClassVar[str] = "backup_undated"
