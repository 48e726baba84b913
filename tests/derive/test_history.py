"""What earlier days say about an activity: by hand, and never from the day itself or later."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runningcoach.derive import benchmarks, history, rebuild
from runningcoach.metrics import training_effect
from runningcoach.metrics.activity import Facts
from runningcoach.metrics.efforts import DURATIONS_S
from runningcoach.model.benchmark import Benchmark
from runningcoach.model.benchmark_timeline import Timeline
from runningcoach.store import facts, fitness
from runningcoach.store.facts import ActivityInput

FIRST = date(2024, 1, 1)
LIMITS = Timeline(
    Benchmark(kind=kind, value=value, valid_from=FIRST, source="user", confidence="high")
    for kind, value in (("hrmax_bpm", 190.0), ("hrrest_bpm", 50.0))
)
NOTHING_ESTIMATED = benchmarks.estimate([], [], [], None)


def steady(efficiency=1.5, bpm=140.0, minutes=45, fast=(4.0, 3.5), **known):
    """Return facts of a run with everything that the days after it look at."""
    curve = np.full(len(DURATIONS_S), np.nan, np.float32)
    curve[[DURATIONS_S.index(300), DURATIONS_S.index(1200)]] = fast
    seconds = 60.0 * minutes
    values = {
        "efficiency_factor": efficiency,
        "average_hr_bpm": bpm,
        "hr_coverage": 1.0,
        "gap_cv": 0.05,
        "decoupling_pct": 3.0,
        "mean_max_gap_mps": curve,
        "hr_10s_bpm": np.full(6 * minutes, bpm, np.float32),
    }
    return Facts(seconds, seconds, seconds, **values | known)


def on(day, found=None, *, sport="running", effect=None):
    return ActivityInput(
        activity_id=day, local_date=FIRST + timedelta(day), sport=sport, sub_sport=None, rpe=None,
        timer_s=2700.0, ascent_m=None, descent_m=None, distance_m=9000.0, is_race=False,
        device_training_effect=effect, air_temperature_c=None, dew_point_c=None,
        facts=steady() if found is None else found,
    )  # fmt: skip


def before(*activities):
    return history.prior_histories(activities, LIMITS, NOTHING_ESTIMATED)


def test_usual_efficiency_is_the_median_of_90_days_without_the_day_itself():
    runs = [
        on(day, steady(ef)) for day, ef in ((0, 9.0), (1, 1.2), (40, 1.4), (60, 1.6), (91, 5.0))
    ]
    found = [b.usual_efficiency for b in before(*runs)]
    assert found[:3] == [None, None, None]  # fewer than three are nobody's usual
    assert found[3] == pytest.approx(1.4)  # of 9.0, 1.2, 1.4
    assert found[4] == pytest.approx(1.4)  # of 1.2, 1.4, 1.6: day 0 is 91 days ago


@pytest.mark.parametrize(
    "odd",
    [
        {"bpm": 0.64 * 190},
        {"bpm": 0.86 * 190},
        {"minutes": 19},
        {"decoupling_pct": 10.0},
        {"gap_cv": 0.16},
        {"flags": ("cadence_lock",)},
        {"efficiency": None},
    ],
)
def test_runs_that_cannot_be_compared_are_not_usual(odd):
    runs = [on(day) for day in range(3)] + [on(5, steady(**{"efficiency": 9.0} | odd))]
    assert before(*runs, *(on(6, steady(9.0)),))[-1].usual_efficiency == 1.5


def test_short_steady_runs_without_a_drift_are_usual():
    runs = [on(day, steady(1.3, minutes=25, decoupling_pct=None)) for day in range(3)]
    assert before(*runs, on(4))[-1].usual_efficiency == pytest.approx(1.3)


def test_fresh_speed_is_the_best_of_each_duration_outdoors():
    runs = [
        on(0, steady(fast=(4.5, 3.0))),
        on(1, steady(fast=(4.0, 3.75))),
        on(2, steady(fast=(9.0, 9.0), flags=("treadmill",))),
        on(2, steady(mean_max_gap_mps=None), sport="cycling"),
        on(3, steady(fast=(8.0, 8.0))),
    ]
    assert [b.fresh_gap_mps for b in before(*runs)] == [
        None, (4.5, 3.0), (4.5, 3.75), (4.5, 3.75), (4.5, 3.75),
    ]  # fmt: skip
    assert before(on(0, steady(fast=(4.0, np.nan))), on(1))[-1].fresh_gap_mps is None
    assert before(on(0), on(91))[-1].fresh_gap_mps is None


def test_the_line_needs_twenty_values_of_the_device_from_earlier_days():
    """The device here says 0.6 E^0.4, so that is what the line must find."""

    def rated(day, bpm):
        found = steady(bpm=bpm)
        epoc = training_effect.epoc(found.hr_10s_bpm, hrrest_bpm=50, hrmax_bpm=190)
        return on(day, found, effect=0.6 * epoc**0.4)

    runs = [rated(day, bpm) for day, bpm in enumerate(np.linspace(130, 165, 21))]
    lines = [b.effect_line for b in before(*runs)]
    assert lines[:20] == [None] * 20
    assert lines[20][:2] == pytest.approx((np.log(0.6), 0.4))
    assert lines[20][2] == pytest.approx(0, abs=1e-6)
    topped = [on(day, a.facts, effect=5.0) for day, a in enumerate(runs)]
    assert before(*topped)[-1].effect_line is None  # 5.0 only says "off the scale"


def test_two_of_one_day_know_nothing_of_each_other():
    runs = [*(on(day) for day in range(3)), on(3, steady(2.0)), on(3, steady(3.0))]
    found = before(*runs)
    assert found[3] == found[4]
    assert found[3].usual_efficiency == 1.5


def test_nothing_is_known_before_the_first():
    assert before() == []
    (first,) = before(on(0))
    assert (first.usual_efficiency, first.fresh_gap_mps, first.effect_line, first.vo2max) == (
        None, None, None, None,
    )  # fmt: skip


one_run = st.builds(
    lambda day, ef, bpm, fast, effect: on(
        day, steady(ef, bpm, fast=(fast + 0.5, fast)), effect=effect
    ),
    st.integers(0, 200),
    st.floats(1, 2),
    st.floats(110, 185),
    st.floats(2, 5, width=32),
    st.none() | st.floats(0, 5),
)


@settings(max_examples=50)
@given(st.lists(one_run, max_size=40), st.lists(one_run, max_size=8), st.integers(0, 200))
def test_no_later_activity_changes_what_is_known_before(known, more, day):
    known = sorted(known, key=lambda a: a.local_date)
    early = [a for a in known if a.local_date <= FIRST + timedelta(day)]
    later = [a for a in more if a.local_date >= FIRST + timedelta(day)]
    joined = sorted([*early, *later], key=lambda a: a.local_date)
    found = dict(
        zip(
            map(id, joined), history.prior_histories(joined, LIMITS, NOTHING_ESTIMATED), strict=True
        )
    )
    for activity, alone in zip(early, before(*early), strict=True):
        assert found[id(activity)] == alone


def test_through_the_tables_a_season_gives_an_index_and_a_trend(history_of_weeks, conn, user):
    rebuild.refresh(conn, user.id)
    metrics = fitness.metrics(conn, user.id)
    rows = facts.list_inputs(conn, user.id)
    first, last = metrics[rows[0].activity_id], metrics[rows[-1].activity_id]
    assert first.reasons["efficiency_index"] == "no_history"
    assert last.efficiency_index == pytest.approx(100, abs=3)  # the same easy run every time
    estimated = benchmarks.estimate(rows, [], [], None)
    known = history.prior_histories(rows, Timeline(estimated.rows), estimated)
    day_before = np.array([rows[-1].local_date.toordinal() - 1])
    trend = benchmarks.vo2max_trend(estimated.vo2max, estimated.races, day_before)
    assert known[-1].vo2max == pytest.approx(float(trend[0]))
    assert known[0].vo2max is None


@pytest.fixture
def history_of_weeks(request, monkeypatch):
    """Nine equal easy runs in three weeks; today is after them."""
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: date(2024, 2, 1))
    made = request.getfixturevalue("history")
    for day in range(0, 27, 3):
        made.add(FIRST + timedelta(day), minutes=45, speed=2.9, bpm=150)
    return made
