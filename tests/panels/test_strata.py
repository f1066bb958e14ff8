import pytest

from panels.strata import Answered, Plan, expected_response, shares_of, strata_for

CELLS = [({"area": "north"}, 600), ({"area": "south"}, 400)]


def test_letters_are_volunteers_wanted_over_the_share_that_answers() -> None:
    north, south = strata_for(
        CELLS,
        shares=[0.6, 0.4],
        size=10,
        plan=Plan(per_seat=2, response=0.05),
        answered=[Answered(), Answered()],
    )
    assert (north.wanted, north.letters) == (12, 240)
    assert (south.wanted, south.letters) == (8, 160)


def test_who_is_there_is_not_asked_for_again() -> None:
    north, south = strata_for(
        CELLS,
        shares=[0.6, 0.4],
        size=10,
        plan=Plan(per_seat=2, response=0.05),
        answered=[Answered(present=15), Answered(present=6)],
    )
    assert (north.letters, south.letters) == (0, 40)


def test_a_stratum_gets_no_more_letters_than_it_has_people() -> None:
    (only,) = strata_for(
        [({"area": "north"}, 7)],
        shares=[1.0],
        size=10,
        plan=Plan(per_seat=3, response=0.01),
        answered=[Answered()],
    )
    assert only.letters == 7


def test_what_earlier_waves_have_shown_corrects_the_guess() -> None:
    assert expected_response(0.05, Answered()) == pytest.approx(0.05)
    few = expected_response(0.05, Answered(letters=40, volunteers=6))
    many = expected_response(0.05, Answered(letters=4000, volunteers=600))
    assert few == pytest.approx(0.1)
    assert many == pytest.approx(0.149, abs=0.001)
    # Nobody so far does not mean nobody ever: letters stay finite.
    assert expected_response(0.05, Answered(letters=400)) > 0


def test_shares_follow_the_people_and_are_bent_to_the_margins() -> None:
    assert shares_of(CELLS, {}) == pytest.approx([0.6, 0.4])
    cells = [
        ({"area": area, "gender": gender}, people)
        for area, gender, people in (
            ("north", "woman", 30),
            ("north", "man", 20),
            ("south", "woman", 20),
            ("south", "man", 30),
        )
    ]
    margins = {
        "area": {"north": 0.7, "south": 0.3},
        "gender": {"woman": 0.5, "man": 0.5},
    }
    shares = shares_of(cells, margins)
    assert sum(shares[:2]) == pytest.approx(0.7, abs=1e-6)
    assert shares[0] + shares[2] == pytest.approx(0.5, abs=1e-6)
    assert sum(shares) == pytest.approx(1)


def test_a_list_without_people_has_no_shares() -> None:
    assert shares_of([({"area": "north"}, 0)], {"area": {"north": 1.0}}) == [0.0]
