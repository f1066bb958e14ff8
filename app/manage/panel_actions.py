"""What the log's entries about panels and registers mean, in a sentence each."""


def _(text: str) -> str:
    """Mark for translation; `act` translates when it is shown."""
    return text


PANEL_ACTIONS: dict[str, str] = {
    "register.imported": _(
        "Read register extract %(register)s (%(source)s): %(size)s people;"
        " %(protected)s under protection were left out. It is kept until %(expires_on)s"
    ),
    "register.erased": _("Erased the people of register extract %(register)s"),
    "panel.created": _("Began a panel of %(size)s seats"),
    "panel.edited": _("Edited the panel of %(size)s seats"),
    "panel.targets_set": _("Set the targets of the panel"),
    "wave.planned": _(
        "Planned invitation wave %(wave)s: %(letters)s letters. SHA-256 of the list:"
        " %(list)s"
    ),
    "wave.dropped": _("Took the plan of invitation wave %(wave)s back"),
    "wave.drawn": _(
        'Drew invitation wave %(wave)s by the text "%(seed)s": %(letters)s letters'
    ),
    "invitation_letters.made": _(
        "Made letters %(run)s of invitation wave %(wave)s: %(count)s letters"
    ),
    "invitation_letters.revoked": _(
        "Ended the codes of letters %(run)s of invitation wave %(wave)s"
    ),
}
