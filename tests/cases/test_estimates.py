"""One odd activity changes no later number: rides, drives, dry straps, other units, no movement.

The histories hold ten weeks: easy runs at 2.8 m/s, long ones at 2.7, and each week 6 x 3 min at
3.7 m/s whose heart rate peaks at 182. The same runs without the odd one have a threshold of 3.55
m/s and a predicted 10 km of 47:19.
"""

import zipfile
from datetime import timedelta

import pytest

from runningcoach.cli import doctor
from runningcoach.derive import benchmarks, rebuild
from runningcoach.ingest.files import readers
from runningcoach.metrics import activity, streams
from runningcoach.model.benchmark_timeline import Timeline
from runningcoach.store import best_efforts as stored
from runningcoach.store import fitness
from runningcoach.store.facts import ActivityInput

THRESHOLD_MPS, TEN_KM_S, HRMAX_BPM = 3.55, 47 * 60 + 19, 182


def measured(number, recording):
    """Return a recording as deriving sees it."""
    clean = streams.clean(recording.samples, recording.pauses, treadmill=recording.is_treadmill)
    return ActivityInput(
        activity_id=number,
        local_date=recording.started_at.date(),
        sport=recording.sport,
        sub_sport=recording.sub_sport,
        rpe=None,
        timer_s=recording.summary.get("timer_s"),
        ascent_m=None,
        descent_m=None,
        distance_m=recording.summary.get("distance_m"),
        is_race=False,
        device_training_effect=None,
        air_temperature_c=None,
        dew_point_c=None,
        facts=activity.facts(clean, sport=recording.sport),
    )


def history(cases, case):
    """Return the activities of a history by the name of their file, oldest first."""
    with zipfile.ZipFile(cases / case / "history.zip") as archive:
        read = {
            name: readers.read(archive.read(name), name).recordings[0]
            for name in archive.namelist()
            if name.endswith(".fit")
        }
    ordered = sorted(read.items(), key=lambda pair: pair[1].started_at)
    return {name: measured(n, found) for n, (name, found) in enumerate(ordered)}


def estimated(activities):
    """Return the benchmarks in force on the day after the last activity."""
    known = list(activities)
    found = benchmarks.estimate(known, [], [], None)
    timeline, day = Timeline(found.rows), known[-1].local_date + timedelta(days=1)
    kinds = ("hrmax_bpm", "lthr_bpm", "threshold_speed_mps", "critical_speed_mps", "reserve_m")
    return {kind: timeline.row(kind, day) for kind in kinds}, found.verdicts


@pytest.mark.parametrize(
    ("case", "dry"),
    [("hrmax_spike_first", {"run00.fit"}), ("hrmax_spike_twice", {"run09.fit", "run12.fit"})],
)
def test_a_dry_strap_is_no_maximum(cases, case, dry):
    runs = history(cases, case)
    rows, verdicts = estimated(runs.values())
    assert rows["hrmax_bpm"].value == HRMAX_BPM
    assert rows["hrmax_bpm"].confidence == "high"
    marked = {name for name, run in runs.items() if verdicts[run.activity_id].flags}
    assert marked <= dry  # unless the streams hold nothing odd any more


@pytest.mark.parametrize(
    ("case", "odd"), [("ride_as_run", "bike_as_run.fit"), ("car_home", "car_home.fit")]
)
def test_later_estimates_are_those_without_the_odd_run(cases, case, odd):
    runs = history(cases, case)
    rows, _ = estimated(runs.values())
    without, _ = estimated(run for name, run in runs.items() if name != odd)
    for kind, row in without.items():
        assert rows[kind].value == pytest.approx(row.value, rel=1e-3), kind
    assert rows["threshold_speed_mps"].value == pytest.approx(THRESHOLD_MPS, abs=0.005)
    assert rows["hrmax_bpm"].value == HRMAX_BPM


