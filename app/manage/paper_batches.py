"""One batch of cards: print it, see how far it is, close it."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import actor, official_of_round, person
from app.extensions import clock, db
from app.fields import whole
from app.manage.blueprint import bp
from app.manage.forms.paper import CloseBatchForm
from app.manage.paper import paper_round
from app.manage.paper_print import PART
from app.messages import sentence
from app.transaction import transaction
from voting.cards.batches import (
    area_of,
    batch_of,
    card_counts,
    close_batch,
    reopen_batch,
)
from voting.cards.duties import duty_of
from voting.electorate import share_round
from voting.models import BatchState, CardState, Duty, PaperBatch, PaperCard, Round
from voting.paper_errors import BatchDoesNotAddUp, BatchUnknown, CardsDisagree

# What stands on the page of a batch, in the order in which cards go through it.
UNFINISHED = (CardState.ENTERED, CardState.DISPUTED)


def the_batch(session: Session, round_: Round, number: int) -> PaperBatch:
    """The batch of an address, or the page that says there is none."""
    try:
        return batch_of(session, round_, number)
    except BatchUnknown:
        abort(404)


@bp.get("/rounds/<slug>/paper/batches/<int:number>")
@official_of_round
def paper_batch(slug: str, number: int) -> ResponseReturnValue:
    """What became of its cards so far."""
    return _page(slug, number, CloseBatchForm())


def _page(slug: str, number: int, form: CloseBatchForm) -> str:
    session = db.session()
    round_, _manifest = paper_round(slug)
    batch = the_batch(session, round_, number)
    reads = duty_of(session, round_, person().id) is Duty.CARDS
    parts = range(1, batch.issued + 1, PART)
    return render_template(
        "manage/paper/batch.html",
        round=round_,
        batch=batch,
        area=area_of(session, batch),
        form=form,
        counts=card_counts(session, batch),
        states=CardState,
        is_open=batch.state is BatchState.OPEN,
        parts=[(first, min(first + PART - 1, batch.issued)) for first in parts],
        unfinished=_unfinished(session, batch) if reads else [],
    )


def _unfinished(session: Session, batch: PaperBatch) -> list[PaperCard]:
    """Those that somebody has to go on with, by their place."""
    query = select(PaperCard).where(
        PaperCard.batch_id == batch.id, PaperCard.state.in_(UNFINISHED)
    )
    return list(session.scalars(query.order_by(PaperCard.place)))


@bp.post("/rounds/<slug>/paper/batches/<int:number>/close")
@official_of_round
def submit_batch_close(slug: str, number: int) -> ResponseReturnValue:
    """Say what became of every card."""
    form = CloseBatchForm()
    if not form.validate_on_submit():
        return _page(slug, number, form), 422
    _round, manifest = paper_round(slug)
    try:
        with transaction() as session:
            round_ = share_round(session, slug) or abort(404)
            close_batch(
                session,
                round_,
                manifest,
                the_batch(session, round_, number),
                returned=whole(form.returned),
                spoiled=whole(form.spoiled),
                missing=whole(form.missing),
                actor=actor(),
                now=clock().now(session),
            )
    except (BatchDoesNotAddUp, CardsDisagree) as refusal:
        form.returned.errors = [sentence(refusal)]
        return _page(slug, number, form), 422
    flash(_("The batch is closed: every card is accounted for."), "success")
    return redirect(url_for("manage.paper", slug=slug))


@bp.post("/rounds/<slug>/paper/batches/<int:number>/reopen")
@official_of_round
def submit_batch_reopen(slug: str, number: int) -> ResponseReturnValue:
    """Take the closing back."""
    _round, manifest = paper_round(slug)
    with transaction() as session:
        round_ = share_round(session, slug) or abort(404)
        batch = the_batch(session, round_, number)
        now = clock().now(session)
        reopen_batch(session, round_, manifest, batch, actor=actor(), now=now)
    flash(_("The batch is open again."), "success")
    return redirect(url_for("manage.paper_batch", slug=slug, number=number))
