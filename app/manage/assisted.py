"""The assisted desk: find somebody on the roll, and open the booth in this browser."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import actor, official_of_round, person
from app.accounts.attempts import count_success, count_try, roll_searches
from app.extensions import clock, db
from app.fields import typed
from app.jobs.assisted import schedule_end
from app.locale import current_language
from app.manage.assisted_page import lines_of, names_of, refusal_of
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.manage.forms.assisted import SessionForm
from app.manage.forms.people import PersonForm
from app.messages import sentence
from app.rounds.assisted import begin_here
from app.rounds.booth_place import key_dir
from app.transaction import transaction
from core.errors import DomainError
from core.register.errors import IdentityInvalid
from voting.assisted import (
    Document,
    Helper,
    begin_session,
    check_may_help,
    end_session,
    last_desk_of,
    open_booth,
)
from voting.assisted_errors import AssistedBusy
from voting.electorate import share_round
from voting.keys import load_roll_keys
from voting.models import Ending, Round, Voter
from voting.opening import current_manifest
from voting.roll.finding import MOST_FOUND, Found, find_by_name, find_by_number


@bp.get("/rounds/<slug>/assisted")
@official_of_round
def assisted(slug: str) -> ResponseReturnValue:
    """The sessions of the round: which run, and how the others ended."""
    session = db.session()
    round_ = the_round(slug)
    now = clock().now(session)
    return render_template(
        "manage/assisted/index.html",
        round=round_,
        lines=lines_of(session, round_, now),
        refusal=refusal_of(round_),
    )


@bp.route("/rounds/<slug>/assisted/new", methods=["GET", "POST"])
@official_of_round
def find_helped(slug: str) -> ResponseReturnValue:
    """Who it is; then the second half of the page asks for the rest."""
    round_ = the_round(slug)
    form = PersonForm()
    if not form.validate_on_submit():
        return _find_page(round_, form)
    _count_search()
    found = _found(round_, form)
    if not found:
        return _find_page(the_round(slug), form, missing=not form.errors)
    _count_success()
    return _session_page(the_round(slug), _rest_of_the_form(found))


@bp.post("/rounds/<slug>/assisted/begin")
@official_of_round
def begin_assisted(slug: str) -> ResponseReturnValue:
    """Open the booth; from here on the browser is the resident's."""
    round_ = the_round(slug)
    form = SessionForm()
    form.offer(names_of(_found(round_, form)))
    if not form.validate_on_submit():
        return _session_page(round_, form)
    try:
        number, token = _begin(slug, form)
    except DomainError as refusal:
        form.form_errors.append(sentence(refusal))
        return _session_page(the_round(slug), form)
    begin_here(slug, token, number, large=bool(form.large.data))
    return redirect(url_for("rounds.booth", slug=slug, lang=form.language.data))


@bp.post("/rounds/<slug>/assisted/<int:number>/end")
@official_of_round
def end_from_the_list(slug: str, number: int) -> ResponseReturnValue:
    """End a session that somebody has forgotten, in whichever browser it is."""
    if _end(slug, number, Ending.OFFICIAL):
        flash(_("The session has been ended."), "success")
    else:
        flash(_("The session had ended already."))
    return redirect(url_for("manage.assisted", slug=slug))


def _rest_of_the_form(found: Sequence[Found]) -> SessionForm:
    """What is asked beside the person, with what is probably right."""
    form = SessionForm()
    form.offer(names_of(found))
    form.desk.data = last_desk_of(db.session(), person().id)
    letter = found[0].letter if len(found) == 1 else None
    form.language.data = (letter and letter.language) or current_language()
    return form


def _begin(slug: str, form: SessionForm) -> tuple[int, str]:
    """In two acts: the one that is logged knows no voter, see `voting.assisted`."""
    voter_id = int(form.voter.data)
    with transaction() as session:
        round_ = the_round(slug)
        who, now = person(), clock().now(session)
        helper = Helper(actor(), who.id, who.email)
        check_may_help(
            session,
            round_,
            current_manifest(session, round_),
            session.get_one(Voter, voter_id),
            helper,
            keys=load_roll_keys(key_dir(), slug),
            now=now,
        )
        began = begin_session(
            session,
            round_,
            typed(form.desk),
            Document(form.document.data),
            helper,
            form_key=form.once.key,
            now=now,
        )
        schedule_end(session, began, now=now)
        number = began.id
    try:
        return number, _open(slug, voter_id, number)
    except DomainError as refusal:
        if not isinstance(refusal, AssistedBusy):
            _end(slug, number, Ending.HERE)
        raise


def _open(slug: str, voter_id: int, number: int) -> str:
    with transaction() as session:
        round_ = share_round(session, slug) or abort(404)
        manifest = current_manifest(session, round_)
        now = clock().now(session)
        return open_booth(session, round_, manifest, voter_id, number, now=now)


def _end(slug: str, number: int, how: Ending) -> bool:
    with transaction() as session:
        round_, now = the_round(slug), clock().now(session)
        return end_session(session, round_, number, how, actor=actor(), now=now)


def _found(round_: Round, form: PersonForm) -> list[Found]:
    """Those who fit; where the form itself is wrong it says why."""
    session, keys = db.session(), load_roll_keys(key_dir(), round_.slug)
    try:
        if typed(form.number):
            return find_by_number(session, round_, typed(form.number), keys=keys)
        name, year = typed(form.name), form.year or 0
        found = find_by_name(session, round_, name, year, keys=keys)
    except IdentityInvalid as refusal:
        form.number.errors = [sentence(refusal)]
        return []
    if len(found) > MOST_FOUND:
        form.name.errors = [_("Too many people fit. Ask for the identity code.")]
        return []
    return found


def _count_search() -> None:
    """Looking for people who are not there has to wait after a few tries.

    Raises:
        TooManyAttempts: not yet.
    """
    with transaction() as session:
        count_try(session, roll_searches(person().id), now=clock().now(session))


def _count_success() -> None:
    with transaction() as session:
        count_success(session, roll_searches(person().id), now=clock().now(session))


def _find_page(
    round_: Round, form: PersonForm, *, missing: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "manage/assisted/find.html",
        round=round_,
        form=form,
        missing=missing,
        refusal=refusal_of(round_),
    )
    return page, 422 if form.errors or missing else 200


def _session_page(round_: Round, form: SessionForm) -> ResponseReturnValue:
    page = render_template("manage/assisted/session.html", round=round_, form=form)
    return page, 422 if form.errors else 200
