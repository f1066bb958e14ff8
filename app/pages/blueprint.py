"""The blueprint that the pages belonging to no section hang on."""

from flask import Blueprint

bp = Blueprint("pages", __name__)
