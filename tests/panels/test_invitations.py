from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import check_chain, entries, panel_chain
from core.text import Localized
from panels.frames import drawn_from, frame_of
from panels.invitations import draw_wave, drop_wave, excluded_keys
from panels.models import Invitation, InvitationWave, PanelStage, Person, WaveState
from panels.panel_errors import (
    PanelTargetsFixed,
    PanelTargetsMissing,
    PanelTextsMissing,
    WaveDayPassed,
    WaveDrawn,
    WaveEmpty,
    WaveExcludedInvalid,
    WaveOvertaken,
    WavePlanned,
    WaveUnknown,
)
from panels.panels import create_panel, edit_panel, set_targets, targets_of
from panels.population import population_of_csv
from panels.waves import get_wave, list_waves, strata_of
from tests.conftest import NOON
from tests.factories.panels import (
    OFFICIAL,
    TABLE,
    drawn_wave,
    joined,
    panel_plan,
    panel_with_targets,
    person_line,
    planned_wave,
    read_town,
    resident_number,
    sent_letters,
)


def invited(session: Session, wave: InvitationWave) -> list[str]:
    query = select(Invitation.person_key).where(Invitation.wave_id == wave.id)
    return sorted(key for key in session.scalars(query) if key)


def test_a_wave_is_planned_and_drawn(session: Session, tmp_path: Path) -> None:
    register, keys = read_town(session, tmp_path, now=NOON, people=1200)
    panel = panel_with_targets(session, now=NOON)
    wave = planned_wave(session, panel, register, keys, now=NOON)
    assert (wave.number, wave.state, invited(session, wave)) == (
        1,
        WaveState.PLANNED,
        [],
    )
    # Twelve seats, three volunteers for each, and half of the letters are answered.
    assert 72 <= wave.size <= 72 + len(wave.strata)
    draw_wave(session, panel, wave, "dice 3 1 4", keys=keys, actor=OFFICIAL, now=NOON)
    assert (wave.state, panel.stage) == (WaveState.DRAWN, PanelStage.INVITING)
    by_stratum = Counter(
        session.scalars(select(Invitation.stratum).where(Invitation.wave_id == wave.id))
    )
    strata = strata_of(wave)
    assert dict(by_stratum) == {
        place: stratum.letters
        for place, stratum in enumerate(strata)
        if stratum.letters
    }
    acts = [entry.action for entry in entries(session, panel_chain(panel.slug))]
    assert acts[-2:] == ["wave.planned", "wave.drawn"]
    assert check_chain(session, panel_chain(panel.slug)) is None


def test_whoever_has_the_list_repeats_the_draw(
    session: Session, tmp_path: Path
) -> None:
    register, keys = read_town(session, tmp_path, now=NOON)
    panel = panel_with_targets(session, now=NOON)
    wave = planned_wave(session, panel, register, keys, now=NOON)
    frame = frame_of(session, panel, register, targets_of(panel), now=NOON)
    assert frame.sha256 == wave.list_sha256
    again = [
        drawn_from(frame, strata_of(wave), seed=seed, one_per_household=True)
        for seed in ("a", "a", "b")
    ]
    assert again[0] == again[1] != again[2]
    draw_wave(session, panel, wave, "a", keys=keys, actor=OFFICIAL, now=NOON)
    ids = [frame.ids[at] for at in again[0]]
    keys_of = select(Person.person_key).where(Person.id.in_(ids))
    assert invited(session, wave) == sorted(session.scalars(keys_of))


def test_a_home_gets_one_letter(session: Session, tmp_path: Path) -> None:
    register, keys = read_town(session, tmp_path, now=NOON, people=100)
    panel = panel_with_targets(session, now=NOON, size=20)
    wave = drawn_wave(session, panel, register, keys, now=NOON)
    homes = session.scalars(
        select(Invitation.household_key).where(Invitation.wave_id == wave.id)
    ).all()
    assert len(homes) == len(set(homes)) == wave.size > 30
    both = panel_with_targets(
        session, now=NOON, slug="both", size=20, one_per_household=False
    )
    both.invite_rest_months = 0
    other = drawn_wave(session, both, register, keys, now=NOON + timedelta(days=1))
    homes = session.scalars(
        select(Invitation.household_key).where(Invitation.wave_id == other.id)
    ).all()
    assert len(set(homes)) < len(homes)


def test_nobody_is_asked_twice_within_the_months_of_rest(
    session: Session, tmp_path: Path
) -> None:
    register, keys = read_town(session, tmp_path, now=NOON)
    panel = panel_with_targets(session, now=NOON)
    first = drawn_wave(session, panel, register, keys, now=NOON)
    other = panel_with_targets(session, now=NOON, slug="other")
    second = drawn_wave(session, other, register, keys, now=NOON)
    assert not set(invited(session, first)) & set(invited(session, second))
    assert second.left_out["invited_lately"] == first.size
    assert second.left_out["home_invited_lately"] > 0
    later = NOON + timedelta(days=400)
    third = panel_with_targets(session, now=later, slug="third")
    register.expires_on = later.date() + timedelta(days=1)
    planned = planned_wave(session, third, register, keys, now=later)
    assert "invited_lately" not in planned.left_out


