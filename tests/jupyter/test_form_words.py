"""What pages say of form, of race times and of zones depends on what the data can support."""

from datetime import date, timedelta

import pytest

from runningcoach.base import i18n, units
from runningcoach.derive.endurance_penalty import shape_cost_s
from runningcoach.derive.pace_index import index_of_threshold
from runningcoach.derive.zones import hr_ranges, training_paces
from runningcoach.metrics.sports import cadence_unit, speed_form
from runningcoach.model.activity import ActivityMetrics
from runningcoach.model.fitness import DailyFitness, PredictionMethod, RacePrediction
from runningcoach.pages.tiles import activity, common, form, trends, zones
from runningcoach.store.benchmarks import BenchmarkDetail

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _english():
    with i18n.speaking("en"):
        yield


def days(*ctl: float, form_pct: float | None = 30.0, reason: str = "") -> list[DailyFitness]:
    """Days up to today with these values of fitness; the last has the form."""
    return [
        DailyFitness(
            date=TODAY - timedelta(days=len(ctl) - 1 - n), activities=0, distance_m=0, moving_s=0,
            load=0, ctl=value, atl=10, tsb=12, form_pct=form_pct, provisional=False,
            estimated_share=0, reasons={"form_pct": reason} if reason else {},
        )
        for n, value in enumerate(ctl)
    ]  # fmt: skip


def test_race_morning_after_a_taper_is_no_lack_of_training():
    # 60 a day, then two weeks at half the load: 30 + 30 · e^(−14/42) = 51.5, 86 % of 60.
    tapered = days(*[60.0] * 28, *(30 + 30 * 2.718281828 ** (-n / 42) for n in range(1, 15)))
    assert form.name(tapered) == i18n.t("pages.today.bands.taper.name")
    assert "86 %" in form.meaning(tapered)


def test_a_long_pause_is_said_as_numbers():
    paused = days(*[60.0] * 14, *(60 * 2.718281828 ** (-n / 42) for n in range(1, 29)))  # 51 %
    assert form.name(paused) == i18n.t("pages.today.bands.pause.name")
    assert "49 %" in form.meaning(paused)


def test_fitness_near_zero_gives_a_reason_and_no_percentage():
    low = days(3.0, form_pct=None, reason="low_fitness")
    assert common.reason("low_fitness") in form.meaning(low)
    assert common.reason("low_fitness") in form.dial(low)
    assert "%" not in form.meaning(low)


@pytest.mark.parametrize(
    ("pct", "band"), [(-40, "overload"), (-20, "building"), (0, "balanced"), (10, "fresh")]
)
def test_lower_forms_keep_their_band(pct, band):
    assert form.name(days(50.0, form_pct=pct)) == i18n.t(f"pages.today.bands.{band}.name")


def marathon(**inputs: float) -> RacePrediction:
    method = PredictionMethod(method="vdot", time_s=13_000.0, inputs={"vo2max": 50.0, **inputs})
    return RacePrediction(
        distance_m=42_195.0, as_of=TODAY, time_s=13_000.0, fastest_s=11_200.0, slowest_s=13_600.0,
        confidence="low", methods=[method],
    )  # fmt: skip


def test_a_prediction_says_what_missing_endurance_costs_and_how_wide_it_is():
    # Daniels' table: VDOT 50 is a marathon in 3:10:49; 13,000 s are 26 minutes more.
    row = marathon(marathon_shape_pct=50.0, adjustment=0.86)
    assert shape_cost_s(row) == pytest.approx(13_000 - 11_449, abs=20)
    text = str(trends.predictions([row]))
    assert "add 26 min" in text
    assert "40:00 apart" in text
    assert shape_cost_s(marathon(adjustment=1.0)) is None


def row(kind: str, value: float) -> BenchmarkDetail:
    return BenchmarkDetail(
        kind=kind, value=value, valid_from=TODAY, source="estimate", confidence="medium"
    )


def test_zones_stand_as_beats_and_as_paces():
    edges = {f"hr_zone_{n}_bpm": row(f"hr_zone_{n}_bpm", 189 * (0.4 + n / 10)) for n in range(1, 6)}
    known = edges | {"hrmax_bpm": row("hrmax_bpm", 189.0)}
    # 189 · 0.5 … 0.9 = 94.5, 113.4, 132.3, 151.2, 170.1
    assert [(z.low_bpm, z.high_bpm) for z in hr_ranges(known)] == [
        (95, 113), (114, 132), (133, 151), (152, 170), (171, 189),
    ]  # fmt: skip
    spent = ActivityMetrics(activity_id=1, engine_version="3", hr_zone_s=[0, 60, 0, 0, 0])
    assert "Z2 easy <small>114–132 bpm</small>" in activity.zones(spent, known)
    assert hr_ranges({"hrmax_bpm": known["hrmax_bpm"]}) == []
    # Daniels, VDOT 49: T 4:20, I 3:59 /km.
    paces = {one.zone: one for one in training_paces(index_of_threshold(1000 / 260))}
    assert list(paces) == ["E", "M", "T", "I", "R"]
    assert units.pace(paces["T"].fast_mps) == "4:20"
    assert 1000 / paces["I"].fast_mps == pytest.approx(239, abs=3)
    assert list(training_paces(None)) == []
    assert i18n.t("pages.zones_in_force.none") in zones.card({}, None)


@pytest.mark.parametrize(
    ("sport", "speed_mps", "written"),
    [
        ("running", 3.0, ("5:33", "/km")),
        ("walking", 1.5, ("11:07", "/km")),
        ("cycling", 8.0, ("28.8", "km/h")),
        ("swimming", 1.0, ("1:40", "/100 m")),
        ("training", 1.0, ("–", "")),
        ("rowing", None, ("–", "km/h")),
    ],
)
def test_each_sport_has_its_own_speed(sport, speed_mps, written):
    assert units.speed(speed_form(sport), speed_mps) == written


def test_each_sport_has_its_own_cadence():
    assert [cadence_unit(s) for s in ("running", "cycling", "swimming")] == [
        "spm", "rpm", "strokes_min",
    ]  # fmt: skip


def test_half_a_second_rounds_up_everywhere():
    assert [units.clock(s) for s in (0.5, 1.5, 2.5, 3599.5)] == ["0:01", "0:02", "0:03", "1:00:00"]
