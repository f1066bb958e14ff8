from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import entries, round_chain
from core.codes import new_code
from tests.conftest import NOON
from tests.factories.accounts import resident
from tests.factories.ballots import new_key
from tests.factories.rolls import (
    code_of_person,
    hetu,
    open_register_round,
    register_round,
    row_of_person,
)
from tests.factories.rounds import OFFICIAL
from voting.ballots import cast, keep_draft
from voting.codes import issue_codes, redeem_code, voter_of_code
from voting.electorate import Applicant
from voting.entering import (
    VerifiedId,
    end_pass,
    enter_by_email,
    enter_by_identity,
    pass_of,
)
from voting.errors import RollTaken, VoteNotOpenYet, VoterNotVerified
from voting.keys import RollKeys, create_roll_key, load_round_keys
from voting.models import BoothPass, BoxBallot, RollCode, Round, Stage, Voter, Way
from voting.opening import current_manifest
from voting.roll_errors import (
    CodeMisread,
    CodeReplaced,
    CodeUnknown,
    CodeUsed,
    HomeFromRegister,
    NotInTheRegister,
    RollMissing,
    WayNotOpen,
)

LASTS = timedelta(hours=12)
Place = tuple[Round, RollKeys]


@pytest.fixture
def place(session: Session, tmp_path: Path) -> Place:
    """The vote is on, with three people on the roll."""
    return open_register_round(session, key_dir=tmp_path, folder=tmp_path, now=NOON)


def redeem(session: Session, place: Place, code: str) -> str:
    round_, keys = place
    manifest = current_manifest(session, round_)
    return redeem_code(
        session, round_, manifest, code, keys=keys, now=NOON, lasts=LASTS
    )


def cast_for(session: Session, place: Place, voter: Voter, key_dir: Path) -> None:
    cast(
        session,
        place[0],
        current_manifest(session, place[0]),
        voter,
        {"north": ["1"]},
        key=new_key(),
        now=NOON,
        keys=load_round_keys(key_dir, place[0].slug),
    )


def test_a_code_opens_the_booth_of_its_own_row(session: Session, place: Place) -> None:
    round_, keys = place
    code = code_of_person(session, round_, 3, keys=keys, now=NOON)
    token = redeem(session, place, code.lower().replace("-", " "))
    found = pass_of(session, round_, token, now=NOON)
    assert found is not None
    assert found.voter_id == row_of_person(session, round_, 3, keys).id
    assert pass_of(session, round_, token, now=NOON + LASTS) is None
    assert pass_of(session, round_, token + "x", now=NOON) is None


def test_a_code_is_used_up_by_the_vote(
    session: Session, place: Place, tmp_path: Path
) -> None:
    round_, keys = place
    code = code_of_person(session, round_, 3, keys=keys, now=NOON)
    first = redeem(session, place, code)
    second = redeem(session, place, code)
    # Whoever came last is alone in the booth.
    assert pass_of(session, round_, first, now=NOON) is None
    assert pass_of(session, round_, second, now=NOON)
    cast_for(session, place, row_of_person(session, round_, 3, keys), tmp_path)
    with pytest.raises(CodeUsed):
        redeem(session, place, code)
    # The browser in which the vote was cast stays in the booth.
    assert pass_of(session, round_, second, now=NOON)
    end_pass(session, round_, second)
    assert pass_of(session, round_, second, now=NOON) is None


def test_what_is_no_good_code_is_refused(session: Session, place: Place) -> None:
    round_, keys = place
    old = code_of_person(session, round_, 3, keys=keys, now=NOON)
    new = code_of_person(session, round_, 3, keys=keys, now=NOON)
    assert redeem(session, place, new)
    misread = new[:-1] + ("0" if new[-1] != "0" else "1")
    for code, refusal in (
        (old, CodeReplaced),
        (misread, CodeMisread),
        ("", CodeMisread),
        (new_code(), CodeUnknown),
    ):
        with pytest.raises(refusal):
            redeem(session, place, code)


def test_the_database_holds_no_code_and_the_log_no_person(
    session: Session, place: Place
) -> None:
    round_, keys = place
    code = code_of_person(session, round_, 3, keys=keys, now=NOON)
    stored = repr(session.execute(select(RollCode.__table__)).all())
    assert code not in stored
    assert code.replace("-", "") not in stored
    entry = list(entries(session, round_chain(round_.slug)))[-1]
    assert (entry.action, entry.facts) == ("codes.issued", {"count": 1})


