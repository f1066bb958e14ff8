"""Is my ballot among the counted ones? A receipt's codes against the published list.

Nothing is kept of what is asked, and an answer shows no choices: whoever forces a
voter to show a code learns that there was a vote, and no more.
"""

import re

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length, ValidationError

from app.access import everyone
from app.extensions import clock, db
from app.fields import is_text, tidy
from app.rounds.blueprint import bp
from app.rounds.visible import visible_round
from core.codes import normalized_code
from voting.models import Area, Round, Stage
from voting.opening import current_manifest
from voting.receipts import counted_among
from voting.results import is_open

MOST_CODES = 50
_BETWEEN = re.compile(r"[\n,;]+")


class CheckForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """The codes of a receipt."""

    codes = TextAreaField(
        _l("The codes on your receipt"),
        filters=[tidy],
        validators=[Length(max=5000), is_text],
    )

    def validate_codes(self, _field: TextAreaField) -> None:
        """Name the first code that cannot be one of ours."""
        written = self.written()
        if not written:
            raise ValidationError(_("Write the codes from your receipt."))
        if len(written) > MOST_CODES:
            raise ValidationError(
                _("At most %(number)s codes at a time.", number=MOST_CODES)
            )
        for text in written:
            if normalized_code(text) is None:
                raise ValidationError(
                    _(
                        "%(code)s is not a code of ours: a character is missing or"
                        " mistyped. Compare it with your receipt.",
                        code=text[:40],
                    )
                )

    def written(self) -> list[str]:
        """What was typed, code by code, each once."""
        texts = (text.strip() for text in _BETWEEN.split(self.codes.data or ""))
        return list(dict.fromkeys(text for text in texts if text))


@bp.get("/<slug>/check")
@everyone
def check_ballot(slug: str) -> ResponseReturnValue:
    """The question, or when it can be asked."""
    return _page(_voted_round(slug), CheckForm())


@bp.post("/<slug>/check")
@everyone
def submit_check(slug: str) -> ResponseReturnValue:
    """The answer, code by code; by POST, so that no address or log holds a code."""
    round_ = _voted_round(slug)
    if not _is_published(round_):
        return _page(round_, CheckForm()), 409
    form = CheckForm()
    if not form.validate_on_submit():
        return _page(round_, form), 422
    codes = [code for text in form.written() if (code := normalized_code(text))]
    found = counted_among(db.session(), round_, codes)
    return _page(round_, form, [(code, found.get(code)) for code in codes])


def _voted_round(slug: str) -> Round:
    """A round with receipts: its ballots were cast here, or are being cast."""
    round_ = visible_round(slug)
    if round_.stage.order < Stage.VOTING.order:
        abort(404)
    if current_manifest(db.session(), round_).eligibility.source == "published_file":
        abort(404)
    return round_


def _is_published(round_: Round) -> bool:
    now = clock().now(db.session())
    return round_.stage is Stage.PUBLIC and is_open(round_, now)


def _page(
    round_: Round, form: CheckForm, answers: list[tuple[str, Area | None]] | None = None
) -> str:
    return render_template(
        "rounds/check_ballot.html",
        round=round_,
        form=form,
        is_published=_is_published(round_),
        answers=answers or [],
    )
