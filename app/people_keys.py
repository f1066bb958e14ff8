"""The panels' key, for pages, jobs and commands."""

from flask import current_app

from panels.keys import PeopleKeys, load_people_keys


def panel_keys() -> PeopleKeys:
    """From the folder of the keys.

    Raises:
        PeopleKeyMissing: it is not there.
    """
    return load_people_keys(current_app.extensions["puistokatu"].key_dir)
