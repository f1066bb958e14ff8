"""The pages of strong identification: choose a broker, come back, go to the booth."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.access import everyone
from app.brokers import Broker
from app.extensions import db
from app.messages import sentence
from app.rounds.blueprint import bp
from app.rounds.booth_place import closed_page, key_dir, opening_time, why_not_open
from app.rounds.strong_errors import (
    BrokerAway,
    IdentificationCancelled,
    IdentificationNotBegun,
    IdentificationRefused,
)
from app.rounds.strong_id import (
    begun,
    begun_last,
    broker_named,
    brokers,
    verified,
    way_to,
)
from app.rounds.visible import visible_round
from app.rounds.ways import IdentityProvider, admit, providers_of, register
from app.transaction import transaction
from core.errors import DomainError
from voting.electorate import share_round
from voting.entering import VerifiedId, check_way, voter_of_identity
from voting.errors import VoteClosed, VoteNotOpenYet
from voting.keys import load_roll_keys
from voting.models import Round, Way
from voting.opening import current_manifest
from voting.roll_errors import NotInTheRegister

# A broker is told one address for all rounds and languages.
back = Blueprint("identified", __name__)


@bp.get("/<slug>/vote/identify")
@everyone
def identify(slug: str) -> ResponseReturnValue:
    """What strong identification is here, what is kept of it, and with whom."""
    round_ = _round_with_this_way(slug)
    manifest = current_manifest(db.session(), round_)
    not_open = why_not_open(round_, manifest)
    if not_open and not isinstance(not_open, VoteNotOpenYet):
        return closed_page(round_, not_open)
    return render_template(
        "rounds/booth/identify.html",
        round=round_,
        brokers=brokers(),
        is_open=not_open is None,
    )


@bp.get("/<slug>/vote/identify/<broker>")
@everyone
def leave_for_broker(slug: str, broker: str) -> ResponseReturnValue:
    """To the broker; here nothing is changed but the person's own cookie."""
    round_ = _round_with_this_way(slug)
    try:
        return redirect(way_to(_broker(broker), slug), 303)
    except BrokerAway as refusal:
        return _not_identified(round_, refusal), 503


@back.get("/identified/<broker>")
@everyone
def come_back(broker: str) -> ResponseReturnValue:
    """Back from the broker: the form that leads to the booth, or why there is none."""
    state = request.args.get("state", "")
    failed = "error" in request.args
    found = begun(_broker(broker), state)
    if found is None and failed:
        found = begun_last(_broker(broker))
    if found is None:
        refusal = IdentificationNotBegun()
        return render_template("rounds/booth/not_begun.html", reason=sentence(refusal))
    g.lang = found.language
    round_ = _round_with_this_way(found.slug)
    code = request.args.get("code")
    if not code or failed:
        return _not_identified(round_, IdentificationCancelled())
    return render_template(
        "rounds/booth/identified.html",
        round=round_,
        broker=broker,
        code=code,
        state=state,
    )


@bp.post("/<slug>/vote/identified")
@everyone
def submit_identification(slug: str) -> ResponseReturnValue:
    """Ask the broker who it was, and let him in."""
    _round_with_this_way(slug)
    broker = _broker(request.form.get("broker", ""))
    # While the broker is asked, no connection to the database waits with us.
    db.session.remove()
    try:
        who = verified(broker, slug, request.form.get("state", ""))
    except IdentificationRefused as refusal:
        status = 503 if isinstance(refusal, BrokerAway) else 409
        return _not_identified(visible_round(slug), refusal), status
    try:
        admit(slug, who, Way.STRONG)
    except VoteNotOpenYet:
        return _before_the_vote(slug, who)
    except VoteClosed as refusal:
        return closed_page(visible_round(slug), refusal), 409
    except NotInTheRegister as refusal:
        return _not_identified(visible_round(slug), refusal), 409
    return redirect(url_for("rounds.booth", slug=slug))


def _round_with_this_way(slug: str) -> Round:
    round_ = visible_round(slug)
    check_way(current_manifest(db.session(), round_), Way.STRONG)
    return round_


def _broker(name: str) -> Broker:
    return broker_named(name) or abort(404)


def _before_the_vote(slug: str, who: VerifiedId) -> ResponseReturnValue:
    """Whether somebody is on the roll is told to nobody but himself."""
    with transaction() as session:
        round_ = share_round(session, slug) or abort(404)
        voter = voter_of_identity(
            session, round_, who, keys=load_roll_keys(key_dir(), slug)
        )
        on_the_roll = voter is not None
    round_ = visible_round(slug)
    if not on_the_roll:
        return _not_identified(round_, NotInTheRegister()), 409
    manifest = current_manifest(db.session(), round_)
    return render_template(
        "rounds/booth/on_the_roll.html",
        round=round_,
        opens=opening_time(manifest),
        by_code=False,
    )


def _not_identified(round_: Round, refusal: DomainError) -> str:
    """Why somebody is not let in, and the other ways."""
    manifest = current_manifest(db.session(), round_)
    return render_template(
        "rounds/booth/not_identified.html",
        round=round_,
        reason=sentence(refusal),
        missing=isinstance(refusal, NotInTheRegister),
        others=[each for each in providers_of(manifest) if each.way is not Way.STRONG],
        is_open=why_not_open(round_, manifest) is None,
    )


register(
    IdentityProvider(
        Way.STRONG,
        _l("With strong identification"),
        _l(
            "You identify yourself with your bank, a mobile certificate or an identity"
            " card. We compare your personal identity code with the electoral roll and"
            " do not keep it."
        ),
        lambda slug: url_for("rounds.identify", slug=slug),
        is_there=lambda: bool(brokers()),
    )
)
