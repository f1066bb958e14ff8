"""Each refusal's code with the sentence that a person reads.

One table, in parts by context. The sentences are gettext's source texts; the
parameters of the error fill their places. A test asks for every code.
"""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext
from markupsafe import Markup

from app.locale import content, day, moment
from app.messages.accounts import ACCOUNTS
from app.messages.anomalies import ANOMALIES
from app.messages.assisted import ASSISTED
from app.messages.backups import BACKUPS
from app.messages.booth import BOOTH
from app.messages.classes import CLASSES
from app.messages.consultations import CONSULTATIONS
from app.messages.copies import COPIES
from app.messages.draws import DRAWS
from app.messages.letters import LETTERS
from app.messages.panels import PANELS
from app.messages.paper import PAPER
from app.messages.places import PLACES
from app.messages.roll import ROLL
from app.messages.seating import SEATING
from app.messages.standing import STANDING
from app.messages.voting import VOTING
from app.messages.ways import WAYS
from core.errors import DomainError
from core.text import Localized

MESSAGES: Mapping[str, str] = {
    **ACCOUNTS,
    **ANOMALIES,
    **ASSISTED,
    **BACKUPS,
    **BOOTH,
    **CLASSES,
    **CONSULTATIONS,
    **COPIES,
    **DRAWS,
    **LETTERS,
    **PANELS,
    **PAPER,
    **PLACES,
    **ROLL,
    **SEATING,
    **STANDING,
    **VOTING,
    **WAYS,
}


def sentence(error: DomainError) -> str:
    """The error in the reader's language; amounts and lists come formatted."""
    text = str(gettext(MESSAGES[error.code]))
    params = {key: _plain(value) for key, value in error.params.items()}
    return text % params if params else text


def _plain(value: object) -> object:
    if isinstance(value, Markup):
        return value
    if isinstance(value, Localized):
        return content(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return value
