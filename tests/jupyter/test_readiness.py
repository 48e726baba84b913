"""The tiles of a morning: what is known is shown, what is not says why, and nothing is invented."""

import json
import random
import re
from datetime import date, timedelta

import numpy as np
import pytest

from runningcoach.base import i18n
from runningcoach.derive import recovery
from runningcoach.metrics import hrv
from runningcoach.model.fitness import RecoveryDay
from runningcoach.model.health import HealthDay
from runningcoach.pages import gauge
from runningcoach.pages.tiles import fitness as fitness_tiles
from runningcoach.pages.tiles import frames
from runningcoach.pages.tiles import health as health_tiles
from runningcoach.pages.tiles import readiness as tiles
from runningcoach.store.activity_totals import NightSummary
from tests.charts import sample

EVIL = "<script>alert('x')</script>"


@pytest.fixture(autouse=True)
def _english():
    with i18n.speaking("en"):
        yield


def morning(**changes: object) -> RecoveryDay:
    """A morning worse than usual in every part; the score is the specification's example."""
    fields = {
        "date": sample.TODAY,
        "hrv_7d_ms": 52.0,
        "hrv_low_ms": 55.0,
        "hrv_high_ms": 65.0,
        "resting_hr_3d_bpm": 49.0,
        "resting_hr_usual_bpm": 48.0,
        "sleep_3d_s": 23_400.0,
        "sleep_need_s": 27_000.0,
        "hrv_z": -1.0,
        "resting_hr_z": -0.5,
        "sleep_z": -1.0,
        "form_z": -0.75,
        "readiness": 44.0,
        "readiness_band": "reduced",
    }
    return RecoveryDay.model_validate(fields | changes)


def opening(*mornings: RecoveryDay, today: date = sample.TODAY) -> str:
    return str(tiles.opening(mornings, sample.daily(30), today))


def effects(text: str) -> list[str]:
    found = r'data-explain="(?:hrv|resting_hr|sleep|form)_z".*?<b>(.*?)</b>'
    return re.findall(found, text)


def test_each_part_says_what_it_did_to_the_score():
    """65 + 25 (0.4 x -1 + 0.2 x -0.5 + 0.2 x -1 + 0.2 x -0.75) = 43.75."""
    text = opening(morning())
    assert effects(text) == ["−10.0", "−2.5", "−5.0", "−3.8"]
    assert "from 65: −10.0 −2.5 −5.0 −3.8" in text


def test_the_known_parts_share_the_weight_of_a_missing_one():
    """Without HRV the others weigh a third each: 25 / 3 times -0.5, -1 and -0.75."""
    gone = {"hrv_z": None, "hrv_7d_ms": None, "readiness": 46.0}
    text = opening(morning(**gone, reasons={"hrv_z": "no_hr"}))
    assert effects(text) == ["–", "−4.2", "−8.3", "−6.2"]
    assert i18n.words("en", "metrics")["reasons"]["no_hr"] in text


def test_a_part_counts_no_more_than_its_limits():
    text = opening(morning(form_z=3.0, sleep_z=-9.0))
    assert effects(text)[2:] == ["−10.0", "+5.0"]
    assert "width:66.7%" in text
    assert "width:33.3%" in text


def test_a_score_that_was_held_down_is_not_said_to_be_the_sum():
    text = opening(morning(readiness=35.0, flags=["possible_illness"]))
    assert i18n.t("pages.readiness.ill") in text
    assert i18n.t("pages.readiness.held") in text
    assert "from 65" not in text


def test_no_warning_without_its_flag():
    assert i18n.t("pages.readiness.ill") not in opening(morning())


def test_a_morning_without_a_score_says_why_and_has_no_needle():
    gone = dict.fromkeys(("readiness", "readiness_band", "hrv_z", "sleep_z", "form_z"))
    text = opening(morning(**gone, reasons={"readiness": "no_benchmark"}))
    assert i18n.words("en", "metrics")["reasons"]["no_benchmark"] in text
    assert "needle" not in text
    assert effects(text) == ["–"] * 4


def test_it_says_that_it_is_not_validated():
    assert "no study has validated it" in opening(morning())


def test_every_stored_number_can_be_asked_about():
    text = opening(morning())
    asked = set(re.findall(r'data-explain="(\w+)" data-about="2026-11-22"', text))
    assert asked == {
        *("hrv_7d_ms", "resting_hr_3d_bpm", "sleep_3d_s", "form_pct"),
        *("hrv_z", "resting_hr_z", "sleep_z", "form_z", "readiness"),
    }


def test_an_older_morning_says_that_it_is_not_of_today():
    text = opening(morning(date=sample.TODAY - timedelta(days=2)))
    assert "nothing of today yet" in text
    assert "nothing of today yet" not in opening(morning())


def test_nobody_s_mornings_lead_to_what_would_make_them():
    assert i18n.t("pages.readiness.none_hint") in opening()
    for tile in (
        tiles.hrv([], []),
        tiles.resting_hr([], []),
        tiles.sleep([], []),
        tiles.others([]),
    ):
        assert tile == ""
    assert tiles.history([]) == ""
    assert tiles.missing([]) == ""


