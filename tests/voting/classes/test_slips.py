"""What the code of a slip opens and shows, and how it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import SYSTEM, entries, round_chain
from tests.conftest import NOON
from tests.factories.classes import (
    Place,
    class_of,
    end,
    enter,
    lesson,
    vote,
)
from tests.factories.rolls import code_of_person, row_of_person
from tests.factories.rounds import OFFICIAL
from voting.ballots import cast_paper, keep_draft, paper_at_desk, paper_of
from voting.class_errors import (
    ClassCodeReplaced,
    ClassCodeUnknown,
    ClassCodeUsed,
    ClassEnded,
    ClassLineUnknown,
    ClassMade,
    ClassNotNow,
    ClassOvertaken,
    ClassUnknown,
)
from voting.classes.batches import (
    begin_class,
    fill_class,
    find_class,
    note_replacement,
    pupil_at,
    replace_slip,
    revoke_class,
)
from voting.classes.listing import unfinished_classes
from voting.classes.redeeming import (
    AFTER_THE_VOTE,
    FINISHING,
    begins_anew,
    votes_of_class,
)
from voting.codes import new_codes, redeem_code
from voting.entering import pass_of
from voting.errors import VoteClosed, VoteNotOpenYet, VotePaused
from voting.keys import RoundKeys, new_code
from voting.models import (
    BoothPass,
    BoxBallot,
    ClassBatch,
    ClassCode,
    Stage,
)
from voting.opening import current_manifest
from voting.roll_errors import CodeMisread, NotInTheRegister, PassEnded
from voting.sealing import empty_box, seal_copy

MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(hours=3)


def test_what_is_kept_of_a_class_is_neither_a_code_nor_a_name(
    session: Session, place: Place
) -> None:
    batch, codes = class_of(session, *place, 2, 3, now=NOON)
    log = list(entries(session, round_chain(place[0].slug)))[-1]
    assert (log.action, log.facts) == ("class.made", {"number": 1, "count": 2})
    stored = repr(session.execute(select(ClassCode.__table__)).all())
    stored += repr(session.execute(select(ClassBatch.__table__)).all())
    for code in codes:
        assert code not in stored
        assert code.replace("-", "") not in stored
    assert batch.slips == 2
    again = {"form_key": "0" * 32}
    class_of(session, *place, 4, now=NOON, **again)
    with pytest.raises(ClassMade):
        class_of(session, *place, 5, now=NOON, **again)


def test_a_code_opens_the_booth_of_its_pupil_in_the_lesson_only(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    round_, roll_keys = place
    batch, (code, _) = class_of(session, *place, 2, 3, now=NOON)
    for moment in (batch.opens_at - MINUTE, batch.ends_at):
        with pytest.raises(ClassNotNow) as refused:
            enter(session, place, code, keys, now=moment)
        assert refused.value.params == {"opens": batch.opens_at, "ends": batch.ends_at}
    token = enter(session, place, code.lower(), keys)
    found = pass_of(session, round_, token, now=NOON)
    assert found is not None
    assert found.voter_id == row_of_person(session, round_, 2, roll_keys).id
    # Whoever is inside may end what he has begun, and no more.
    assert found.expires_at == batch.ends_at + FINISHING
    # Until the vote, the slip may be entered again; the first device is out then.
    again = enter(session, place, code, keys)
    assert pass_of(session, round_, token, now=NOON) is None
    vote(session, place, 2, keys, token=again)
    held = pass_of(session, round_, again, now=NOON)
    assert held is not None
    assert held.expires_at == NOON + AFTER_THE_VOTE
    with pytest.raises(ClassCodeUsed):
        enter(session, place, code, keys)


def test_what_is_no_code_of_a_class_opens_nothing(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    round_, roll_keys = place
    _, (code,) = class_of(session, *place, 2, now=NOON)
    letter = code_of_person(session, round_, 3, keys=roll_keys, now=NOON)
    misread = code[:-1] + ("0" if code[-1] != "0" else "1")
    for text, refusal in (
        ("", CodeMisread),
        (misread, CodeMisread),
        (new_code(), ClassCodeUnknown),
        (letter, ClassCodeUnknown),
    ):
        with pytest.raises(refusal):
            enter(session, place, text, keys)
    round_.paused_at = NOON
    with pytest.raises(VotePaused):
        enter(session, place, code, keys)
    round_.paused_at, round_.stage = None, Stage.ANNOUNCED
    with pytest.raises(VoteNotOpenYet):
        enter(session, place, code, keys)
    round_.stage = Stage.CLOSED
    with pytest.raises(VoteClosed):
        enter(session, place, code, keys)
    assert session.scalar(select(func.count()).select_from(BoothPass)) == 0


def test_a_slip_shows_neither_a_draft_nor_a_vote_from_home(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    round_, roll_keys = place
    manifest = current_manifest(session, round_)
    voter = row_of_person(session, round_, 2, roll_keys)
    vote(session, place, 2, keys, project="2")
    act = {"now": NOON, "keys": keys}
    keep_draft(session, round_, manifest, voter, area="north", codes=["1"], **act)
    _, (code,) = class_of(session, *place, 2, now=NOON)
    token = enter(session, place, code, keys)
    assert begins_anew(session, voter)
    assert not paper_at_desk(session, round_, voter, keys=keys).choices
    # What was begun at home waits there.
    assert paper_of(session, round_, voter, keys=keys).choices["north"][0][0] == "1"
    # Choosing the same as at home is kept as a draft, though it is in the box already.
    act = {**act, "at_desk": True, "area": "north"}
    keep_draft(session, round_, manifest, voter, codes=["2"], **act)
    assert paper_at_desk(session, round_, voter, keys=keys).choices
    # Entered again, perhaps by somebody else, the paper is empty.
    token = enter(session, place, code, keys)
    assert not paper_at_desk(session, round_, voter, keys=keys).choices
    vote(session, place, 2, keys, token=token, project="1")
    # From here on it is the pupil's own vote of this lesson.
    assert not begins_anew(session, voter)
    shown = cast_paper(session, round_, voter, keys=keys)
    assert [mark[0] for mark in shown.choices["north"]] == ["1"]
    assert session.scalar(select(func.count()).select_from(BoxBallot)) == 1
    assert voter.channel == "class"


def test_a_letter_of_the_same_person_goes_on_working(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    round_, roll_keys = place
    letter = code_of_person(session, round_, 2, keys=roll_keys, now=NOON)
    _, (code,) = class_of(session, *place, 2, now=NOON)
    token = enter(session, place, code, keys)
    hour = timedelta(hours=1)
    by_letter = redeem_code(
        session,
        round_,
        current_manifest(session, round_),
        letter,
        keys=roll_keys,
        now=NOON,
        lasts=hour,
    )
    assert pass_of(session, round_, by_letter, now=NOON)
    # The pass of the slip has ended with that, and nothing can be cast with it.
    with pytest.raises(PassEnded):
        vote(session, place, 2, keys, token=token)
    with pytest.raises(PassEnded):
        vote(session, place, 2, keys, token=by_letter)


def replace(session: Session, place: Place, line: int, number: int) -> str:
    round_, keys = place
    (code,) = new_codes([row_of_person(session, round_, number, keys).id])
    note_replacement(session, round_, 1, line, actor=OFFICIAL, now=NOON)
    replace_slip(session, round_, 1, line, code, keys=keys, now=NOON)
    return code.code


def test_a_lost_slip_is_dead_when_the_new_one_is_there(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    round_, _ = place
    batch, (lost, other) = class_of(session, *place, 2, 3, now=NOON)
    found, stays = (enter(session, place, code, keys) for code in (lost, other))
    assert pupil_at(session, batch, 1, now=NOON) == _row(session, place, 2)
    new = replace(session, place, 1, 2)
    assert pass_of(session, round_, found, now=NOON) is None
    assert pass_of(session, round_, stays, now=NOON)
    with pytest.raises(ClassCodeReplaced):
        enter(session, place, lost, keys)
    with pytest.raises(PassEnded):
        vote(session, place, 2, keys, token=found)
    log = list(entries(session, round_chain(round_.slug)))[-1]
    assert (log.action, log.facts) == ("class.slip_replaced", {"number": 1})
    # A new slip opens the booth also after a vote with the old one, once.
    vote(session, place, 2, keys, token=enter(session, place, new, keys))
    newest = replace(session, place, 1, 2)
    vote(session, place, 2, keys, token=enter(session, place, newest, keys))
    with pytest.raises(ClassCodeUsed):
        enter(session, place, newest, keys)
    for line, number in ((2, 2), (3, 2)):
        with pytest.raises(ClassLineUnknown):
            replace(session, place, line, number)
    with pytest.raises(ClassEnded):
        pupil_at(session, batch, 1, now=batch.ends_at)


def _row(session: Session, place: Place, number: int) -> int:
    return row_of_person(session, place[0], number, place[1]).id


def test_ending_a_class_shows_out_whoever_has_not_voted_with_its_slip(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    round_, roll_keys = place
    # Person 3 has voted at home: that is no vote with the slip.
    vote(session, place, 3, keys)
    batch, codes = class_of(session, *place, 2, 3, 4, now=NOON)
    tokens = [enter(session, place, code, keys) for code in codes[:2]]
    vote(session, place, 2, keys, token=tokens[0])
    assert end(session, round_, roll_keys, 1, now=NOON) is batch
    assert pass_of(session, round_, tokens[0], now=NOON)
    assert pass_of(session, round_, tokens[1], now=NOON) is None
    assert session.scalar(select(func.count()).select_from(ClassCode)) == 0
    log = list(entries(session, round_chain(round_.slug)))
    assert (log[-1].action, log[-1].facts) == (
        "class.revoked",
        {"number": 1, "count": 3},
    )
    for code in codes:
        with pytest.raises(ClassCodeUnknown):
            enter(session, place, code, keys)
    with pytest.raises(ClassEnded):
        pupil_at(session, batch, 1, now=NOON)
    # Ended once is ended; and the same pupils may have a class again.
    end(session, round_, roll_keys, 1, now=NOON)
    assert len(list(entries(session, round_chain(round_.slug)))) == len(log)
    second, _ = class_of(session, *place, 2, 3, 4, now=NOON)
    assert second.number == 2
    with pytest.raises(ClassUnknown):
        find_class(session, round_, 3)


def test_nobody_has_two_slips_at_a_time(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    batch, (old, _) = class_of(session, *place, 2, 3, now=NOON)
    with pytest.raises(ClassOvertaken):
        class_of(session, *place, 3, 4, now=NOON)
    # A later lesson, for those who were away: the first slip is dead for good.
    after = batch.ends_at
    _, (new,) = class_of(session, *place, 2, now=after)
    with pytest.raises(ClassCodeReplaced):
        enter(session, place, old, keys, now=after)
    assert enter(session, place, new, keys, now=after)


def test_no_slip_is_made_for_somebody_who_left_the_roll(
    session: Session, place: Place
) -> None:
    round_, keys = place
    row = row_of_person(session, round_, 2, keys)
    codes, act = new_codes([row.id]), {"keys": keys, "now": NOON}
    begin_class(session, round_, lesson(NOON), [row.id], actor=OFFICIAL, **act)
    session.delete(row)
    session.flush()
    with pytest.raises(NotInTheRegister):
        begin_class(session, round_, lesson(NOON), [row.id], actor=OFFICIAL, **act)
    with pytest.raises(NotInTheRegister):
        fill_class(session, round_, 1, codes, **act)


def test_a_class_whose_making_broke_off_has_no_slip_and_can_be_ended(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    round_, roll_keys = place
    codes = new_codes([_row(session, place, 2)])
    act = {"keys": roll_keys, "now": NOON}
    begin_class(
        session, round_, lesson(NOON), [codes[0].voter_id], actor=OFFICIAL, **act
    )
    assert unfinished_classes(session, round_) == {1}
    with pytest.raises(ClassCodeUnknown):
        enter(session, place, codes[0].code, keys)
    # Its pupils are free, and so another class may have been quicker.
    class_of(session, *place, 2, now=NOON)
    with pytest.raises(ClassOvertaken):
        fill_class(session, round_, 1, codes, **act)
    end(session, round_, roll_keys, 1, now=NOON)
    assert unfinished_classes(session, round_) == set()
    with pytest.raises(ClassEnded):
        fill_class(session, round_, 1, codes, **act)


def test_an_end_that_broke_off_is_an_end(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    """Between the two acts the codes are still there, and dead."""
    round_, roll_keys = place
    _, codes = class_of(session, *place, 2, 3, 4, now=NOON)
    inside, voted = (enter(session, place, code, keys) for code in codes[:2])
    vote(session, place, 3, keys, token=voted)
    revoke_class(session, round_, 1, keys=roll_keys, actor=OFFICIAL, now=NOON)
    with pytest.raises(PassEnded):
        vote(session, place, 2, keys, token=inside)
    for code in codes:
        with pytest.raises(ClassCodeUnknown):
            enter(session, place, code, keys)
    # Ended again, it is cleared; and its pupils had another class meanwhile.
    second, (new,) = class_of(session, *place, 4, now=NOON)
    end(session, round_, roll_keys, 1, now=NOON)
    assert session.scalar(select(func.count()).select_from(ClassCode)) == 1
    assert pass_of(session, round_, inside, now=NOON) is None
    assert enter(session, place, new, keys)
    assert second.number == 2


def test_how_many_of_a_class_voted_is_said_late_and_not_of_few(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    batch, codes = class_of(session, *place, *range(2, 13), now=NOON)
    said = []
    for number, code in enumerate(codes, start=2):
        vote(session, place, number, keys, token=enter(session, place, code, keys))
        # During the lesson a number that grows would say who has just voted.
        assert votes_of_class(session, batch, now=NOON) is None
        assert votes_of_class(session, batch, now=batch.ends_at + FINISHING) is None
        assert votes_of_class(session, batch, minimum=6, now=LATER) is None
        said.append(votes_of_class(session, batch, now=LATER))
    assert said == [None] * 4 + [5, 6] + [None] * 5


def test_a_slip_made_anew_after_its_vote_does_not_count_twice(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    batch, codes = class_of(session, *place, *range(2, 13), now=NOON)
    for number, code in enumerate(codes[:5], start=2):
        vote(session, place, number, keys, token=enter(session, place, code, keys))
    new = replace(session, place, 1, 2)
    assert votes_of_class(session, batch, now=LATER) == 5
    vote(session, place, 2, keys, token=enter(session, place, new, keys))
    assert votes_of_class(session, batch, now=LATER) == 5


def test_the_sealing_leaves_nothing_of_a_class(
    session: Session, place: Place, keys: RoundKeys
) -> None:
    round_, _ = place
    _, codes = class_of(session, *place, 2, 3, now=NOON)
    vote(session, place, 2, keys, token=enter(session, place, codes[0], keys))
    round_.stage = Stage.RECONCILED
    seal_copy(session, round_, keys=keys, actor=SYSTEM, now=NOON)
    empty_box(session, round_)
    for model in (ClassCode, ClassBatch, BoothPass):
        assert session.scalar(select(func.count()).select_from(model)) == 0
