"""Refusals where two people decide about signs that something is wrong."""


def _(text: str) -> str:
    """Mark for translation; it is translated when it is shown."""
    return text


ANOMALIES: dict[str, str] = {
    "sign_unknown": _("This sign is not there any more. Look at the list again."),
    "sign_decided": _(
        "Somebody has proposed or decided something about this sign already."
    ),
    "nobody_to_exclude": _("No vote belongs to this sign, so none can be left out."),
    "decision_of_the_proposer": _(
        "You have proposed this yourself. Another official has to confirm it."
    ),
    "decision_closed": _("This has been decided already, perhaps by another official."),
    "decision_not_now": _(
        "Signs are decided about after the vote has been closed and before the ballots"
        " are reconciled."
    ),
    "decision_too_late": _(
        "By the rules of the round, decisions could be made until %(day)s. What was not"
        " decided by then is counted."
    ),
    "proposals_open": _(
        "A proposal to decide about a sign waits for another official (%(count)s in"
        " all). Confirm or reject it first."
    ),
    "network_invalid": _('This is not an address of a network: "%(value)s".'),
}
