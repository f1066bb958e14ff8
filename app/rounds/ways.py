"""The ways into the booth of a round with a register, and the door they end at.

A provider makes sure who somebody is and calls `admit` with a verified identity
number, or `let_in` with the token of a pass. The rules name which ways are open;
whoever adds one writes its pages, registers it here, and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import abort, current_app, url_for
from flask import session as cookie
from flask_babel import lazy_gettext as _l

from app.access import ASSISTED, BOOTH
from app.extensions import clock
from app.rounds.booth_place import key_dir
from app.transaction import transaction
from voting.electorate import share_round
from voting.entering import VerifiedId, enter_by_identity, ways_into
from voting.keys import load_roll_keys
from voting.manifest import RuleManifest
from voting.models import Way
from voting.opening import current_manifest

if TYPE_CHECKING:
    from app.config import Config


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """One way in: what it is called on the pages, and where it begins."""

    way: Way
    # Lazy strings: what the button says, and one sentence about it.
    title: object
    text: object
    # The round's address -> the address of the first page.
    entrance: Callable[[str], str]
    # Whether it has pages of its own for residents (a service point has none).
    has_page: bool = True
    # Whether this service has been set up for it.
    is_there: Callable[[], bool] = lambda: True


PROVIDERS: dict[Way, IdentityProvider] = {}


def register(provider: IdentityProvider) -> None:
    """Offer a way in; rounds whose rules name it have it from now on."""
    PROVIDERS[provider.way] = provider


def providers_of(manifest: RuleManifest) -> list[IdentityProvider]:
    """The ways that the rules name and this service has."""
    named = [PROVIDERS[way] for way in ways_into(manifest) if way in PROVIDERS]
    return [each for each in named if each.is_there()]


def admit(slug: str, who: VerifiedId, way: Way) -> None:
    """Let an identified person into the booth, in this browser.

    Raises:
        VoteNotOpenYet, VoteClosed, WayNotOpen, NotInTheRegister: not now, not so, or
            not this person.
    """
    with transaction() as session:
        round_ = share_round(session, slug) or abort(404)
        token = enter_by_identity(
            session,
            round_,
            current_manifest(session, round_),
            who,
            way=way,
            keys=load_roll_keys(key_dir(), slug),
            now=clock().now(session),
            lasts=pass_length(),
        )
    let_in(slug, token)


def let_in(slug: str, token: str) -> None:
    """Keep a pass in the browser; a form that was there before is not believed."""
    cookie.pop("csrf_token", None)
    cookie.pop(ASSISTED, None)
    cookie[BOOTH] = {**cookie.get(BOOTH, {}), slug: token}


def show_out(slug: str) -> None:
    """Forget the pass, and what was answered at the door."""
    cookie[BOOTH] = {k: v for k, v in cookie.get(BOOTH, {}).items() if k != slug}


def pass_length() -> timedelta:
    """As long as a log-in."""
    config: Config = current_app.extensions["puistokatu"]
    return timedelta(hours=config.session_hours)


register(
    IdentityProvider(
        Way.CODE,
        _l("With the code from your letter"),
        _l("We have posted a letter with a code to everybody on the electoral roll."),
        lambda slug: url_for("rounds.enter_code", slug=slug),
    )
)
register(
    IdentityProvider(
        Way.CLASS,
        _l("In a school class"),
        _l(
            "If your class votes together, you get a slip of paper with a code in the"
            " lesson."
        ),
        lambda slug: url_for("rounds.enter_class_code", slug=slug),
    )
)
register(
    IdentityProvider(
        Way.EMAIL,
        _l("With your account"),
        _l(
            "This works if the e-mail address of your account is the one that the"
            " register has of you."
        ),
        lambda slug: url_for("rounds.enter_with_account", slug=slug),
    )
)
register(
    IdentityProvider(
        Way.DESK,
        _l("At a service point"),
        _l(
            "Come to a service point with an identity document. An official opens the"
            " booth for you there and helps you, if you want."
        ),
        lambda slug: url_for("rounds.may_vote", slug=slug),
        has_page=False,
    )
)
