"""Every stored number can be questioned, and the answer's numbers give the number again."""

import math
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from psycopg import sql

from runningcoach.base import i18n
from runningcoach.derive import explain, rebuild
from runningcoach.derive.explain import problems, wording
from runningcoach.metrics import catalogue
from runningcoach.metrics.catalogue import CATALOGUE
from runningcoach.metrics.definitions.definition import blanks, fill
from runningcoach.store import benchmarks
from tests.derive.demo import Season, season

DAY = date(2026, 3, 2)
BY_DAY = [m for m in CATALOGUE if m.of != "activity"]
FITNESS, FATIGUE = 1 - math.exp(-1 / 42), 1 - math.exp(-1 / 7)


@pytest.fixture(scope="module")
def demo(clone, tmp_path_factory) -> Iterator[Season]:
    with season(clone, tmp_path_factory.mktemp("season")) as running:
        yield running


# Nothing is left out ------------------------------------------------------------------------


def complete(found, metric):
    """Hold what every answer has: names, a formula, and a value or a declared reason for none."""
    assert found.label, found
    assert found.meaning, found
    assert found.formula, found
    assert found.literature, found
    assert found.algorithm, found
    assert found.engine_version, found
    assert "{" not in found.formula + (found.filled or ""), found
    if found.value is None:
        declared = (*metric.reasons, "before_history", "not_computed")
        assert found.reason in [wording.reason(code) for code in declared], found
        assert found.filled is None
    else:
        assert found.reason is None
        assert found.filled, found
        assert found.shown != wording.NOTHING, found
    for part in [*found.ingredients, *found.benchmarks]:
        assert re.fullmatch(r"[^_]+", part.label), part  # words, and not a name of ours
        assert part.source, part


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("kind", ["run", "race", "treadmill", "other"])
def test_every_number_of_every_kind_of_activity(demo: Season, kind, language):
    activity_id = demo.activities[kind]
    with i18n.speaking(language):
        for metric in catalogue.of("activity"):
            found = explain.of_activity(demo.conn, demo.user.id, metric.name, activity_id)
            complete(found, metric)
            assert found.metric == metric.name


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("kind", ["training", "rest", "first", "second", "before"])
def test_every_number_of_every_kind_of_day(demo: Season, kind, language):
    with i18n.speaking(language):
        for metric in BY_DAY:
            found = explain.of_day(demo.conn, demo.user.id, metric.name, demo.days[kind])
            complete(found, metric)
            if kind == "before":
                assert found.value is None, metric


def test_both_languages_answer_in_their_own_words(demo: Season):
    def answer(language):
        with i18n.speaking(language):
            return explain.of_activity(demo.conn, demo.user.id, "trimp", demo.activities["run"])

    korean, english = answer("ko"), answer("en")
    assert korean.value == english.value
    assert korean.meaning != english.meaning
    assert [p.value for p in korean.ingredients] == [p.value for p in english.ingredients]
    assert any("\uac00" <= sign <= "\ud7a3" for sign in korean.formula)
    assert not any("\uac00" <= sign <= "\ud7a3" for sign in english.formula + str(english.notes))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_blank_of_every_formula_has_a_name(language):
    inputs = i18n.words(language, "explain")["inputs"].keys()
    labels = i18n.words(language, "metrics")["labels"].keys()
    formulas = (formula for one in CATALOGUE for formula in one.formulas())
    assert set().union(*map(blanks, formulas)) <= inputs | labels


def test_every_quantity_has_a_formula():
    assert [one.name for one in CATALOGUE if not blanks(one.formula)] == []


# The numbers of the answer give the number again --------------------------------------------


class Given(dict):
    """The ingredients of an answer by name."""

    def __init__(self, found):
        super().__init__({part.name: part.value for part in found.ingredients})

    def many(self, begin: str) -> list[float]:
        return [value for name, value in self.items() if name.startswith(begin)]


