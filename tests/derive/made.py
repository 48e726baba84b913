"""Activities made up fact by fact, for what is derived from many of them."""

from datetime import date, timedelta

import numpy as np

from runningcoach.derive import benchmarks, daily
from runningcoach.metrics.efforts import DURATIONS_S, FastestStretch
from runningcoach.metrics.facts import Facts
from runningcoach.model.activity import ActivityMetrics
from runningcoach.model.benchmark_timeline import Timeline
from runningcoach.model.user import Preferences
from runningcoach.store.facts import ActivityInput

FIRST = date(2024, 1, 1)  # a Monday


def on(day):
    """Return the date of a day counted from the first."""
    return FIRST + timedelta(days=day)


def run(
    day,
    number=None,
    *,
    km=10.0,
    speed=3.0,
    bpm=145.0,
    peak=None,
    sport="running",
    is_race=False,
    efforts=None,
    curve=None,
    flags=(),
    **facts,
):
    """Return an activity at one speed and heart rate, with the facts that follow from them."""
    seconds = km * 1000 / speed
    at_bpm = np.zeros(256, np.int32)
    at_bpm[int(bpm or 0)] = int(seconds)
    known = {
        "elapsed_s": seconds,
        "active_s": seconds,
        "moving_s": seconds,
        "hr_coverage": None if bpm is None else 1.0,
        "speed_coverage": 1.0,
        "hr_seconds": None if bpm is None else at_bpm,
        "average_hr_bpm": bpm,
        "hr_peak_30s_bpm": _more(bpm, 10) if peak is None else peak,
        "hr_best_30min_bpm": _more(bpm, 1),
        "gap_mps": speed,
        "ngp_mps": speed,
        "gap_cv": 0.05,
        "vo2max_speed_mps": speed,
        "vo2max_hr_bpm": bpm,
        "mean_max_gap_mps": curve,
        "flags": flags,
        "best_efforts": tuple(FastestStretch(m, s, 0.0) for m, s in (efforts or {}).items()),
    }
    return ActivityInput(
        activity_id=day if number is None else number,
        local_date=on(day),
        sport=sport,
        sub_sport=None,
        rpe=None,
        timer_s=seconds,
        ascent_m=None,
        descent_m=None,
        distance_m=km * 1000,
        is_race=is_race,
        device_training_effect=None,
        air_temperature_c=None,
        dew_point_c=None,
        facts=Facts(**(known | facts)),
    )


def _more(bpm, by):
    """Return a heart rate a little higher; None where there is none."""
    return None if bpm is None else bpm + by


def curve(speed, reserve):
    """Return the mean-max curve of a critical speed and its D'."""
    seconds = np.array(DURATIONS_S, float)
    return (speed + reserve / np.maximum(seconds, 60)).astype(np.float32)


def measured(activities, **columns):
    """Return measures by activity: load 50 and moving time, or what `columns` say for all."""
    return {
        a.activity_id: ActivityMetrics(
            **{
                "activity_id": a.activity_id,
                "engine_version": "test",
                "moving_s": a.facts.moving_s,
                "load": 50.0,
                "load_source": "pace",
            }
            | columns
        )
        for a in activities
    }


def derived(activities, until, *, given=(), metrics=None, **preferences):
    """Return the timeline and the days of a history."""
    estimated = benchmarks.estimate(activities, [], given, None)
    rows = daily.days(
        activities,
        metrics or measured(activities),
        estimated,
        Preferences(**preferences),
        on(until),
    )
    return Timeline([*given, *estimated.rows]), rows
