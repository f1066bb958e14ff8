"""Cards: read by one person, and once more by another who has not seen the first."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.access import actor, official_of_round, person
from app.extensions import clock, db
from app.fields import typed
from app.manage.blueprint import bp
from app.manage.forms.paper import CardForm, SerialForm, card_form
from app.manage.paper import paper_round
from app.messages import sentence
from app.transaction import transaction
from voting.cards.entries import Entry
from voting.cards.reading import begin_anew, check_cards_open, enter_card, find_card
from voting.electorate import share_round
from voting.manifest import RuleManifest
from voting.models import Area, CardState, PaperBatch, PaperCard, Round
from voting.paper_errors import CardMisread, CardUnknown


@bp.get("/rounds/<slug>/paper/cards")
@official_of_round
def paper_cards(slug: str) -> ResponseReturnValue:
    """The next card."""
    return _find_page(slug, SerialForm())


def _find_page(slug: str, form: SerialForm) -> str:
    round_, manifest = paper_round(slug)
    check_cards_open(db.session(), round_, manifest, person().id)
    return render_template("manage/paper/cards.html", round=round_, form=form)


@bp.post("/rounds/<slug>/paper/cards")
@official_of_round
def submit_serial(slug: str) -> ResponseReturnValue:
    """To the card of this number."""
    form = SerialForm()
    if not form.validate_on_submit():
        return _find_page(slug, form), 422
    round_, manifest = paper_round(slug)
    check_cards_open(db.session(), round_, manifest, person().id)
    try:
        card = find_card(db.session(), round_, typed(form.serial))
    except (CardMisread, CardUnknown) as refusal:
        form.serial.errors = [sentence(refusal)]
        return _find_page(slug, form), 422
    return redirect(url_for("manage.paper_card", slug=slug, serial=card.serial))


@bp.get("/rounds/<slug>/paper/cards/<serial>")
@official_of_round
def paper_card(slug: str, serial: str) -> ResponseReturnValue:
    """What this person has to do with this card."""
    round_, manifest = paper_round(slug)
    session = db.session()
    check_cards_open(session, round_, manifest, person().id)
    card = _card(session, round_, serial)
    return _card_page(round_, manifest, card, _form(session, manifest, card))


@bp.post("/rounds/<slug>/paper/cards/<serial>")
@official_of_round
def submit_card(slug: str, serial: str) -> ResponseReturnValue:
    """Write down what this person reads."""
    round_, manifest = paper_round(slug)
    session = db.session()
    check_cards_open(session, round_, manifest, person().id)
    card = _card(session, round_, serial)
    form = _form(session, manifest, card)
    if not form.validate_on_submit():
        return _card_page(round_, manifest, card, form), 422
    with transaction() as act:
        held = share_round(act, slug) or abort(404)
        card = _card(act, held, serial)
        card = enter_card(act, held, manifest, card, form.entry(), clerk=person().id)
        state = card.state
    if state is CardState.DISPUTED:
        return redirect(url_for("manage.paper_card", slug=slug, serial=serial))
    flash(_said(state), "success")
    return redirect(url_for("manage.paper_cards", slug=slug))


@bp.post("/rounds/<slug>/paper/cards/<serial>/anew")
@official_of_round
def submit_anew(slug: str, serial: str) -> ResponseReturnValue:
    """Have a card read by two people again."""
    _round, manifest = paper_round(slug)
    with transaction() as session:
        round_ = share_round(session, slug) or abort(404)
        card = _card(session, round_, serial)
        who, now = actor(), clock().now(session)
        begin_anew(
            session, round_, manifest, card, clerk=person().id, actor=who, now=now
        )
    flash(_("The card is to be entered anew by two people."), "success")
    return redirect(url_for("manage.paper_card", slug=slug, serial=serial))


def _card(session: Session, round_: Round, serial: str) -> PaperCard:
    try:
        return find_card(session, round_, serial)
    except (CardMisread, CardUnknown):
        abort(404)


def _form(session: Session, manifest: RuleManifest, card: PaperCard) -> CardForm:
    """Empty, or with what this person entered; never with another's entry."""
    area = _area(session, card)
    stored = None
    if card.first_by == person().id:
        stored = card.first_entry
    elif card.second_by == person().id:
        stored = card.second_entry
    entry = Entry.from_json(stored) if stored else None
    return card_form(manifest, manifest.projects_of(area.slug), entry)


def _area(session: Session, card: PaperCard) -> Area:
    batch = session.get_one(PaperBatch, card.batch_id)
    return session.get_one(Area, batch.area_id)


def _card_page(
    round_: Round, manifest: RuleManifest, card: PaperCard, form: CardForm
) -> str:
    session = db.session()
    mine = person().id in (card.first_by, card.second_by)
    disputed = card.state is CardState.DISPUTED
    entries = [card.first_entry, card.second_entry] if disputed else []
    return render_template(
        "manage/paper/card.html",
        round=round_,
        manifest=manifest,
        card=card,
        area=_area(session, card),
        form=form,
        states=CardState,
        mine=mine,
        is_open=card.state in (CardState.WAITING, CardState.ENTERED)
        or (disputed and mine),
        entries=[Entry.from_json(each) for each in entries if each],
        projects=manifest.projects_of(_area(session, card).slug),
    )


def _said(state: CardState) -> str:
    if state is CardState.ENTERED:
        return str(_("Entered. Another person has to enter this card too."))
    return str(_("Both entries are the same. The card is done."))
