"""The tiles of months and years: sources, methods and limits stand beside the numbers."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from runningcoach.base import i18n
from runningcoach.metrics.efforts import DURATIONS_S
from runningcoach.model.fitness import PredictionMethod, RacePrediction
from runningcoach.pages.tiles import common, frames
from runningcoach.pages.tiles import fitness as fitness_tiles
from runningcoach.pages.tiles import trends as tiles
from runningcoach.store.activity_totals import RunQuality, YearRecord
from runningcoach.store.benchmarks import BenchmarkDetail
from tests.charts import sample

EVIL = "<script>alert('x')</script>"
TODAY = sample.TODAY


@pytest.fixture(autouse=True)
def _english():
    with i18n.speaking("en"):
        yield


def row(kind: str, value: float, valid_from: date, source: str = "estimate") -> BenchmarkDetail:
    return BenchmarkDetail(
        kind=kind, value=value, valid_from=valid_from, source=source, confidence="medium"
    )


def run(**changes: object) -> RunQuality:
    fields = {
        "activity_id": 1,
        "local_date": TODAY,
        "name": EVIL,
        "is_race": True,
        "distance_m": 10_000.0,
        "vdot": 50.04,
        "effective_vo2max": 49.0,
        "efficiency_factor": 1.3,
        "efficiency_index": 101.0,
    }
    return RunQuality.model_validate(fields | changes)


def test_the_runner_s_word_counts_before_garmin_s_and_that_before_estimates():
    days = [date(2026, month, 1) for month in (1, 2, 3, 4)]
    rows = [
        row("lthr_bpm", 170, days[0], "default"),
        row("lthr_bpm", 166, days[1], "garmin"),
        row("lthr_bpm", 172, days[2]),
        row("lthr_bpm", 168, days[3], "user"),
    ]
    assert [frames.in_force(rows, "lthr_bpm", day).value for day in days] == [170, 166, 166, 168]
    assert frames.in_force(rows, "lthr_bpm", date(2025, 12, 31)) is None


def test_steps_begin_with_what_held_before_and_end_today():
    rows = [
        row("critical_speed_mps", 4.0, date(2025, 1, 1)),
        row("critical_speed_mps", 5.0, date(2026, 7, 1)),
    ]
    frame = frames.steps(rows, ["critical_speed_mps"], date(2026, 1, 1), date(2026, 11, 22))
    assert frame.date.dt.date.tolist() == [date(2026, 1, 1), date(2026, 7, 1), date(2026, 11, 22)]
    assert frame.value.tolist() == [250.0, 200.0, 200.0]
    assert frame.shown.tolist()[1] == "3:20 /km"
    assert [bool(source) for source in frame.source] == [False, True, False]


def test_benchmarks_say_whose_they_are_and_since_when():
    text = str(tiles.benchmarks([row("hrmax_bpm", 188, date(2026, 3, 2), "user")], "1y", TODAY))
    assert "188" in text
    assert i18n.t("metrics.sources.user") in text
    assert "Mon 2 Mar" in text
    assert 'data-explain="hrmax_bpm" data-about="2026-11-22"' in text


def prediction(**changes: object) -> RacePrediction:
    methods = [
        PredictionMethod(method="vdot", time_s=2400.0),
        PredictionMethod(method="power_law", time_s=2460.0),
        PredictionMethod(method="critical_speed", reason="no_threshold"),
    ]
    fields = {
        "distance_m": 10_000.0,
        "as_of": TODAY,
        "time_s": 2430.0,
        "fastest_s": 2400.0,
        "slowest_s": 2460.0,
        "confidence": "low",
        "methods": methods,
    }
    return RacePrediction.model_validate(fields | changes)


def test_a_prediction_shows_every_method_and_why_one_is_silent():
    text = str(tiles.predictions([prediction()]))
    for words in ("40:30", "40:00 – 41:00", "40:00", "41:00"):
        assert words in text
    assert i18n.words("en", "metrics")["reasons"]["no_threshold"] in text
    assert '<span class="chip warn">low</span>' in text


def test_a_prediction_that_nothing_supports_has_no_time():
    nothing = {"time_s": None, "fastest_s": None, "slowest_s": None, "confidence": "none"}
    text = str(tiles.predictions([prediction(**nothing, methods=[])]))
    assert '<b class="median">–</b>' in text
    assert "0:00" not in text


def test_this_year_last_year_and_all_are_told_apart():
    slow, fast = (np.full(len(DURATIONS_S), speed, np.float32) for speed in (4.0, 5.0))
    slow[-1] = np.nan
    frame = frames.pace_curves({2019: fast, 2025: slow}, 2026)
    assert set(frame.season) == {"all", "last_year"}
    assert set(frame[frame.season == "all"].pace_s) == {200.0}
    assert len(frame[frame.season == "last_year"]) == len(DURATIONS_S) - 1


def test_the_best_of_all_years_stands_out_and_a_year_without_one_is_a_dash():
    rows = [
        YearRecord(
            year=year,
            distance_m=5_000,
            elapsed_s=seconds,
            local_date=TODAY,
            activity_id=year,
            name=None,
        )
        for year, seconds in ((2024, 1_250.0), (2026, 1_190.0))
    ]
    marathon = rows[0].model_copy(update={"distance_m": 42_195.0, "elapsed_s": 12_000.0})
    text = str(tiles.records([*rows, marathon]))
    assert '<a class="best" href="activity.ipynb?id=2026">19:50</a>' in text
    assert '<a class="" href="activity.ipynb?id=2024">20:50</a>' in text
    assert text.count("–") == 1


def test_runs_that_cannot_be_compared_are_not_drawn():
    runs = [run(efficiency_index=None), run(efficiency_factor=1.2), run(efficiency_factor=None)]
    assert frames.efficiency(runs).efficiency_factor.tolist() == [1.2]


def test_only_races_are_drawn_as_races():
    assert frames.races([run(), run(is_race=False), run(vdot=None)]).vdot.tolist() == [50.0]


def test_names_cannot_end_the_script_of_a_chart():
    days = sample.daily(60)
    runs = [run(local_date=TODAY - timedelta(days=n)) for n in range(5)]
    text = str(tiles.vo2max(days, runs)) + str(tiles.efficiency(days, runs))
    assert "\\u003cscript" in text
    assert "<script>alert" not in text


def test_load_change_says_that_it_predicts_no_injury():
    days = [
        day.model_copy(update={"acwr": 1.1, "marathon_shape_pct": 60}) for day in sample.daily(60)
    ]
    assert "predicts no injury" in tiles.load_change(days)


def test_nobody_s_trends_are_one_card_that_says_what_to_do():
    assert i18n.t("pages.today.import_some") in tiles.now([], "1y")
    empty = [
        tiles.vo2max([], []),
        tiles.efficiency([], []),
        tiles.predictions([]),
        tiles.benchmarks([], "1y", TODAY),
        tiles.curves({}, TODAY),
        tiles.records([]),
        tiles.years([], []),
        tiles.load_change([]),
    ]
    assert empty == [""] * len(empty)


def test_a_number_that_is_missing_says_why():
    day = sample.daily(1)[0].model_copy(update={"reasons": {"acwr": "no_hr"}})
    assert i18n.words("en", "metrics")["reasons"]["no_hr"] in tiles.now([day], "1y")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"provisional": True}, ["under 126 days"]),
        ({"estimated_share": 0.2}, []),
        ({"estimated_share": 0.35}, ["35 % of load estimated"]),
        ({"flags": ["seeded"]}, ["begun at the mean of 28 days"]),
    ],
)
def test_a_day_that_is_less_sure_says_so(changes, said):
    day = sample.daily(1)[0].model_copy(update=changes)
    for marks in (str(common.caution(day)), str(fitness_tiles.now([day], "6m"))):
        assert [words for words in said if words in marks] == said
        assert marks.count("chip") == (1 + ("chips" in marks) if said else 0)


def test_marked_days_are_drawn_as_unbroken_stretches():
    from runningcoach.pages.charts import fitness

    days = pd.DataFrame(
        {
            "date": pd.date_range("2026-01-01", periods=6),
            "provisional": [True, True, False, True, False, False],
        }
    )
    found = fitness.stretches(days, "provisional")
    assert found["from"].dt.day.tolist() == [1, 4]
    assert found["to"].dt.day.tolist() == [2, 4]
