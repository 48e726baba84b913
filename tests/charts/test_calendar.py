"""The training calendar: every day in its place, days with a run lead to it."""

import re
from datetime import date
from xml.etree import ElementTree

import pandas as pd
import pytest

from runningcoach.pages import page
from runningcoach.pages.charts import calendar

COLUMNS = ["date", "load", "distance_m", "activities", "activity_id"]
# 2026-11-16 is a Monday.
DAYS = pd.DataFrame(
    [
        [date(2026, 11, 16), 20.0, 5_000.0, 1, 7],
        [date(2026, 11, 22), 160.0, 21_100.0, 1, 8],
        [date(2026, 11, 24), None, None, 2, 9],
    ],
    columns=COLUMNS,
)


def drawn(first: date, last: date) -> ElementTree.Element:
    piece = page.calendar(calendar.calendar(DAYS, first, last))
    svg = ElementTree.fromstring(piece).find("svg")  # noqa: S314
    assert svg is not None
    return svg


def links(svg: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {link.get("data-day"): link for link in svg.iter("a")}


def test_a_day_leads_to_its_activity():
    found = links(drawn(date(2026, 11, 16), date(2026, 11, 30)))
    assert found["2026-11-22"].get("href") == "activity.ipynb?id=8"
    assert len(found) == 3


def test_days_stand_in_weeks_from_monday():
    found = links(drawn(date(2026, 11, 16), date(2026, 11, 30)))
    place = {day: (int(link[0].get("x")), int(link[0].get("y"))) for day, link in found.items()}
    monday, sunday, tuesday = place["2026-11-16"], place["2026-11-22"], place["2026-11-24"]
    assert monday[0] == sunday[0] < tuesday[0]
    assert sunday[1] - monday[1] == 6 * (tuesday[1] - monday[1])


def test_every_day_has_a_square():
    svg = drawn(date(2024, 1, 1), date(2024, 12, 31))
    assert svg.find("path").get("d").count("M") == 366


@pytest.mark.parametrize(
    ("load", "level"), [(0.0, 1), (29.9, 1), (30.0, 2), (99.9, 3), (100.0, 4), (400.0, 5)]
)
def test_more_load_is_brighter(load, level):
    assert calendar.level(load) == level


def test_an_unknown_load_is_the_dimmest_run():
    assert calendar.level(None) == calendar.level(float("nan")) == 1


def test_a_day_says_what_was_done():
    found = links(drawn(date(2026, 11, 16), date(2026, 11, 30)))
    assert found["2026-11-22"][0][0].text.startswith("2026-11-22 · 21.1 km · ")
    assert "km" not in found["2026-11-24"][0][0].text


def test_it_is_empty_without_days():
    empty = pd.DataFrame(columns=COLUMNS)
    svg = page.calendar(calendar.calendar(empty, date(2026, 1, 1), date(2026, 1, 31)))
    assert "<a" not in svg
    assert re.search(r'class="rest" d="M', svg)
