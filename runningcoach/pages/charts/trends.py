"""Charts of months and years: what the runner could do, and how training was spread."""

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.pages.charts import theme

KINDS = {
    "threshold_speed_mps": theme.CYAN,
    "critical_speed_mps": theme.MINT,
    "hrmax_bpm": theme.ROSE,
    "lthr_bpm": theme.AMBER,
}
"""One colour for each benchmark whose history is drawn."""
SEASONS = {"this_year": theme.CYAN, "last_year": theme.AMBER, "all": theme.SLATE}


def vo2max(daily: pd.DataFrame, races: pd.DataFrame, height: int = 240) -> alt.LayerChart:
    """Draw the trend of the effective VO2max, and what races were worth as points.

    Columns of `daily`: date, vo2max_trend; of `races`: date, vdot, name, distance_km.
    """
    shown = theme.thinned(daily)
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("vo2max_trend:Q", title=t("charts.vo2max"), format=".1f"),
    ]
    base = alt.Chart(shown).encode(x=theme.x_day("date", shown.date))
    line = base.mark_line(color=theme.MINT, interpolate="monotone").encode(
        y=theme.value_axis("vo2max_trend", zero=False, nice=True)
    )
    touch = base.mark_rule(opacity=0, strokeWidth=8).encode(tooltip=tips)
    return theme.sized(alt.layer(line, touch, _races(races)), height)


def _races(races: pd.DataFrame) -> alt.Chart:
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("name:N", title=t("charts.race")),
        alt.Tooltip("distance_km:Q", title=t("charts.distance_km"), format=".1f"),
        alt.Tooltip("vdot:Q", title="VDOT", format=".1f"),
    ]
    points = alt.Chart(races).mark_point(
        filled=True, shape="diamond", size=90, color=theme.AMBER, stroke="#04090f", opacity=1
    )
    return points.encode(x=alt.X("date:T"), y=alt.Y("vdot:Q"), tooltip=tips)


def efficiency(runs: pd.DataFrame, height: int = 220) -> alt.LayerChart:
    """Draw the efficiency of single runs as points, and what was usual then as a line.

    Columns date, efficiency_factor, efficiency_index, usual, name.
    """
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("name:N", title=t("charts.run")),
        alt.Tooltip("efficiency_factor:Q", title=t("charts.efficiency"), format=".2f"),
        alt.Tooltip("efficiency_index:Q", title=t("charts.efficiency_index"), format=".0f"),
    ]
    base = alt.Chart(runs).encode(x=theme.x_day("date", runs.date))
    y = theme.value_axis("efficiency_factor", zero=False, nice=True)
    points = base.mark_point(filled=True, size=26, color=theme.VIOLET, opacity=0.55).encode(
        y=y, tooltip=tips
    )
    line = base.mark_line(color=theme.VIOLET, interpolate="monotone").encode(y=alt.Y("usual:Q"))
    return theme.sized(alt.layer(points, line), height)


def steps(rows: pd.DataFrame, height: int = 190, *, pace: bool = False) -> alt.LayerChart:
    """Draw benchmarks as steps that hold until the next: columns date, kind, value, shown, source.

    `value` is in bpm, or with `pace` in s/km, the faster the higher; `shown` is it in words.
    """
    kinds = {kind: colour for kind, colour in KINDS.items() if (rows.kind == kind).any()}
    words = theme.named({kind: t(f"charts.benchmarks.{kind}") for kind in kinds})
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(kinds), range=list(kinds.values())),
        legend=alt.Legend(labelExpr=words),
    )
    tips = [
        theme.day_tip("date", t("charts.from")),
        alt.Tooltip("shown:N", title=t("charts.value")),
        alt.Tooltip("source:N", title=t("charts.source")),
    ]
    y = alt.Y(
        "value:Q",
        title=None,
        axis=_clock_axis() if pace else alt.Axis(tickCount=4, domain=False, ticks=False),
        scale=alt.Scale(zero=False, nice=True, padding=12, reverse=pace),
    )
    base = alt.Chart(rows).encode(x=theme.x_day("date", rows.date), y=y, color=colour)
    line = base.mark_line(interpolate="step-after")
    points = base.transform_filter("datum.source != ''").mark_point(filled=True, size=34, opacity=1)
    return theme.sized(alt.layer(line, points.encode(tooltip=tips)), height)


def _clock_axis() -> alt.Axis:
    return alt.Axis(tickCount=4, domain=False, ticks=False, labelExpr=theme.CLOCK)


def pace_curves(curves: pd.DataFrame, height: int = 300) -> alt.Chart:
    """Draw the best pace for every duration of this year, last year and all years.

    Columns season, duration_s, pace_s, pace, clock, name.
    """
    seasons = {name: tint for name, tint in SEASONS.items() if (curves.season == name).any()}
    words = theme.named({name: t(f"charts.seasons.{name}") for name in seasons})
    scale = alt.Scale(domain=list(seasons), range=list(seasons.values()))
    tips = [
        alt.Tooltip("name:N", title=t("charts.season")),
        alt.Tooltip("clock:N", title=t("charts.duration")),
        alt.Tooltip("pace:N", title=t("charts.pace")),
    ]
    ticks = [1, 5, 15, 60, 300, 1200, 3600, 10800]
    line = alt.Chart(curves).mark_line(interpolate="monotone", point={"size": 12})
    return theme.sized(
        line.encode(
            x=alt.X(
                "duration_s:Q",
                title=None,
                scale=alt.Scale(type="log", nice=False),
                axis=alt.Axis(
                    values=ticks,
                    labelExpr=theme.CLOCK,
                    labelOverlap="greedy",
                    labelSeparation=8,
                    grid=True,
                ),
            ),
            y=alt.Y(
                "pace_s:Q",
                title=None,
                scale=alt.Scale(reverse=True, zero=False),
                axis=_clock_axis(),
            ),
            color=alt.Color("season:N", scale=scale, legend=alt.Legend(labelExpr=words)),
            strokeDash=alt.condition("datum.season == 'all'", alt.value([4, 3]), alt.value([1, 0])),
            tooltip=tips,
        ),
        height,
    )


def measure(
    daily: pd.DataFrame,
    field: str,
    colour: str,
    reference: tuple[float, float] | None = None,
    height: int = 160,
) -> alt.LayerChart:
    """Draw one number by day, perhaps over a grey range that many people fall into.

    Columns date, `field`.
    """
    shown = theme.thinned(daily)
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip(f"{field}:Q", title=t(f"charts.{field}"), format=".2f"),
    ]
    base = alt.Chart(shown).encode(x=theme.x_day("date", shown.date))
    line = base.mark_line(color=colour, interpolate="monotone", strokeWidth=1.7).encode(
        y=theme.value_axis(field)
    )
    touch = base.mark_rule(opacity=0, strokeWidth=8).encode(tooltip=tips)
    grey = [] if reference is None else [_range(*reference)]
    return theme.sized(alt.layer(*grey, line, touch), height)


def _range(low: float, high: float) -> alt.Chart:
    area = alt.Chart(pd.DataFrame({"low": [low], "high": [high]}))
    return area.mark_rect(color=theme.SLATE, opacity=0.14).encode(y=alt.Y("low:Q"), y2="high:Q")
