"""The blueprint that the officials' pages hang on."""

from flask import Blueprint

bp = Blueprint("manage", __name__)
