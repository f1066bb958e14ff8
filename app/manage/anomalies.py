"""Signs that something may be wrong with a vote: looked at by one, decided by two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import actor, official_of_round, person
from app.accounts.models import Account
from app.extensions import clock, db
from app.fields import typed
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.manage.forms.anomalies import GROUNDS, VERDICTS, DecisionForm, SourceForm
from app.messages import sentence
from app.transaction import transaction
from voting.anomalies import Sign, SignKind, shape_of
from voting.anomaly_errors import NetworkInvalid, NobodyToExclude, SignUnknown
from voting.errors import ReasonNeeded, RoundKeyMissing
from voting.exclusions import (
    decide,
    decide_by,
    decisions_of,
    propose,
    signs_of,
)
from voting.keys import load_round_keys
from voting.models import (
    AnomalyDecision,
    DecisionState,
    Round,
    Stage,
    Verdict,
    Voter,
    VoterSource,
)
from voting.sources import known_sources, name_source

KINDS = {
    SignKind.BURST: _l("Many votes from one network within an hour"),
    SignKind.ROW: _l("Neighbours on the roll, one after the other from one network"),
    SignKind.ACCOUNTS: _l("Accounts whose addresses are alike"),
    SignKind.REFUSED: _l("Many refused codes from one network"),
}


@dataclass(frozen=True, slots=True)
class SignLine:
    """A sign in words; `source` is a letter, because nobody needs the network."""

    name: str
    title: str
    source: str
    first: datetime
    last: datetime
    voters: int
    number: int
    usual: float
    is_refusal: bool


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A proposal or a decision in words."""

    row: AnomalyDecision
    title: str
    verdict: str
    ground: str
    first: datetime
    voters: int
    is_own: bool


@bp.get("/rounds/<slug>/anomalies")
@official_of_round
def anomalies(slug: str) -> ResponseReturnValue:
    """All signs, what is proposed and decided, and the networks that have a name."""
    return _page(slug, SourceForm())


@bp.post("/rounds/<slug>/anomalies/sources")
@official_of_round
def submit_source(slug: str) -> ResponseReturnValue:
    """Give a shared network its name; it is no sign from then on."""
    form = SourceForm()
    if not form.validate_on_submit():
        return _page(slug, form), 422
    try:
        with transaction() as session:
            name_source(
                session,
                the_round(slug),
                typed(form.address),
                typed(form.name),
                actor=actor(),
                now=clock().now(session),
            )
    except NetworkInvalid as refusal:
        form.address.errors = [sentence(refusal)]
        return _page(slug, form), 422
    flash(_("The network has been named."), "success")
    return redirect(url_for("manage.anomalies", slug=slug))


@bp.route("/rounds/<slug>/anomalies/signs/<sign>", methods=["GET", "POST"])
@official_of_round
def propose_about(slug: str, sign: str) -> ResponseReturnValue:
    """What is known of a sign, and a proposal what should become of it."""
    round_ = the_round(slug)
    form = DecisionForm()
    form.offer()
    if form.validate_on_submit():
        try:
            _propose(slug, sign, form)
        except (ReasonNeeded, NobodyToExclude) as refusal:
            field = form.ground if form.reason.data else form.reason
            field.errors = [
                _("Choose the ground.")
                if isinstance(refusal, ReasonNeeded)
                else sentence(refusal)
            ]
            round_ = the_round(slug)
        else:
            flash(_("Proposed. Another official has to confirm it."), "success")
            return redirect(url_for("manage.anomalies", slug=slug))
    lines = _lines(_signs(db.session(), round_))
    line = next((each for each in lines if each.name == sign), None) or abort(404)
    page = render_template(
        "manage/anomalies/sign.html",
        round=round_,
        line=line,
        form=form,
        may_decide=round_.stage is Stage.CLOSED,
    )
    return page, 422 if form.errors else 200


