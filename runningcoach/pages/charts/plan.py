"""Charts of a plan: form as recorded and as planned, weekly distance, intensity."""

from typing import Any

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.pages.charts import theme

BAND_COLOURS = {
    "E": "#4f8fae", "M": theme.CYAN, "T": theme.AMBER, "I": "#ff8f6b", "R": theme.ROSE,
}  # fmt: skip
"""One colour for each training pace, easiest first."""
CURVES = {"ctl": theme.CYAN, "atl": theme.AMBER, "tsb": theme.MINT}


def form(days: pd.DataFrame, marks: pd.DataFrame, height: int = 260) -> alt.LayerChart:
    """Draw fitness, fatigue and form: what is recorded full, what is planned dashed.

    Columns of `days`: date, ctl, atl, tsb, tsb_low, tsb_high, planned (bool); of `marks`: date,
    words (today and the race).
    """
    base = alt.Chart(days).encode(x=theme.x_day("date", days.date))
    band = base.mark_area(color=theme.MINT, opacity=0.18, interpolate="monotone").encode(
        y=theme.value_axis("tsb_low"), y2="tsb_high:Q"
    )
    lines = [_curve(base, name, planned=planned) for name in CURVES for planned in (False, True)]
    tips = [theme.day_tip("date", t("charts.date")), *(_tip(name) for name in CURVES)]
    touch = base.mark_rule(opacity=0, strokeWidth=8).encode(tooltip=tips)
    return theme.sized(alt.layer(band, *lines, *_marks(marks), touch), height)


def _curve(base: alt.Chart, name: str, *, planned: bool) -> alt.Chart:
    scale = alt.Scale(domain=list(CURVES), range=list(CURVES.values()))
    words = {
        "ctl": t("charts.fitness"), "atl": t("charts.fatigue"), "tsb": t("charts.form"),
    }  # fmt: skip
    line = base.transform_filter(f"datum.planned == {str(planned).lower()}").transform_calculate(
        curve=f"'{name}'"
    )
    return line.mark_line(
        interpolate="monotone",
        strokeWidth=2.4 if name == "ctl" else 1.5,
        strokeDash=[4, 4] if planned else [1, 0],
    ).encode(
        y=theme.value_axis(name),
        color=alt.Color("curve:N", scale=scale, legend=alt.Legend(labelExpr=theme.named(words))),
    )


def _tip(name: str) -> alt.Tooltip:
    titles = {"ctl": "fitness", "atl": "fatigue", "tsb": "form"}
    return alt.Tooltip(f"{name}:Q", title=t(f"charts.{titles[name]}"), format=".1f")


def _marks(marks: pd.DataFrame) -> list[Any]:
    """Return upright lines with words: today, the race."""
    base = alt.Chart(marks).encode(x=alt.X("date:T", title=None))
    words = base.mark_text(
        align="right", baseline="top", dx=-5, dy=2, color=theme.INK, fontSize=11
    ).encode(y=alt.value(0), text="words:N")
    return [base.mark_rule(color=theme.DIM, strokeDash=[2, 3]), words]


def distance(weeks: pd.DataFrame, height: int = 230) -> alt.LayerChart:
    """Draw the distance of each week: planned as an outline, run as a bar in it.

    Columns starts_on, planned_km, done_km (NaN before it began).
    """
    tips = [
        theme.day_tip("starts_on", t("charts.from")),
        alt.Tooltip("planned_km:Q", title=t("plan_page.charts.planned"), format=".1f"),
        alt.Tooltip("done_km:Q", title=t("plan_page.charts.done"), format=".1f"),
    ]
    x = theme.x_period("starts_on", "yearmonthdate", theme.week_label())
    base = alt.Chart(weeks).encode(x=x, tooltip=tips)
    planned = base.mark_bar(
        cornerRadiusEnd=3, color="#123446", stroke="#2a6d85", strokeWidth=1
    ).encode(y=theme.value_axis("planned_km"))
    done = base.mark_bar(
        cornerRadiusEnd=3, size=9, color=theme.sheen(theme.CYAN, "#0b4a60")
    ).encode(y=theme.value_axis("done_km"))
    return theme.sized(alt.layer(planned, done), height)


def intensity(minutes: pd.DataFrame, height: int = 230) -> alt.Chart:
    """Draw the minutes of each week at each training pace, one on another.

    Columns starts_on, band, order, minutes.
    """
    words = {band: t(f"calendar.bands.{band}") for band in BAND_COLOURS}
    scale = alt.Scale(domain=list(BAND_COLOURS), range=list(BAND_COLOURS.values()))
    legend = alt.Legend(labelExpr=theme.named(words), symbolType="square", columns=5)
    bars = (
        alt.Chart(minutes)
        .mark_bar()
        .encode(
            x=theme.x_period("starts_on", "yearmonthdate", theme.week_label()),
            y=theme.value_axis("minutes"),
            color=alt.Color("band:N", scale=scale, legend=legend),
            order=alt.Order("order:Q"),
            tooltip=[
                theme.day_tip("starts_on", t("charts.from")),
                alt.Tooltip("words:N", title=t("plan_page.charts.pace")),
                alt.Tooltip("minutes:Q", title=t("plan_page.charts.minutes"), format=".0f"),
            ],
        )
    )
    return theme.sized(bars, height)
