"""The plan's charts of its page, one above the other, as a notebook shows them."""

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.coach.plans.overview import PlanOverview, overview_weeks
from runningcoach.pages.charts import plan as charts
from runningcoach.pages.charts import theme
from runningcoach.pages.tiles.plan_charts import form_frame

WIDTH = 760
GROUND = "#04090f"
"""The pages' ground: the colours of the lines are chosen for it."""


def plan_chart(overview: PlanOverview) -> alt.VConcatChart:
    """Draw the distance of the weeks, planned and run, above fitness, fatigue and form."""
    distance = charts.distance(_distances(overview))
    form = charts.form(form_frame(overview), _marks(overview))
    both = alt.vconcat(
        _titled(distance, t("plan_page.charts.distance")),
        _titled(form, t("plan_page.charts.form")),
        background=GROUND,
    )
    return both.resolve_scale(color="independent")  # so that the legend stands with its lines


def _titled(chart: alt.LayerChart, words: str) -> alt.LayerChart:
    title = alt.TitleParams(words, color=theme.INK, anchor="start")
    return chart.properties(width=WIDTH, title=title)


def _distances(overview: PlanOverview) -> pd.DataFrame:
    weeks = overview_weeks(overview)
    return pd.DataFrame({
        "starts_on": pd.to_datetime([week.start for week in weeks]),
        "planned_km": [week.km for week in weeks],
        "done_km": [week.done_km for week in weeks],
    })  # fmt: skip


def _marks(overview: PlanOverview) -> pd.DataFrame:
    """Return today and the race, where the plan holds them."""
    marks = {overview.athlete.today: t("plan_page.charts.today")}
    if race := overview.stored.plan.request.race_date:
        marks[race] = t("plan_page.charts.race_day")
    return pd.DataFrame({"date": pd.to_datetime(list(marks)), "words": list(marks.values())})
