"""The pieces of a page: everything is escaped, missing numbers say so, errors tell no secrets."""

import json
import re

import altair as alt
import pytest
from markupsafe import Markup

from runningcoach.base import i18n
from runningcoach.pages import formatting, gauge, page
from runningcoach.pages.tiles.activity import NoSuchActivity

EVIL = "<script>alert('x')</script>"


@pytest.mark.parametrize(
    "piece",
    [
        page.card(EVIL, EVIL, aside=EVIL),
        page.notice(EVIL, EVIL),
        page.stat(EVIL, EVIL, EVIL, note=EVIL),
        page.badge(EVIL),
        page.link(EVIL, EVIL),
        page.table([EVIL, EVIL], [[EVIL, EVIL]]),
        page.bars([(EVIL, 0.5, EVIL, "z1")]),
        page.explained(EVIL, EVIL),
        page.chips(EVIL),
        gauge.gauge(3.0, EVIL, EVIL, EVIL),
    ],
)
def test_words_are_escaped(piece):
    assert isinstance(piece, Markup)
    assert "<script" not in piece
    assert "&lt;script&gt;" in piece


def test_an_attribute_cannot_be_left():
    assert 'onmouseover="' not in page.link("x", '" onmouseover="alert(1)')


def test_a_chart_cannot_end_its_script():
    chart = alt.Chart(alt.Data(values=[{"a": "</script><b>&"}])).mark_point().encode(x="a:N")
    piece = page.chart(chart, "words")
    body = re.search(r'class="spec">(.*)</script>', piece)[1]
    assert "<" not in body
    assert json.loads(body)["data"]["values"] == [{"a": "</script><b>&"}]


def test_a_missing_number_shows_no_unit_and_says_why():
    piece = page.stat("HR", formatting.number(None), "bpm", why="no strap")
    assert "bpm" not in piece
    assert "no strap" in piece
    assert 'class="stat missing"' in piece


def test_a_number_shows_its_unit():
    assert re.search(
        r"<b>148</b><small>bpm</small>", page.stat("HR", formatting.number(148.2), "bpm")
    )


def test_an_error_that_can_be_mended_says_how():
    error = NoSuchActivity()
    piece = page.problem(error)
    assert error.what() in piece
    assert error.remedy() in piece


def test_a_fault_tells_no_details():
    piece = page.problem(ValueError("password=hunter2"))
    assert "hunter2" not in piece
    assert i18n.t("pages.fault.what") in piece


def test_a_line_of_nothing_is_not_drawn():
    assert page.spark([None, None, 3.0]) == ""
    assert page.spark([]) == ""
    assert page.spark([1.0, None, 2.0, 3.0]).count(",") == 3


@pytest.mark.parametrize(
    ("moved", "good", "look"), [(2.0, 1, "up"), (-2.0, 1, "down"), (2.0, -1, "down"), (2.0, 0, "")]
)
def test_a_change_is_green_when_it_is_good(moved, good, look):
    found = re.search(r'class="change ?(\w*)"', page.change(moved, "2", good=good))
    assert found[1] == look


@pytest.mark.parametrize(
    ("form_pct", "band"),
    [(-31, "overload"), (-30, "building"), (-10, "balanced"), (5, "fresh"), (25, "idle")],
)
def test_bands_of_form(form_pct, band):
    assert gauge.band(form_pct) == band


def test_an_unknown_form_has_no_needle():
    assert gauge.band(None) is None
    assert "needle" not in gauge.gauge(None, "–", "?", "form")
    assert "needle" in gauge.gauge(-200.0, "-80", "!", "form")


def test_a_number_that_explains_itself_has_a_button_with_a_name():
    piece = page.stat("<b>", "57", metric="trimp", about="12")
    assert 'data-explain="trimp" data-about="12"' in piece
    words = i18n.t("explain.panel.why", label="<b>").replace("<", "&lt;").replace(">", "&gt;")
    assert f'aria-label="{words}"' in piece
    assert "<button" not in page.stat("TRIMP", "57", metric="trimp")
