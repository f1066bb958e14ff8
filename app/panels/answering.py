"""A member answers a consultation: by the code of a link, or from the personal page."""

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.access import everyone
from app.accounts.attempts import count_success, count_try, letter_codes
from app.extensions import clock, db
from app.fields import typed
from app.messages import sentence
from app.panels.blueprint import bp
from app.panels.forms import CodeForm
from app.panels.own import person_here
from app.panels.pages import visible_panel
from app.people_keys import answer_keys
from app.transaction import transaction
from core.errors import DomainError
from panels.answers import (
    questionnaire_of,
    save_answers,
    saved_answers,
    send_answers,
    task_of_link,
    tasks_of_person,
)
from panels.consultation_errors import (
    AnsweringLinkUnknown,
    AnsweringOver,
    AnsweringSeatEnded,
)
from panels.consultations import find_consultation
from panels.models import (
    Consultation,
    ConsultationState,
    ConsultationTask,
    Panel,
)
from panels.questionnaire import Answer, Question, QuestionKind, Questionnaire

# In the browser's own session: the codes of links, by panel and number.
CODES = "answering_codes"
# They have a page of their own; the others stand on the form.
FINAL = (AnsweringLinkUnknown, AnsweringOver, AnsweringSeatEnded)


@bp.get("/<slug>/consultations/<int:number>/answer")
@everyone
def answer(slug: str, number: int) -> ResponseReturnValue:
    """The questions with what was saved; or the question for the code."""
    panel, consultation = _asked(slug, number)
    task = _task(panel, consultation)
    if task is None:
        return _code_page(panel, consultation, CodeForm())
    saved = saved_answers(db.session(), task, keys=answer_keys(panel))
    return _page(panel, consultation, dict(saved.answers), is_sent=saved.is_sent)


@bp.post("/<slug>/consultations/<int:number>/code")
@everyone
def open_answering(slug: str, number: int) -> ResponseReturnValue:
    """Open the questions with the code of a link."""
    panel, consultation = _asked(slug, number)
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(panel, consultation, form), 422
    keys = answer_keys(panel)
    try:
        with transaction() as act:
            count_try(act, letter_codes(), now=clock().now(act))
        with transaction() as act:
            task_of_link(act, consultation, typed(form.code), keys=keys)
            count_success(act, letter_codes(), now=clock().now(act))
    except AnsweringLinkUnknown as refusal:
        form.code.errors = [sentence(refusal)]
        return _code_page(*_asked(slug, number), form), 422
    session[CODES] = {**session.get(CODES, {}), f"{slug}/{number}": typed(form.code)}
    return redirect(url_for("panels.answer", slug=slug, number=number))


@bp.post("/<slug>/consultations/<int:number>/answer")
@everyone
def submit_answers(slug: str, number: int) -> ResponseReturnValue:
    """Save for later, or send; what was typed stays where something is wrong."""
    panel, consultation = _asked(slug, number)
    task = _task(panel, consultation)
    if task is None:
        return redirect(url_for("panels.answer", slug=slug, number=number))
    typed_in = answers_typed(questionnaire_of(consultation))
    is_sending = request.form.get("act") == "send"
    write, keys = send_answers if is_sending else save_answers, answer_keys(panel)
    try:
        with transaction() as act:
            write(act, task, typed_in, keys=keys, now=clock().now(act))
    except FINAL:
        raise
    except DomainError as refusal:
        fault = sentence(refusal)
        return _page(*_asked(slug, number), typed_in, fault=fault), 422
    where = "panels.answers_thanks" if is_sending else "panels.answer"
    return redirect(url_for(where, slug=slug, number=number))


@bp.get("/<slug>/consultations/<int:number>/thanks")
@everyone
def answers_thanks(slug: str, number: int) -> ResponseReturnValue:
    """What happens next, and when."""
    panel, consultation = _asked(slug, number)
    return render_template(
        "panels/answers_thanks.html", panel=panel, consultation=consultation
    )


def answers_typed(questionnaire: Questionnaire) -> dict[str, Answer]:
    """What the form holds; whether it is an answer, the domain says."""
    found = {each.key: _typed(each) for each in questionnaire.questions}
    return {key: answer for key, answer in found.items() if answer not in ("", ())}


def _typed(question: Question) -> Answer:
    if question.kind is QuestionKind.MULTIPLE:
        return tuple(request.form.getlist(question.key))
    text = request.form.get(question.key, "")
    is_step = question.kind is QuestionKind.SCALE and text in map(str, question.steps)
    return int(text) if is_step else text


def _asked(slug: str, number: int) -> tuple[Panel, Consultation]:
    panel = visible_panel(slug)
    consultation = find_consultation(db.session(), panel, number)
    if consultation.state is ConsultationState.DRAFT:
        abort(404)
    return panel, consultation


def _task(panel: Panel, consultation: Consultation) -> ConsultationTask | None:
    code = session.get(CODES, {}).get(f"{panel.slug}/{consultation.number}")
    if isinstance(code, str):
        try:
            keys = answer_keys(panel)
            return task_of_link(db.session(), consultation, code, keys=keys)
        except AnsweringLinkUnknown:
            return None
    person = person_here(panel)
    tasks = tasks_of_person(db.session(), person) if person else []
    return next((task for one, task in tasks if one.id == consultation.id), None)


def _code_page(panel: Panel, consultation: Consultation, form: CodeForm) -> str:
    return render_template(
        "panels/answer_code.html", panel=panel, consultation=consultation, form=form
    )


def _page(
    panel: Panel,
    consultation: Consultation,
    answers: dict[str, Answer],
    *,
    is_sent: bool = False,
    fault: str = "",
) -> str:
    return render_template(
        "panels/answer.html",
        panel=panel,
        consultation=consultation,
        questionnaire=questionnaire_of(consultation),
        answers=answers,
        is_open=consultation.is_open(clock().now(db.session())),
        is_sent=is_sent,
        fault=fault,
    )
