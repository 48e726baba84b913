"""Charts: what they are given is what they draw, in the reader's language, by valid Vega-Lite."""

import re

import altair as alt
import pandas as pd
import pytest

from runningcoach.base import i18n
from runningcoach.pages import stream_plots
from runningcoach.pages.charts import (
    activities,
    activity,
    fitness,
    health,
    readiness,
    theme,
    trends,
)
from runningcoach.pages.tiles import frames
from tests.charts import sample

DAYS = sample.daily(400)
WEEKS = sample.summaries(DAYS, "week")
TRACK = stream_plots.ActivityTrack(sample.samples(), sample.streams())


def lap_rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "lap": [1, 2],
            "from_km": [0.0, 1.0],
            "to_km": [1.0, 2.0],
            "speed_kmh": [12.0, 12.8],
            "pace": ["5:00", "4:41"],
            "average_hr_bpm": [148.0, None],
        }
    )


def mean_max_rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "duration_s": [1, 60, 600],
            "pace_s": [180.0, 220.0, 260.0],
            "pace": ["3:00", "3:40", "4:20"],
            "clock": ["0:01", "1:00", "10:00"],
        }
    )


CHARTS = {
    "load": lambda: fitness.load(frames.daily(DAYS)),
    "form": lambda: fitness.form(frames.daily(DAYS)),
    "weeks": lambda: fitness.distance(frames.summaries(WEEKS, sample.TODAY)),
    "months": lambda: fitness.distance(frames.summaries(WEEKS, sample.TODAY), months=True),
    "zones": lambda: fitness.zones(frames.zones(WEEKS)),
    "vo2max": lambda: fitness.vo2max(frames.daily(DAYS)),
    "by_month": lambda: activities.by_month(frames.months(sample.months(DAYS))),
    "route": lambda: activity.route(stream_plots.route(TRACK)),
    "trace": lambda: activity.trace(
        stream_plots.traces(TRACK.streams, "time")["pace_s"], "pace_s", "time"
    ),
    "laps": lambda: activity.laps(lap_rows()),
    "mean_max": lambda: activity.mean_max(mean_max_rows()),
    "marked": lambda: fitness.load(frames.daily(sample.marked(DAYS))),
    "against_usual": lambda: readiness.against_usual(
        frames.hrv(sample.mornings(), sample.health()), theme.MINT, 7
    ),
    "sleep": lambda: readiness.sleep(
        frames.sleep(sample.nights()), frames.needs(sample.mornings())
    ),
    "scores": lambda: readiness.scores(frames.scores(sample.mornings())),
    "races": lambda: trends.vo2max(frames.daily(DAYS), frames.races(sample.qualities())),
    "efficiency": lambda: trends.efficiency(frames.efficiency(sample.qualities())),
    "steps": lambda: trends.steps(
        frames.steps(sample.benchmarks(), ["hrmax_bpm"], DAYS[0].date, sample.TODAY)
    ),
    "pace_steps": lambda: trends.steps(
        frames.steps(sample.benchmarks(), ["critical_speed_mps"], DAYS[0].date, sample.TODAY),
        pace=True,
    ),
    "pace_curves": lambda: trends.pace_curves(frames.pace_curves(sample.speed_curves(), 2026)),
    "measure": lambda: trends.measure(
        frames.measures(DAYS), "monotony", theme.AMBER, reference=(0.8, 1.5)
    ),
    "signal": lambda: health.signal(frames.signal(sample.health(), "hrv_ms"), "hrv_ms", theme.MINT),
}


def rows(spec: dict) -> list[dict]:
    return max(spec["datasets"].values(), key=len)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_the_specification_is_valid_and_asks_no_other_host(name, language):
    with i18n.speaking(language):
        spec = CHARTS[name]().to_dict(validate=True)
    spec.pop("$schema")  # a name, which nothing fetches
    assert "http" not in str(spec)
    assert spec["width"] == "container"
    assert rows(spec)


@pytest.mark.parametrize("name", CHARTS)
def test_every_field_that_is_drawn_is_in_the_data(name):
    spec = CHARTS[name]().to_dict()
    fields = set(re.findall(r"'field': '(\w+)'", str(spec)))
    columns = {column for table in spec["datasets"].values() for column in table[0]}
    columns.add("curve")  # which of the two curves of load it is: computed in the chart
    assert fields
    assert fields <= columns


def test_the_theme_is_in_force_once_charts_are_imported():
    assert alt.theme.active == "jarvis"


def test_words_are_in_the_language_in_force():
    with i18n.speaking("en"):
        assert "Fatigue" in str(CHARTS["load"]().to_dict())
    with i18n.speaking("ko"):
        assert "Fatigue" not in str(CHARTS["load"]().to_dict())


def test_years_are_drawn_by_the_week_and_end_on_the_last_day():
    days = frames.daily(sample.daily(3650))
    drawn = rows(fitness.load(days).to_dict())
    assert len(drawn) == 522
    assert drawn[-1]["date"].startswith("2026-11-22")
    assert drawn[-1]["ctl"] == days.ctl.iloc[-1]


def test_a_year_is_drawn_day_by_day():
    assert len(rows(fitness.load(frames.daily(sample.daily(365))).to_dict())) == 365


def test_the_present_week_stands_out():
    shown = frames.summaries(WEEKS, sample.TODAY)
    assert shown.now.tolist() == [False] * (len(WEEKS) - 1) + [True]


@pytest.mark.parametrize(
    ("days", "step"), [(42, "week"), (99, "week"), (182, "month"), (730, "month"), (2000, "year")]
)
def test_a_time_axis_counts_as_its_span_asks(days, step):
    axis = theme.day_axis(pd.Series(pd.date_range("2020-01-01", periods=days)))
    assert axis.to_dict()["tickCount"]["interval"] == step


def test_ticks_of_a_run_are_round_and_few():
    for seconds in (500, 2_700, 5_400, 40_000):
        points = pd.DataFrame({"x": [0.0, float(seconds)], "y": [300.0, 310.0]})
        ticks = activity.trace(points, "pace_s", "time").to_dict()["encoding"]["x"]["axis"][
            "values"
        ]
        assert ticks[0] == 0
        assert 2 < len(ticks) <= 11
        assert all(tick % 60 == 0 for tick in ticks)


def test_a_route_has_the_same_metres_per_pixel_both_ways():
    spec = activity.route(stream_plots.route(TRACK)).to_dict()
    encoding = spec["layer"][0]["encoding"]
    scales = [
        re.search(r"max\(.*\)", encoding[axis]["scale"]["domain"][0]["expr"])[0] for axis in "xy"
    ]
    metres_per_pixel = [scale.split(" * ")[0] for scale in scales]
    assert metres_per_pixel[0] == metres_per_pixel[1]


def test_days_to_read_with_care_have_a_ground_and_sure_ones_have_none():
    marked = frames.daily(sample.marked(DAYS))
    assert len(fitness.grounds(marked)) == 2
    assert fitness.grounds(frames.daily(DAYS)) == []
    with i18n.speaking("en"):
        assert "provisional" in str(fitness.load(marked).to_dict()["layer"][0])


def test_codes_become_words_inside_a_chart_even_with_quotes():
    assert theme.named({"a": 'x"y'}) == '{"a": "x\\"y"}[datum.label]'
