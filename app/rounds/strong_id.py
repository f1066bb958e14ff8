"""Strong identification by OpenID Connect: to a broker, and back with who it was.

The authorization code flow with PKCE. State, nonce and verifier wait in the person's
own cookie. The broker's answer is exchanged only when the person sends the form that
stands on the page he comes back to: the redirect itself changes nothing, and between
the two nothing is kept of who he is.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from authlib.integrations.base_client import MismatchingStateError, OAuthError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from flask import current_app, url_for
from flask import session as cookie
from joserfc.errors import JoseError

from app.brokers import Broker
from app.locale import current_language
from app.rounds.strong_errors import (
    BrokerAway,
    IdentificationIncomplete,
    IdentificationNotBegun,
    IdentificationRefused,
    IdentificationTooWeak,
)
from core.register.numbers import NumberKind
from voting.entering import VerifiedId

# Seconds: to be reached, and then until something is answered.
PATIENCE = (3.0, 7.0)
# Seconds by which a broker's clock may differ.
LEEWAY = 60
# Seconds for which addresses and keys of a broker are believed.
METADATA_LASTS = 3600
# Signed by a key that only the broker has; neither unsigned nor by a shared secret.
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
STATE = "_state_"


@dataclass(frozen=True, slots=True)
class Begun:
    """What was kept when the person left for the broker."""

    slug: str
    language: str


class _Client(FlaskOAuth2App):  # type: ignore[misc] # Authlib ships no types
    """Authlib's client, that looks at what a broker says about itself."""

    issuer = ""
    server_metadata: dict[str, Any]

    def load_server_metadata(self) -> dict[str, Any]:
        """Addresses and keys, anew from time to time.

        Raises:
            ValueError: they are another issuer's.
        """
        age = time.time() - self.server_metadata.get("_loaded_at", 0)
        if age > METADATA_LASTS:
            self.server_metadata = {}
        found: dict[str, Any] = super().load_server_metadata()
        if found.get("issuer") != self.issuer:
            self.server_metadata = {}
            raise ValueError("the metadata are another issuer's")
        offered = found.get("id_token_signing_alg_values_supported") or ["RS256"]
        found["id_token_signing_alg_values_supported"] = [
            each for each in offered if each in SIGNED
        ]
        return found


def brokers() -> tuple[Broker, ...]:
    """Those that this service has been set up with."""
    found: tuple[Broker, ...] = current_app.extensions["puistokatu"].brokers
    return found


def broker_named(name: str) -> Broker | None:
    """The broker of an address."""
    return next((each for each in brokers() if each.name == name), None)


def way_to(broker: Broker, slug: str) -> str:
    """The address at the broker; what has to come back is put into the cookie.

    Raises:
        BrokerAway: it does not answer.
    """
    client = _client_of(broker)
    with _broker_may_be_away():
        found = client.create_authorization_url(
            url_for("identified.come_back", broker=broker.name, _external=True),
            # On a machine that others use, the one before is still known there.
            prompt="login",
            ui_locales=current_language(),
            **({"acr_values": " ".join(broker.acr)} if broker.acr else {}),
        )
    _forget_what_was_begun()
    client.save_authorize_data(
        state=found["state"],
        nonce=found["nonce"],
        code_verifier=found["code_verifier"],
        redirect_uri=url_for(
            "identified.come_back", broker=broker.name, _external=True
        ),
        slug=slug,
        language=current_language(),
    )
    return str(found["url"])


def begun(broker: Broker, state: str) -> Begun | None:
    """What was begun in this browser with this state; looking uses nothing up."""
    data = _client_of(broker).framework.get_state_data(cookie, state)
    return Begun(data["slug"], data["language"]) if data else None


def begun_last(broker: Broker) -> Begun | None:
    """For a broker that says no without saying to what; good for a page, no more."""
    start = f"{STATE}{broker.name}_"
    states = [key.removeprefix(start) for key in cookie if key.startswith(start)]
    return begun(broker, states[0]) if states else None


def verified(broker: Broker, slug: str, state: str) -> VerifiedId:
    """Exchange the code that was posted, once, for who the person is.

    Raises:
        IdentificationNotBegun: not in this browser, not for this round, or used.
        BrokerAway: it does not answer.
        IdentificationRefused: its answer is not for us, not now, or not signed by it.
        IdentificationTooWeak, IdentificationIncomplete: level or number are missing.
    """
    found = begun(broker, state)
    if found is None or found.slug != slug:
        raise IdentificationNotBegun
    client = _client_of(broker)
    with _broker_may_be_away():
        try:
            token = client.authorize_access_token(
                claims_options=_expected(broker), leeway=LEEWAY
            )
        except MismatchingStateError:
            raise IdentificationNotBegun from None
        except (OAuthError, JoseError):
            # Of the reason nothing is shown or written down: it may name the person.
            raise IdentificationRefused from None
        claims = token.get("userinfo")
        if claims is None:
            raise IdentificationRefused
        if broker.acr and claims.get("acr") not in broker.acr:
            raise IdentificationTooWeak
        number = claims.get(broker.claim) or _from_userinfo(client, broker, token)
    if not isinstance(number, str) or not number.strip():
        raise IdentificationIncomplete
    return VerifiedId(number, NumberKind(broker.numbers))


def _expected(broker: Broker) -> dict[str, dict[str, object]]:
    return {
        "iss": {"essential": True, "value": broker.issuer},
        "aud": {"essential": True, "value": broker.client_id},
        "exp": {"essential": True},
        "nonce": {"essential": True},
    }


def _from_userinfo(client: _Client, broker: Broker, token: dict[str, Any]) -> object:
    """Some brokers tell the number only where they are asked for it."""
    if not client.load_server_metadata().get("userinfo_endpoint"):
        return None
    told = client.userinfo(token=token)
    return told.get(broker.claim) if told["sub"] == token["userinfo"]["sub"] else None


def _client_of(broker: Broker) -> _Client:
    """One for each broker and process; it remembers addresses and keys."""
    made: dict[Broker, _Client] = current_app.extensions.setdefault("brokers", {})
    if broker not in made:
        made[broker] = _made(broker)
    return made[broker]


def _made(broker: Broker) -> _Client:
    signing = PrivateKeyJWT(headers={"kid": broker.key_id} if broker.key_id else None)
    client = _Client(
        FlaskIntegration(broker.name),
        name=broker.name,
        client_id=broker.client_id,
        client_secret=broker.client_secret or broker.client_key,
        server_metadata_url=f"{broker.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_auth_methods=[signing] if broker.client_key else None,
        client_kwargs={
            "scope": broker.scope,
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
            "token_endpoint_auth_method": (
                "private_key_jwt" if broker.client_key else "client_secret_basic"
            ),
        },
    )
    client.issuer = broker.issuer
    return client


def _forget_what_was_begun() -> None:
    """One at a time: a cookie has little room."""
    for key in [key for key in cookie if key.startswith(STATE)]:
        cookie.pop(key)


@contextmanager
def _broker_may_be_away() -> Iterator[None]:
    """Whatever cannot be reached, read or understood is the broker's fault."""
    try:
        yield
    except (requests.RequestException, ValueError, KeyError, TypeError, RuntimeError):
        raise BrokerAway from None