def test_councillors_are_not_invited(session: Session, tmp_path: Path) -> None:
    register, keys = read_town(session, tmp_path, now=NOON, people=40)
    panel = panel_with_targets(session, now=NOON, one_per_household=False)
    text = "\n".join(resident_number(n)[0] for n in (3, 4)) + "\n\n"
    shut = excluded_keys(text, register, keys)
    wave = drawn_wave(
        session, panel, register, keys, now=NOON, excluded=shut, response=0.1
    )
    assert wave.left_out["excluded"] == 2
    assert not shut & set(invited(session, wave))
    assert wave.excluded == []
    with pytest.raises(WaveExcludedInvalid) as refusal:
        excluded_keys(text + "nobody\n", register, keys)
    assert refusal.value.params["lines"] == [4]


def test_who_has_no_address_or_fits_no_stratum_is_counted(
    session: Session, tmp_path: Path
) -> None:
    grown = [n for n in range(1, 61) if resident_number(n)[1].year < NOON.year - 30]

    def line(number: int) -> str:
        cells = {
            grown[0]: {"osoite": ""},
            grown[1]: {"alue": "Saaret"},
            grown[2]: {"sukupuoli": ""},
        }
        return person_line(number, **cells.get(number, {}))

    register, keys = read_town(session, tmp_path, now=NOON, people=60, line=line)
    panel = panel_with_targets(session, now=NOON)
    panel.min_age = 30
    wave = planned_wave(session, panel, register, keys, now=NOON)
    assert wave.left_out["no_address"] == 1
    assert wave.left_out["no_stratum"] == 2
    assert wave.left_out["too_young"] > 0
    people = sum(stratum.people for stratum in strata_of(wave))
    assert people + sum(wave.left_out.values()) == register.size


def test_the_next_wave_asks_where_people_lack(session: Session, tmp_path: Path) -> None:
    register, keys = read_town(session, tmp_path, now=NOON, people=600)
    panel = panel_with_targets(session, now=NOON)
    first = drawn_wave(session, panel, register, keys, now=NOON)
    letters = sent_letters(session, panel, first, keys, now=NOON)
    joined(session, panel, letters[:20], keys, now=NOON)
    later = NOON + timedelta(days=30)
    second = planned_wave(session, panel, register, keys, now=later)
    # Sixteen of 36 wanted lack, and more where twenty came from few strata.
    assert 15.9 < sum(s.wanted for s in strata_of(second)) < 30
    before = {tuple(s.values.items()): s.response for s in strata_of(first)}
    changed = [
        s for s in strata_of(second) if s.response != before[tuple(s.values.items())]
    ]
    assert changed


def test_one_plan_at_a_time(session: Session, tmp_path: Path) -> None:
    register, keys = read_town(session, tmp_path, now=NOON)
    panel = panel_with_targets(session, now=NOON)
    wave = planned_wave(session, panel, register, keys, now=NOON)
    with pytest.raises(WavePlanned):
        planned_wave(session, panel, register, keys, now=NOON)
    drop_wave(session, panel, wave, actor=OFFICIAL, now=NOON)
    assert list_waves(session, panel) == []
    again = drawn_wave(session, panel, register, keys, now=NOON)
    assert get_wave(session, panel, 1) is again
    with pytest.raises(WaveUnknown):
        get_wave(session, panel, 2)
    with pytest.raises(WaveDrawn):
        draw_wave(session, panel, again, "b", keys=keys, actor=OFFICIAL, now=NOON)
    with pytest.raises(WaveDrawn):
        drop_wave(session, panel, again, actor=OFFICIAL, now=NOON)


def test_a_list_that_has_changed_is_not_drawn_from(
    session: Session, tmp_path: Path
) -> None:
    register, keys = read_town(session, tmp_path, now=NOON)
    panel = panel_with_targets(session, now=NOON)
    other = panel_with_targets(session, now=NOON, slug="other")
    wave = planned_wave(session, panel, register, keys, now=NOON)
    drawn_wave(session, other, register, keys, now=NOON)
    with pytest.raises(WaveOvertaken):
        draw_wave(session, panel, wave, "a", keys=keys, actor=OFFICIAL, now=NOON)


def test_what_is_not_ready_is_not_planned(session: Session, tmp_path: Path) -> None:
    register, keys = read_town(session, tmp_path, now=NOON, people=10)
    bare = create_panel(session, "bare", panel_plan(), actor=OFFICIAL, now=NOON)
    with pytest.raises(PanelTargetsMissing):
        planned_wave(session, bare, register, keys, now=NOON)
    finnish = panel_with_targets(
        session, now=NOON, slug="finnish", consent=Localized("Suostun.")
    )
    with pytest.raises(PanelTextsMissing):
        planned_wave(session, finnish, register, keys, now=NOON)
    panel = panel_with_targets(session, now=NOON)
    with pytest.raises(WaveDayPassed):
        planned_wave(session, panel, register, keys, now=NOON, answer_by=NOON.date())
    panel.min_age = 120
    with pytest.raises(WaveEmpty):
        planned_wave(session, panel, register, keys, now=NOON)


def test_features_and_size_stay_when_letters_have_been_drawn(
    session: Session, tmp_path: Path
) -> None:
    register, keys = read_town(session, tmp_path, now=NOON)
    panel = panel_with_targets(session, now=NOON)
    drawn_wave(session, panel, register, keys, now=NOON)
    acts = {"actor": OFFICIAL, "now": NOON}
    with pytest.raises(PanelTargetsFixed):
        set_targets(session, panel, population_of_csv(TABLE), **acts)
    with pytest.raises(PanelTargetsFixed):
        edit_panel(session, panel, panel_plan(size=30), **acts)
    edit_panel(session, panel, panel_plan(contact="elsewhere"), **acts)
    assert panel.contact == "elsewhere"
