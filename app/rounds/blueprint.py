"""The blueprint that the residents' pages of a round hang on."""

from flask import Blueprint

bp = Blueprint("rounds", __name__)
