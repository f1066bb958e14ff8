"""Envelopes: find the voter on the roll, and mark him; what is inside stays unseen."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import actor, official_of_round, person
from app.extensions import clock, db
from app.fields import typed
from app.manage.blueprint import bp
from app.manage.forms.paper import AsideForm, EnvelopeForm, TakeBackForm
from app.manage.paper import paper_round, roll_keys
from app.manage.paper_mail import tell_of_paper, tell_that_online_counts
from app.messages import sentence
from app.transaction import transaction
from voting.cards.balance import balances
from voting.cards.duties import check_duty, check_paper
from voting.cards.envelopes import (
    accept_envelope,
    envelopes_aside,
    set_aside,
    take_back_acceptance,
    take_back_aside,
)
from voting.electorate import share_round
from voting.entering import VerifiedId
from voting.errors import AreaNotYours, BallotEmpty, HomeAreaNeeded
from voting.manifest import RuleManifest
from voting.models import Duty, EnvelopeState, Round
from voting.paper_errors import EnvelopeTwice, EnvelopeUnknown
from voting.roll.stored import needed_roll
from voting.roll_errors import NotInTheRegister


@bp.get("/rounds/<slug>/paper/envelopes")
@official_of_round
def paper_envelopes(slug: str) -> ResponseReturnValue:
    """The next envelope."""
    round_, manifest = paper_round(slug)
    return _page(round_, manifest, EnvelopeForm.of(manifest))


def _page(
    round_: Round,
    manifest: RuleManifest,
    form: EnvelopeForm,
    aside: AsideForm | None = None,
    back: TakeBackForm | None = None,
) -> str:
    session = db.session()
    check_paper(round_, manifest)
    check_duty(session, round_, person().id, Duty.ENVELOPES)
    return render_template(
        "manage/paper/envelopes.html",
        round=round_,
        form=form,
        aside=aside or AsideForm.of(manifest),
        back=back or TakeBackForm(),
        put_aside=envelopes_aside(session, round_),
        states=EnvelopeState,
        names={each.id: each.name for each in round_.areas},
        lines=balances(session, round_),
    )


@bp.post("/rounds/<slug>/paper/envelopes")
@official_of_round
def submit_envelope(slug: str) -> ResponseReturnValue:
    """Mark on the roll that somebody has voted on paper."""
    round_, manifest = paper_round(slug)
    form = EnvelopeForm.of(manifest)
    if not form.validate_on_submit():
        return _page(round_, manifest, form), 422
    try:
        with transaction() as session:
            round_ = share_round(session, slug) or abort(404)
            who, keys = _who(round_, typed(form.number)), roll_keys(slug)
            accepted = accept_envelope(
                session,
                round_,
                manifest,
                who,
                form.areas.data or (),
                key=form.once.key or abort(400),
                clerk=person().id,
                keys=keys,
                now=(now := clock().now(session)),
            )
            if accepted.replaces:
                tell_of_paper(session, round_, who, "paper_counts", keys=keys, now=now)
    except (NotInTheRegister, EnvelopeTwice) as refusal:
        if isinstance(refusal, EnvelopeTwice):
            _tell_of_twice(slug, typed(form.number))
        form.number.errors = [sentence(refusal)]
        return _refused(slug, form, refusal)
    except (AreaNotYours, BallotEmpty, HomeAreaNeeded) as refusal:
        form.areas.errors = [sentence(refusal)]
        return _refused(slug, form, refusal)
    flash(_("Marked: this person has voted on paper."), "success")
    return redirect(url_for("manage.paper_envelopes", slug=slug))


def _tell_of_twice(slug: str, number: str) -> None:
    with transaction() as session:
        round_ = share_round(session, slug) or abort(404)
        who, now = _who(round_, number), clock().now(session)
        tell_that_online_counts(session, round_, who, keys=roll_keys(slug), now=now)


def _refused(slug: str, form: EnvelopeForm, refusal: Exception) -> ResponseReturnValue:
    """The page again, with the way aside made ready for this envelope."""
    round_, manifest = paper_round(slug)
    aside = AsideForm.of(manifest)
    twice = isinstance(refusal, EnvelopeTwice)
    aside.state.data = (
        EnvelopeState.TWICE if twice else EnvelopeState.NOT_ON_ROLL
    ).value
    aside.aside_areas.data = form.areas.data
    return _page(round_, manifest, form, aside), 422


@bp.post("/rounds/<slug>/paper/envelopes/aside")
@official_of_round
def submit_aside(slug: str) -> ResponseReturnValue:
    """Note an envelope that does not count."""
    round_, manifest = paper_round(slug)
    form = AsideForm.of(manifest)
    valid = form.validate_on_submit()
    if valid and not form.aside_areas.data:
        form.aside_areas.errors = [_("Choose at least one area.")]
        valid = False
    if not valid:
        return _page(round_, manifest, EnvelopeForm.of(manifest), form), 422
    with transaction() as session:
        set_aside(
            session,
            share_round(session, slug) or abort(404),
            manifest,
            EnvelopeState(form.state.data),
            form.aside_areas.data or (),
            key=form.aside_once.key or abort(400),
            clerk=person().id,
        )
    flash(_("Noted: the envelope is set aside."), "success")
    return redirect(url_for("manage.paper_envelopes", slug=slug))


@bp.post("/rounds/<slug>/paper/envelopes/take-back")
@official_of_round
def submit_take_back(slug: str) -> ResponseReturnValue:
    """Undo a mark that was another person's."""
    round_, manifest = paper_round(slug)
    form = TakeBackForm()
    if not form.validate_on_submit():
        return _page(round_, manifest, EnvelopeForm.of(manifest), back=form), 422
    try:
        with transaction() as session:
            round_ = share_round(session, slug) or abort(404)
            who, keys = _who(round_, typed(form.mistaken)), roll_keys(slug)
            counts_again = take_back_acceptance(
                session,
                round_,
                manifest,
                who,
                clerk=person().id,
                keys=keys,
                actor=actor(),
                now=(now := clock().now(session)),
            )
            if counts_again:
                tell_of_paper(session, round_, who, "paper_undone", keys=keys, now=now)
    except EnvelopeUnknown as refusal:
        form.mistaken.errors = [sentence(refusal)]
        round_, manifest = paper_round(slug)
        return _page(round_, manifest, EnvelopeForm.of(manifest), back=form), 422
    flash(_("The mark has been taken back."), "success")
    return redirect(url_for("manage.paper_envelopes", slug=slug))


@bp.post("/rounds/<slug>/paper/envelopes/<code>/take-back")
@official_of_round
def submit_aside_back(slug: str, code: str) -> ResponseReturnValue:
    """Undo the note of an envelope that was set aside."""
    _round, manifest = paper_round(slug)
    with transaction() as session:
        round_ = share_round(session, slug) or abort(404)
        who, now = actor(), clock().now(session)
        clerk = person().id
        take_back_aside(
            session, round_, manifest, code, clerk=clerk, actor=who, now=now
        )
    flash(_("The note has been taken back."), "success")
    return redirect(url_for("manage.paper_envelopes", slug=slug))


def _who(round_: Round, number: str) -> VerifiedId:
    return VerifiedId(number, needed_roll(db.session(), round_).numbers)
