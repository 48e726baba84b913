"""Benchmarks that follow others, whose word counts, and what stands in for resting heart rate."""

from datetime import timedelta

import pytest

from runningcoach.derive import benchmarks, rebuild
from runningcoach.model.benchmark import Benchmark
from runningcoach.model.benchmark_timeline import Timeline
from runningcoach.store import benchmarks as stored
from runningcoach.store import health
from tests.derive.made import FIRST, curve, on, run


def given(kind, value, day, source="user"):
    return Benchmark(kind=kind, value=value, valid_from=on(day), source=source, confidence="high")


def rows_of(found, kind):
    return [row for row in found.rows if row.kind == kind]


def easy(count=6):
    return [run(3 * n, bpm=140.0, peak=150.0) for n in range(count)]


def test_zones_and_thresholds_stand_from_the_first_day_on():
    found = benchmarks.estimate(easy(), [], [], None)
    first = {row.kind: row for row in found.rows if row.valid_from == FIRST}
    edges = [first[f"hr_zone_{n}_bpm"].value for n in range(1, 6)]
    assert edges == [95.0, 114.0, 133.0, 152.0, 171.0]  # shares of 190
    assert first["vt1_bpm"].value == 148.2  # 0.78 x 190
    assert first["vt2_bpm"].value == first["lthr_bpm"].value == 169.0
    assert {first[k].source for k in ("vt1_bpm", "hr_zone_3_bpm", "hrmax_bpm")} == {"default"}


def test_zones_follow_the_runners_own_hrmax():
    own = [given("hrmax_bpm", 200.0, 7)]
    found = benchmarks.estimate(easy(), [], own, None)
    timeline = Timeline([*own, *found.rows])
    assert timeline.value("hr_zone_5_bpm", on(6)) == 171.0
    assert timeline.value("hr_zone_5_bpm", on(7)) == 180.0
    assert timeline.value("vt1_bpm", on(7)) == 156.0
    assert timeline.row("hr_zone_5_bpm", on(7)).source == "estimate"
    assert timeline.row("hr_zone_5_bpm", on(7)).confidence == "high"
    assert timeline.row("vt1_bpm", on(7)).confidence == "low"


def test_the_runners_own_zone_counts_before_the_one_that_follows():
    own = [given("hr_zone_4_bpm", 149.0, 2), given("hrmax_bpm", 200.0, 7)]
    found = benchmarks.estimate(easy(), [], own, None)
    timeline = Timeline([*own, *found.rows])
    assert [timeline.value("hr_zone_4_bpm", on(d)) for d in (1, 2, 9)] == [152.0, 149.0, 149.0]


def test_a_threshold_from_a_watch_counts_for_180_days():
    watch = [given("lthr_bpm", 171.0, 3, "garmin")]
    found = benchmarks.estimate(easy(), [], watch, None)
    timeline = Timeline([*watch, *found.rows])
    for kind in ("lthr_bpm", "vt2_bpm"):
        values = [timeline.value(kind, on(d)) for d in (2, 3, 182, 183)]
        assert values == [169.0, 171.0, 171.0, 169.0], kind


def test_the_database_agrees_on_what_is_in_force(conn, user):
    conn.execute(
        "INSERT INTO athlete_benchmarks (user_id, kind, valid_from, source, value, confidence)"
        " VALUES (%(u)s, 'lthr_bpm', %(d)s, 'garmin', 171, 'high'),"
        " (%(u)s, 'lthr_bpm', %(d)s, 'estimate', 169, 'low')",
        {"u": user.id, "d": FIRST},
    )
    timeline = Timeline(stored.list_all(conn, user.id))
    for days, expected in ((0, 171), (179, 171), (180, 169)):
        day = FIRST + timedelta(days=days)
        assert stored.in_force(conn, user.id, day)["lthr_bpm"].value == expected
        assert timeline.value("lthr_bpm", day) == expected


def test_the_reserve_stands_beside_critical_speed():
    hard = [run(n, curve=curve(4.0, 200.0)) for n in range(3)]
    found = benchmarks.estimate(hard, [], [], None)
    (speed,), (reserve,) = rows_of(found, "critical_speed_mps"), rows_of(found, "reserve_m")
    assert (speed.valid_from, speed.algorithm) == (reserve.valid_from, reserve.algorithm)
    assert speed.value == pytest.approx(4.0, rel=1e-4)
    assert reserve.value == pytest.approx(200.0, abs=0.5)
    assert speed.evidence["lower_bound"]


def test_a_race_among_the_evidence_makes_critical_speed_more_than_a_bound():
    race = run(0, km=5, is_race=True, efforts={5000.0: 1200.0}, curve=curve(4.0, 200.0))
    row = rows_of(benchmarks.estimate([race], [], [], None), "critical_speed_mps")[0]
    assert not row.evidence["lower_bound"]
    assert row.confidence == "high"


def test_a_treadmill_shows_no_critical_speed_and_no_race():
    inside = run(0, is_race=True, efforts={5000.0: 1200.0}, curve=curve(4, 200),
                 flags=("treadmill",))  # fmt: skip
    found = benchmarks.estimate([inside], [], [], None)
    assert rows_of(found, "critical_speed_mps") == rows_of(found, "threshold_speed_mps") == []
    assert len(found.races.days) == 0


def nights(bpm, first, count):
    return [(on(first + n), bpm) for n in range(count)]


def test_heart_rate_asleep_stands_in_for_resting_heart_rate():
    asleep = nights(48.0, 0, 60)
    alone = rows_of(benchmarks.estimate(easy(), [], [], None, asleep), "hrrest_bpm")
    assert [(row.value, row.valid_from) for row in alone] == [(60.0, FIRST), (48.0, on(14))]
    assert alone[1].algorithm == "hrrest.overnight28.v1"
    told = nights(53.0, 0, 60)
    both = rows_of(benchmarks.estimate(easy(), told, [], None, asleep), "hrrest_bpm")
    assert [row.value for row in both] == [60.0, 53.0]


def test_overnight_heart_rate_is_read_from_the_day(conn, user):
    minutes = list(range(0, 86_400, 60))
    # 40..59 bpm over and over until six, and higher by day; the first hour is not recorded.
    beats = [(0 if m < 3600 else 40 + m // 60 % 20) if m < 21_600 else 90 for m in minutes]
    health.put_stream(conn, user.id, FIRST, "heart_rate", minutes, beats, "test")
    health.put_stream(conn, user.id, on(1), "heart_rate", minutes[:20], [50] * 20, "test")
    ((day, bpm),) = health.overnight_hr(conn, user.id)
    assert day == FIRST
    assert bpm == pytest.approx(40.95, abs=0.1)  # 5 % of 40..59


def test_all_kinds_are_in_force_after_a_refresh(history, conn, user):
    history.season(FIRST, weeks=3)
    rebuild.refresh(conn, user.id)
    known = stored.in_force(conn, user.id, on(30))
    assert {"vt1_bpm", "vt2_bpm", "hr_zone_1_bpm", "hr_zone_5_bpm", "reserve_m"} <= known.keys()
    assert known["hr_zone_4_bpm"].value == pytest.approx(0.8 * known["hrmax_bpm"].value, abs=0.06)
    stored.set_user(conn, user.id, "hrmax_bpm", 205.0, on(10))
    rebuild.refresh(conn, user.id)
    assert stored.in_force(conn, user.id, on(10))["hr_zone_4_bpm"].value == 164.0
