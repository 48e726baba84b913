"""Which benchmarks an activity is measured with, and that the runner's choice of load counts."""

from datetime import date, timedelta

import pytest

from runningcoach.derive import activities, rebuild
from runningcoach.model.benchmark import Benchmark
from runningcoach.model.benchmark_timeline import Timeline
from runningcoach.model.user import Preferences
from runningcoach.store import facts, fitness, preferences

DAY = date(2024, 1, 1)


def timeline(**values):
    return Timeline(
        Benchmark(kind=kind, value=value, valid_from=DAY, source="user", confidence="high")
        for kind, value in values.items()
    )


def on_first(history, conn, user, **values):
    history.add(DAY)
    (activity,) = facts.list_inputs(conn, user.id)
    return activities.athlete_on(activity, timeline(**values), "male")


def test_zones_nobody_set_are_shares_of_hrmax(history, conn, user):
    athlete = on_first(history, conn, user, hrmax_bpm=200.0, hr_zone_3_bpm=145.0, vt1_bpm=150.0)
    assert athlete.zone_edges_bpm == pytest.approx((100, 120, 145, 160, 180))
    assert (athlete.vt1_bpm, athlete.vt2_bpm) == (150, None)


def test_five_rows_need_no_hrmax_and_nothing_gives_no_zones(history, conn, user):
    edges = {f"hr_zone_{n}_bpm": 90.0 + 20 * n for n in range(1, 6)}
    athlete = on_first(history, conn, user, **edges)
    assert athlete.zone_edges_bpm == (110, 130, 150, 170, 190)
    (activity,) = facts.list_inputs(conn, user.id)
    assert activities.athlete_on(activity, timeline(), "male").zone_edges_bpm is None


def test_the_runners_choice_of_load_and_weather_reach_the_tables(history, conn, user, monkeypatch):
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: DAY + timedelta(days=60))
    history.season(DAY, weeks=4)
    last = history.add(DAY + timedelta(days=40))
    rebuild.refresh(conn, user.id)
    assert fitness.metrics_of(conn, user.id, last).load_source == "pace"
    preferences.put(conn, user.id, Preferences(load_by="heart_rate"))
    conn.execute(
        "UPDATE activities SET air_temperature_c = 25, dew_point_c = 18,"
        " device_training_effect = 3.1 WHERE id = %s",
        [last],
    )
    rebuild.refresh(conn, user.id)
    found = fitness.metrics_of(conn, user.id, last)
    assert (found.load_source, found.load) == ("heart_rate", found.hrtss)
    assert found.heat_slowdown_pct == [3.0, 4.5]
    assert (found.training_effect, found.training_effect_source) == (3.1, "device")
    others = [m for m in fitness.metrics(conn, user.id).values() if m.activity_id != last]
    assert {m.training_effect_source for m in others} == {"estimate"}
    assert all(m.reasons["heat_slowdown_pct"] == "no_weather" for m in others)
