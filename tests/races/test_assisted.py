"""Service points at once, and what PostgreSQL's own columns would tell of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import db
from app.transaction import transaction
from core.audit import SYSTEM, AuditEntry
from tests.factories.accounts import official
from tests.factories.assisted import Desk
from tests.factories.ballots import OPENS, new_key
from tests.factories.rolls import open_register_round
from voting.closing import close_vote, reconcile
from voting.keys import load_round_keys
from voting.models import AssistedSession, BoothPass, BoxBallot, BoxCast, Voter
from voting.rounds import get_round
from voting.sealing import empty_box, forget_deleted_rows, seal_copy


class Hall:
    """A vote by register, its officials, and a browser for each of them."""

    def __init__(self, town: Any, folder: Path) -> None:
        self.town = town
        with town.app.app_context(), transaction() as session:
            round_, _ = open_register_round(
                session, key_dir=town.key_dir, folder=folder, now=OPENS
            )
            self.slug = round_.slug
            self.officials = [official(session).id for _ in range(2)]

    def desk(self, place: int) -> Desk:
        """A new browser in which one of the officials is logged in."""
        client = self.town.app.test_client()
        client.session = Session()
        with self.town.app.app_context():
            account = db.session.get_one(Account, self.officials[place])
            client.log_in(account)
        return Desk(client, self.slug)

    def read(self, look: Callable[[Session], Any]) -> Any:
        """Look at what is committed."""
        with self.town.app.app_context():
            return look(db.session())

    def count(self, model: Any, *where: Any) -> int:
        """How many rows are committed."""
        query = select(func.count()).select_from(model).where(*where)
        return int(self.read(lambda session: session.scalar(query)) or 0)


@pytest.fixture
def hall(open_town: Any, tmp_path: Path) -> Hall:
    return Hall(open_town(), tmp_path)


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(act) for act in acts]]


def test_an_official_who_opens_two_sessions_at_once_has_one(hall: Hall) -> None:
    desks = [hall.desk(0) for _ in range(4)]
    forms = [desk.form_for(2 + place % 3) for place, desk in enumerate(desks)]
    pairs = list(zip(desks, forms, strict=True))
    found = at_once([lambda d=d, f=f: d.send(f).status_code for d, f in pairs])  # type: ignore[misc]
    assert sorted(found) == [302, 422, 422, 422]
    assert hall.count(AssistedSession) == hall.count(BoothPass) == 1
    assert hall.count(AuditEntry, AuditEntry.action == "assisted.begun") == 1


def test_the_same_form_pressed_many_times_at_once_is_one_session(hall: Hall) -> None:
    desks = [hall.desk(0) for _ in range(4)]
    form = desks[0].form_for(2)
    found = at_once([lambda d=each: d.send(form).status_code for each in desks])  # type: ignore[misc]
    assert found == [302] * 4
    assert hall.count(AssistedSession) == hall.count(BoothPass) == 1
    inside = [d for d in desks if "Assisted session: ends" in d.client.get(d.vote).text]
    assert len(inside) == 1
    assert inside[0].cast(new_key(), "1").status_code == 302


def test_two_officials_for_one_person_at_once_are_one_ballot(hall: Hall) -> None:
    desks = [hall.desk(0), hall.desk(1)]
    forms = [desk.form_for(2) for desk in desks]

    def whole(place: int) -> int:
        assert desks[place].send(forms[place]).status_code == 302
        return desks[place].cast(new_key(), "1").status_code

    found = at_once([lambda: whole(0), lambda: whole(1)])
    # Whoever came in last is alone in the booth; the other may have cast before.
    assert set(found) <= {302, 409}
    assert 302 in found
    assert hall.count(BoxBallot) == 1
    assert hall.count(Voter, Voter.voted_hour.is_not(None)) == 1


def test_a_cast_in_the_moment_of_the_end_is_whole_or_nothing(hall: Hall) -> None:
    desk, other = hall.desk(0), hall.desk(1)
    desk.begin(2)
    number = hall.read(lambda session: session.scalar(select(AssistedSession.id)))
    key = new_key()
    cast, _ = at_once(
        [
            lambda: desk.cast(key, "1").status_code,
            lambda: other.client.post(f"{other.manage}/{number}/end").status_code,
        ]
    )
    assert cast in (302, 409)
    assert hall.count(BoxBallot) == hall.count(BoxCast) == (cast == 302)
    row = hall.read(lambda session: session.get(AssistedSession, number))
    assert (row.has_cast, row.ended_how.value) == (cast == 302, "official")
    assert hall.count(BoothPass) == 0


def numbers_of(session: Session, table: str, where: str = "true") -> set[str]:
    """The transactions that have written a row or have locked it."""
    query = f"SELECT xmin::text, xmax::text FROM {table} WHERE {where}"  # noqa: S608 - names of our own
    return {n for row in session.execute(text(query)) for n in row} - {"0"}


def test_no_transaction_number_joins_the_log_of_a_session_to_a_voter(
    hall: Hall,
) -> None:
    if hall.read(lambda session: session.get_bind().dialect.name) == "sqlite":
        return  # it has no such numbers
    one, two = hall.desk(0), hall.desk(1)
    one.begin(2)
    one.cast(new_key(), "1")
    one.client.post(f"{one.vote}/assisted/end")
    # The second one votes for nothing, and goes.
    two.begin(3)
    two.choose("1")
    two.client.post(f"{two.vote}/assisted/end")

    def look(session: Session) -> None:
        log = numbers_of(session, "audit_entry", "action LIKE 'assisted.%'")
        log |= numbers_of(session, "audit_detail", "text LIKE '%official%'")
        jobs = numbers_of(session, "job", "name = 'end_assisted'")
        assert len(log) >= 4
        assert len(jobs) >= 2
        for table in ("voter", "box_ballot", "box_cast"):
            assert not numbers_of(session, table) & (log | jobs), table

    hall.read(look)
    seal(hall)
    hall.read(look)
    for model in (AssistedSession, BoothPass):
        assert hall.count(model) == 0


def seal(hall: Hall) -> None:
    app, slug = hall.town.app, hall.slug
    act: dict[str, Any] = {"actor": SYSTEM, "now": OPENS + timedelta(days=20)}
    with app.app_context(), transaction() as session:
        close_vote(session, get_round(session, slug), **act, reason="A test")
        reconcile(session, get_round(session, slug), **act)
        keys = load_round_keys(hall.town.key_dir, slug)
        seal_copy(session, get_round(session, slug), keys=keys, **act)
        empty_box(session, get_round(session, slug))
    with app.app_context():
        assert forget_deleted_rows(db.engine)
