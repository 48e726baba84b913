"""The numbers of an activity's page: decided totals with their source, each sport in its unit."""

import pytest

from runningcoach.base import i18n
from runningcoach.pages.tiles import activity as tiles
from tests.charts import sample


def shown(language="en", metrics=None, **changes):
    with i18n.speaking(language):
        found = sample.metrics(**(metrics or {}))
        return str(tiles.numbers(sample.whole_activity(**changes), found))


def test_totals_name_their_source():
    sources = {
        "distance_source": "positions", "time_source": "events", "ascent_source": "altitude",
    }  # fmt: skip
    for language in i18n.LANGUAGES:
        words = i18n.words(language, "pages")["activity"]["sources"]
        text = shown(language, **sources)
        assert all(words[name] in text for name in sources.values())
    assert words["session"] not in text


def test_the_ascent_shown_is_the_one_that_was_decided():
    text = shown(metrics={"elevation_gain_m": 364.0}, ascent_m=39.0, ascent_source="session")
    assert ">39<" in text
    assert "364" not in text
    assert "device total" in text


@pytest.mark.parametrize(
    ("sport", "distance", "pace", "unit"),
    [("swimming", 2000, "2:15", "/100 m"), ("cycling", 20_000, "26.7", "km/h"),
     ("running", 9000, "5:00", "/km")],
)  # fmt: skip
def test_each_sport_has_its_pace(sport, distance, pace, unit):
    text = shown(
        metrics={"moving_s": 2700.0},
        sport=sport,
        distance_m=distance,
        timer_s=2700.0,
        elapsed_s=2700.0,
    )
    assert pace in text
    assert unit in text


def test_strength_has_its_time_and_no_pace():
    text = shown(
        metrics={"moving_s": 3600.0},
        sport="training",
        distance_m=None,
        timer_s=3600.0,
        elapsed_s=3600.0,
    )
    assert "1:00:00" in text
    assert "Average pace" in shown(sport="running")
    assert "Average pace" not in text
    assert "Average speed" not in text


@pytest.mark.parametrize(
    "flag", ["vehicle", "hr_suspect", "interpolated", "sparse_recording", "record_pace"]
)
def test_what_was_left_out_or_filled_is_said_in_words(flag):
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            text = str(tiles.quality(sample.whole_activity(), sample.metrics(flags=[flag])))
        assert i18n.words(language, "pages")["flags"][flag] in text
