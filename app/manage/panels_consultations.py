"""Consultations on the desk: written, opened, reminded of, closed, answered."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import actor, official_of_panel
from app.extensions import clock, db
from app.fields import written
from app.jobs.consultations import schedule_asking, schedule_reminder
from app.manage.blueprint import bp
from app.manage.forms.consultations import (
    KINDS,
    ConsultationForm,
    QuestionForm,
    WordsForm,
)
from app.manage.panels import the_panel
from app.messages import sentence
from app.people_keys import answer_keys, answer_keys_or_none, new_answer_keys
from app.transaction import transaction
from core.errors import DomainError
from panels.answers import questionnaire_of, who_has_sent
from panels.asking import MOST_A_YEAR, burden, close_early, open_consultation, remind
from panels.consultations import (
    create_consultation,
    edit_consultation,
    find_consultation,
    is_answer_late,
    list_consultations,
    publish_answer,
    tasks_of,
    unwritten,
    write_questions,
)
from panels.panels import get_panel
from panels.questionnaire import (
    moved_question,
    new_key,
    with_question,
    without_question,
)

HERE = "/panels/<slug>/consultations"
_DIGITS = re.compile(r"[0-9]{1,9}")


@bp.get(HERE)
@official_of_panel
def consultations(slug: str) -> ResponseReturnValue:
    """All of them, and how often members have been asked."""
    session, panel = db.session(), the_panel(slug)
    now = clock().now(session)
    return render_template(
        "manage/panels/consultations.html",
        panel=panel,
        consultations=[
            (one, one.is_open(now), one.is_over(now))
            for one in list_consultations(session, panel)
        ],
        burden=burden(session, panel, now=now),
        most=MOST_A_YEAR,
    )


@bp.route(f"{HERE}/new", methods=["GET", "POST"])
@bp.route(f"{HERE}/<int:number>/edit", methods=["GET", "POST"])
@official_of_panel
def edit_consultation_page(slug: str, number: int | None = None) -> ResponseReturnValue:
    """Its texts and times."""
    session, panel = db.session(), the_panel(slug)
    there = None if number is None else find_consultation(session, panel, number)
    form = ConsultationForm.of(there)
    if form.validate_on_submit():
        try:
            number = _keep(slug, number, form)
        except DomainError as refusal:
            form.closes_at.errors = [sentence(refusal)]
        else:
            return redirect(url_for("manage.consultation", slug=slug, number=number))
    page = render_template(
        "manage/panels/consultation_edit.html", panel=the_panel(slug), form=form
    )
    return page, 422 if form.is_submitted() else 200


@bp.get(f"{HERE}/<int:number>")
@official_of_panel
def consultation(slug: str, number: int) -> ResponseReturnValue:
    """One of them: what is missing, what is asked, how it goes."""
    return _page(slug, number)


@bp.route(f"{HERE}/<int:number>/questions/<key>", methods=["GET", "POST"])
@official_of_panel
def question(slug: str, number: int, key: str) -> ResponseReturnValue:
    """Write a question; the key `new` adds one."""
    session, panel = db.session(), the_panel(slug)
    there = find_consultation(session, panel, number)
    asked = questionnaire_of(there)
    form = QuestionForm.of(None if key == "new" else asked.question(key), there.version)
    if form.validate_on_submit():
        made = form.question(new_key(asked) if key == "new" else key)
        try:
            _write(
                slug, number, lambda old: with_question(old, made), form.version.data
            )
        except DomainError as refusal:
            form.kind.errors = [sentence(refusal)]
        else:
            return redirect(url_for("manage.consultation", slug=slug, number=number))
    page = render_template(
        "manage/panels/question.html",
        panel=the_panel(slug),
        consultation=find_consultation(session, panel, number),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


@bp.post(f"{HERE}/<int:number>/questions/<key>/<any(up, down, remove):way>")
@official_of_panel
def submit_question_act(
    slug: str, number: int, key: str, way: str
) -> ResponseReturnValue:
    """Move a question, or take it out."""
    by = {"up": -1, "down": 1}
    _write(
        slug,
        number,
        lambda old: (
            moved_question(old, key, by[way])
            if way in by
            else without_question(old, key)
        ),
        request.form.get("version", ""),
    )
    return redirect(url_for("manage.consultation", slug=slug, number=number))


@bp.post(f"{HERE}/<int:number>/open")
@official_of_panel
def submit_open_consultation(slug: str, number: int) -> ResponseReturnValue:
    """Ask the members; those with an address get their links by mail."""
    keys = new_answer_keys(the_panel(slug))
    return _do(slug, number, open_consultation, schedule_asking, keys=keys)


@bp.post(f"{HERE}/<int:number>/remind")
@official_of_panel
def submit_reminder(slug: str, number: int) -> ResponseReturnValue:
    """Write again to whoever has not answered."""
    return _do(slug, number, remind, schedule_reminder)


@bp.post(f"{HERE}/<int:number>/close")
@official_of_panel
def submit_close_early(slug: str, number: int) -> ResponseReturnValue:
    """Take no more answers, and say why."""
    form = WordsForm()
    if not form.validate_on_submit():
        return _page(slug, number, _("Write the reason in every language.")), 422
    keys, words = answer_keys(the_panel(slug)), written(form.words)
    return _do(slug, number, close_early, reason=words, keys=keys)


@bp.post(f"{HERE}/<int:number>/answer")
@official_of_panel
def submit_towns_answer(slug: str, number: int) -> ResponseReturnValue:
    """Say what was done with the answers."""
    form = WordsForm()
    if not form.validate_on_submit():
        return _page(slug, number, _("There are texts that lack a language.")), 422
    return _do(slug, number, publish_answer, text=written(form.words))


def _keep(slug: str, number: int | None, form: ConsultationForm) -> int:
    with transaction() as session:
        panel, now = get_panel(session, slug), clock().now(session)
        if number is None:
            plan = form.plan()
            made = create_consultation(session, panel, plan, actor=actor(), now=now)
            return made.number
        edit_consultation(
            session,
            find_consultation(session, panel, number),
            form.plan(),
            version=_version(form.version.data),
            actor=actor(),
            now=now,
        )
        return number


def _write(slug: str, number: int, change: Any, version: str | None) -> None:  # noqa: ANN401 - from a questionnaire to another
    with transaction() as session:
        one = find_consultation(session, get_panel(session, slug), number)
        write_questions(
            session,
            one,
            change(questionnaire_of(one)),
            version=_version(version),
            actor=actor(),
            now=clock().now(session),
        )


def _version(text: str | None) -> int:
    """Something else than a number was never a version."""
    is_number = _DIGITS.fullmatch(text or "")
    return int(is_number.group()) if is_number else 0


def _do(
    slug: str,
    number: int,
    act: Any,  # noqa: ANN401 - any act of the domain
    after: Any = None,  # noqa: ANN401 - what it enqueues
    **said: object,
) -> ResponseReturnValue:
    try:
        with transaction() as session:
            panel, now = get_panel(session, slug), clock().now(session)
            one = find_consultation(session, panel, number)
            act(session, one, **said, actor=actor(), now=now)
            if after:
                after(session, panel, one, now=now)
    except DomainError as refusal:
        return _page(slug, number, sentence(refusal)), 422
    flash(_("Done."), "success")
    return redirect(url_for("manage.consultation", slug=slug, number=number))


def _page(slug: str, number: int, fault: str = "") -> str:
    session, panel = db.session(), the_panel(slug)
    one, now = find_consultation(session, panel, number), clock().now(session)
    keys, tasks = answer_keys_or_none(panel), tasks_of(session, one)
    return render_template(
        "manage/panels/consultation.html",
        panel=panel,
        consultation=one,
        questions=questionnaire_of(one).questions,
        kinds=KINDS,
        missing=unwritten(one),
        is_open=one.is_open(now),
        is_over=one.is_over(now),
        is_late=is_answer_late(one, now),
        sent=len(who_has_sent(session, one, tasks, keys=keys)) if keys else 0,
        words=WordsForm(),
        fault=fault,
    )
