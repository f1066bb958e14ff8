"""A real OpenID Connect provider in a process of its own, that checks PKCE as well."""

import base64
import hashlib
import multiprocessing
import os
import re
import signal
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import requests

from app.brokers import Broker
from tests.support.postgres import free_port

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

START_WITHIN = 60.0
CLIENT = "puistokatu"
CLAIM = "urn:oid:1.2.246.21"
STRONG = "http://ftn.ficora.fi/2017/loa2"


class OidcServer:
    """Speaks as Suomi.fi's and the banks' brokers do; what it tells can be set."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.process: BaseProcess | None = None

    def start(self) -> None:
        """Begin, and wait for the first answer."""
        forks = multiprocessing.get_context("spawn")
        self.process = forks.Process(target=_serve, args=(self.port,))
        self.process.start()
        deadline = time.monotonic() + START_WITHIN
        while True:
            try:
                requests.get(self.issuer, timeout=5)
            except requests.ConnectionError:
                assert time.monotonic() < deadline, "the provider did not start"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it."""
        if self.process and self.process.pid:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.join()

    def tell(self, subject: str, **claims: Any) -> None:
        """What is said of a person; exp, aud and the like forge the token's own."""
        told = {each.replace("number", CLAIM): value for each, value in claims.items()}
        answer = requests.put(f"{self.issuer}/users/{subject}", json=told, timeout=5)
        answer.raise_for_status()

    def identify(self, address: str, subject: str) -> str:
        """As a person does at the provider's page; where its answer leads."""
        answer = requests.post(
            address, data={"sub": subject}, allow_redirects=False, timeout=5
        )
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def cancel(self, address: str) -> str:
        """The other button."""
        answer = requests.post(
            address, data={"action": "deny"}, allow_redirects=False, timeout=5
        )
        return answer.headers["Location"]

    def asked(self) -> dict[str, str]:
        """The form by which a service last exchanged a code."""
        told: dict[str, str] = requests.get(f"{self.issuer}/asked", timeout=5).json()
        return told

    def broker(self, name: str = "suomifi", **changed: Any) -> Broker:
        """The settings of a service that uses it."""
        values: dict[str, Any] = {
            "name": name,
            "title": "Suomi.fi",
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": "a secret of the two",
            "client_key": None,
            "key_id": None,
            "claim": CLAIM,
            "numbers": "fi",
            "scope": "openid",
            "acr": (STRONG,),
        }
        return Broker(**(values | changed))


def _serve(port: int) -> None:
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    from flask import Response, jsonify, request  # noqa: PLC0415 - in its own process
    from oidc_provider_mock import app as provider  # noqa: PLC0415
    from werkzeug.serving import make_server  # noqa: PLC0415

    app = provider(require_nonce=True)
    challenges: dict[str, str] = {}

    asked: dict[str, str] = {}

    @app.get("/asked")
    def show_asked() -> dict[str, str]:
        return asked

    @app.after_request
    def leave_style_out(answer: Response) -> Response:
        # It would come from elsewhere.
        if answer.mimetype == "text/html" and answer.is_sequence:
            page = re.sub(
                "<link[^>]*stylesheet[^>]*>", "", answer.get_data(as_text=True)
            )
            answer.set_data(page)
        return answer

    @app.after_request
    def keep_challenge(answer: Response) -> Response:
        place = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
        if request.path == "/oauth2/authorize" and "code" in place:
            assert request.args["code_challenge_method"] == "S256"
            challenges[place["code"][0]] = request.args["code_challenge"]
        return answer

    @app.before_request
    def check_verifier() -> tuple[Response, int] | None:
        if request.path != "/oauth2/token":
            return None
        asked.clear()
        asked.update(request.form)
        verifier = request.form["code_verifier"].encode()
        made = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest())
        if challenges.pop(request.form["code"], "") != made.decode().rstrip("="):
            return jsonify(error="invalid_grant"), 400
        return None

    make_server("127.0.0.1", port, app, threaded=True).serve_forever()
