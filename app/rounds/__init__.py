"""/rounds: what residents see and do in a budget round."""

from flask import Flask

from app.access import booth_token
from app.rounds import (
    assisted,
    booth,
    booth_casting,
    booth_compare,
    booth_entry,
    booth_ways,
    booth_withdrawing,
    check_ballot,
    class_views,
    compare,
    distances,
    map_page,
    pages,
    pause_page,
    proposals,
    results,
    roll_requests,
    stories,
    strong_views,
    turnout,
    what_if,
)
from app.rounds.at_desk import assisted_here
from app.rounds.ballot_words import rules_in_words
from app.rounds.blueprint import bp
from app.rounds.paper_words import paper_in_words

# Imported for the pages that they hang on the blueprint.
PAGES = (
    assisted,
    booth,
    booth_casting,
    booth_compare,
    booth_entry,
    booth_ways,
    booth_withdrawing,
    class_views,
    check_ballot,
    compare,
    distances,
    map_page,
    pages,
    pause_page,
    proposals,
    results,
    roll_requests,
    stories,
    strong_views,
    turnout,
    what_if,
)
PREFIX = "/<any(fi, sv, en):lang>/rounds"


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp, url_prefix=PREFIX)
    app.register_blueprint(strong_views.back)
    app.before_request(assisted.watch)
    app.jinja_env.globals["assisted_here"] = assisted_here
    app.jinja_env.globals["rules_in_words"] = rules_in_words
    app.jinja_env.globals["paper_in_words"] = paper_in_words
    app.jinja_env.globals["pause_of"] = pause_page.pause_of
    app.jinja_env.globals["booth_token"] = booth_token
