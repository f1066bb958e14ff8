import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.mail.models import Message
from core.clock import FixedClock
from tests.factories.accounts import log_in, official, resident
from tests.factories.rounds import draft_round, ideas_round
from tests.support.client import Client
from voting.models import Proposal, ProposalState, Round
from voting.projects import list_projects

URL = "/en/rounds/ideas/proposals"
DESK = "/en/manage/rounds/ideas/proposals"
IDEA = {
    "title": "A bench by the shore",
    "text": "For the evenings.",
    "area": "north",
    "wished_by": "walkers",
    "rough_cost_cents": "900",
}
YES = {
    "feasible": "yes",
    "cost_cents": "1 200",
    "reason-fi": "Sopii.",
    "reason-sv": "Passar.",
    "reason-en": "It fits.",
}


@pytest.fixture
def round_(session: Session, clock: FixedClock) -> Round:
    return ideas_round(session, now=clock.moment)


@pytest.fixture
def author(session: Session) -> Account:
    return resident(session, email="author@example.org")


@pytest.fixture
def writer(client: Client, round_: Round, author: Account) -> Client:
    return log_in(client, author)


@pytest.fixture
def desk(new_client: Callable[[], Client], session: Session) -> Client:
    return log_in(new_client(), official(session))


def the_proposal(session: Session) -> Proposal:
    session.expire_all()
    return session.scalars(select(Proposal)).one()


def write(writer: Client, **fields: str) -> str:
    answer = writer.post(f"{URL}/new", data=IDEA | fields)
    assert answer.status_code == 302
    assert answer.location
    return answer.location


def test_an_idea_is_sent_and_everybody_reads_it(
    writer: Client, new_client: Callable[[], Client], session: Session
) -> None:
    page = write(writer, send="y")
    proposal = the_proposal(session)
    assert (proposal.state, proposal.language) == (ProposalState.SUBMITTED, "en")
    assert (proposal.rough_cost_cents, proposal.wished_by) == (90_000, "walkers")
    anybody = new_client()
    assert "For the evenings." in anybody.get(page).text
    assert "author@example.org" not in anybody.get(page).text
    assert "A bench by the shore" in anybody.get(URL).text


def test_a_draft_is_nobody_elses(
    writer: Client,
    new_client: Callable[[], Client],
    session: Session,
    desk: Client,
) -> None:
    page = write(writer, save="y")
    number = page.rsplit("/", 1)[1]
    other = log_in(new_client(), resident(session))
    for visitor in (new_client(), other, desk):
        assert visitor.get(page).status_code == 404
        assert "A bench by the shore" not in visitor.get(URL).text
    for stranger in (other, desk):
        assert stranger.get(f"{page}/edit").status_code == 404
        assert stranger.post(f"{page}/edit", data=IDEA).status_code == 404
        assert stranger.post(f"{page}/withdraw").status_code == 404
    assert desk.get(f"{DESK}/{number}").status_code == 404
    assert "Only you see it" in writer.get(page).text


def test_a_draft_is_gone_on_with_and_sent(writer: Client, session: Session) -> None:
    page = write(writer, save="y")
    form = writer.get(f"{page}/edit").text
    assert 'value="A bench by the shore"' in form
    sent = IDEA | {"title": "Two benches", "send": "y"}
    assert writer.post(f"{page}/edit", data=sent).location == page
    assert the_proposal(session).title == "Two benches"
    assert the_proposal(session).state is ProposalState.SUBMITTED
    assert writer.post(f"{page}/edit", data=sent).status_code == 409


def test_an_idea_of_another_person_is_not_withdrawn(
    writer: Client, new_client: Callable[[], Client], session: Session
) -> None:
    page = write(writer, send="y")
    other = log_in(new_client(), resident(session))
    assert other.post(f"{page}/withdraw").status_code == 404
    assert writer.post(f"{page}/withdraw").location == page
    assert the_proposal(session).state is ProposalState.WITHDRAWN
    assert other.get(page).status_code == 404


def test_a_proposal_is_not_read_through_another_round(
    writer: Client, session: Session, clock: FixedClock
) -> None:
    page = write(writer, send="y")
    ideas_round(session, now=clock.moment, slug="other")
    assert writer.get(page.replace("/ideas/", "/other/")).status_code == 404


@pytest.mark.usefixtures("round_")
def test_whoever_is_not_logged_in_is_asked_to(client: Client) -> None:
    answer = client.get(f"{URL}/new")
    assert answer.status_code == 302
    assert "log-in" in (answer.location or "") or "log_in" in (answer.location or "")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", "", "Give your idea a title."),
        ("title", "x" * 121, "Field cannot be longer than 120"),
        ("text", "", "Tell what should be done."),
        ("area", "west", "Not a valid choice"),
        ("rough_cost_cents", "cheap", "This is not an amount of money"),
    ],
)
def test_a_bad_field_is_answered_beside_it_and_what_was_typed_stays(
    writer: Client, session: Session, field: str, typed: str, said: str
) -> None:
    answer = writer.post(f"{URL}/new", data=IDEA | {field: typed, "send": "y"})
    assert answer.status_code == 422
    assert said in answer.text
    assert "walkers" in answer.text
    assert session.scalars(select(Proposal)).all() == []


