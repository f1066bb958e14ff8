"""The account pages, one file for each thing that a person comes to do."""

from app.accounts.pages import (
    confirm_email,
    forgot,
    invitation,
    log_in,
    second_factor,
    settings,
    sign_up,
)

__all__ = [
    "confirm_email",
    "forgot",
    "invitation",
    "log_in",
    "second_factor",
    "settings",
    "sign_up",
]