def test_codes_are_issued_before_the_vote_and_tried_but_not_used(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    keys = create_roll_key(tmp_path, round_.slug)
    with pytest.raises(RollMissing):
        issue_codes(session, round_, [], keys=keys, actor=OFFICIAL, now=NOON)
    place = open_register_round(
        session, key_dir=tmp_path, folder=tmp_path, now=NOON, slug="later"
    )
    code = code_of_person(session, place[0], 2, keys=place[1], now=NOON)
    place[0].stage = Stage.ANNOUNCED
    with pytest.raises(VoteNotOpenYet):
        redeem(session, place, code)
    assert voter_of_code(session, place[0], code, keys=place[1])


def test_many_codes_are_made_at_once_and_strangers_none(
    session: Session, tmp_path: Path
) -> None:
    round_, keys = open_register_round(
        session, key_dir=tmp_path, folder=tmp_path, now=NOON, people=600
    )
    ids = session.scalars(select(Voter.id).where(Voter.round_id == round_.id)).all()
    issued = issue_codes(session, round_, ids, keys=keys, actor=OFFICIAL, now=NOON)
    assert {each.voter_id for each in issued} == set(ids)
    assert len({each.code for each in issued}) == 600
    assert issued[0].code not in repr(issued[0])
    with pytest.raises(NotInTheRegister):
        issue_codes(
            session, round_, [max(ids) + 1], keys=keys, actor=OFFICIAL, now=NOON
        )


def test_every_way_leads_to_the_same_row_and_one_ballot(
    session: Session, place: Place, tmp_path: Path
) -> None:
    round_, keys = place
    manifest = current_manifest(session, round_)
    person = row_of_person(session, round_, 3, keys)
    code = code_of_person(session, round_, 3, keys=keys, now=NOON)
    tokens = [redeem(session, place, code)]
    tokens += [
        enter_by_identity(
            session,
            round_,
            manifest,
            VerifiedId(hetu(3)),
            way=way,
            keys=keys,
            now=NOON,
            lasts=LASTS,
        )
        for way in (Way.STRONG, Way.DESK)
    ]
    assert len(set(tokens)) == 3
    account = resident(session)
    applicant = Applicant(account.id, "Asukas3@example.org", verified=True)
    for _ in range(2):
        voter = enter_by_email(
            session, round_, manifest, applicant, keys=keys, now=NOON
        )
        assert voter is person
        cast_for(session, place, voter, tmp_path)
    found = pass_of(session, round_, tokens[-1], now=NOON)
    assert found
    assert (found.voter_id, found.way) == (person.id, "desk")
    cast_for(session, place, session.get_one(Voter, found.voter_id), tmp_path)
    number = select(func.count()).select_from(BoxBallot)
    assert session.scalar(number) == 1
    assert session.scalar(select(func.count()).select_from(BoothPass)) == 1


def test_an_address_that_several_share_or_nobody_has_leads_nowhere(
    session: Session, place: Place
) -> None:
    round_, keys = place
    manifest = current_manifest(session, round_)
    one, other = resident(session), resident(session)

    def enter(account_id: int, email: str, *, verified: bool = True) -> Voter:
        applicant = Applicant(account_id, email, verified=verified)
        return enter_by_email(session, round_, manifest, applicant, keys=keys, now=NOON)

    with pytest.raises(NotInTheRegister):
        enter(one.id, "nobody@example.org")
    with pytest.raises(VoterNotVerified):
        enter(one.id, "asukas2@example.org", verified=False)
    assert enter(one.id, "asukas2@example.org")
    with pytest.raises(RollTaken):
        enter(other.id, "asukas2@example.org")
    # The account stays with its row, whatever address it gets later.
    again = enter(one.id, "asukas3@example.org")
    assert again is row_of_person(session, round_, 2, keys)


def test_a_way_that_the_rules_do_not_name_is_closed(
    session: Session, place: Place
) -> None:
    round_, keys = place
    manifest = current_manifest(session, round_)
    rules = replace(manifest.eligibility, ways=("code",))
    manifest = replace(manifest, eligibility=rules)
    who = VerifiedId(hetu(3))
    with pytest.raises(WayNotOpen):
        enter_by_identity(
            session,
            round_,
            manifest,
            who,
            way=Way.STRONG,
            keys=keys,
            now=NOON,
            lasts=LASTS,
        )


def test_whoever_is_not_on_the_roll_does_not_get_in(
    session: Session, place: Place
) -> None:
    round_, keys = place
    manifest = current_manifest(session, round_)
    for number in (hetu(700), "no number at all"):
        with pytest.raises(NotInTheRegister):
            enter_by_identity(
                session,
                round_,
                manifest,
                VerifiedId(number),
                way=Way.STRONG,
                keys=keys,
                now=NOON,
                lasts=LASTS,
            )


def test_nobody_moves_to_another_area_than_the_register_says(
    session: Session, place: Place, tmp_path: Path
) -> None:
    round_, keys = place
    voter = row_of_person(session, round_, 3, keys)
    manifest = current_manifest(session, round_)
    round_keys = load_round_keys(tmp_path, round_.slug)
    with pytest.raises(HomeFromRegister):
        cast(
            session,
            round_,
            manifest,
            voter,
            {"south": ["3"]},
            key=new_key(),
            now=NOON,
            keys=round_keys,
            home="south",
        )
    with pytest.raises(HomeFromRegister):
        keep_draft(
            session, round_, manifest, voter, home="south", now=NOON, keys=round_keys
        )
    cast_for(session, place, voter, tmp_path)
    assert voter.home_area_id == round_.areas[0].id


def test_a_new_code_after_the_vote_opens_the_booth_once(
    session: Session, place: Place, tmp_path: Path
) -> None:
    round_, keys = place
    old = code_of_person(session, round_, 3, keys=keys, now=NOON)
    redeem(session, place, old)
    cast_for(session, place, row_of_person(session, round_, 3, keys), tmp_path)
    new = code_of_person(session, round_, 3, keys=keys, now=NOON)
    with pytest.raises(CodeReplaced):
        redeem(session, place, old)
    assert redeem(session, place, new)
    with pytest.raises(CodeUsed):
        redeem(session, place, new)


def test_a_new_code_shows_whoever_came_with_the_old_one_out(
    session: Session, place: Place
) -> None:
    round_, keys = place
    stolen = code_of_person(session, round_, 3, keys=keys, now=NOON)
    token = redeem(session, place, stolen)
    other = redeem(
        session, place, code_of_person(session, round_, 2, keys=keys, now=NOON)
    )
    code_of_person(session, round_, 3, keys=keys, now=NOON)
    assert pass_of(session, round_, token, now=NOON) is None
    assert pass_of(session, round_, other, now=NOON)
