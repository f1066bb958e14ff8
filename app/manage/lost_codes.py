"""Somebody has lost the letter: found on the roll, given a new code on paper."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import actor, official_of_round
from app.extensions import clock, db
from app.mailings import keys_of, make_one
from app.manage.blueprint import bp
from app.manage.desk import desk_of, the_round
from app.manage.forms.letters import LostCodeForm
from app.manage.letters import download
from app.messages import sentence
from core.register.errors import IdentityInvalid
from voting.letter_errors import NoAddress
from voting.models import LetterKind, Round
from voting.roll.finding import MOST_FOUND, Found, find_by_name, find_by_number


@bp.route("/rounds/<slug>/letters/lost", methods=["GET", "POST"])
@official_of_round
def lost_code(slug: str) -> ResponseReturnValue:
    """Who it is; what is typed here is looked for and not kept."""
    round_ = the_round(slug)
    form = LostCodeForm()
    found = _found(round_, form) if form.validate_on_submit() else []
    return _page(round_, form, found)


@bp.post("/rounds/<slug>/letters/lost/new")
@official_of_round
def replace_code(slug: str) -> ResponseReturnValue:
    """The letter for one of those who were found, in this answer only."""
    round_ = the_round(slug)
    form = LostCodeForm()
    found = _found(round_, form) if form.validate_on_submit() else []
    wanted = request.form.get("voter", "")
    for each in found:
        if str(each.voter_id) == wanted and each.letter:
            pdf = make_one(slug, each.voter_id, actor=actor())
            return download(pdf, f"{slug}-letter", LetterKind.PDF)
    return _page(the_round(slug), form, found)


def _found(round_: Round, form: LostCodeForm) -> list[Found]:
    """Those who fit, with an address; if there are none the form says why."""
    session, keys = db.session(), keys_of(round_.slug)
    try:
        if form.number.data:
            found = find_by_number(session, round_, form.number.data, keys=keys)
        else:
            name, year = form.name.data or "", form.year or 0
            found = find_by_name(session, round_, name, year, keys=keys)
    except IdentityInvalid as refusal:
        form.number.errors = [sentence(refusal)]
        return []
    field = form.number if form.number.data else form.name
    if not found:
        field.errors = [_("Nobody on the roll fits.")]
    elif len(found) > MOST_FOUND:
        field.errors = [_("Too many people fit. Ask for the identity code.")]
    elif not any(each.letter for each in found):
        field.errors = [sentence(NoAddress())]
    return [each for each in found if each.letter] if not field.errors else []


def _page(round_: Round, form: LostCodeForm, found: list[Found]) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "manage/letters/lost.html",
        desk=desk_of(session, round_, clock().now(session)),
        round=round_,
        form=form,
        found=found,
    )
    return page, 422 if form.errors else 200
