"""A form that is sent eight times at the same instant makes one thing."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.transaction import transaction
from core.clock import FixedClock
from tests.factories.accounts import resident
from tests.factories.rounds import OFFICIAL, draft_round, ideas_round, three
from tests.support.apps import application_on, at_once
from voting.models import Project, Proposal, ProposalState, Round
from voting.projects import ProjectPlan, add_project
from voting.proposals import ProposalPlan, submit_proposal, write_proposal
from voting.rounds import get_round

CLICKS = 8
KEY = "0" * 32


def number_of(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def clicked(app: Flask, act: Callable[[], int]) -> None:
    """Every click gets the same answer."""
    answers = at_once(app, [act] * CLICKS)
    assert len(set(answers)) == 1, answers
    assert isinstance(answers[0], int), answers


def test_eight_clicks_are_one_idea(own_database: str, clock: FixedClock) -> None:
    with application_on(own_database) as app:
        with app.app_context(), transaction() as session:
            ideas_round(session, now=clock.moment)
            author = resident(session).id

        def send() -> int:
            plan = ProposalPlan(title="A bench", text="By the shore.", language="en")
            with transaction() as session:
                now = clock.moment
                written = write_proposal(
                    session,
                    get_round(session, "ideas"),
                    plan,
                    author_id=author,
                    now=now,
                    form_key=KEY,
                )
                if written.state is ProposalState.DRAFT:
                    submit_proposal(session, written, now=now)
                return written.id

        clicked(app, send)
        assert number_of(app, Proposal) == 1


def test_eight_clicks_are_one_project(own_database: str, clock: FixedClock) -> None:
    with application_on(own_database) as app:
        with app.app_context(), transaction() as session:
            slug = draft_round(session, now=clock.moment, projects=False).slug

        def send() -> int:
            with transaction() as session:
                round_: Round = get_round(session, slug)
                plan = ProjectPlan(
                    title=three("Silta", "Bro", "Bridge"),
                    cost_cents=100,
                    area=round_.areas[0],
                )
                return add_project(
                    session,
                    round_,
                    plan,
                    actor=OFFICIAL,
                    now=clock.moment,
                    form_key=KEY,
                ).id

        clicked(app, send)
        assert number_of(app, Project) == 1
