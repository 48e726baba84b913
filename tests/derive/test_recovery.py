"""Mornings: what counts, what is missing and why, sources kept apart, no look into the future."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runningcoach.derive import rebuild, recovery
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.health import HealthDay
from runningcoach.store import fitness, health
from tests.derive.made import FIRST, on


def usual(days, **last):
    """Return nights that swing evenly around 60 ms, 50 bpm and 8 hours; `last` is one more."""
    nights = [
        HealthDay(
            date=on(n),
            hrv_ms=60 * math.exp(0.1 * (-1) ** n),
            resting_hr_bpm=50 + 2 * (-1) ** n,
            sleep_s=8 * 3600,
            hrv_source="watch",
        )
        for n in range(days)
    ]
    return nights if not last else [*nights, HealthDay(date=on(days), **last)]


def form(day, pct):
    known = {"activities": 0, "distance_m": 0, "moving_s": 0, "load": 0, "ctl": 40, "atl": 40}
    return DailyFitness(date=on(day), form_pct=pct, provisional=False, estimated_share=0, **known)


def test_a_usual_morning_is_65():
    row = recovery.mornings(usual(90), [form(89, -10.0)], on(89))[-1]
    # Three and four of seven nights on either side: a seventh of a deviation from the middle.
    assert row.hrv_z == pytest.approx(-1 / 7, abs=0.01)
    assert row.resting_hr_z == pytest.approx(1 / 3, abs=0.01)  # 48, 52, 48: 2/3 of 2 bpm
    assert (row.sleep_z, row.form_z) == (0.0, 0.0)
    assert row.readiness == 65  # 25 x (0.4 x -0.143 + 0.2 x 0.333) = 0.2
    assert row.readiness_band == "normal"
    assert row.hrv_low_ms == pytest.approx(60 * math.exp(-0.05), rel=0.002)
    assert row.hrv_high_ms == pytest.approx(60 * math.exp(0.05), rel=0.002)
    assert row.reasons == {}


def test_the_morning_after_a_marathon_feels_it():
    days = [form(87, -10.0), form(88, -10.0), form(89, -50.0)]
    days[1] = days[1].model_copy(update={"load": 200.0})  # five times fitness of 40
    rows = recovery.mornings(usual(90), days, on(89))
    assert (rows[88].load_z, rows[89].load_z) == (0.0, -2.0)
    # HRV and resting heart rate as usual: 65 - 25 x 0.2 x 2 for form, less 20 for the load.
    assert (rows[88].readiness, rows[89].readiness) == (65, 35)
    assert rows[89].readiness_band == "reduced"


def test_form_without_fitness_is_missing_for_its_own_reason():
    day = form(89, None).model_copy(update={"reasons": {"form_pct": "low_fitness"}})
    row = recovery.mornings(usual(90), [day], on(89))[-1]
    assert row.form_z is None
    assert row.reasons["form_z"] == "low_fitness"
    assert row.readiness == 65


def test_an_ill_morning_is_held_down_and_flagged():
    nights = usual(88)
    bad = {"hrv_ms": 25.0, "resting_hr_bpm": 62.0, "sleep_s": 32_400, "hrv_source": "watch"}
    nights += [HealthDay(date=on(88 + n), **bad) for n in range(3)]
    row = recovery.mornings(nights, [form(90, 20.0)], on(90))[-1]
    assert row.hrv_z <= -1.5
    assert (row.resting_hr_z, row.sleep_z, row.form_z) == (-2.0, 1.0, 1.0)
    assert row.readiness == 35  # 65 + 25 x 0.4 x hrv_z: 45 and more but for the suspicion
    assert row.flags == ["possible_illness"]


def test_every_missing_value_of_a_morning_has_its_reason():
    nights = usual(40)
    silent = [HealthDay(date=on(55), resting_hr_bpm=50.0)]
    rows = recovery.mornings([*nights, *silent], [form(30, 0.0)], on(56))
    assert [row.date for row in rows] == [on(n) for n in range(57)]
    for row in rows:
        empty = {name for name, value in row if value is None}
        assert empty == set(row.reasons)
    assert rows[0].reasons["hrv_7d_ms"] == "few_nights"
    assert rows[0].reasons["sleep_need_s"] == "short_baseline"
    assert rows[0].reasons["readiness"] == rows[0].reasons["readiness_band"] == "few_parts"
    assert rows[13].hrv_low_ms is None
    assert rows[14].hrv_low_ms is not None  # fourteen nights before it
    assert rows[50].reasons["hrv_7d_ms"] == "no_hrv"
    assert rows[50].reasons["resting_hr_z"] == "no_resting_hr"
    assert rows[50].reasons["sleep_z"] == "no_sleep"
    assert rows[55].resting_hr_3d_bpm == 50
    assert rows[31].reasons["form_z"] == "no_fitness"
    assert rows[30].form_z == 0.5


def test_an_export_and_the_live_account_are_one_source():
    """The runner imports an export and connects later: the baseline goes on."""
    export = [
        HealthDay(date=on(n), hrv_ms=60.0 + n % 5, hrv_source="garmin_export") for n in range(60)
    ]
    live = [HealthDay(date=on(60 + n), hrv_ms=60.0 + n % 5, hrv_source="garmin") for n in range(3)]
    told = recovery.mornings([*export, *live], [], on(62))
    assert told[-1].hrv_z is not None
    assert 60.0 <= told[-1].hrv_low_ms <= told[-1].hrv_7d_ms <= 64.0


def test_hrv_of_two_sources_is_never_mixed():
    nights = usual(60)
    strap = [HealthDay(date=on(60 + n), hrv_ms=90.0 + n % 2, hrv_source="strap") for n in range(20)]
    rows = recovery.mornings([*nights, *strap], [], on(79))
    assert rows[59].hrv_z is not None
    assert rows[60].reasons["hrv_z"] == "few_nights"
    assert rows[62].hrv_7d_ms == pytest.approx(90.33, abs=0.01)  # no night of 60 ms in it
    assert rows[62].reasons["hrv_z"] == "short_baseline"
    assert rows[73].hrv_low_ms is None
    assert rows[74].hrv_low_ms == pytest.approx(90.5, abs=0.5)


def test_equal_nights_cannot_be_compared():
    nights = [HealthDay(date=on(n), hrv_ms=64.0, hrv_source="a") for n in range(40)]
    row = recovery.mornings(nights, [], on(39))[-1]
    assert row.hrv_7d_ms == pytest.approx(64.0)
    assert row.hrv_z is None
    assert row.reasons["hrv_z"] == "no_variation"


def test_weight_alone_makes_no_morning():
    assert recovery.mornings([], [], on(3)) == []
    assert recovery.mornings([HealthDay(date=FIRST, weight_kg=60.0)], [], on(3)) == []
    assert recovery.mornings(usual(3), [], on(-1)) == []


maybe = st.none() | st.floats(30, 90)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(maybe, maybe, maybe, st.sampled_from("ab")), min_size=1, max_size=60),
    st.integers(0, 60),
    st.floats(0, 20),
)
def test_no_morning_knows_the_next_and_more_hrv_is_never_worse(told, last, more):
    nights = usual(30) + [
        HealthDay(
            date=on(30 + n),
            hrv_ms=hrv,
            resting_hr_bpm=bpm,
            sleep_s=None if hours is None else hours * 400,
            hrv_source=source,
        )
        for n, (hrv, bpm, hours, source) in enumerate(told)
    ]
    kept = [night.model_copy() for night in nights]
    end = len(nights) - 1
    last = min(last, end)
    whole = recovery.mornings(nights, [], on(end))
    part = recovery.mornings([n for n in nights if n.date <= on(last)], [], on(last))
    assert whole[: len(part)] == part
    assert nights == kept
    if nights[-1].hrv_ms is not None and whole[-1].readiness is not None:
        better = nights[-1].model_copy(update={"hrv_ms": nights[-1].hrv_ms + more})
        again = recovery.mornings([*nights[:-1], better], [], on(end))[-1]
        assert again.readiness >= whole[-1].readiness


def test_a_refresh_keeps_the_mornings(history, conn, user, monkeypatch):
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: on(35))
    history.season(FIRST, weeks=4)
    days = {on(n): {"hrv_ms": 60.0 + n % 5, "resting_hr_bpm": 50.0 + n % 3} for n in range(35)}
    health.put_days(conn, user.id, days, "watch")
    rebuild.refresh(conn, user.id)
    found = fitness.recovery(conn, user.id, on(0), on(35))
    assert [row.date for row in found] == [on(n) for n in range(36)]
    assert found[34].readiness is not None
    told = health.days(conn, user.id, on(0), on(0))
    assert told[0].hrv_source == "watch"
