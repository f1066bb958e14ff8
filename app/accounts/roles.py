"""What the roles and the places of a grant are called."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.locale import content
from core.audit import HOUSE, panel_chain, round_chain
from panels.models import Panel
from voting.models import Round

ROLE_NAMES = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.OFFICIAL: _l("Official"),
    Role.ELECTED: _l("Elected representative"),
    Role.AUDITOR: _l("Auditor"),
}


def role_name(role: str) -> str:
    """A role in the page's language."""
    return str(ROLE_NAMES[Role(role)])


def scope_names(session: Session) -> dict[str, str]:
    """Every place in which a role can be given, the house first."""
    rounds = session.scalars(select(Round).order_by(Round.id.desc()))
    panels = session.scalars(select(Panel).order_by(Panel.id.desc()))
    return (
        {HOUSE: _("Everywhere")}
        | {round_chain(each.slug): content(each.title) for each in rounds}
        | {panel_chain(each.slug): content(each.title) for each in panels}
    )
