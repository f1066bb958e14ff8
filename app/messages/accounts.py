"""Refusals of the account and staff pages."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


ACCOUNTS = {
    "refused": _("This cannot be done."),
    "link_invalid": _("This link does not work any more."),
    "password_wrong": _("The password is wrong."),
    "code_wrong": _("The code is wrong or has been used."),
    "too_many_attempts": _("Wait %(seconds)s seconds and try again."),
    "second_factor_compulsory": _("Officials cannot remove their second factor."),
    "last_administrator": _(
        "Somebody must remain who can let others in. Make another person an "
        "administrator first."
    ),
    "no_longer_administrator": _(
        "You are not an administrator any more. Nothing was changed."
    ),
    "grant_exists": _("The person has this role already."),
    "scope_invalid": _("This role cannot be given there."),
    "log_in_first": _("This invitation is for an account. Log in with it first."),
    "cannot_reset_own_factor": _(
        "Another administrator must reset your second factor."
    ),
}
