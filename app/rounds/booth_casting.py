"""Casting a ballot, and the receipt that the voter keeps."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access import booth_token, elector
from app.accounts.models import Account
from app.extensions import clock, db
from app.mail import post
from app.rounds.at_desk import is_at_desk
from app.rounds.blueprint import bp
from app.rounds.booth_page import names
from app.rounds.booth_place import (
    APART,
    Booth,
    address_for_mail,
    closing_time,
    enter_booth,
    hold,
    key_dir,
    the_voter,
    way_in,
    why_not_open,
)
from app.rounds.booth_posts import posted_choices
from app.rounds.visible import visible_round
from app.rounds.voters_act import voters_act
from core.text import Localized
from voting.assisted import note_cast as note_cast_at_desk
from voting.ballots import Receipt, cast, current_receipt
from voting.classes.redeeming import spend_class_code
from voting.electorate import localized
from voting.errors import ReceiptUnknown, RoundKeyMissing
from voting.keys import load_round_keys
from voting.manifest import RuleManifest
from voting.models import Round, Stage, Way
from voting.sources import note_cast


@bp.post("/<slug>/vote")
@elector
def cast_vote(slug: str) -> ResponseReturnValue:
    """Cast. Pressed twice, it is one vote and one receipt."""
    try:
        with voters_act(slug) as session:
            round_, manifest, voter = hold(session, slug)
            receipt = cast(
                session,
                round_,
                manifest,
                voter,
                posted_choices(request.form),
                key=request.form.get("key", ""),
                now=clock().now(session),
                keys=load_round_keys(key_dir(), slug),
                home=request.form.get("home") or None,
                channel=(way := way_in(session, round_)),
            )
            # A second press, perhaps after the close, moves no sign and mails nothing.
            if not receipt.repeated:
                note_cast(
                    session,
                    round_,
                    voter,
                    address=request.remote_addr or "",
                    channel=way,
                    keys=load_round_keys(key_dir(), slug),
                    now=clock().now(session),
                )
                if is_at_desk(slug):
                    note_cast_at_desk(session, voter, now=clock().now(session))
                if way is Way.CLASS:
                    token, now = booth_token(slug), clock().now(session)
                    spend_class_code(session, round_, voter, token, now=now)
                if to := address_for_mail(way):
                    _mail_receipt(session, round_, manifest, receipt, to)
    except ReceiptUnknown:
        abort(404)
    return redirect(url_for("rounds.receipt", slug=slug))


@bp.get("/<slug>/vote/receipt")
@elector
def receipt(slug: str) -> ResponseReturnValue:
    """The receipt of what is in the box; it shows no choices."""
    session = db.session()
    round_ = visible_round(slug)
    if _is_left_out(session, round_):
        return render_template("rounds/booth/left_out.html", round=round_)
    place = _place_with_receipt(session, round_)
    found = place and current_receipt(session, round_, place.voter, keys=place.keys)
    if place is None or found is None:
        return redirect(url_for("rounds.booth", slug=slug))
    is_open = why_not_open(round_, place.manifest) is None
    to = address_for_mail(place.way)
    return render_template(
        "rounds/booth/receipt.html",
        booth=place,
        receipt=found,
        area_names=_area_names(place.manifest),
        is_open=is_open,
        can_change=is_open and place.manifest.ballot.change_allowed,
        closes=closing_time(round_, place.manifest),
        left=names(place.left),
        email=to.email if to else None,
    )


def _is_left_out(session: Session, round_: Round) -> bool:
    """Whether two officials left this voter's ballots out; from the sealing on."""
    if round_.stage.order < Stage.SEALED.order:
        return False
    found = the_voter(session, round_)
    return found is not None and found[0].excluded


def _place_with_receipt(session: Session, round_: Round) -> Booth | None:
    """The voter's place, from the opening until the key is destroyed.

    At a service point and in class only what was cast there has a receipt to be seen.
    """
    if not Stage.VOTING.order <= round_.stage.order < Stage.SEALED.order:
        return None
    try:
        place = enter_booth(session, round_)
    except RoundKeyMissing:
        return None
    return None if place and place.way in APART and not place.has_cast else place


def _mail_receipt(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    receipt: Receipt,
    to: Account,
) -> None:
    post(
        session,
        to=to.email,
        language=to.language,
        kind="receipt",
        now=clock().now(session),
        secret=True,
        round=round_,
        receipt=receipt,
        area_names=_area_names(manifest),
        can_change=manifest.ballot.change_allowed,
        closes=closing_time(round_, manifest),
    )


def _area_names(manifest: RuleManifest) -> dict[str, Localized]:
    return {area.slug: localized(area) for area in manifest.areas}
