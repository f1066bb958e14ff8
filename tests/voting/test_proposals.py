from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.audit import Actor
from core.clock import FixedClock
from core.text import Localized
from tests.factories.accounts import resident
from tests.factories.rounds import OFFICIAL, ideas_round, three
from voting.areas import AreaPlan, add_area, remove_area
from voting.models import Project, Proposal, ProposalState, Round
from voting.projects import remove_project
from voting.proposals import (
    Admission,
    ProposalPlan,
    Verdict,
    admit_proposal,
    assess_proposal,
    edit_proposal,
    is_visible,
    list_own_proposals,
    list_proposals,
    list_sent_proposals,
    project_of,
    public_verdict,
    submit_proposal,
    withdraw_proposal,
    write_proposal,
)
from voting.round_errors import (
    AreaInUse,
    AssessmentIncomplete,
    IdeasNotOpen,
    ProposalNotAdmissible,
    ProposalNotAssessable,
    ProposalNotEditable,
    ProposalNotWithdrawable,
)

BENCH = ProposalPlan(title="A bench", text="By the shore.", language="en")
YES = Verdict(
    feasible=True, cost_cents=90_000, reason=three("Sopii.", "Passar.", "It fits.")
)
NO = Verdict(feasible=False, reason=three("Ei sovi.", "Passar inte.", "It does not."))


@pytest.fixture
def round_(session: Session, clock: FixedClock) -> Round:
    return ideas_round(session, now=clock.moment)


def draft(session: Session, round_: Round, clock: FixedClock) -> Proposal:
    author = resident(session)
    return write_proposal(session, round_, BENCH, author_id=author.id, now=clock.moment)


def sent(session: Session, round_: Round, clock: FixedClock) -> Proposal:
    proposal = draft(session, round_, clock)
    submit_proposal(session, proposal, now=clock.moment)
    return proposal


def assessed(
    session: Session, proposal: Proposal, clock: FixedClock, verdict: Verdict
) -> Proposal:
    assess_proposal(
        session, proposal, verdict, finish=True, actor=OFFICIAL, now=clock.moment
    )
    return proposal


def admit(
    session: Session, round_: Round, proposal: Proposal, clock: FixedClock
) -> Project:
    admission = Admission(
        title=three("Penkki", "Bänk", "Bench"),
        summary=three("Rannalla", "Vid stranden", "By the shore"),
        area=round_.areas[0],
    )
    return admit_proposal(
        session, proposal, admission, actor=OFFICIAL, now=clock.moment
    )


