"""Taking a vote back, until the close."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import elector
from app.extensions import clock
from app.mail import post
from app.rounds.at_desk import is_at_desk
from app.rounds.blueprint import bp
from app.rounds.booth_place import (
    Booth,
    address_for_mail,
    closing_time,
    comes_anew,
    hold,
    key_dir,
    place_in,
    way_in,
)
from app.rounds.voters_act import voters_act
from voting.assisted import note_withdrawal
from voting.ballots import withdraw
from voting.errors import NothingToWithdraw
from voting.keys import load_round_keys
from voting.sources import forget_cast


@bp.get("/<slug>/vote/withdraw")
@elector
def confirm_withdrawal(slug: str) -> ResponseReturnValue:
    """What it means to take the vote back, and the button that does it."""
    place = place_in(slug, withdrawing=True)
    if not isinstance(place, Booth):
        return place
    if not place.has_cast:
        return redirect(url_for("rounds.booth", slug=slug))
    closes = closing_time(place.round, place.manifest)
    return render_template("rounds/booth/withdraw.html", booth=place, closes=closes)


@bp.post("/<slug>/vote/withdraw")
@elector
def submit_withdrawal(slug: str) -> ResponseReturnValue:
    """Take the vote back; a voter with an account is told by mail as well."""
    with voters_act(slug) as session:
        round_, manifest, voter = hold(session, slug)
        if comes_anew(session, voter, way_in(session, round_)):
            raise NothingToWithdraw
        now = clock().now(session)
        keys = load_round_keys(key_dir(), slug)
        withdraw(session, round_, manifest, voter, now=now, keys=keys)
        forget_cast(session, voter)
        if is_at_desk(slug):
            note_withdrawal(session, voter, now=now)
        if to := address_for_mail(way_in(session, round_)):
            post(
                session,
                to=to.email,
                language=to.language,
                kind="vote_withdrawn",
                now=now,
                secret=True,
                round=round_,
                closes=closing_time(round_, manifest),
            )
    flash(_("Your vote has been withdrawn. Nothing of it is counted."), "success")
    return redirect(url_for("rounds.booth", slug=slug))
