"""The forms of the staff page."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from app.accounts.forms import choices, email_field, name_field
from app.accounts.models import Role
from app.accounts.roles import ROLE_NAMES
from app.locale import NATIVE_NAMES


def _role_field() -> SelectField:
    return SelectField(
        _l("Role"), choices=choices(ROLE_NAMES), default=str(Role.OFFICIAL)
    )


class GrantForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A role, and where."""

    role = _role_field()
    scope = SelectField(
        _l("Where"),
        description=_l("Only officials can be limited to one budget round."),
    )


class InviteForm(GrantForm):
    """Who shall come in."""

    name = name_field(_l("Name"))
    email = email_field(_l("E-mail"))
    language = SelectField(
        _l("Language of the invitation"), choices=choices(NATIVE_NAMES)
    )
