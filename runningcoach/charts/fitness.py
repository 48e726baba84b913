"""Charts of load, fitness, fatigue and form over days, weeks and months."""

import altair as alt
import pandas as pd

from runningcoach.charts import theme
from runningcoach.i18n import t

LONG_DAYS = 800
"""From this span on, the axis shows years and each seventh day stands for its week."""


def _thinned(daily: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    if len(daily) <= LONG_DAYS:
        return daily, False
    return daily.iloc[(len(daily) - 1) % 7 :: 7], True


def load(daily: pd.DataFrame, height: int = 230) -> alt.LayerChart:
    """Draw fitness as an area and fatigue as a line: columns date, ctl, atl."""
    shown, long = _thinned(daily)
    x = theme.day_axis("date", many_years=long)
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("ctl:Q", title=t("charts.fitness"), format=".1f"),
        alt.Tooltip("atl:Q", title=t("charts.fatigue"), format=".1f"),
    ]
    base = alt.Chart(shown).encode(x=x)
    area = base.mark_area(color=theme.fade(theme.CYAN), interpolate="monotone").encode(
        y=theme.value_axis("ctl")
    )
    fatigue = _named_line(base, "atl", t("charts.fatigue"))
    fitness = _named_line(base, "ctl", t("charts.fitness"))
    touch = base.mark_rule(opacity=0, strokeWidth=8).encode(tooltip=tips)
    return theme.sized(alt.layer(area, fatigue, fitness, touch), height)


def _named_line(base: alt.Chart, field: str, name: str) -> alt.Chart:
    colours = alt.Scale(
        domain=[t("charts.fitness"), t("charts.fatigue")], range=[theme.CYAN, theme.AMBER]
    )
    width = 2.4 if field == "ctl" else 1.4
    return base.mark_line(interpolate="monotone", strokeWidth=width).encode(
        y=theme.value_axis(field), color=alt.datum(name, scale=colours)
    )


def form(daily: pd.DataFrame, height: int = 170) -> alt.Chart:
    """Draw form by day as bars up and down: columns date, tsb, band."""
    shown, long = _thinned(daily.dropna(subset=["tsb"]))
    colours = alt.Scale(domain=list(theme.BANDS), range=list(theme.BANDS.values()))
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("tsb:Q", title=t("charts.form"), format="+.1f"),
    ]
    bars = alt.Chart(shown).mark_bar(width={"band": 0.82}, cornerRadius=1)
    # Days are written as text, so that each has a band of its own and no gap.
    days = alt.X(
        "yearmonthdate(date):O",
        title=None,
        axis=alt.Axis(
            format="%Y" if long else "%b",
            labelAngle=0,
            labelOverlap="greedy",
            labelSeparation=26,
            ticks=False,
            domain=False,
        ),
    )
    return theme.sized(
        bars.encode(
            x=days,
            y=theme.value_axis("tsb"),
            color=alt.Color("band:N", scale=colours, legend=None),
            tooltip=tips,
        ),
        height,
    )


def distance(periods: pd.DataFrame, height: int = 230, label: str = "%-m.%-d") -> alt.Chart:
    """Draw distance by week or month: columns starts_on, distance_km, load, now (bool)."""
    tips = [
        theme.day_tip("starts_on", t("charts.from")),
        alt.Tooltip("distance_km:Q", title=t("charts.distance_km"), format=".1f"),
        alt.Tooltip("load:Q", title=t("charts.load"), format=".0f"),
    ]
    fill = alt.condition(
        "datum.now",
        alt.value(theme.sheen(theme.MINT, "#0d5a4b").to_dict()),
        alt.value(theme.sheen(theme.CYAN, "#0b4a60").to_dict()),
    )
    axis = alt.Axis(
        format=label,
        labelAngle=0,
        labelOverlap="greedy",
        labelSeparation=8,
        ticks=False,
        domain=False,
    )
    bars = alt.Chart(periods).mark_bar(cornerRadiusEnd=3)
    return theme.sized(
        bars.encode(
            x=alt.X("yearmonthdate(starts_on):O", title=None, axis=axis),
            y=theme.value_axis("distance_km"),
            color=fill,
            tooltip=tips,
        ),
        height,
    )


def zones(weeks: pd.DataFrame, height: int = 200) -> alt.Chart:
    """Draw hours in each heart-rate zone by week: columns starts_on, zone (1 to 5), hours."""
    colour = alt.Color(
        "zone:O",
        scale=alt.Scale(domain=[1, 2, 3, 4, 5], range=list(theme.ZONES)),
        legend=alt.Legend(symbolType="square", labelExpr="'Z' + datum.label"),
    )
    tips = [
        theme.day_tip("starts_on", t("charts.from")),
        alt.Tooltip("zone:O", title=t("charts.zone")),
        alt.Tooltip("hours:Q", title=t("charts.hours"), format=".1f"),
    ]
    axis = alt.Axis(
        format="%-m.%-d",
        labelAngle=0,
        labelOverlap="greedy",
        labelSeparation=8,
        ticks=False,
        domain=False,
    )
    return theme.sized(
        alt.Chart(weeks)
        .mark_bar()
        .encode(
            x=alt.X("yearmonthdate(starts_on):O", title=None, axis=axis),
            y=theme.value_axis("hours"),
            color=colour,
            order=alt.Order("zone:O"),
            tooltip=tips,
        ),
        height,
    )


def vo2max(daily: pd.DataFrame, height: int = 200) -> alt.Chart:
    """Draw the trend of the effective VO2max: columns date, vo2max_trend."""
    shown, long = _thinned(daily)
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("vo2max_trend:Q", title=t("charts.vo2max"), format=".1f"),
    ]
    line = alt.Chart(shown).mark_line(color=theme.MINT, interpolate="monotone")
    return theme.sized(
        line.encode(
            x=theme.day_axis("date", many_years=long),
            y=theme.value_axis("vo2max_trend", zero=False, nice=True),
            tooltip=tips,
        ),
        height,
    )