def clip(low, value, high):
    return min(high, max(low, value))


def oxygen(v):
    return 0.000104 * v * v + 0.182258 * v - 4.60


def speed_of_oxygen(vo2):
    """Solve Daniels' and Gilbert's cost for the speed, by halving."""
    low, high = 0.0, 1000.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if oxygen(middle) > vo2 else (middle, high)
    return low


def effective_vo2max(p):
    share = math.exp((p["vo2max_hr_bpm"] / p["hrmax_bpm"] - 1.00466) / 0.68725)
    return oxygen(60 * p["vo2max_speed_mps"] / share)


def race_vdot(p):
    t = p["effort_s"] / 60
    v = p["effort_m"] / t
    held = 0.8 + 0.1894393 * math.exp(-0.012778 * t) + 0.2989558 * math.exp(-0.1932605 * t)
    return oxygen(v) / held


def hour_at_threshold(p, a=0.64, b=1.92):
    x = (p["lthr_bpm"] - p["hrrest_bpm"]) / (p["hrmax_bpm"] - p["hrrest_bpm"])
    return 60 * a * x * math.exp(b * x)


def training_effect(p):
    if "device_training_effect" in p:
        return p["device_training_effect"]
    if "effect_c0" in p:
        return min(5, math.exp(p["effect_c0"] + p["effect_c1"] * math.log(p["epoc_ml_kg"])))
    return min(5, 5 * (p["epoc_ml_kg"] / clip(100, 140 + 4 * (p["vo2max"] - 35), 360)) ** 0.4)


OF_ACTIVITIES = {
    "hr_coverage": lambda p: p["hr_known_s"] / p["active_s"],
    "efficiency_index": lambda p: 100 * p["efficiency_factor"] / p["usual_efficiency"],
    "effective_vo2max": effective_vo2max,
    "vdot": race_vdot,
    "trimp": lambda p: sum(p.many("trimp_zone_")),
    "edwards": lambda p: sum(k * p[f"zone_{k}_min"] for k in range(1, 6)),
    "lucia": lambda p: p["below_vt1_min"] + 2 * p["between_min"] + 3 * p["above_vt2_min"],
    "hrtss": lambda p: 100 * p["trimp"] / hour_at_threshold(p),
    "rtss": lambda p: (
        p["moving_h"] * min(p["ngp_mps"] / p["threshold_speed_mps"], p["intensity_most"]) ** 2 * 100
    ),
    "intensity": lambda p: min(p["ngp_mps"] / p["threshold_speed_mps"], p["intensity_most"]),
    "session_rpe": lambda p: p["rpe"] * p["timer_min"],
    "training_effect": training_effect,
    "altitude_vo2max_pct": lambda p: -1.12 * p["altitude_km"] ** 2 - 1.90 * p["altitude_km"] + 99.9,
}
"""Each formula once more, in plain arithmetic, from the numbers of the answer alone."""


def hrv_z(p):
    return clip(-2, (p["hrv_mean_7d"] - p["hrv_mean_60d"]) / p["hrv_sd_60d"], 1)


def resting_hr_z(p):
    away = p["resting_hr_3d_bpm"] - p["resting_hr_usual_bpm"]
    return clip(-2, -away / max(p["resting_hr_sd_60d"], 1), 1)


def sleep_z(p):
    last = p["sleep_last_h"] - p["sleep_need_h"]
    return clip(-2, (last + (p["sleep_3d_h"] - p["sleep_need_h"]) / 0.75) / 2, 1)


