"""Small charts of the body's signals: resting heart rate, HRV, sleep."""

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.pages.charts import theme


def signal(days: pd.DataFrame, field: str, colour: str, height: int = 110) -> alt.LayerChart:
    """Draw one signal by day over its own normal range: columns date, `field`, low, high."""
    base = alt.Chart(days).encode(x=theme.x_day("date", days.date))
    normal = base.mark_area(color=colour, opacity=0.12, interpolate="monotone").encode(
        y=alt.Y("low:Q", title=None, scale=alt.Scale(zero=False)), y2="high:Q"
    )
    tips = [
        theme.day_tip("date", t("charts.date")),
        alt.Tooltip(f"{field}:Q", title=t(f"charts.{field}"), format=".1f"),
    ]
    line = base.mark_line(color=colour, strokeWidth=1.5).encode(
        y=theme.value_axis(field, zero=False), tooltip=tips
    )
    return theme.sized(alt.layer(normal, line), height)
