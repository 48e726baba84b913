"""/analytics/projection: where a daily load leads, and which load leads to a form."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import UntilOutOfRange, described
from runningcoach.base import periods
from runningcoach.metrics import fitness as pmc
from runningcoach.metrics.windows import Floats
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.user import Preferences
from runningcoach.store import fitness, preferences

router = APIRouter(prefix="/analytics", tags=["analytics"])

USUAL_DAYS, MOST_DAYS = 42, 730
FORGOTTEN_DAYS = 730
"""After so many days nothing is left of fitness: e^(-730/42) is less than a millionth."""
Load = Annotated[float, Field(ge=0, le=2000)]


class Asked(BaseModel):
    """Until when, under which loads, and for which form."""

    model_config = ConfigDict(extra="forbid")

    until: Annotated[date | None, Field(description="Last day; six weeks ahead if absent")] = None
    daily_load: Annotated[
        list[Load],
        Field(
            max_length=MOST_DAYS,
            description="One for every day, or several that repeat, as the seven of a week;"
            " today's fitness if absent, which keeps it",
        ),
    ] = []
    target_form: Annotated[
        float | None, Field(ge=-500, le=500, description="Form that is wanted on the last day")
    ] = None


class Evening(BaseModel):
    """Fitness and fatigue after the last day that is known."""

    date: date
    ctl: float
    atl: float


class ProjectedDay(BaseModel):
    """One day to come under its load."""

    date: date
    load: float
    ctl: float
    atl: float
    tsb: float
    form_pct: float | None


class LoadForForm(BaseModel):
    """Which load on a day gives the wanted form on the last; null where rest is not enough.

    `form_at_rest` is the form after a day of rest instead: the highest that can be had.
    """

    form: float
    on: date
    load: float | None
    form_at_rest: float


class Projection(BaseModel):
    """Fitness, fatigue and form of the days to come."""

    start: Evening
    days: list[ProjectedDay]
    load_for_form: LoadForForm | None


@router.get("/projection", responses=described(401, 422))
def project(db: Database, user: CurrentUser, asked: Annotated[Asked, Query()]) -> Projection:
    """Return fitness, fatigue and form from today on under a daily load.

    A day on which something was recorded already is known and not projected. Averages are
    those of the runner's preferences.
    """
    today = periods.today(user.timezone)
    until = asked.until or today + timedelta(days=USUAL_DAYS)
    if not today < until <= today + timedelta(days=MOST_DAYS):
        raise UntilOutOfRange(first=today + timedelta(days=1), last=today + timedelta(MOST_DAYS))
    chosen = preferences.get(db, user.id)
    start = _start(_last_known(db, user.id, today), chosen, today - timedelta(days=1))
    loads = np.resize(np.array(asked.daily_load or [start.ctl]), (until - start.date).days)
    return Projection(
        start=start,
        days=list(_days(start, loads, chosen)),
        load_for_form=None
        if asked.target_form is None
        else _load_for_form(start, loads, chosen, asked.target_form),
    )


def _last_known(db: Database, user_id: int, today: date) -> DailyFitness | None:
    """Return the last day that is over: today once something was recorded, else one before."""
    latest = fitness.daily(db, user_id, today - timedelta(days=FORGOTTEN_DAYS), today)[-2:]
    over = [day for day in latest if day.date < today or day.activities]
    return over[-1] if over else None


def _start(last: DailyFitness | None, chosen: Preferences, yesterday: date) -> Evening:
    """Return the evening from which to go on; days since the last one known were days of rest."""
    if last is None:
        return Evening(date=yesterday, ctl=0.0, atl=0.0)
    if last.date >= yesterday:
        return Evening(date=last.date, ctl=last.ctl, atl=last.atl)
    rest = np.zeros((yesterday - last.date).days)
    ctl, atl, _ = pmc.project(last.ctl, last.atl, rest, chosen.fitness_convention)
    return Evening(date=yesterday, ctl=float(ctl[-1]), atl=float(atl[-1]))


def _forms(start: Evening, loads: Floats, chosen: Preferences) -> Floats:
    return pmc.project(start.ctl, start.atl, loads, chosen.fitness_convention, chosen.form_of).tsb


def _days(start: Evening, loads: Floats, chosen: Preferences) -> Iterator[ProjectedDay]:
    ahead = pmc.project(start.ctl, start.atl, loads, chosen.fitness_convention, chosen.form_of)
    percent = pmc.form_pct(ahead.tsb, ahead.ctl)
    rows = zip(loads, *ahead, percent, strict=True)
    for number, (load, ctl, atl, tsb, form_pct) in enumerate(rows, start=1):
        yield ProjectedDay(
            date=start.date + timedelta(days=number),
            load=load,
            ctl=ctl,
            atl=atl,
            tsb=tsb,
            form_pct=None if np.isnan(form_pct) else form_pct,
        )


def _load_for_form(
    start: Evening, loads: Floats, chosen: Preferences, wanted: float
) -> LoadForForm | None:
    """Return the load of the day that the last day's form hangs on: its own, or the day before's.

    Form is a straight line over that load, whatever the convention: two points give it.
    None where that day is past already.
    """
    place = len(loads) - (1 if chosen.form_of == "sameday" else 2)
    if place < 0:
        return None
    at_rest, with_one = (float(_forms(start, _with(loads, place, x), chosen)[-1]) for x in (0, 1))
    load = (wanted - at_rest) / (with_one - at_rest)
    return LoadForForm(
        form=wanted,
        on=start.date + timedelta(days=place + 1),
        load=load if load >= 0 else None,
        form_at_rest=at_rest,
    )


def _with(loads: Floats, place: int, load: float) -> Floats:
    changed = np.array(loads, np.float64)
    changed[place] = load
    return changed