def test_one_signal_alone_leaves_the_others_saying_so():
    weights = [HealthDay(date=sample.TODAY, weight_kg=68.4)]
    text = str(tiles.others(weights))
    assert "68.4" in text
    assert text.count(i18n.t("pages.health.none")) == 2 * 3
    assert "chart" not in tiles.hrv([], weights)


def test_what_is_missing_is_said_once_a_reason():
    reasons = {"hrv_z": "no_hr", "hrv_7d_ms": "no_hr", "sleep_z": "low_coverage"}
    text = str(tiles.missing([morning(reasons=reasons)]))
    assert text.count("<li>") == 2
    assert tiles.missing([morning()]) == ""


def test_codes_without_words_are_escaped():
    text = opening(morning(hrv_z=None, reasons={"hrv_z": EVIL}))
    text += str(tiles.missing([morning(reasons={EVIL: EVIL}, flags=[EVIL])]))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_the_usual_is_the_middle_of_the_range_of_logarithms():
    """exp((ln 50 + ln 72) / 2) = 60."""
    frame = frames.hrv([morning(hrv_low_ms=50.0, hrv_high_ms=72.0)], [])
    assert frame.usual.tolist() == [60.0]


def test_days_that_only_one_table_knows_are_drawn_too():
    day = timedelta(days=1)
    body = [HealthDay(date=sample.TODAY - day, hrv_ms=61.0), HealthDay(date=sample.TODAY)]
    frame = frames.hrv([morning(date=sample.TODAY - 2 * day)], body)
    assert frame.night.isna().tolist() == [True, False, True]
    assert frame["mean"].isna().tolist() == [False, True, True]


def test_a_night_without_stages_is_drawn_whole():
    nights = [
        NightSummary(date=sample.TODAY, total_s=25_200.0, awake_s=600.0),
        NightSummary(
            date=sample.TODAY, total_s=25_200.0, deep_s=5_400.0, light_s=19_800.0, rem_s=0.0
        ),
        NightSummary(date=sample.TODAY),
    ]
    frame = frames.sleep(nights)
    assert list(zip(frame.stage, frame.hours, strict=True)) == [
        ("asleep", 7.0),
        ("deep", 1.5),
        ("light", 5.5),
    ]


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "low"), (29.9, "low"), (30, "reduced"), (50, "normal"), (75, "high"), (100, "high")],
)
def test_the_bands_of_the_gauge_are_those_of_the_score(score, band):
    assert gauge.READINESS.band(score) == band


def test_a_heavy_day_before_is_a_part_of_its_own_and_the_parts_add_up():
    # Inside ±0.5 HRV and resting HR count for nothing: 65 + 5 · 1 + 5 · 0.5 − 10 = 62.5.
    with i18n.speaking("en"):
        morning = RecoveryDay(
            date=date(2026, 11, 2), hrv_7d_ms=60, hrv_low_ms=55, hrv_high_ms=65, hrv_z=0.3,
            resting_hr_3d_bpm=48, resting_hr_usual_bpm=48, resting_hr_z=-0.2, sleep_3d_s=27_000,
            sleep_need_s=25_200, sleep_z=1.0, form_z=0.5, load_z=-1.0, readiness=63,
        )  # fmt: skip
        effects = tiles._effects(morning)
    assert effects == {
        "hrv_z": 0.0, "resting_hr_z": 0.0, "sleep_z": 5.0, "form_z": 2.5, "load_z": -10.0,
    }  # fmt: skip


def ends(piece: str, day: date) -> list[tuple[float, float]]:
    """Return the ends of the usual range of a day in the charts of a piece."""
    specs = re.findall(r'class="spec">(.*?)</script>', piece)
    rows = [row for spec in specs for rows in json.loads(spec)["datasets"].values() for row in rows]
    same_day = [row for row in rows if row["date"].startswith(day.isoformat())]
    return [(row["low"], row["high"]) for row in same_day if row.get("low")]


def test_hrv_has_the_same_usual_range_on_every_page():
    """Health, Fitness and Readiness draw the range that the morning was judged by."""
    chance = random.Random(4)
    nights = [round(chance.uniform(40, 80)) for _ in range(80)]
    first = sample.TODAY - timedelta(days=79)
    body = [
        HealthDay(date=first + timedelta(days=n), hrv_ms=float(ms)) for n, ms in enumerate(nights)
    ]
    mornings = recovery.mornings(body, [], sample.TODAY)
    low, high = hrv.nights(np.array(nights)).range_ms()
    expected = (pytest.approx(low[-1], abs=0.05), pytest.approx(high[-1], abs=0.05))
    pages = (
        tiles.hrv(mornings, body),
        health_tiles.signals(body, mornings),
        fitness_tiles.body(body, mornings),
    )
    for piece in pages:
        [found] = set(ends(str(piece), sample.TODAY))
        assert found == expected
