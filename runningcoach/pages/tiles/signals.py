"""HRV and resting heart rate against one's usual, the same wherever they are drawn.

The usual is that of the mornings: of HRV the range by logarithms of 60 days, of resting heart
rate the mean of 60 days.
"""

import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.pages import page
from runningcoach.pages.charts import readiness as charts
from runningcoach.pages.charts import theme
from runningcoach.pages.markup import Piece


def hrv(frame: pd.DataFrame, width: int = 6, height: int = 200) -> Piece:
    """Return HRV by night with its 7-day mean and one's usual range; columns of frames.hrv."""
    return _card(frame, "hrv", theme.MINT, 7, width, height)


def resting_hr(frame: pd.DataFrame, width: int = 6, height: int = 200) -> Piece:
    """Return resting heart rate by day with its 3-day mean and one's usual."""
    return _card(frame, "resting_hr", theme.ROSE, 3, width, height)


def _card(
    frame: pd.DataFrame, name: str, colour: str, mean_days: int, width: int, height: int
) -> Piece:
    title = t(f"pages.health.{name}")
    if frame.night.count() < 2:
        return page.empty_card(title, t("pages.readiness.no_nights"), width)
    drawing = page.chart(charts.against_usual(frame, colour, mean_days, height), title)
    told = page.explained(title, page.meaning({"hrv": "hrv_ms"}.get(name, "resting_hr_bpm")))
    return page.card(told, drawing, width=width, aside=t(f"pages.readiness.{name}_aside"))
