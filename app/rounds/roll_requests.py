"""Somebody misses himself on the roll: a request to the desk, before the vote."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import Email, Length, Optional

from app.access import everyone
from app.accounts.attempts import count_try, roll_requests
from app.extensions import clock, db
from app.fields import choices, is_text, line_field, tidy, typed
from app.locale import content, current_language
from app.messages import sentence
from app.rounds.blueprint import bp
from app.rounds.booth_place import key_dir
from app.rounds.visible import visible_round
from app.transaction import transaction
from core.register.errors import IdentityInvalid
from voting.keys import load_roll_keys
from voting.models import Round, Stage
from voting.roll.corrections import Claim, ask_for_correction
from voting.roll.stored import roll_of

LONGEST_MESSAGE = 1000


class RequestForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Who misses himself on the roll, or has another address than it says."""

    number = line_field(
        _l("Personal identity code"),
        most=60,
        required=_l("Write your personal identity code."),
    )
    name = line_field(_l("Name"), most=120, required=_l("Write your name."))
    street = line_field(_l("Street address"), most=120)
    postcode = line_field(_l("Postal code"), most=20)
    town = line_field(_l("Town"), most=60)
    area = SelectField(_l("The area where you live"))
    email = line_field(_l("E-mail address for our answer"), most=254)
    message = TextAreaField(
        _l("What should we look at?"),
        filters=[tidy],
        validators=[Length(max=LONGEST_MESSAGE), is_text],
    )

    def offer(self, round_: Round) -> None:
        """The round's areas."""
        names = [(area.slug, content(area.name)) for area in round_.areas]
        self.area.choices = choices(names, empty=_l("I do not know"))
        self.email.validators = [*self.email.validators, Optional(), Email()]

    def claim(self) -> Claim:
        """What the domain takes."""
        return Claim(
            number=typed(self.number),
            name=typed(self.name),
            street=typed(self.street),
            postcode=typed(self.postcode),
            town=typed(self.town),
            area=self.area.data or "",
            email=typed(self.email),
            message=typed(self.message),
        )


@bp.route("/<slug>/roll/request", methods=["GET", "POST"])
@everyone
def roll_request(slug: str) -> ResponseReturnValue:
    """The form; the answer is the same whoever is on the roll."""
    round_ = visible_round(slug)
    form = RequestForm()
    form.offer(round_)
    if round_.stage is not Stage.ANNOUNCED or not roll_of(db.session(), round_):
        return redirect(url_for("rounds.may_vote", slug=slug))
    if form.validate_on_submit():
        try:
            _ask(slug, form)
        except IdentityInvalid as refusal:
            form.number.errors = [sentence(refusal)]
        else:
            flash(_("We have your request, and look at it before the vote."), "success")
            return redirect(url_for("rounds.may_vote", slug=slug))
    page = render_template("rounds/booth/request.html", round=round_, form=form)
    return page, 422 if form.is_submitted() else 200


def _ask(slug: str, form: RequestForm) -> None:
    with transaction() as session:
        now = clock().now(session)
        count_try(session, roll_requests(), now=now)
        ask_for_correction(
            session,
            visible_round(slug),
            form.claim(),
            language=current_language(),
            keys=load_roll_keys(key_dir(), slug),
            now=now,
        )
