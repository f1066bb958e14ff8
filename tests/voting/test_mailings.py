"""Who gets a letter, what a batch leaves behind, and how its codes end."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import entries, round_chain
from core.register.errors import IdentityInvalid
from tests.conftest import NOON
from tests.factories.rolls import (
    code_of_person,
    hetu,
    line,
    read_into,
    register,
    register_round,
    row_of_person,
)
from tests.factories.rounds import OFFICIAL, draft_round
from voting.codes import new_codes, redeem_code, voter_of_code
from voting.entering import pass_of
from voting.errors import VoteClosed
from voting.keys import RollKeys, create_roll_key
from voting.letter_errors import (
    BatchRevoked,
    BatchUnknown,
    LettersMade,
    LettersOvertaken,
    LettersUndated,
    NoAddress,
    NobodyToWriteTo,
)
from voting.mailings.batches import (
    AddressedCode,
    address_codes,
    begin_batch,
    fill_batch,
    finish_batch,
    issue_part,
    note_reissue,
    reissue_code,
    revoke_batch,
)
from voting.mailings.choosing import (
    Mailing,
    check_may_write,
    letters_due,
    recipients,
)
from voting.models import LetterBatch, LetterKind, Round, Stage, Way
from voting.opening import current_manifest, open_vote
from voting.roll.finding import find_by_name, find_by_number
from voting.roll_errors import CodeReplaced, NotInTheRegister, WayNotOpen
from voting.round_errors import RoundNotAnnounced

Place = tuple[Round, RollKeys]
CSV = Mailing(kind=LetterKind.CSV)


@pytest.fixture
def place(session: Session, tmp_path: Path) -> Place:
    """The vote is on: 2 and 3 in the north, 4 in the south; 5 is protected."""
    round_ = register_round(session, now=NOON)
    lines = [line(2), line(3), line(4, area="south"), line(5, protected="x")]
    path = register(tmp_path / "r.csv", *lines)
    read_into(session, round_, path, key_dir=tmp_path, now=NOON)
    open_vote(session, round_, actor=OFFICIAL, now=NOON, key_dir=tmp_path)
    return round_, create_roll_key(tmp_path, round_.slug)


def begin(session: Session, place: Place, mailing: Mailing = CSV) -> LetterBatch:
    round_, keys = place
    return begin_batch(session, round_, mailing, keys=keys, actor=OFFICIAL, now=NOON)


def made(
    session: Session, place: Place, mailing: Mailing = CSV
) -> tuple[LetterBatch, list[AddressedCode]]:
    """A whole batch, in one part."""
    round_, keys = place
    people = recipients(session, round_, mailing)
    batch = begin(session, place, mailing)
    found = issue_part(session, round_, batch.id, people, keys=keys)
    finish_batch(session, round_, batch.id, actor=OFFICIAL, now=NOON)
    return batch, found


def streets(found: list[AddressedCode]) -> list[str]:
    return sorted(each.letter.street for each in found)


def test_everybody_with_an_address_gets_one_letter(
    session: Session, place: Place
) -> None:
    round_, keys = place
    north, south = (area.id for area in round_.areas[:2])
    before = letters_due(session, round_)
    assert (before.due, before.with_code) == ({north: 2, south: 1}, {})
    # Of protected people there are neither address nor area.
    assert before.without_address == 1
    batch, found = made(session, place)
    assert streets(found) == ["Lehmuskuja 2", "Lehmuskuja 3", "Lehmuskuja 4"]
    assert (batch.number, batch.letters, batch.role) == (1, 3, "official")
    by_street = {each.letter.street: each for each in found}
    voter = voter_of_code(session, round_, by_street["Lehmuskuja 4"].code, keys=keys)
    assert voter is row_of_person(session, round_, 4, keys)
    area = by_street["Lehmuskuja 4"].area
    assert area == round_.areas[1].name
    after = letters_due(session, round_)
    assert (after.due, after.with_code) == ({}, {north: 2, south: 1})
    with pytest.raises(NobodyToWriteTo):
        recipients(session, round_, CSV)


def test_one_area_or_so_many_at_most(session: Session, place: Place) -> None:
    round_, _ = place
    _, found = made(session, place, Mailing(kind=LetterKind.CSV, area="south"))
    assert streets(found) == ["Lehmuskuja 4"]
    assert len(recipients(session, round_, Mailing(kind=LetterKind.PDF, most=1))) == 1
    nowhere = Mailing(kind=LetterKind.CSV, area="nowhere")
    with pytest.raises(NobodyToWriteTo):
        recipients(session, round_, nowhere)


def test_what_is_kept_of_a_batch_names_nobody_and_holds_no_code(
    session: Session, place: Place
) -> None:
    _, found = made(session, place)
    log = list(entries(session, round_chain(place[0].slug)))[-1]
    assert (log.action, log.facts) == ("letters.made", {"batch": 1, "count": 3})
    stored = repr(session.execute(select(LetterBatch.__table__)).all()) + repr(log)
    for each in found:
        assert each.code not in stored
        assert each.code not in repr(each)
        assert each.letter.name not in repr(each)


def test_a_batch_made_anew_ends_its_codes_and_nobody_else_s(
    session: Session, place: Place
) -> None:
    round_, keys = place
    _, first = made(session, place)
    lost = code_of_person(session, round_, 3, keys=keys, now=NOON)
    second, found = made(session, place, Mailing(kind=LetterKind.CSV, instead_of=1))
    assert streets(found) == ["Lehmuskuja 2", "Lehmuskuja 4"]
    assert (second.number, second.instead_of) == (2, 1)
    assert voter_of_code(session, round_, lost, keys=keys)
    for each in first:
        with pytest.raises(CodeReplaced):
            voter_of_code(session, round_, each.code, keys=keys)
    for each in found:
        assert voter_of_code(session, round_, each.code, keys=keys)
    with pytest.raises(NobodyToWriteTo):
        recipients(session, round_, Mailing(kind=LetterKind.CSV, instead_of=1))
    with pytest.raises(BatchUnknown):
        recipients(session, round_, Mailing(kind=LetterKind.CSV, instead_of=9))


def test_a_batch_that_broke_off_can_be_revoked_and_its_people_wait_again(
    session: Session, place: Place
) -> None:
    round_, keys = place
    people = recipients(session, round_, CSV)
    batch = begin(session, place)
    (half,) = issue_part(session, round_, batch.id, people[:1], keys=keys)
    assert batch.finished_at is None
    revoke_batch(session, round_, 1, keys=keys, actor=OFFICIAL, now=NOON)
    with pytest.raises(CodeReplaced):
        voter_of_code(session, round_, half.code, keys=keys)
    with pytest.raises(BatchRevoked):
        issue_part(session, round_, batch.id, people[1:], keys=keys)
    with pytest.raises(BatchRevoked):
        finish_batch(session, round_, batch.id, actor=OFFICIAL, now=NOON)
    assert recipients(session, round_, CSV) == people


def test_revoking_shows_out_whoever_came_in_with_a_code_of_the_batch(
    session: Session, place: Place
) -> None:
    round_, keys = place
    _, found = made(session, place)
    manifest = current_manifest(session, round_)
    lasts = timedelta(hours=1)
    tokens = [
        redeem_code(
            session, round_, manifest, each.code, keys=keys, now=NOON, lasts=lasts
        )
        for each in found
    ]
    revoke_batch(session, round_, 1, keys=keys, actor=OFFICIAL, now=NOON)
    assert not any(pass_of(session, round_, each, now=NOON) for each in tokens)


def test_whoever_gets_a_code_meanwhile_is_passed_over(
    session: Session, place: Place
) -> None:
    round_, keys = place
    people = recipients(session, round_, CSV)
    batch = begin(session, place)
    at_the_desk = code_of_person(session, round_, 2, keys=keys, now=NOON)
    found = issue_part(session, round_, batch.id, people, keys=keys)
    assert streets(found) == ["Lehmuskuja 3", "Lehmuskuja 4"]
    assert voter_of_code(session, round_, at_the_desk, keys=keys)


def test_sheets_that_were_overtaken_are_not_made_good(
    session: Session, place: Place
) -> None:
    round_, keys = place
    mailing = Mailing(kind=LetterKind.PDF)
    codes = new_codes(recipients(session, round_, mailing))
    address_codes(session, round_, codes, keys=keys)
    batch = begin(session, place, mailing)
    code_of_person(session, round_, 2, keys=keys, now=NOON)
    with pytest.raises(LettersOvertaken):
        fill_batch(session, round_, batch.id, codes, keys=keys)
    revoke_batch(session, round_, batch.number, keys=keys, actor=OFFICIAL, now=NOON)
    people = [each.voter_id for each in codes]
    act = {"keys": keys, "actor": OFFICIAL, "now": NOON}
    with pytest.raises(LettersOvertaken):
        begin_batch(session, round_, mailing, people=people, **act)


def test_one_form_makes_one_batch(session: Session, place: Place) -> None:
    round_, _ = place
    mailing = Mailing(kind=LetterKind.CSV, area="north", form_key="0" * 32)
    made(session, place, mailing)
    with pytest.raises(LettersMade):
        recipients(session, round_, mailing)
    with pytest.raises(LettersMade):
        begin(session, place, mailing)


def test_a_lost_code_is_replaced_and_the_log_does_not_say_whose(
    session: Session, place: Place
) -> None:
    round_, keys = place
    _, first = made(session, place)
    (found,) = find_by_name(session, round_, "asukas 4", 1960, keys=keys)
    assert find_by_number(session, round_, hetu(4), keys=keys) == [found]
    (code,) = new_codes([found.voter_id])
    note_reissue(session, round_, code.voter_id, actor=OFFICIAL, now=NOON)
    reissue_code(session, round_, code, keys=keys, now=NOON)
    with pytest.raises(NotInTheRegister):
        note_reissue(session, round_, 0, actor=OFFICIAL, now=NOON)
    assert voter_of_code(session, round_, code.code, keys=keys).id == found.voter_id
    old = next(each for each in first if each.letter.street == "Lehmuskuja 4")
    with pytest.raises(CodeReplaced):
        voter_of_code(session, round_, old.code, keys=keys)
    log = list(entries(session, round_chain(round_.slug)))[-1]
    assert (log.action, log.facts) == ("code.reissued", {})


def test_people_are_found_by_what_they_say(session: Session, place: Place) -> None:
    round_, keys = place
    assert len(find_by_name(session, round_, "ASUKAS", 1960, keys=keys)) == 3
    assert find_by_name(session, round_, "Asukas", 1961, keys=keys) == []
    assert find_by_name(session, round_, " ", 1960, keys=keys) == []
    # Of protected people there is a row, and no name.
    assert find_by_name(session, round_, "Asukas 5", 1960, keys=keys) == []
    (hidden,) = find_by_number(session, round_, hetu(5), keys=keys)
    assert hidden.letter is None
    (code,) = new_codes([hidden.voter_id])
    with pytest.raises(NoAddress):
        reissue_code(session, round_, code, keys=keys, now=NOON)
    assert find_by_number(session, round_, "131052-308T", keys=keys) == []
    with pytest.raises(IdentityInvalid):
        find_by_number(session, round_, "131052-308S", keys=keys)


def test_letters_are_written_while_there_is_something_to_say(
    session: Session, place: Place
) -> None:
    round_, _ = place
    assert check_may_write(session, round_, now=NOON).opens
    with pytest.raises(VoteClosed):
        check_may_write(session, round_, now=NOON + timedelta(days=400))
    round_.stage = Stage.CLOSED
    with pytest.raises(VoteClosed):
        check_may_write(session, round_, now=NOON)
    with pytest.raises(RoundNotAnnounced):
        check_may_write(session, draft_round(session, now=NOON, slug="new"), now=NOON)


def test_no_letter_goes_out_without_dates_or_without_the_way(
    session: Session, tmp_path: Path
) -> None:
    round_ = register_round(session, now=NOON)
    for phase in round_.phases:
        phase.starts_at = phase.ends_at = None
    with pytest.raises(LettersUndated):
        check_may_write(session, round_, now=NOON)
    round_.ways = [Way.DESK.value]
    with pytest.raises(WayNotOpen):
        check_may_write(session, round_, now=NOON)
