"""The blueprint that the account pages hang on."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
