"""Charts of nights, of body battery, of the streams of a day and of Garmin's own scores."""

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.pages.charts import theme

STAGES = {"deep": theme.VIOLET, "rem": theme.CYAN, "light": theme.SLATE, "awake": theme.AMBER,
          "asleep": theme.VIOLET}  # fmt: skip
"""One colour for each stage; a night without stages is asleep as a whole."""
HOUR = "timeFormat(datum.value, '%H:%M')"


def nights(stages: pd.DataFrame, height: int = 190) -> alt.Chart:
    """Draw hours of sleep by night: columns date, stage, hours, order; one bar a night."""
    present = [name for name in STAGES if name in set(stages.stage)]
    names = {name: t(f"charts.stages.{name}") for name in present}
    drawn = stages.assign(name=stages.stage.map(names))
    colour = alt.Color(
        "name:N",
        scale=alt.Scale(domain=list(names.values()), range=[STAGES[name] for name in present]),
        legend=alt.Legend(symbolType="square") if len(present) > 1 else None,
    )
    bars = alt.Chart(drawn).mark_bar(width={"band": 0.8}).encode(
        x=theme.x_day("date", drawn.date, timeUnit="yearmonthdate", bandPosition=0.5),
        y=theme.value_axis("hours", zero=True),
        color=colour,
        order="order:O",
        tooltip=[
            theme.day_tip("date", t("charts.date")),
            alt.Tooltip("name:N", title=t("charts.stage")),
            alt.Tooltip("hours:Q", title=t("charts.sleep_h"), format=".1f"),
        ],
    )  # fmt: skip
    return theme.sized(bars, height)


def battery(days: pd.DataFrame, height: int = 150) -> alt.Chart:
    """Draw the lowest and highest body battery of each day: columns date, low, high."""
    bars = alt.Chart(days).mark_bar(width={"band": 0.7}, cornerRadius=2, color=theme.CYAN).encode(
        x=theme.x_day("date", days.date, timeUnit="yearmonthdate", bandPosition=0.5),
        y=theme.value_axis("low", domain=[0, 100]),
        y2="high:Q",
        tooltip=[
            theme.day_tip("date", t("charts.date")),
            alt.Tooltip("low:Q", title=t("charts.lowest"), format=".0f"),
            alt.Tooltip("high:Q", title=t("charts.highest"), format=".0f"),
        ],
    )  # fmt: skip
    return theme.sized(bars, height)


def stream(points: pd.DataFrame, colour: str, height: int = 170) -> alt.Chart:
    """Draw one stream of a day: columns at (the wall clock) and value; a gap stays a gap."""
    line = alt.Chart(points).mark_line(color=colour, strokeWidth=1.3, interpolate="monotone")
    drawn = line.encode(
        x=alt.X("at:T", title=None, axis=_clock()),
        y=theme.value_axis("value", zero=False, nice=True),
        tooltip=[
            alt.Tooltip("at:T", title=t("charts.time"), format="%H:%M"),
            alt.Tooltip("value:Q", title=t("charts.value"), format=".0f"),
        ],
    )
    return theme.sized(drawn, height)


def _clock() -> alt.Axis:
    """Return the axis of a day's hours."""
    return alt.Axis(
        tickCount=8,
        labelExpr=HOUR,
        labelOverlap="greedy",
        labelSeparation=8,
        labelFlush=True,
        grid=False,
        ticks=False,
    )


def score(days: pd.DataFrame, colour: str, digits: int = 0, height: int = 130) -> alt.Chart:
    """Draw one of Garmin's scores by day: columns date and value."""
    mark = alt.Chart(days).mark_line(
        color=colour, strokeWidth=1.6, point=alt.OverlayMarkDef(size=14, color=colour)
    )
    drawn = mark.encode(
        x=theme.x_day("date", days.date),
        y=theme.value_axis("value", zero=False, nice=True),
        tooltip=[
            theme.day_tip("date", t("charts.date")),
            alt.Tooltip("value:Q", title=t("charts.value"), format=f".{digits}f"),
        ],
    )
    return theme.sized(drawn, height)