def test_a_draft_is_its_authors_and_nobody_elses(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    proposal = draft(session, round_, clock)
    assert list_proposals(session, round_, seed="a") == []
    assert list_sent_proposals(session, round_) == []
    assert proposal.author_id is not None
    assert list_own_proposals(session, round_, proposal.author_id) == [proposal]
    assert is_visible(proposal, proposal.author_id)
    assert not is_visible(proposal, proposal.author_id + 1)
    assert not is_visible(proposal, None)


def test_a_draft_is_edited_and_what_was_sent_is_not(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    proposal = draft(session, round_, clock)
    longer = ProposalPlan(title="A long bench", text="Oak.", language="en")
    edit_proposal(session, proposal, longer, now=clock.moment)
    submit_proposal(session, proposal, now=clock.moment)
    assert (proposal.state, proposal.title) == (ProposalState.SUBMITTED, "A long bench")
    with pytest.raises(ProposalNotEditable):
        edit_proposal(session, proposal, BENCH, now=clock.moment)
    with pytest.raises(ProposalNotEditable):
        submit_proposal(session, proposal, now=clock.moment)


def test_ideas_are_taken_in_their_phase_only(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    proposal = draft(session, round_, clock)
    assert proposal.author_id is not None
    later = clock.moment + timedelta(days=30)
    with pytest.raises(IdeasNotOpen):
        submit_proposal(session, proposal, now=later)
    with pytest.raises(IdeasNotOpen):
        write_proposal(session, round_, BENCH, author_id=proposal.author_id, now=later)


def test_one_visitors_order_is_steady_and_not_another_visitors(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    for _ in range(12):
        sent(session, round_, clock)
    mine = list_proposals(session, round_, seed="mine")
    assert list_proposals(session, round_, seed="mine") == mine
    assert list_proposals(session, round_, seed="yours") != mine
    new = sent(session, round_, clock)
    after = list_proposals(session, round_, seed="mine")
    assert [each for each in after if each is not new] == mine


def test_a_verdict_is_public_only_when_it_is_finished(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    proposal = sent(session, round_, clock)
    open_question = Verdict(feasible=False, reason=Localized(fi="Ehkä"))
    act = {"actor": OFFICIAL, "now": clock.moment}
    assess_proposal(session, proposal, open_question, finish=False, **act)
    assert proposal.state is ProposalState.IN_VALUATION
    assert public_verdict(proposal) is None
    assess_proposal(session, proposal, YES, finish=True, **act)
    verdict = public_verdict(proposal)
    assert verdict is not None
    assert (verdict.feasible, verdict.cost_cents) == (True, 90_000)
    with pytest.raises(ProposalNotAssessable):
        assess_proposal(session, proposal, NO, finish=True, **act)


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(feasible=True, cost_cents=None, reason=YES.reason),
        Verdict(feasible=False, reason=Localized(fi="Ei")),
    ],
)
def test_a_finished_verdict_needs_a_price_and_a_reason_in_three_languages(
    session: Session, clock: FixedClock, round_: Round, verdict: Verdict
) -> None:
    proposal = sent(session, round_, clock)
    with pytest.raises(AssessmentIncomplete):
        assessed(session, proposal, clock, verdict)
    assert proposal.state is ProposalState.SUBMITTED


def test_a_draft_cannot_be_assessed(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    with pytest.raises(ProposalNotAssessable):
        assessed(session, draft(session, round_, clock), clock, YES)


def test_a_feasible_proposal_becomes_a_project_at_its_final_price(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    proposal = assessed(session, sent(session, round_, clock), clock, YES)
    project = admit(session, round_, proposal, clock)
    assert (project.cost_cents, project.proposal) == (90_000, proposal)
    assert proposal.state is ProposalState.ON_BALLOT
    assert project_of(session, proposal) is project
    with pytest.raises(ProposalNotAdmissible):
        admit(session, round_, proposal, clock)


def test_what_is_not_feasible_is_not_admitted(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    proposal = assessed(session, sent(session, round_, clock), clock, NO)
    with pytest.raises(ProposalNotAdmissible):
        admit(session, round_, proposal, clock)


def test_a_project_that_is_removed_frees_its_proposal(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    proposal = assessed(session, sent(session, round_, clock), clock, YES)
    project = admit(session, round_, proposal, clock)
    remove_project(session, project, actor=OFFICIAL, now=clock.moment)
    assert proposal.state is ProposalState.FEASIBLE
    assert admit(session, round_, proposal, clock)


def test_an_author_withdraws_until_it_is_on_the_ballot(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    proposal = sent(session, round_, clock)
    withdraw_proposal(session, proposal)
    assert list_proposals(session, round_, seed="a") == []
    with pytest.raises(ProposalNotWithdrawable):
        withdraw_proposal(session, proposal)
    other = assessed(session, sent(session, round_, clock), clock, YES)
    admit(session, round_, other, clock)
    with pytest.raises(ProposalNotWithdrawable):
        withdraw_proposal(session, other)


def test_the_assessor_is_kept_beside_the_verdict(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    official = resident(session)
    actor = Actor(role="official", name="Olli", account_id=official.id)
    proposal = sent(session, round_, clock)
    assessment = assess_proposal(
        session, proposal, YES, finish=True, actor=actor, now=clock.moment
    )
    assert assessment.assessor_id == official.id


def test_an_area_with_a_proposal_in_it_stays(
    session: Session, clock: FixedClock, round_: Round
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    west = add_area(
        session, round_, AreaPlan(slug="west", name=Localized.same("West")), **act
    )
    plan = ProposalPlan(title="T", text="T", language="en", area=west)
    author = resident(session)
    proposal = write_proposal(
        session, round_, plan, author_id=author.id, now=clock.moment
    )
    assert proposal.area is west
    with pytest.raises(AreaInUse):
        remove_area(session, west, **act)
