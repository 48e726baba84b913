"""Fitness, fatigue and form of the days to come under a daily load."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from runningcoach.metrics import fitness, projection
from runningcoach.metrics.windows import Floats
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.record import Record
from runningcoach.model.user import Preferences

FORGOTTEN_DAYS = 730
"""After so many days nothing is left of fitness: e^(-730/42) is less than a millionth."""
DAY = timedelta(days=1)


class LastKnownDay(Record):
    """Fitness and fatigue after the last day that is known."""

    date: date
    ctl: float
    atl: float


class ProjectedDay(Record):
    """One day to come under its load."""

    date: date
    load: float
    ctl: float
    atl: float
    tsb: float
    form_pct: float | None


class LoadForForm(Record):
    """Which load on a day gives the wanted form on the last; null where rest is not enough.

    `form_at_rest` is the form after a day of rest instead: the highest that can be had.
    """

    form: float
    on: date
    load: float | None
    form_at_rest: float


class Projection(Record):
    """Fitness, fatigue and form of the days to come."""

    start: LastKnownDay
    days: list[ProjectedDay]
    load_for_form: LoadForForm | None


def project(
    days: Sequence[DailyFitness],
    preferences: Preferences,
    today: date,
    until: date,
    daily_load: Sequence[float] = (),
    target_form: float | None = None,
) -> Projection:
    """Project the days after the last one that is over, up to and with `until`.

    `days` are those of the last `FORGOTTEN_DAYS`, oldest first. `daily_load` [load] repeats as
    often as needed; where there is none, every day's load is the fitness of the start.
    """
    start = _start(days, preferences, today)
    loads = np.resize(np.array(daily_load or [start.ctl]), (until - start.date).days)
    wanted = None
    if target_form is not None:
        wanted = _load_for_form(start, loads, preferences, target_form)
    days_ahead = list(_days(start, loads, preferences))
    return Projection(start=start, days=days_ahead, load_for_form=wanted)


def _start(days: Sequence[DailyFitness], preferences: Preferences, today: date) -> LastKnownDay:
    """Return the last evening known: today's once something was recorded, else yesterday's.

    Days since the last one that was derived were days of rest.
    """
    over = [day for day in days[-2:] if day.date < today or day.activities]
    if not over:
        return LastKnownDay(date=today - DAY, ctl=0.0, atl=0.0)
    last = over[-1]
    rest = max((today - DAY - last.date).days, 0)
    ctl, atl = projection.after_rest(last.ctl, last.atl, rest, preferences.fitness_convention)
    return LastKnownDay(date=last.date + rest * DAY, ctl=ctl, atl=atl)


def _days(start: LastKnownDay, loads: Floats, preferences: Preferences) -> Iterator[ProjectedDay]:
    convention, form_of = preferences.fitness_convention, preferences.form_of
    ahead = fitness.project(start.ctl, start.atl, loads, convention, form_of)
    percent = fitness.form_pct(ahead.tsb, ahead.ctl)
    rows = zip(loads, *ahead, percent, strict=True)
    for number, (load, ctl, atl, tsb, form_pct) in enumerate(rows, start=1):
        yield ProjectedDay(
            date=start.date + number * DAY,
            load=load,
            ctl=ctl,
            atl=atl,
            tsb=tsb,
            form_pct=None if np.isnan(form_pct) else form_pct,
        )


def _load_for_form(
    start: LastKnownDay, loads: Floats, preferences: Preferences, target_form: float
) -> LoadForForm | None:
    convention, form_of = preferences.fitness_convention, preferences.form_of
    target = projection.load_for_last_form(
        start.ctl, start.atl, loads, target_form, convention, form_of
    )
    if target is None:
        return None
    on = start.date + (target.position + 1) * DAY
    return LoadForForm(form=target_form, on=on, load=target.load, form_at_rest=target.form_at_rest)
