"""The outlines of a round's areas, for the map that residents see."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from app.access import actor, official_of_round
from app.extensions import clock
from app.fields import str_of
from app.locale import content
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.manage.rounds_edit import edit_page
from app.messages import sentence
from app.transaction import transaction
from voting.areas import set_outlines
from voting.place_errors import (
    OutlinesElsewhere,
    OutlinesOfNoArea,
    OutlinesTooLarge,
    OutlinesUnreadable,
)
from voting.places import MOST_BYTES

REFUSALS = (OutlinesElsewhere, OutlinesOfNoArea, OutlinesTooLarge, OutlinesUnreadable)


class OutlinesForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A file of outlines."""

    file = FileField(
        _l("GeoJSON file"), validators=[FileRequired(str_of(_l("Choose a file.")))]
    )


@bp.route("/rounds/<slug>/outlines", methods=["GET", "POST"])
@official_of_round
def outlines(slug: str) -> ResponseReturnValue:
    """Which areas are drawn, and the file that draws them."""
    round_ = the_round(slug)
    form = OutlinesForm()
    if form.validate_on_submit():
        try:
            return _draw(slug, form.file.data.stream.read(MOST_BYTES + 1))
        except REFUSALS as refusal:
            form.file.errors = [sentence(refusal)]
    return edit_page("manage/rounds/outlines.html", form, round_)


def _draw(slug: str, data: bytes) -> ResponseReturnValue:
    with transaction() as session:
        now = clock().now(session)
        missing = set_outlines(session, the_round(slug), data, actor=actor(), now=now)
        names = ", ".join(content(area.name) for area in missing)
    flash(_("Saved."), "success")
    if names:
        flash(_("The file has no outline for: %(areas)s", areas=names), "warning")
    return redirect(url_for("manage.outlines", slug=slug))