def readiness(p):
    known = {n: p[n] for n in ("hrv_z", "resting_hr_z", "sleep_z", "form_z") if p[n] is not None}
    weights = {"hrv_z": 0.4, "resting_hr_z": 0.2, "sleep_z": 0.2, "form_z": 0.2}
    total = sum(weights[n] for n in known)
    # HRV and resting heart rate inside the usual range, half a deviation around it, count for 0.
    inside = {n for n in ("hrv_z", "resting_hr_z") if n in known and abs(known[n]) < 0.5}
    counted = {n: 0 if n in inside else z for n, z in known.items()}
    weighed = 25 * sum(weights[n] * z for n, z in counted.items()) / total
    score = clip(0, 65 + weighed + 10 * p["load_z"], 100)
    ill = known.get("resting_hr_z", 0) <= -2 and known.get("hrv_z", 0) <= -1.5
    return min(35, score) if ill else score


def log_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def marathon_shape(p):
    vo2 = max(p["vo2max_trend"], 25)
    weekly = p["run_km"] * 7 / p["counted_days"] / vo2**1.135
    return 100 * (0.67 * weekly + 0.33 * p["long_run_points"] * 7 / 70)


OF_DAYS = {
    "day.activities": lambda p: sum(p.many("activity_")),
    "day.load": lambda p: sum(p.many("activity_")),
    "day.trimp": lambda p: sum(p.many("activity_")),
    "day.distance_m": lambda p: sum(p.many("activity_")),
    "day.moving_s": lambda p: sum(p.many("activity_")),
    "day.ctl": lambda p: p["before"] + FITNESS * (p["load"] - p["before"]),
    "day.atl": lambda p: p["before"] + FATIGUE * (p["load"] - p["before"]),
    "day.tsb": lambda p: p["ctl_yesterday"] - p["atl_yesterday"],
    "day.form_pct": lambda p: 100 * p["tsb"] / p["ctl"],
    "day.ramp_7d": lambda p: p["ctl"] - p["ctl_7d_ago"],
    "day.monotony": lambda p: min(p["load_mean_7d"] / p["load_sd_7d"], 10),
    "day.strain": lambda p: p["load_sum_7d"] * p["monotony"],
    "day.acwr": lambda p: p["load_ewma_7d"] / p["load_ewma_28d"],
    "day.acwr_coupled": lambda p: min(p["load_mean_7d"] / p["load_mean_28d"], 4),
    "day.acwr_uncoupled": lambda p: p["load_mean_7d"] / p["load_mean_21d"],
    "day.vo2max_trend": lambda p: p["vo2max_mean"] * p["vo2max_correction"],
    "day.marathon_shape_pct": marathon_shape,
    "day.estimated_share": lambda p: p["estimated_days"] / max(p["training_days"], 1),
    "morning.hrv_7d_ms": lambda p: log_mean(p.many("on_")),
    "morning.hrv_low_ms": lambda p: math.exp(p["hrv_mean_60d"] - 0.5 * p["hrv_sd_60d"]),
    "morning.hrv_high_ms": lambda p: math.exp(p["hrv_mean_60d"] + 0.5 * p["hrv_sd_60d"]),
    "morning.hrv_cv_pct": lambda p: 100 * p["hrv_sd_7d"] / p["hrv_mean_7d"],
    "morning.resting_hr_3d_bpm": lambda p: sum(p.many("on_")) / len(p.many("on_")),
    "morning.sleep_3d_s": lambda p: sum(p.many("on_")) / len(p.many("on_")),
    "morning.sleep_need_s": lambda p: 3600 * clip(7, p["sleep_median_60d"], 9),
    "morning.hrv_z": hrv_z,
    "morning.resting_hr_z": resting_hr_z,
    "morning.sleep_z": sleep_z,
    "morning.form_z": lambda p: clip(-2, (p["form_pct"] + 10) / 20, 1),
    "morning.load_z": lambda p: clip(-2, 2 - p["load_yesterday"] / max(20, p["ctl_before"]), 0),
    "morning.readiness": readiness,
    "benchmark.vt1_bpm": lambda p: 0.78 * p["hrmax_bpm"],
    "benchmark.vt2_bpm": lambda p: p["lthr_bpm"],
    **{
        f"benchmark.hr_zone_{k}_bpm": lambda p, k=k: (0.4 + 0.1 * k) * p["hrmax_bpm"]
        for k in range(1, 6)
    },
}
ROUNDED = {"marathon_shape_pct": 0.51, "readiness": 0.51}
"""What is stored as a whole number."""


