"""The page of a failure must not fail itself."""

import pytest
from flask import Flask, session
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import InternalServerError

from app.errors import http_error
from app.extensions import login_manager


def test_the_page_of_a_fault_asks_no_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_identity: str) -> None:
        raise OperationalError("SELECT", {}, Exception("the database is gone"))

    monkeypatch.setattr(login_manager, "_user_callback", broken)
    with app.test_request_context("/sv/help"):
        session["_user_id"] = "1:1"
        answer = app.make_response(http_error(InternalServerError()))
    assert answer.status_code == 500
    assert "Något gick fel hos oss" in answer.get_data(as_text=True)
