"""Count, look, sign, publish: what an official does when the ballots are sealed."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import Optional

from app.access import actor, official_of_round, person
from app.extensions import clock, db
from app.fields import MomentField
from app.jobs import enqueue
from app.jobs.news import schedule_news
from app.jobs.studies import schedule_study
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.messages import sentence
from app.rounds.result_page import result_page
from app.transaction import transaction
from voting import results
from voting.errors import EmbargoInThePast, ResultAlreadyPublic, RoundNotSealed
from voting.models import Round, Stage


class PublishForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """When everybody may see the result."""

    embargo_until = MomentField(
        _l("Embargo until"),
        validators=[Optional()],
        description=_l(
            "Until this moment only officials see the result. Leave it empty to"
            " publish at once. Helsinki time."
        ),
    )


@bp.post("/rounds/<slug>/count")
@official_of_round
def count(slug: str) -> ResponseReturnValue:
    """Have the rule run in the background; pressing twice is one count."""
    with transaction() as session:
        round_ = the_round(slug)
        if round_.stage is Stage.PUBLIC:
            raise ResultAlreadyPublic
        if round_.stage.order < Stage.SEALED.order:
            raise RoundNotSealed
        job = enqueue(
            session,
            "count_round",
            now=clock().now(session),
            key=f"count_round:{slug}",
            slug=slug,
            author=person().id,
        )
        job_id = job.id
    after = url_for("manage.result_preview", slug=slug)
    return redirect(url_for("manage.job", job_id=job_id, next=after))


@bp.get("/rounds/<slug>/result")
@official_of_round
def result_preview(slug: str) -> ResponseReturnValue:
    """The result as residents will read it, and what is left to do."""
    return _preview(the_round(slug), PublishForm())


def _preview(round_: Round, form: PublishForm, status: int = 200) -> tuple[str, int]:
    session = db.session()
    found = results.current_result(session, round_)
    page = found and result_page(session, round_, found)
    text = render_template(
        "manage/results/preview.html",
        round=round_,
        result=found,
        page=page,
        form=form,
        may_count=round_.stage.order >= Stage.SEALED.order,
        is_public=round_.stage is Stage.PUBLIC,
        is_open=results.is_open(round_, clock().now(session)),
        is_author=bool(found and found.author_id == person().id),
    )
    return text, status


@bp.post("/rounds/<slug>/result/sign")
@official_of_round
def sign_result(slug: str) -> ResponseReturnValue:
    """The second signature on a result that is not proven."""
    with transaction() as session:
        now = clock().now(session)
        results.sign_result(session, the_round(slug), actor=actor(), now=now)
    flash(
        _("Your signature has been added. The result can now be published."), "success"
    )
    return redirect(url_for("manage.result_preview", slug=slug))


@bp.post("/rounds/<slug>/result/publish")
@official_of_round
def publish(slug: str) -> ResponseReturnValue:
    """All areas at once, at once or from the end of an embargo."""
    form = PublishForm()
    if not form.validate_on_submit():
        return _preview(the_round(slug), form, 422)
    try:
        with transaction() as session:
            round_, now = the_round(slug), clock().now(session)
            result = results.publish_result(
                session,
                round_,
                actor=actor(),
                now=now,
                embargo_until=form.embargo_until.data,
            )
            schedule_news(session, round_, now=now)
            schedule_study(session, result, now=now)
    except EmbargoInThePast as refusal:
        form.embargo_until.errors = [sentence(refusal)]
        return _preview(the_round(slug), form, 422)
    flash(_("The result has been published."), "success")
    return redirect(url_for("manage.result_preview", slug=slug))