def test_after_the_phase_no_idea_is_taken(
    writer: Client, clock: FixedClock, session: Session
) -> None:
    clock.moment += timedelta(days=30)
    assert writer.get(f"{URL}/new").status_code == 409
    assert writer.post(f"{URL}/new", data=IDEA).status_code == 409
    assert "Ideas are not collected just now." in writer.get(URL).text


def test_ideas_of_a_draft_round_are_404(
    client: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    log_in(client, resident(session))
    url = "/en/rounds/puistola-2027/proposals"
    assert client.get(url).status_code == 404
    assert client.get(f"{url}/new").status_code == 404


def test_an_idea_becomes_a_project_and_its_author_is_told(
    writer: Client, desk: Client, session: Session, round_: Round
) -> None:
    page = write(writer, send="y")
    number = page.rsplit("/", 1)[1]
    started = {"feasible": "no", "reason-fi": "Ehkä", "save": "y"}
    assert desk.post(f"{DESK}/{number}", data=started).status_code == 302
    assert "Ehkä" in desk.get(f"{DESK}/{number}").text
    waiting = writer.get(page).text
    assert "Ehkä" not in waiting
    assert "Being assessed" in waiting
    assert session.scalars(select(Message)).all() == []

    assert desk.post(f"{DESK}/{number}", data=YES | {"finish": "y"}).status_code == 302
    assert "This can be done. It costs 1\u00a0200\u00a0€." in writer.get(page).text
    [message] = session.scalars(select(Message)).all()
    assert message.recipient == "author@example.org"
    assert message.body is not None
    assert f"/en/rounds/ideas/proposals/{number}" in message.body

    assert "A bench by the shore" in desk.get(f"{DESK}/{number}/admit").text
    admission = {"title-en": "Shore bench", "area": "north", "category": ""}
    answer = desk.post(f"{DESK}/{number}/admit", data=admission)
    assert answer.status_code == 302
    [project] = list_projects(session, round_)
    assert (project.title.en, project.cost_cents) == ("Shore bench", 120_000)
    assert "On the ballot" in writer.get(page).text
    assert desk.post(f"{DESK}/{number}/admit", data=admission).status_code == 409


def test_a_finished_verdict_needs_every_language_beside_its_field(
    writer: Client, desk: Client, session: Session
) -> None:
    number = write(writer, send="y").rsplit("/", 1)[1]
    form = YES | {"reason-sv": "", "cost_cents": "", "finish": "y"}
    answer = desk.post(f"{DESK}/{number}", data=form)
    assert answer.status_code == 422
    assert 'id="reason-sv-error"' in answer.text
    assert 'id="cost_cents-error"' in answer.text
    assert the_proposal(session).state is ProposalState.SUBMITTED


def test_whoever_switched_messages_off_is_not_written_to(
    writer: Client, desk: Client, session: Session, author: Account
) -> None:
    author.notify_proposals = False
    number = write(writer, send="y").rsplit("/", 1)[1]
    desk.post(f"{DESK}/{number}", data=YES | {"finish": "y"})
    assert the_proposal(session).state is ProposalState.FEASIBLE
    assert session.scalars(select(Message)).all() == []


def test_a_script_in_an_idea_comes_back_as_text(
    writer: Client, desk: Client, session: Session
) -> None:
    attack = "<script>alert(1)</script>"
    page = write(writer, title=attack, text=attack, wished_by=attack, send="y")
    number = page.rsplit("/", 1)[1]
    for text in (
        writer.get(page).text,
        writer.get(URL).text,
        desk.get(DESK).text,
        desk.get(f"{DESK}/{number}").text,
    ):
        assert attack not in text
        assert "&lt;script&gt;" in text


def form_key(writer: Client) -> str:
    page = writer.get(f"{URL}/new").text
    found = re.search(r'name="once"[^>]* value="([0-9a-f]{32})"', page)
    assert found
    return found.group(1)


def test_a_double_click_is_one_idea(writer: Client, session: Session) -> None:
    once = form_key(writer)
    assert once != form_key(writer)
    first, second = (write(writer, send="Send", once=once) for _ in range(2))
    assert first == second
    assert the_proposal(session).state is ProposalState.SUBMITTED


def test_back_after_saving_goes_on_with_the_same_draft(
    writer: Client, session: Session
) -> None:
    once = form_key(writer)
    write(writer, save="Save", once=once)
    write(writer, send="Send", once=once, title="Two benches")
    proposal = the_proposal(session)
    assert (proposal.title, proposal.state) == ("Two benches", ProposalState.SUBMITTED)


def test_two_forms_and_forms_without_a_key_are_two_ideas(
    writer: Client, session: Session
) -> None:
    for once in (form_key(writer), form_key(writer), "", "typed by hand"):
        write(writer, send="Send", once=once)
    assert session.query(Proposal).count() == 4
