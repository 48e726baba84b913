"""Charts of load, fitness, fatigue and form over days, weeks and months."""

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.pages.charts import theme

SPORTS = (theme.CYAN, theme.AMBER, theme.VIOLET, theme.MINT, theme.ROSE, theme.SLATE)
"""Colours of sports: running first, then by their time; all after the fifth share one."""


def load(daily: pd.DataFrame, height: int = 230) -> alt.LayerChart:
    """Draw fitness as an area and fatigue as a line.

    Columns date, ctl, atl, and provisional and estimated for the ground under such days.
    """
    shown = theme.thinned(daily)
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("ctl:Q", title=t("charts.fitness"), format=".1f"),
        alt.Tooltip("atl:Q", title=t("charts.fatigue"), format=".1f"),
    ]
    base = alt.Chart(shown).encode(x=theme.x_day("date", shown.date))
    area = base.mark_area(color=theme.fade(theme.CYAN), interpolate="monotone").encode(
        y=theme.value_axis("ctl")
    )
    fatigue, fitness = _curve(base, "atl", 1.3), _curve(base, "ctl", 2.6)
    # Invisible, as high as the chart: a pointer anywhere on a day finds its numbers.
    touch = base.mark_rule(opacity=0, strokeWidth=8).encode(tooltip=tips)
    return theme.sized(alt.layer(*grounds(daily), area, fatigue, fitness, touch), height)


def grounds(daily: pd.DataFrame) -> list[alt.LayerChart | alt.FacetChart]:
    """Return what lies under the days that are to be read with care, with its words.

    Columns date, provisional (bool), estimated (bool); a kind without days has no ground.
    """
    kinds = {"provisional": theme.SLATE, "estimated": theme.AMBER}
    found = {kind: stretches(daily, kind) for kind in kinds}
    return [
        _ground(spans, t(f"charts.{kind}"), kinds[kind])
        for kind, spans in found.items()
        if len(spans)
    ]


def stretches(daily: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the unbroken runs of days on which `kind` is true: columns from, to."""
    marked = daily[kind].to_numpy(bool)
    run = (pd.Series(marked).diff() != 0).cumsum().to_numpy()
    days = daily.date[marked].groupby(run[marked])
    return pd.DataFrame({"from": days.min(), "to": days.max()})


def _ground(spans: pd.DataFrame, words: str, colour: str) -> alt.LayerChart | alt.FacetChart:
    base = alt.Chart(spans).encode(x=alt.X("from:T", title=None))
    area = base.mark_rect(color=colour, opacity=0.13).encode(x2="to:T")
    edge = base.mark_rule(color=colour, opacity=0.7, strokeDash=[3, 3]).encode(x="to:T")
    name = base.mark_text(
        color=colour, text=words, align="left", baseline="top", dx=5, dy=3, fontSize=11
    ).encode(y=alt.value(0))
    return alt.layer(area, edge, name)


def _curve(base: alt.Chart, field: str, width: float) -> alt.Chart:
    """Return one of the two lines; both share the legend."""
    fitness, fatigue = t("charts.fitness"), t("charts.fatigue")
    label = f"datum.label == 'ctl' ? '{fitness}' : '{fatigue}'"
    scale = alt.Scale(domain=["ctl", "atl"], range=[theme.CYAN, theme.AMBER])
    line = base.transform_calculate(curve=f"'{field}'").mark_line(
        interpolate="monotone", strokeWidth=width
    )
    return line.encode(
        y=theme.value_axis(field),
        color=alt.Color("curve:N", scale=scale, legend=alt.Legend(labelExpr=label)),
    )


def form(daily: pd.DataFrame, height: int = 170) -> alt.Chart:
    """Draw form by day as bars up and down: columns date, tsb, band, provisional (faint)."""
    shown = theme.thinned(daily.dropna(subset=["tsb"]))
    colours = alt.Scale(domain=list(theme.BANDS), range=list(theme.BANDS.values()))
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("tsb:Q", title=t("charts.form"), format="+.1f"),
    ]
    step = "yearweek" if len(shown) < len(daily) // 2 else "yearmonthdate"
    bars = (
        alt.Chart(shown)
        .mark_bar(binSpacing=0.6)
        .encode(
            x=theme.x_day("date", shown.date, timeUnit=step),
            y=theme.value_axis("tsb"),
            color=alt.Color("band:N", scale=colours, legend=None),
            opacity=alt.condition("datum.provisional", alt.value(0.45), alt.value(1)),
            tooltip=tips,
        )
    )
    return theme.sized(bars, height)


def distance(periods: pd.DataFrame, height: int = 230, *, months: bool = False) -> alt.Chart:
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
    label = theme.MONTH_OR_YEAR if months else theme.week_label()
    bars = (
        alt.Chart(periods)
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=theme.x_period("starts_on", "yearmonthdate", label),
            y=theme.value_axis("distance_km"),
            color=fill,
            tooltip=tips,
        )
    )
    return theme.sized(bars, height)


def load_by_sport(weeks: pd.DataFrame, height: int = 200) -> alt.Chart:
    """Draw the load of each sport by week, one bar on another.

    Columns starts_on, sport (in words), order (of the sports, from below), load.
    """
    names = weeks.sort_values("order").sport.drop_duplicates().tolist()
    tints = [SPORTS[min(n, len(SPORTS) - 1)] for n in range(len(names))]
    tips = [
        theme.day_tip("starts_on", t("charts.from")),
        alt.Tooltip("sport:N", title=t("charts.sport")),
        alt.Tooltip("load:Q", title=t("charts.load"), format=".0f"),
    ]
    bars = (
        alt.Chart(weeks)
        .mark_bar()
        .encode(
            x=theme.x_period("starts_on", "yearmonthdate", theme.week_label()),
            y=theme.value_axis("load"),
            color=alt.Color(
                "sport:N",
                scale=alt.Scale(domain=names, range=tints),
                legend=alt.Legend(symbolType="square"),
            ),
            order=alt.Order("order:O"),
            tooltip=tips,
        )
    )
    return theme.sized(bars, height)


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
    bars = (
        alt.Chart(weeks)
        .mark_bar()
        .encode(
            x=theme.x_period("starts_on", "yearmonthdate", theme.week_label()),
            y=theme.value_axis("hours"),
            color=colour,
            order=alt.Order("zone:O"),
            tooltip=tips,
        )
    )
    return theme.sized(bars, height)


def vo2max(daily: pd.DataFrame, height: int = 200) -> alt.Chart:
    """Draw the trend of the effective VO2max: columns date, vo2max_trend."""
    shown = theme.thinned(daily)
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("vo2max_trend:Q", title=t("charts.vo2max"), format=".1f"),
    ]
    line = (
        alt.Chart(shown)
        .mark_line(color=theme.MINT, interpolate="monotone")
        .encode(
            x=theme.x_day("date", shown.date),
            y=theme.value_axis("vo2max_trend", zero=False, nice=True),
            tooltip=tips,
        )
    )
    return theme.sized(line, height)
