"""The demo's mail: what would have been sent, for everybody to read."""

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.access import everyone
from app.extensions import db
from app.mail.models import Message, MessageState
from app.manage.blueprint import bp

PER_PAGE = 20
STATES = {
    MessageState.WAITING: _l("Waits to be sent"),
    MessageState.SENDING: _l("Is being sent"),
    MessageState.SENT: _l("Sent"),
    MessageState.PERHAPS_SENT: _l("Perhaps sent"),
    MessageState.FAILED: _l("Could not be sent"),
}


@bp.get("/outbox")
@everyone
def outbox() -> ResponseReturnValue:
    """Every message, the newest first; a secret one without its text."""
    if not current_app.extensions["puistokatu"].demo:
        abort(404)
    count = db.session.scalar(select(func.count()).select_from(Message)) or 0
    pages = max(1, -(-count // PER_PAGE))
    number = request.args.get("page", 1, type=int)
    if not 1 <= number <= pages:
        abort(404)
    messages = db.session.scalars(
        select(Message)
        .order_by(Message.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    ).all()
    return render_template(
        "manage/outbox/outbox.html",
        messages=messages,
        number=number,
        pages=pages,
        states=STATES,
    )