def holds(found, again):
    """Tell whether the arithmetic gives the value; False where there is no value to hold."""
    if found.value is None:
        return False
    expected = again(Given(found))
    tolerance = {"abs": ROUNDED[found.metric]} if found.metric in ROUNDED else {"rel": 1e-6}
    assert found.value == pytest.approx(expected, **tolerance), found
    return True


def test_the_numbers_of_activities_can_be_reckoned_again(demo: Season):
    held = {
        name
        for name, again in OF_ACTIVITIES.items()
        for activity_id in demo.activities.values()
        if holds(explain.of_activity(demo.conn, demo.user.id, name, activity_id), again)
    }
    assert {"hr_coverage", "effective_vo2max", "trimp", "edwards", "lucia", "hrtss", "rtss"} <= held


def test_the_numbers_of_days_can_be_reckoned_again(demo: Season):
    last = demo.days["training"]
    days = [*demo.days.values(), last - timedelta(days=3), last - timedelta(days=30)]
    held = {
        key
        for key, again in OF_DAYS.items()
        for day in days
        if holds(explain.of_day(demo.conn, demo.user.id, key.partition(".")[2], day), again)
    }
    wanted = {f"day.{m.name}" for m in catalogue.of("day")} & OF_DAYS.keys()
    assert {key for key in wanted if "acwr" not in key and "marathon" not in key} <= held


def test_the_first_day_rises_from_nothing(demo: Season):
    found = explain.of_day(demo.conn, demo.user.id, "ctl", demo.days["first"])
    given = Given(found)
    assert given["before"] == 0
    assert found.value == pytest.approx(FITNESS * given["load"])


def test_a_day_without_training_loses_a_share_of_fitness(demo: Season):
    found = explain.of_day(demo.conn, demo.user.id, "ctl", demo.days["rest"])
    assert found.value == pytest.approx(Given(found)["before"] * math.exp(-1 / 42))


def test_the_load_of_an_activity_says_which_one_it_is(demo: Season):
    found = explain.of_activity(demo.conn, demo.user.id, "load", demo.activities["run"])
    given = Given(found)
    assert found.value in (given["rtss"], given["hrtss"])
    other = explain.of_activity(demo.conn, demo.user.id, "load", demo.activities["treadmill"])
    assert other.value == Given(other)["hrtss"]  # indoors heart rate counts first


ESTIMATES = {
    "lthr.of_hrmax": lambda p: math.floor(0.89 * p["hrmax_bpm"] + 0.5),
    "threshold.critical_speed": lambda p: 0.98 * p["critical_speed_mps"],
    "threshold.race": lambda p: speed_of_oxygen(0.88 * p["vdot"]) / 60,
    "threshold.vo2max": lambda p: speed_of_oxygen(0.88 * p["vo2max"]) / 60,
}


def test_the_benchmarks_can_be_reckoned_again(demo: Season):
    held = set()
    for kind in ("lthr_bpm", "threshold_speed_mps"):
        for row in benchmarks.list_all(demo.conn, demo.user.id):
            if row.kind != kind:
                continue
            found = explain.of_day(demo.conn, demo.user.id, kind, row.valid_from)
            again = ESTIMATES.get((found.algorithm or "").rpartition(".")[0])
            if again:
                # Evidence is kept to two decimals of VDOT and four of speed.
                assert found.value == pytest.approx(again(Given(found)), rel=2e-4), found
                held.add(found.algorithm)
    assert any(name.startswith("threshold") for name in held)


# What is shown ------------------------------------------------------------------------------


