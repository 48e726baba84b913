"""The charts of a plan, as records become frames."""

from collections.abc import Sequence

import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.coach.plans.overview import OverviewWeek, PlanOverview
from runningcoach.coach.plans.overview_figures import band_minutes
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.plan_simulation import SimulatedDay
from runningcoach.pages import page
from runningcoach.pages.charts import plan as charts
from runningcoach.pages.markup import Piece
from runningcoach.pages.tiles.frames import rounded


def form(overview: PlanOverview | None) -> Piece:
    """Return fitness, fatigue and form, recorded and planned."""
    if overview is None or not overview.simulation.days:
        return ""
    title, simulation = t("plan_page.charts.form"), overview.simulation
    return page.card(
        title,
        page.chart(charts.form(form_frame(overview), _marks(overview)), title),
        page.paragraph(t("plan_page.charts.form_relative"), "fine")
        if simulation.is_relative
        else "",
        aside=t("plan_page.charts.form_aside"),
    )


def form_frame(overview: PlanOverview) -> pd.DataFrame:
    """Return the days of a plan: recorded ones, then planned ones, which begin today."""
    today = overview.athlete.today
    recorded = [_recorded(day) for day in overview.history if day.date < today]
    frame = pd.DataFrame([*recorded, *map(_planned, overview.simulation.days)])
    frame["date"] = pd.to_datetime(frame["date"])
    return frame


def _recorded(day: DailyFitness) -> dict[str, object]:
    return {
        "date": day.date,
        "ctl": rounded(day.ctl),
        "atl": rounded(day.atl),
        "tsb": rounded(day.tsb),
        "tsb_low": None,
        "tsb_high": None,
        "planned": False,
    }


def _planned(day: SimulatedDay) -> dict[str, object]:
    numbers = ("ctl", "atl", "tsb", "tsb_low", "tsb_high")
    return {
        "date": day.date,
        **{name: rounded(getattr(day, name)) for name in numbers},
        "planned": True,
    }


def _marks(overview: PlanOverview) -> pd.DataFrame:
    race, days = overview.simulation.race_date, overview.simulation.days
    marks = [(overview.athlete.today, t("plan_page.charts.today"))]
    if race and race <= days[-1].date:
        marks.append((race, t("plan_page.charts.race_day")))
    frame = pd.DataFrame(marks, columns=["date", "words"])
    frame["date"] = pd.to_datetime(frame["date"])
    return frame


def distance(overview: PlanOverview | None, weeks: Sequence[OverviewWeek]) -> Piece:
    """Return the distance of each week, planned and run."""
    if overview is None:
        return ""
    title = t("plan_page.charts.distance")
    frame = pd.DataFrame(
        {
            "starts_on": pd.to_datetime([week.start for week in weeks]),
            "planned_km": [rounded(week.km) for week in weeks],
            "done_km": [rounded(week.done_km) for week in weeks],
        }
    )
    return page.card(
        title,
        page.chart(charts.distance(frame), title),
        width=6,
        aside=t("plan_page.charts.distance_aside"),
    )


def intensity(overview: PlanOverview | None) -> Piece:
    """Return how long each week is run at which pace."""
    if overview is None:
        return ""
    title, rows = t("plan_page.charts.intensity"), band_minutes(overview)
    order = list(charts.BAND_COLOURS)
    frame = pd.DataFrame(
        {
            "starts_on": pd.to_datetime([row.start for row in rows]),
            "band": [row.band for row in rows],
            "words": [t(f"calendar.bands.{row.band}") for row in rows],
            "order": [order.index(row.band) for row in rows],
            "minutes": [rounded(row.minutes) for row in rows],
        }
    )
    return page.card(
        title,
        page.chart(charts.intensity(frame), title),
        width=6,
        aside=t("plan_page.charts.intensity_aside"),
    )