@bp.post("/rounds/<slug>/anomalies/decisions/<int:number>/<any(confirm, reject):act>")
@official_of_round
def decide_about(slug: str, number: int, act: str) -> ResponseReturnValue:
    """The second person's word, or the first one's second thought."""
    with transaction() as session:
        decide(
            session,
            the_round(slug),
            number,
            confirm=act == "confirm",
            actor=actor(),
            now=clock().now(session),
        )
    flash(
        _("The decision has been confirmed.")
        if act == "confirm"
        else _("The proposal has been rejected."),
        "success",
    )
    return redirect(url_for("manage.anomalies", slug=slug))


def _propose(slug: str, name: str, form: DecisionForm) -> None:
    with transaction() as session:
        round_ = the_round(slug)
        found = [each for each in _signs(session, round_) if each.name == name]
        if not found:
            raise SignUnknown
        propose(
            session,
            round_,
            found[0],
            verdict=Verdict(form.verdict.data),
            ground=form.chosen_ground(),
            reason=form.reason.data or "",
            actor=actor(),
            now=clock().now(session),
        )


def _page(slug: str, form: SourceForm) -> str:
    session = db.session()
    round_ = the_round(slug)
    decisions = [_decision(each) for each in decisions_of(session, round_)]
    taken = {d.row.sign for d in decisions if d.row.state is not DecisionState.REJECTED}
    signs = _lines(_signs(session, round_))
    return render_template(
        "manage/anomalies/anomalies.html",
        round=round_,
        stage=round_.stage.value,
        signs=[each for each in signs if each.name not in taken],
        proposals=[d for d in decisions if d.row.state is DecisionState.PROPOSED],
        decided=[d for d in decisions if d.row.state is not DecisionState.PROPOSED],
        sources=known_sources(session, round_),
        form=form,
        last=decide_by(session, round_),
        may_decide=round_.stage is Stage.CLOSED,
    )


def _signs(session: Session, round_: Round) -> list[Sign]:
    """From the opening to the sealing; afterwards nothing is left to look at."""
    if not Stage.VOTING.order <= round_.stage.order < Stage.SEALED.order:
        return []
    try:
        keys = load_round_keys(_key_dir(), round_.slug)
    except RoundKeyMissing:
        return []
    shapes = _shapes(session, round_)
    return signs_of(session, round_, keys=keys, shapes=shapes)


def _shapes(session: Session, round_: Round) -> Mapping[int, str]:
    """Of the accounts that voted, where an account is all that there is."""
    if round_.voter_source is not VoterSource.SELF_DECLARED:
        return {}
    rows = session.execute(
        select(Account.id, Account.email)
        .join(Voter, Voter.account_id == Account.id)
        .where(Voter.round_id == round_.id, Voter.voted_hour.is_not(None))
    )
    return {number: shape_of(address) for number, address in rows}


def _lines(signs: Sequence[Sign]) -> list[SignLine]:
    networks = dict.fromkeys(
        each.source for each in signs if each.kind is not SignKind.ACCOUNTS
    )
    letters = {source: _letter(place) for place, source in enumerate(networks)}
    return [
        SignLine(
            name=each.name,
            title=str(KINDS[each.kind]),
            source=letters.get(each.source, ""),
            first=each.first,
            last=each.last,
            voters=len(each.voters),
            number=each.number,
            usual=each.usual,
            is_refusal=each.kind is SignKind.REFUSED,
        )
        for each in signs
    ]


def _decision(row: AnomalyDecision) -> DecisionLine:
    return DecisionLine(
        row=row,
        title=str(KINDS[SignKind(row.kind)]),
        verdict=str(VERDICTS[row.verdict]),
        ground=str(GROUNDS[row.ground]) if row.ground else "",
        first=datetime.fromisoformat(row.facts["first"]),
        voters=int(row.facts["voters"]),
        is_own=row.proposed_by == person().id,
    )


def _letter(place: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    first, last = divmod(place, 26)
    return (_letter(first - 1) if first else "") + chr(ord("A") + last)


def _key_dir() -> Path:
    folder: Path = current_app.extensions["puistokatu"].key_dir
    return folder
