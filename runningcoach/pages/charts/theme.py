"""The look that all charts share: dark, thin lines, four accents, nothing that shouts."""

import json
from collections.abc import Mapping
from typing import Any, cast

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t

CYAN = "#38e1ff"
AMBER = "#ffb454"
ROSE = "#ff6b93"
MINT = "#4df0b2"
VIOLET = "#a69bff"
SLATE = "#7f95a8"
INK = "#e3f1f8"
DIM = "#93a9ba"
LINE = "#17303f"
FONT = (
    "Pretendard, 'Pretendard Variable', 'Noto Sans KR', 'Noto Sans CJK KR', "
    "'Apple SD Gothic Neo', 'Malgun Gothic', NanumGothic, system-ui, sans-serif"
)
ZONES = (SLATE, CYAN, MINT, AMBER, ROSE)
"""One colour for each heart-rate zone, easiest first."""

BANDS = {
    "overload": ROSE,
    "building": AMBER,
    "balanced": CYAN,
    "fresh": MINT,
    "idle": SLATE,
}
"""One colour for each band of form."""

CLOCK = (
    "(datum.value >= 3600 ? floor(datum.value / 3600) + ':' : '') "
    "+ format(floor(datum.value % 3600 / 60), datum.value >= 3600 ? '02d' : 'd') "
    "+ ':' + format(floor(datum.value % 60), '02d')"
)
"""A Vega expression that writes an axis value in seconds as a clock."""


@alt.theme.register("jarvis", enable=True)
def jarvis() -> alt.theme.ThemeConfig:
    """Return the theme; it is in force as soon as this module is imported."""
    config = {**_frame(), "axis": _axis(), "legend": _legend()}
    return cast("alt.theme.ThemeConfig", {"config": config})


def _frame() -> dict[str, Any]:
    return {
        "background": None,
        "font": FONT,
        "padding": {"left": 2, "right": 6, "top": 6, "bottom": 2},
        "view": {"stroke": None},
        "line": {"strokeWidth": 2, "strokeCap": "round", "strokeJoin": "round"},
        "range": {"category": [CYAN, AMBER, ROSE, MINT, VIOLET]},
    }


def _axis() -> dict[str, Any]:
    return {
        "labelColor": DIM,
        "titleColor": DIM,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": 500,
        "gridColor": LINE,
        "gridDash": [2, 4],
        "domainColor": LINE,
        "tickColor": LINE,
        "labelPadding": 6,
    }


def _legend() -> dict[str, Any]:
    return {
        "orient": "top",
        "title": None,
        "labelColor": INK,
        "labelFontSize": 12,
        "symbolType": "stroke",
        "symbolStrokeWidth": 3,
        "offset": 4,
        "padding": 0,
    }


def fade(colour: str, strength: float = 0.3) -> alt.Gradient:
    """Return a fill that is `colour` at the top and fades out towards the bottom."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    tint = f"rgba({red},{green},{blue},"
    stops = [
        alt.GradientStop(color=f"{tint}0)", offset=0),
        alt.GradientStop(color=f"{tint}{strength})", offset=1),
    ]
    return alt.Gradient(gradient="linear", x1=1, x2=1, y1=1, y2=0, stops=stops)


def sheen(colour: str, foot: str) -> alt.Gradient:
    """Return a fill for bars: `colour` on top, `foot` at the bottom."""
    stops = [alt.GradientStop(color=colour, offset=0), alt.GradientStop(color=foot, offset=1)]
    return alt.Gradient(gradient="linear", x1=0, x2=0, y1=0, y2=1, stops=stops)


MONTH_OR_YEAR = (
    "month(datum.value) == 0 ? timeFormat(datum.value, '%Y') : timeFormat(datum.value, '%b')"
)
SHORT_DAYS, LONG_DAYS = 100, 800
"""Spans from which on a time axis counts in months, and in years."""


def day_axis(days: pd.Series) -> alt.Axis:
    """Return a time axis that counts in weeks, months or years, as the span of `days` asks."""
    span = (days.max() - days.min()).days if len(days) else 0
    step = "week" if span < SHORT_DAYS else "month" if span < LONG_DAYS else "year"
    label = week_label() if step == "week" else MONTH_OR_YEAR
    return alt.Axis(
        tickCount={"interval": step, "step": 1},
        labelExpr=label,
        labelOverlap="greedy",
        labelSeparation=8,
        labelFlush=True,
        grid=False,
        ticks=False,
    )


def x_day(field: str, days: pd.Series, **channel: Any) -> alt.X:
    """Return the horizontal channel of days."""
    return alt.X(f"{field}:T", title=None, axis=day_axis(days), **channel)


def x_period(field: str, step: str, label: str) -> alt.X:
    """Return the horizontal channel of weeks or months that stand for themselves."""
    axis = alt.Axis(
        labelExpr=label,
        labelAngle=0,
        labelOverlap="greedy",
        labelSeparation=8,
        ticks=False,
        domain=False,
    )
    return alt.X(f"{step}({field}):O", title=None, axis=axis)


def week_label() -> str:
    """Return the Vega expression that writes the day on which a week begins."""
    return f"timeFormat(datum.value, '{t('charts.short_day')}')"


def value_axis(field: str, **scale: Any) -> alt.Y:
    """Return a value axis with few ticks and no line of its own."""
    axis = alt.Axis(tickCount=4, domain=False, ticks=False)
    return alt.Y(f"{field}:Q", title=None, axis=axis, scale=alt.Scale(**scale))


def thinned(daily: pd.DataFrame) -> pd.DataFrame:
    """Let each seventh day stand for its week when there are years of them."""
    return daily.iloc[(len(daily) - 1) % 7 :: 7] if len(daily) > LONG_DAYS else daily


def named(words: Mapping[str, str], what: str = "datum.label") -> str:
    """Return the Vega expression that writes the words of a code."""
    return f"{json.dumps(words, ensure_ascii=False)}[{what}]"


def day_tip(field: str, title: str) -> alt.Tooltip:
    """Return the line of a tooltip that names the day."""
    return alt.Tooltip(f"{field}:T", title=title, format="%x")


def sized(chart: Any, height: int) -> Any:
    """Return `chart` as wide as the room it is given, and `height` pixels high."""
    return chart.properties(width="container", height=height)
