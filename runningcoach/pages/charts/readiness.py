"""Charts of mornings and nights: a signal against one's usual, sleep, the score by day."""

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.pages.charts import theme

STAGES = {
    "deep": theme.VIOLET,
    "light": "#5f7fd0",
    "rem": theme.CYAN,
    "asleep": "#5f7fd0",
    "awake": "#33475a",
}
"""One colour for each stage of a night, the deepest first; `asleep` where no stage is known."""
BANDS = {"low": theme.ROSE, "reduced": theme.AMBER, "normal": theme.CYAN, "high": theme.MINT}


def against_usual(
    days: pd.DataFrame, colour: str, mean_days: int, height: int = 200
) -> alt.LayerChart:
    """Draw each night as a point, the mean of the last days as a line, one's usual below.

    Columns date, night, mean, low, high, usual; a signal without a range has no low and high.
    `mean_days` names the mean in the tooltip.
    """
    base = alt.Chart(days).encode(x=theme.x_day("date", days.date))
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("night:Q", title=t("charts.night"), format=".0f"),
        alt.Tooltip("mean:Q", title=t("charts.mean_of_days", days=mean_days), format=".1f"),
        alt.Tooltip("usual:Q", title=t("charts.usual"), format=".1f"),
    ]
    y = theme.value_axis("night", zero=False, nice=True)
    band = base.mark_area(color=colour, opacity=0.14).encode(y=alt.Y("low:Q"), y2="high:Q")
    usual = base.mark_line(color=colour, opacity=0.5, strokeWidth=1, strokeDash=[4, 4])
    points = base.mark_point(color=colour, filled=True, size=13, opacity=0.55)
    mean = base.mark_line(color=colour, strokeWidth=2.4, interpolate="monotone")
    touch = base.mark_rule(opacity=0, strokeWidth=8).encode(tooltip=tips)
    layers = [band, usual.encode(y="usual:Q"), points.encode(y=y), mean.encode(y="mean:Q"), touch]
    return theme.sized(alt.layer(*layers), height)


def sleep(nights: pd.DataFrame, needs: pd.DataFrame, height: int = 200) -> alt.LayerChart:
    """Draw hours of sleep by night, split by stage where it is known, and the need as a line.

    Columns of `nights`: date, stage, hours, order; of `needs`: date, hours.
    """
    shown = {stage: colour for stage, colour in STAGES.items() if (nights.stage == stage).any()}
    words = theme.named({stage: t(f"charts.stages.{stage}") for stage in shown})
    legend = alt.Legend(symbolType="square", labelExpr=words) if len(shown) > 1 else None
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("name:N", title=t("charts.stage")),
        alt.Tooltip("clock:N", title=t("charts.duration")),
    ]
    x = theme.x_day("date", nights.date, timeUnit="yearmonthdate")
    bars = alt.Chart(nights).mark_bar(binSpacing=1)
    scale = alt.Scale(domain=list(shown), range=list(shown.values()))
    stacked = bars.encode(
        x=x,
        y=theme.value_axis("hours"),
        color=alt.Color("stage:N", scale=scale, legend=legend),
        order=alt.Order("order:Q"),
        tooltip=tips,
    )
    need = alt.Chart(needs).mark_line(
        color=theme.AMBER, strokeWidth=1.4, strokeDash=[5, 4], interpolate="step"
    )
    return theme.sized(
        alt.layer(stacked, need.encode(x=alt.X("date:T"), y=alt.Y("hours:Q"))), height
    )


def scores(days: pd.DataFrame, height: int = 150) -> alt.Chart:
    """Draw the score of each morning in the colour of its band: columns date, score, band."""
    words = theme.named({band: t(f"charts.readiness_bands.{band}") for band in BANDS})
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip("score:Q", title=t("charts.readiness"), format=".0f"),
    ]
    scale = alt.Scale(domain=list(BANDS), range=list(BANDS.values()))
    bars = alt.Chart(days).mark_bar(binSpacing=1, cornerRadiusEnd=2)
    return theme.sized(
        bars.encode(
            x=theme.x_day("date", days.date, timeUnit="yearmonthdate"),
            y=theme.value_axis("score", domain=[0, 100]),
            color=alt.Color(
                "band:N",
                scale=scale,
                legend=alt.Legend(symbolType="square", labelExpr=words),
            ),
            tooltip=tips,
        ),
        height,
    )
