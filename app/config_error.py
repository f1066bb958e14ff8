"""What a wrong setting is reported with."""


class ConfigError(Exception):
    """A setting is missing or makes no sense; the message names the variable."""
