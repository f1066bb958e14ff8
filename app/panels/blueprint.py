"""The blueprint that the residents' pages of panels hang on."""

from flask import Blueprint

bp = Blueprint("panels", __name__)
