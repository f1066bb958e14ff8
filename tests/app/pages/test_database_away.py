"""A database that does not answer is no fault of the reader's, and soon over."""

import pytest
from flask import Flask, Response

from app.extensions import db
from tests.support.apps import application_on
from tests.support.databases import Databases


def take_away(app: Flask, databases: Databases, url: str) -> None:
    """Remove the database under the running application."""
    with app.app_context():
        db.engine.dispose()  # or a file that is held open lives on
    databases.drop(url)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/en/rounds/", "The service is busy just now"),
        ("/fi/rounds/", "Palvelu on juuri nyt ruuhkautunut"),
    ],
)
def test_a_page_says_so_and_when_to_come_again(
    own_database: str, databases: Databases, path: str, title: str
) -> None:
    with application_on(own_database) as app:
        client = app.test_client()
        assert client.get(path).status_code == 200
        take_away(app, databases, own_database)
        answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert title in answer.text


def test_a_form_is_answered_as_well(own_database: str, databases: Databases) -> None:
    with application_on(own_database) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        take_away(app, databases, own_database)
        form = {"email": "aino@example.org", "password": "linden trees"}
        answer = app.test_client().post("/sv/account/log-in", data=form)
    assert answer.status_code == 503
    assert "Tjänsten är överbelastad" in answer.text


def test_a_database_that_goes_away_behind_an_answer_spoils_it_not(
    own_database: str, databases: Databases
) -> None:
    with application_on(own_database) as app:

        @app.after_request
        def drop(response: Response) -> Response:
            databases.drop(own_database)
            return response

        assert app.test_client().get("/en/rounds/").status_code == 200
