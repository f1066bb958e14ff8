"""The assisted session in a resident's hands: the banner's buttons, and the end."""

from contextlib import suppress
from dataclasses import dataclass

from flask import abort, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from app.access import ASSISTED, booth_token, everyone
from app.accounts import sessions
from app.accounts.links import own_path
from app.extensions import clock, db
from app.rounds.at_desk import Assisted, assisted_here
from app.rounds.blueprint import bp
from app.rounds.booth_place import key_dir, why_not_open
from app.rounds.visible import visible_round
from app.rounds.ways import let_in
from app.transaction import transaction
from voting.assisted import end_session, is_running, state_of
from voting.errors import RoundKeyMissing
from voting.keys import RoundKeys, load_round_keys
from voting.models import AssistedSession, Ending, Round
from voting.opening import current_manifest
from voting.rounds import find_round

UNWATCHED = ("static", "bootstrap.static")


@dataclass(frozen=True, slots=True)
class Over:
    """How the session in this browser has ended; nothing, where that is not known."""

    slug: str
    how: Ending | None = None
    has_cast: bool = False
    may_change: bool = False


def begin_here(slug: str, token: str, number: int, *, large: bool) -> None:
    """The resident's browser from here on: nothing of the official stays in it."""
    sessions.end()
    let_in(slug, token)
    cookie[ASSISTED] = {"slug": slug, "number": number, "large": large}


def watch() -> ResponseReturnValue | None:
    """Before each page of such a browser: does its session still run?

    When it has ended, whatever was asked for is answered by the page that says so, and
    the browser forgets everything. A vote that comes too late is not cast.
    """
    said = cookie.get(ASSISTED)
    if not said or request.endpoint in UNWATCHED:
        return None
    slug, number = said["slug"], said["number"]
    g.assisted = _running(slug, number, large=said["large"])
    if g.assisted:
        return None
    over = _over(slug, number)
    cookie.clear()
    return _over_page(over), 200 if request.method == "GET" else 409


@bp.get("/<slug>/vote/assisted/end")
@everyone
def confirm_end(slug: str) -> ResponseReturnValue:
    """What is in and what is not, and the button that ends the session."""
    here = assisted_here()
    if here is None or here.slug != slug:
        return redirect(url_for("rounds.assisted_over", slug=slug))
    return render_template("rounds/assisted/end.html", round=visible_round(slug))


@bp.post("/<slug>/vote/assisted/end")
@everyone
def end_assisted(slug: str) -> ResponseReturnValue:
    """Out of the booth; the next page makes the browser forget."""
    here = assisted_here()
    if here and here.slug == slug:
        with transaction() as session:
            end_session(
                session,
                visible_round(slug),
                here.number,
                Ending.HERE,
                keys=_keys(slug),
                now=clock().now(session),
            )
    return redirect(url_for("rounds.assisted_over", slug=slug))


@bp.get("/<slug>/vote/assisted/over")
@everyone
def assisted_over(slug: str) -> ResponseReturnValue:
    """The end, once more: `watch` has shown it when the session ended."""
    here = assisted_here()
    if here and here.slug == slug:
        return redirect(url_for("rounds.booth", slug=slug))
    return _over_page(Over(visible_round(slug).slug))


@bp.post("/<slug>/vote/assisted/text")
@everyone
def resize_text(slug: str) -> ResponseReturnValue:
    """Larger text, or ordinary text again; then back to the page."""
    here = assisted_here()
    if here is None or here.slug != slug:
        abort(404)
    cookie[ASSISTED] = {**cookie[ASSISTED], "large": not here.large}
    back = own_path(request.form.get("back"))
    return redirect(back or url_for("rounds.booth", slug=slug))


def _running(slug: str, number: int, *, large: bool) -> Assisted | None:
    session = db.session()
    round_, token = find_round(session, slug), booth_token(slug)
    now = clock().now(session)
    if not (round_ and token and is_running(session, round_, token, number, now=now)):
        return None
    row = session.get_one(AssistedSession, number)
    return Assisted(
        slug=slug,
        number=number,
        ends_at=row.ends_at,
        seconds_left=int((row.ends_at - now).total_seconds()),
        has_cast=row.has_cast,
        large=large,
    )


def _over(slug: str, number: int) -> Over:
    session = db.session()
    row = session.get(AssistedSession, number)
    if row is None:
        return Over(slug)
    round_ = session.get_one(Round, row.round_id)
    manifest = current_manifest(session, round_)
    return Over(
        slug,
        how=state_of(session, row, now=clock().now(session)),
        has_cast=row.has_cast,
        may_change=manifest.ballot.change_allowed
        and why_not_open(round_, manifest) is None,
    )


def _over_page(over: Over) -> str:
    return render_template(
        "rounds/assisted/over.html",
        over=over,
        how=over.how.value if over.how else None,
        again=url_for("manage.find_helped", slug=over.slug),
    )


def _keys(slug: str) -> RoundKeys | None:
    """The session ends also where the round's key is not there."""
    with suppress(RoundKeyMissing):
        return load_round_keys(key_dir(), slug)
    return None
