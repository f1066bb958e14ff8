"""Refusals of encrypted backups."""


def _(text: str) -> str:
    """Mark for translation; it is translated when it is shown."""
    return text


BACKUPS: dict[str, str] = {
    "backup_key_missing": _(
        "The backup needs the key of %(round)s that is to be destroyed on %(day)s, and"
        " it is not in the folder of the keys. If it has been destroyed, nobody can"
        " open this backup any more."
    ),
    "backup_key_wrong": _(
        "The key of %(round)s in the folder of the keys is another one than the backup"
        " was made with. Nothing was restored."
    ),
    "backup_damaged": _(
        "This is no backup, or it has been cut off or changed. Nothing was restored."
    ),
    "backup_of_another_version": _(
        "The tables of this database are not those of the backup. Install the version"
        " that made it, or make the tables with it. Nothing was restored."
    ),
    "backup_not_empty": _(
        "Something stands in this database already (%(table)s). A backup is restored"
        " into an empty one."
    ),
    "backup_undated": _(
        "For %(round)s a key has to be made. Say on which day it is to be destroyed."
    ),
}