def test_the_benchmarks_in_force_are_named_with_their_evidence(demo: Season):
    with i18n.speaking("en"):
        found = explain.of_activity(demo.conn, demo.user.id, "trimp", demo.activities["race"])
    day = date.fromisoformat(found.subject[:10])
    rows = benchmarks.in_force(demo.conn, demo.user.id, day)
    named = {one.name: one for one in found.benchmarks}
    assert named.keys() == {"hrmax_bpm", "hrrest_bpm"}
    for kind, one in named.items():
        assert one.value == rows[kind].value
        assert rows[kind].valid_from.isoformat() in one.source
        assert rows[kind].algorithm in one.source


def test_the_device_s_own_values_stand_beside_ours(demo: Season):
    beside = {
        "load": "device_training_load",
        "training_effect": "device_training_effect",
        "elevation_gain_m": "ascent_m",
        "elevation_loss_m": "descent_m",
    }
    for metric, column in beside.items():
        found = explain.of_activity(demo.conn, demo.user.id, metric, demo.activities["run"])
        (stored,) = demo.conn.execute(
            sql.SQL("SELECT {} FROM activities WHERE id = %s").format(sql.Identifier(column)),
            [demo.activities["run"]],
        ).fetchone()
        assert (found.garmin.value if found.garmin else None) == stored
    assert (
        explain.of_activity(demo.conn, demo.user.id, "trimp", demo.activities["run"]).garmin is None
    )


def test_a_metric_of_days_is_that_of_the_activity_s_day(demo: Season):
    activity_id = demo.activities["run"]
    found = explain.of_activity(demo.conn, demo.user.id, "ctl", activity_id)
    (day,) = demo.conn.execute(
        "SELECT local_date FROM activities WHERE id = %s", [activity_id]
    ).fetchone()
    assert found == explain.of_day(demo.conn, demo.user.id, "ctl", day)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (4.0, "m/s", "4:10 /km (4 m/s)"),  # 1000 m at 4 m/s take 250 s
        (2890.0, "s", "48:10 (2,890 s)"),
        (12.0, "s", "12 s"),
        (-4.25, "%", "−4.25 %"),
        (1234.56, "m", "1,235 m"),
        (0.00012345, "1", "0.000123"),
        (0.0, "load", "0"),
        (None, "m", "–"),
        ([60.0, 0.0], "s", "1:00 (60 s) · 0 s"),
    ],
)
def test_numbers_are_written_as_runners_write_them(value, unit, words):
    with i18n.speaking("en"):
        assert wording.shown(value, unit) == words


def test_a_template_is_filled_name_by_name():
    assert fill("{a} × ({b} + 1)", {"a": "x", "b": "y"}.__getitem__) == "x × (y + 1)"


# A history written by hand ------------------------------------------------------------------


def test_what_was_scaled_and_assumed_is_said(history):
    history.season(DAY, weeks=2)
    rebuild.refresh(history.conn, history.user_id)
    (activity_id,) = history.conn.execute("SELECT max(id) FROM activities").fetchone()
    history.conn.execute(
        "UPDATE activity_metrics SET flags = '{scaled,sex_assumed,hot}' WHERE activity_id = %s",
        [activity_id],
    )
    with i18n.speaking("en"):
        found = explain.of_activity(history.conn, history.user_id, "trimp", activity_id)
    words = i18n.words("en", "pages")["flags"]
    assert words["scaled"] in found.notes
    assert words["sex_assumed"] in found.notes
    assert words["hot"] not in found.notes  # heat says nothing about TRIMP


def test_a_reason_is_told_in_words(history):
    activity_id = history.add(DAY, minutes=12)
    rebuild.refresh(history.conn, history.user_id)
    with i18n.speaking("en"):
        found = explain.of_activity(history.conn, history.user_id, "decoupling_pct", activity_id)
    assert found.value is None
    assert found.reason == i18n.t("metrics.reasons.too_short", "en")