def test_a_ride_recorded_as_run_changes_no_other_number(import_case):
    case = import_case("ride_as_run")
    *_, last = [a for a in case.activities if a["distance_m"] == pytest.approx(8400, abs=10)]
    # 50 minutes at 2.8 of 3.55 m/s.
    assert last["load"] == pytest.approx(3000 / 36 * (2.8 / THRESHOLD_MPS) ** 2, rel=0.01)
    (ten,) = case.rows("SELECT * FROM race_predictions WHERE distance_m = 10000 AND user_id = "
                       "%(user_id)s")  # fmt: skip
    assert ten["time_s"] == pytest.approx(TEN_KM_S, abs=5)
    (ride,) = [a for a in case.activities if a["distance_m"] == pytest.approx(14_400, abs=20)]
    assert "suspect_ride" in ride["flags"]
    assert (ride["load_source"], ride["load"]) == ("heart_rate", ride["hrtss"])
    assert ride["rtss"] is None
    assert ride["reasons"]["rtss"] == "implausible"
    bests = case.rows("SELECT body FROM athlete_baseline WHERE user_id = %(user_id)s")[0]["body"]
    assert ride["activity_id"] not in {best["activity_id"] for best in bests["records"]}

    # The runner knows better: it was a run. Then it counts.
    held = {best.activity_id for best in stored.all_time(stored.by_year(case.conn, case.user.id))}
    assert ride["activity_id"] not in held
    case.conn.execute(
        "UPDATE activities SET use_for_estimates = true WHERE id = %s", [ride["activity_id"]]
    )
    fitness.mark_stale(case.conn, case.user.id, ride["local_date"])
    rebuild.refresh(case.conn, case.user.id)
    assert case.benchmark("threshold_speed_mps")["value"] > 5
    held = {best.activity_id for best in stored.all_time(stored.by_year(case.conn, case.user.id))}
    assert ride["activity_id"] in held


def test_speed_in_kilometres_an_hour_moves_no_threshold(import_case):
    case = import_case("speed_in_kmh")
    kinds = case.rows(
        "SELECT value FROM athlete_benchmarks WHERE user_id = %(user_id)s AND kind IN"
        " ('threshold_speed_mps', 'critical_speed_mps')"
    )
    assert all(row["value"] < 4 for row in kinds)  # of 2.8 m/s at 150 bpm
    for found in case.activities:
        assert found["effective_vo2max"] is None or found["effective_vo2max"] < 60
        assert 40 < found["load"] < 90  # 45 minutes at 150 bpm: 47; by pace of 2.8 m/s up to 86


def test_distance_in_kilometres_moves_no_estimate(import_case):
    case = import_case("distance_in_km")
    assert case.activity["load"] > 0
    speeds = case.rows(
        "SELECT value FROM athlete_benchmarks WHERE user_id = %(user_id)s AND kind LIKE '%%_mps'"
    )
    assert all(1 <= row["value"] < 4 for row in speeds)


def test_a_run_without_movement_stops_nothing(import_case):
    case = import_case("still_then_long")
    assert [file.outcome for file in case.report.files] == ["imported"] * 3
    gym, long, after = case.activities
    assert gym["load_source"] == "heart_rate"  # half an hour at 120 bpm is not nothing
    assert [found["moving_s"] is not None for found in (gym, long, after)] == [True] * 3
    # A share of a fresh best of 0 m/s does not exist; nothing else depends on it.
    assert long["late_best_pct"] is None
    assert long["reasons"]["late_best_pct"] == "no_history"
    assert long["ngp_mps"] == pytest.approx(2.8, abs=0.01)
    assert all(found["load"] is not None for found in (long, after))
    assert case.rows("SELECT * FROM parked_activities WHERE user_id = %(user_id)s") == []
    days = case.rows("SELECT * FROM fitness_metrics_daily WHERE user_id = %(user_id)s")
    assert sum(day["load"] > 0 for day in days) >= 2
    assert doctor.parked_activities(case.conn, None).state == "ok"
