"""Refusals of budget rounds."""

from app.messages.allocation import ALLOCATION


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


VOTING: dict[str, str] = {
    **ALLOCATION,
    "round_not_sealed": _(
        "The ballots have not been sealed yet. They can be counted after that."
    ),
    "round_not_counted": _(
        "There is no result yet. Count the ballots first, then publish."
    ),
    "result_already_public": _(
        "The result has been published already. Nothing was done a second time."
    ),
    "result_not_proven": _(
        "The result is the best that was found in time, not proven to be the best"
        " there is. Another official must sign it before it can be published."
    ),
    "signature_of_the_author": _(
        "The second signature must come from somebody other than the person who"
        " asked for the count."
    ),
    "result_already_signed": _("You have signed this result already."),
    "embargo_in_the_past": _(
        "The embargo must end later than now. Leave the field empty to publish at once."
    ),
    "area_column_unknown": _(
        "The file was not read. Its projects have no column %(column)s;"
        " they have %(columns)s. Nothing was stored."
    ),
    "pb_unstorable": _(
        "The file was not read. Line %(line)s holds a zero byte, or a project id of"
        " more than 120 characters. Nothing was stored."
    ),
    "result_not_public": _(
        "The result has not been published yet. Before that nothing leaves the ballot"
        " box."
    ),
}