def test_thin_air_can_be_reckoned_again(history):
    activity_id = history.add(DAY)
    rebuild.refresh(history.conn, history.user_id)
    history.conn.execute("UPDATE activity_facts SET average_altitude_m = 2000")
    # -1.12 x 4 - 1.90 x 2 + 99.9
    history.conn.execute("UPDATE activity_metrics SET altitude_vo2max_pct = 91.62")
    found = explain.of_activity(history.conn, history.user_id, "altitude_vo2max_pct", activity_id)
    assert holds(found, OF_ACTIVITIES["altitude_vo2max_pct"])
    assert found.filled == "−1.12 × (2 km)² − 1.90 × 2 km + 99.9 = 91.62 %"


def test_the_runner_s_own_value_is_named_as_such_and_garmin_s_stands_beside(history):
    history.season(DAY, weeks=1)
    history.conn.execute(
        "INSERT INTO athlete_benchmarks (user_id, kind, valid_from, source, value, confidence)"
        " VALUES (%s, 'lthr_bpm', '2026-03-01', 'garmin', 168, 'high')",
        [history.user_id],
    )
    benchmarks.set_user(history.conn, history.user_id, "lthr_bpm", 171, DAY)
    rebuild.refresh(history.conn, history.user_id)
    with i18n.speaking("en"):
        found = explain.of_day(history.conn, history.user_id, "lthr_bpm", DAY)
    assert (found.value, found.garmin.value) == (171, 168)
    assert i18n.t("metrics.sources.user", "en") in [p.source for p in found.ingredients]


def test_an_answer_of_the_past_does_not_look_ahead(history):
    history.season(DAY, weeks=6)
    rebuild.refresh(history.conn, history.user_id)
    day = DAY + timedelta(weeks=4)
    asked = ("vo2max_trend", "vo2max_correction", "marathon_shape_pct", "acwr", "estimated_share")

    def answers():
        return [explain.of_day(history.conn, history.user_id, name, day) for name in asked]

    then = answers()
    history.add(DAY + timedelta(weeks=9), minutes=60, speed=3.9, bpm=180, keep={"is_race": True})
    rebuild.refresh(history.conn, history.user_id)
    assert answers() == then


# What is not there --------------------------------------------------------------------------


def test_an_unknown_name_is_answered_with_names_like_it(demo: Season):
    for ask in (explain.of_day, explain.of_activity):
        with pytest.raises(problems.UnknownMetric) as error:
            ask(demo.conn, demo.user.id, "tirmp", demo.days["training"])
        assert "trimp" in error.value.remedy("en")


def test_another_s_activity_is_not_there(history, other_user):
    activity_id = history.add(DAY)
    rebuild.refresh(history.conn, history.user_id)
    with pytest.raises(problems.UnknownActivity):
        explain.of_activity(history.conn, other_user.id, "trimp", activity_id)
    with pytest.raises(problems.UnknownActivity):
        explain.of_activity(history.conn, history.user_id, "trimp", activity_id + 1)


def test_a_day_to_come_and_a_runner_without_days(history, other_user):
    history.add(DAY)
    rebuild.refresh(history.conn, history.user_id)
    with pytest.raises(problems.UnknownDay) as error:
        explain.of_day(history.conn, history.user_id, "ctl", date(9999, 12, 31))
    assert DAY.isoformat() in error.value.remedy("ko")
    with pytest.raises(problems.NothingYet):
        explain.of_day(history.conn, other_user.id, "ctl", DAY)
    found = explain.of_day(history.conn, history.user_id, "ctl", date.min)
    assert found.value is None


def test_a_number_of_activities_asked_for_a_day_names_the_day_s(history):
    activity_id = history.add(DAY)
    rebuild.refresh(history.conn, history.user_id)
    with pytest.raises(problems.OfActivities) as error:
        explain.of_day(history.conn, history.user_id, "rtss", DAY)
    assert str(activity_id) in error.value.remedy("en")
    with pytest.raises(problems.NoActivities):
        explain.of_day(history.conn, history.user_id, "rtss", DAY + timedelta(days=1))
