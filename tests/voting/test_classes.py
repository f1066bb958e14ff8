"""A list of pupils, the codes of a class, and what a code opens and shows."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import SYSTEM, entries, round_chain
from core.errors import DomainError
from tests.conftest import NOON
from tests.factories.ballots import new_key
from tests.factories.classes import (
    CHILD,
    class_of,
    lesson,
    list_of,
    open_class_round,
)
from tests.factories.rolls import code_of_person, hetu, row_of_person
from tests.factories.rounds import OFFICIAL, draft_round
from voting.ballots import cast, keep_draft, paper_of, shown_paper
from voting.class_errors import (
    ClassCodeReplaced,
    ClassCodeUnknown,
    ClassCodeUsed,
    ClassEnded,
    ClassEndsTooSoon,
    ClassLineUnknown,
    ClassListInvalid,
    ClassMade,
    ClassNotNow,
    ClassOutsideVote,
    ClassOvertaken,
    ClassTooLong,
    ClassUndated,
    ClassUnknown,
)
from voting.classes.batches import (
    check_lesson,
    find_class,
    make_class,
    pupil_at,
    replace_slip,
    revoke_class,
)
from voting.classes.pupils import MOST_PUPILS, find_pupils
from voting.classes.redeeming import (
    AFTER_THE_VOTE,
    FINISHING,
    begins_anew,
    redeem_class_code,
    spend_class_code,
    votes_of_class,
)
from voting.codes import new_codes, redeem_code
from voting.entering import pass_of
from voting.errors import NotOnTheRoll, VoteClosed, VoteNotOpenYet, VotePaused
from voting.keys import RollKeys, RoundKeys, load_round_keys, new_code
from voting.models import (
    BoothPass,
    BoxBallot,
    ClassBatch,
    ClassCode,
    Round,
    Stage,
    Way,
)
from voting.opening import current_manifest
from voting.roll_errors import CodeMisread, NotInTheRegister, WayNotOpen
from voting.round_errors import RoundNotAnnounced
from voting.sealing import empty_box, seal_copy

Place = tuple[Round, RollKeys]
MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(hours=3)


@pytest.fixture
def place(session: Session, tmp_path: Path) -> Place:
    """The vote is on, with persons 2 to 13 on the roll."""
    return open_class_round(session, key_dir=tmp_path, folder=tmp_path, now=NOON)


@pytest.fixture
def keys(place: Place, tmp_path: Path) -> RoundKeys:
    return load_round_keys(tmp_path, place[0].slug)


def faults(session: Session, place: Place, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ClassListInvalid) as refused:
        pupils(session, place, text)
    found = refused.value.params["faults"]
    assert isinstance(found, list)
    return found


def pupils(session: Session, place: Place, text: str) -> list[int]:
    round_, keys = place
    manifest = current_manifest(session, round_)
    return find_pupils(session, round_, manifest, text, keys=keys, now=NOON)


def enter(
    session: Session,
    place: Place,
    code: str,
    keys: RoundKeys,
    *,
    now: datetime = NOON,
) -> str:
    round_, roll_keys = place
    manifest = current_manifest(session, round_)
    return redeem_class_code(
        session,
        round_,
        manifest,
        code,
        roll_keys=roll_keys,
        keys=lambda: keys,
        now=now,
    )


def vote(
    session: Session,
    place: Place,
    number: int,
    keys: RoundKeys,
    *,
    token: str | None = None,
    project: str = "1",
    now: datetime = NOON,
) -> None:
    """As the booth does it; with a token: of a class."""
    round_, roll_keys = place
    voter = row_of_person(session, round_, number, roll_keys)
    cast(
        session,
        round_,
        current_manifest(session, round_),
        voter,
        {"north": [project]},
        key=new_key(),
        now=now,
        keys=keys,
        channel="class" if token else "code",
    )
    if token:
        spend_class_code(session, round_, voter, token, now=now)


def test_a_list_is_read_as_it_comes(session: Session, place: Place) -> None:
    round_, keys = place
    rows = [row_of_person(session, round_, number, keys).id for number in (2, 3, 4)]
    text = f"Nimi;Tunnus\n\n Joku Muu; {hetu(2)}\r\n{hetu(3).lower()}\n;;\n"
    text += '"Asukas, 4", 1960'
    assert pupils(session, place, text) == rows
    assert pupils(session, place, f"\ufeff{hetu(4)}\t7B") == rows[2:]


def test_a_list_is_answered_pupil_by_pupil_and_nothing_is_made(
    session: Session, place: Place
) -> None:
    class_of(session, *place, 9, now=NOON)
    text = "\n".join(
        [
            hetu(2),
            "140560-002Z",
            CHILD,
            hetu(700),
            hetu(2),
            hetu(9),
            "Asukas 999; 1960",
            "Asukas; 1960",
            "Asukas asukas; 1960",
            hetu(3),
        ]
    )
    assert faults(session, place, text) == [
        (2, "unreadable", ""),
        (3, "too_young", ""),
        (4, "not_on_the_roll", ""),
        (5, "twice", "1"),
        (6, "in_another_class", "1"),
        (7, "nobody_fits", ""),
        # One word is no name: somebody else might fit by chance.
        (8, "unreadable", ""),
        (9, "several", ""),
    ]
    assert faults(session, place, " \n Nimi\n") == [(0, "nobody", "")]
    many = list_of(*range(2, MOST_PUPILS + 3))
    assert faults(session, place, many) == [(0, "too_many", str(MOST_PUPILS))]
    # Neither a number nor a name is in what is said of the list.
    assert "140560" not in repr(faults(session, place, text))


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"ends_at": NOON - timedelta(hours=1)}, ClassEndsTooSoon),
        ({"opens_at": NOON - 2 * MINUTE, "ends_at": NOON - MINUTE}, ClassEndsTooSoon),
        ({"ends_at": NOON + timedelta(hours=9)}, ClassTooLong),
        (
            {"opens_at": NOON - timedelta(days=2), "ends_at": NOON + MINUTE},
            ClassTooLong,
        ),
        (
            {
                "opens_at": NOON - timedelta(days=1, minutes=1),
                "ends_at": NOON - timedelta(days=1) + MINUTE,
            },
            ClassEndsTooSoon,
        ),
        (
            {
                "opens_at": NOON + timedelta(days=14, minutes=-9),
                "ends_at": NOON + timedelta(days=14, minutes=1),
            },
            ClassOutsideVote,
        ),
    ],
)
def test_a_lesson_lies_within_the_vote_and_ahead(
    session: Session, place: Place, said: dict[str, datetime], refusal: type
) -> None:
    with pytest.raises(refusal):
        check_lesson(session, place[0], lesson(NOON, **said), now=NOON)


def test_a_lesson_before_the_vote_s_first_moment_is_none(
    session: Session, place: Place
) -> None:
    early = NOON - timedelta(days=1, minutes=10)
    before = lesson(early, opens_at=early, ends_at=early + timedelta(hours=1))
    with pytest.raises(ClassOutsideVote):
        check_lesson(session, place[0], before, now=early)


def test_slips_are_made_while_a_class_can_vote(
    session: Session, place: Place, tmp_path: Path
) -> None:
    round_, _ = place

    def refused(refusal: type[DomainError], now: datetime = NOON) -> None:
        with pytest.raises(refusal):
            check_lesson(session, round_, lesson(now), now=now)

    refused(VoteClosed, NOON + timedelta(days=15))
    round_.stage = Stage.CLOSED
    refused(VoteClosed)
    round_ = draft_round(session, now=NOON, slug="draft")
    refused(RoundNotAnnounced)
    round_.stage = Stage.ANNOUNCED
    refused(WayNotOpen)
    round_.voter_source, round_.ways = place[0].voter_source, [Way.CLASS.value]
    for phase in round_.phases:
        phase.starts_at = phase.ends_at = None
    refused(ClassUndated)


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
    assert not paper_of(session, round_, voter, keys=keys, anew=True).choices
    assert not voter.has_draft
    # Choosing the same as at home is kept as a draft, though it is in the box already.
    act = {**act, "anew": True, "area": "north"}
    keep_draft(session, round_, manifest, voter, codes=["2"], **act)
    assert paper_of(session, round_, voter, keys=keys, anew=True).choices
    keep_draft(session, round_, manifest, voter, codes=None, **act)
    assert not voter.has_draft
    vote(session, place, 2, keys, token=token, project="1")
    # From here on it is the pupil's own vote of this lesson.
    assert not begins_anew(session, voter)
    shown = shown_paper(session, round_, voter, keys=keys, anew=False)
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
    with pytest.raises(NotOnTheRoll):
        vote(session, place, 2, keys, token=token)
    with pytest.raises(NotOnTheRoll):
        vote(session, place, 2, keys, token=by_letter)


def replace(session: Session, place: Place, line: int, number: int) -> str:
    round_, keys = place
    (code,) = new_codes([row_of_person(session, round_, number, keys).id])
    replace_slip(session, round_, 1, line, code, keys=keys, actor=OFFICIAL, now=NOON)
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
    with pytest.raises(NotOnTheRoll):
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
    act = {"keys": roll_keys, "actor": OFFICIAL, "now": NOON}
    assert revoke_class(session, round_, 1, **act) is batch
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
    revoke_class(session, round_, 1, **act)
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
    codes = new_codes([row.id])
    session.delete(row)
    session.flush()
    act = {"keys": keys, "actor": OFFICIAL, "now": NOON}
    with pytest.raises(NotInTheRegister):
        make_class(session, round_, lesson(NOON), codes, **act)


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
