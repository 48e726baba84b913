"""Charts of many activities at once."""

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.pages.charts import theme


def by_month(months: pd.DataFrame, height: int = 120) -> alt.Chart:
    """Draw distance by month: columns month (its first day), distance_km, activities."""
    tips = [
        alt.Tooltip("month:T", title=t("charts.month"), format="%Y.%m"),
        alt.Tooltip("distance_km:Q", title=t("charts.distance_km"), format=".1f"),
        alt.Tooltip("activities:Q", title=t("charts.activities")),
    ]
    bars = alt.Chart(months).mark_bar(color=theme.sheen(theme.CYAN, "#0b4a60"), binSpacing=1.5)
    return theme.sized(
        bars.encode(
            x=theme.x_day("month", months.month, timeUnit="yearmonth"),
            y=theme.value_axis("distance_km"),
            tooltip=tips,
        ),
        height,
    )
