"""Fitness, fatigue and form from daily load; how even and how steep the load is."""

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from runningcoach.metrics.windows import Floats, prefix_sum

Convention = Literal["exp", "reciprocal", "span"]
FormOf = Literal["yesterday", "sameday"]
FITNESS_DAYS, FATIGUE_DAYS = 42.0, 7.0
PROVISIONAL_DAYS = 126
"""After three time constants 95 % of fitness rests on known days."""
RAMP_DAYS = 7
WEEK = 7
MONOTONY_MOST = 10.0
SEED_DAYS, SEED_ACTIVITIES = 28, 8
ACUTE_DAYS, CHRONIC_DAYS = 7, 28
ESTIMATED_DAYS = 42
"""Days back over which it counts how much of the load is guessed."""
LOW_FITNESS = 5.0
"""Below this load a day, about a quarter of an hour of easy running three times a week, form is
no share of anything; ours."""


def alpha(tau_days: float, convention: Convention = "exp") -> float:
    """Return the weight of the new day.

    exp: 1 - exp(-1/tau) (Morton 1990, GoldenCheetah, intervals.icu); reciprocal: 1/tau
    (TrainingPeaks); span: 2/(tau+1) (Runalyze 2019: about twice as fast).
    """
    if convention == "exp":
        return 1 - math.exp(-1 / tau_days)
    return 1 / tau_days if convention == "reciprocal" else 2 / (tau_days + 1)


def average(
    load: ArrayLike, tau_days: float, convention: Convention = "exp", start: float = 0.0
) -> Floats:
    """Return the exponentially weighted average of daily load, day by day [load/day].

    `start` is its value on the day before. A rest day is a load of 0.
    """
    daily: list[float] = np.asarray(load, np.float64).tolist()
    weight = alpha(tau_days, convention)
    out = np.empty(len(daily))
    level = start
    for i, value in enumerate(daily):
        level += weight * (value - level)
        out[i] = level
    return out


def ctl(load: ArrayLike, convention: Convention = "exp", start: float = 0.0) -> Floats:
    """Return fitness (chronic load) day by day: the 42-day average [load/day]."""
    return average(load, FITNESS_DAYS, convention, start)


def atl(load: ArrayLike, convention: Convention = "exp", start: float = 0.0) -> Floats:
    """Return fatigue (acute load) day by day: the 7-day average [load/day]."""
    return average(load, FATIGUE_DAYS, convention, start)


def tsb(fitness: Floats, fatigue: Floats, when: FormOf = "yesterday") -> Floats:
    """Return form: fitness less fatigue of the evening before [load/day]; first day NaN.

    "sameday" takes the same evening's values, as Runalyze does.
    """
    form = fitness - fatigue
    return form if when == "sameday" else np.concatenate(([np.nan], form[:-1]))[: len(form)]


def form_pct(form: Floats, fitness: Floats) -> Floats:
    """Return form as a share of fitness [%]; NaN while fitness is near zero (`LOW_FITNESS`)."""
    good = fitness >= LOW_FITNESS
    return np.where(good, 100 * form / np.where(good, fitness, 1.0), np.nan)


def ramp(fitness: Floats, days: int = RAMP_DAYS) -> Floats:
    """Return how much fitness rose in seven days; NaN for the first seven."""
    out = np.full(len(fitness), np.nan)
    out[days:] = fitness[days:] - fitness[:-days]
    return out


def seed(daily_load: ArrayLike, activities: ArrayLike) -> float | None:
    """Return the level to start from in the midst of training [load/day].

    The mean load of the first 28 days, rest included; None for a history that is shorter or
    holds fewer than 8 activities in them. `activities` counts those of each day.
    """
    first = np.asarray(daily_load, np.float64)[:SEED_DAYS]
    count = float(np.asarray(activities, np.float64)[:SEED_DAYS].sum())
    return float(first.mean()) if len(first) == SEED_DAYS and count >= SEED_ACTIVITIES else None


class FormProjection(NamedTuple):
    """Fitness, fatigue and form of days to come [load/day]."""

    ctl: Floats
    atl: Floats
    tsb: Floats


def project(
    fitness: float,
    fatigue: float,
    planned_load: ArrayLike,
    convention: Convention = "exp",
    form_of: FormOf = "yesterday",
) -> FormProjection:
    """Return where the planned loads of the next days lead, one value a day.

    `fitness` and `fatigue` are those of this evening, `planned_load` begins tomorrow, 0 for a
    day of rest. Form of the first day is known: it is this evening's.
    """
    long, short = ctl(planned_load, convention, fitness), atl(planned_load, convention, fatigue)
    form = tsb(long, short, form_of)
    if form_of == "yesterday":
        form[:1] = fitness - fatigue
    return FormProjection(long, short, form)


def load_for_form(fitness: float, fatigue: float, target_form: float) -> float:
    """Return today's load after which tomorrow's form is `target_form`."""
    keep_long, keep_short = math.exp(-1 / FITNESS_DAYS), math.exp(-1 / FATIGUE_DAYS)
    gain = alpha(FATIGUE_DAYS) - alpha(FITNESS_DAYS)
    return (fitness * keep_long - fatigue * keep_short - target_form) / gain


def monotony(daily_load: ArrayLike, ddof: int = 0, most: float = MONOTONY_MOST) -> float:
    """Return mean over standard deviation of a week's load, at most 10; 0 for a week of rest.

    Foster 1998; population deviation as Runalyze (ddof 0), sample deviation with ddof 1.
    """
    week = np.asarray(daily_load, np.float64)
    if not week.any():
        return 0.0
    spread = float(week.std(ddof=ddof))
    return min(float(week.mean()) / spread, most) if spread > 0 else most


def strain(daily_load: ArrayLike, ddof: int = 0) -> float:
    """Return the week's load times its monotony (Foster 1998) [load]."""
    return float(np.asarray(daily_load, np.float64).sum()) * monotony(daily_load, ddof)


def weekly_monotony(load: Floats) -> tuple[Floats, Floats]:
    """Return monotony and strain of the seven days that end on each day; NaN for the first six."""
    n = len(load)
    mono, heavy = np.full(n, np.nan), np.full(n, np.nan)
    if n < WEEK:
        return mono, heavy
    weeks = np.lib.stride_tricks.sliding_window_view(load, WEEK)
    mean, spread = weeks.mean(axis=1), weeks.std(axis=1)
    even = spread == 0
    ratio = np.minimum(mean / np.where(even, 1.0, spread), MONOTONY_MOST)
    mono[WEEK - 1 :] = np.where(even, np.where(mean > 0, MONOTONY_MOST, 0.0), ratio)
    heavy[WEEK - 1 :] = mono[WEEK - 1 :] * weeks.sum(axis=1)
    return mono, heavy


AcwrMethod = Literal["rac", "rau", "ewma"]


def acwr(
    load: ArrayLike,
    method: AcwrMethod = "ewma",
    acute_days: int = ACUTE_DAYS,
    chronic_days: int = CHRONIC_DAYS,
) -> float | None:
    """Return acute over chronic load on the last day; None before `chronic_days` days.

    As `acwr_series` has it, whose last value it is.
    """
    series = acwr_series(load, method, acute_days, chronic_days)
    return float(series[-1]) if len(series) and np.isfinite(series[-1]) else None


def acwr_series(
    load: ArrayLike,
    method: AcwrMethod = "ewma",
    acute_days: int = ACUTE_DAYS,
    chronic_days: int = CHRONIC_DAYS,
) -> Floats:
    """Return acute over chronic load day by day; NaN at first, and while chronic load is 0.

    `chronic_days` count from the last day back, the acute ones among them. rac: rolling means,
    coupled, at most chronic over acute days; rau: uncoupled, the acute days against the rest of
    the chronic ones, so 7 days against the 21 before them; ewma: exponential averages with
    weight 2/(N+1) that start at the first day (Williams 2017, Br J Sports Med 51:209). It
    describes a change of load and does not foretell injuries (Impellizzeri 2020, Int J Sports
    Physiol Perform 15:907).
    """
    daily = np.asarray(load, np.float64)
    acute = rolling_load(daily, acute_days, method)
    if method == "rau":
        before = rolling_load(daily, chronic_days - acute_days, method)
        chronic = np.concatenate((np.full(acute_days, np.nan), before))[: len(daily)]
    else:
        chronic = rolling_load(daily, chronic_days, method)
    ratio = acute / np.where(chronic > 0, chronic, np.nan)
    ratio[: chronic_days - 1] = np.nan
    return ratio


def rolling_load(load: ArrayLike, days: int, method: AcwrMethod) -> Floats:
    """Return the level of load over so many days, day by day: exponential, or a rolling mean."""
    daily = np.asarray(load, np.float64)
    if method == "ewma":
        later = average(daily[1:], days, "span", float(daily[0]) if len(daily) else 0.0)
        return np.concatenate((daily[:1], later))
    out = np.full(len(daily), np.nan)
    if len(daily) >= days:
        weeks = np.lib.stride_tricks.sliding_window_view(daily, days)
        out[days - 1 :] = np.ascontiguousarray(weeks).mean(axis=1)
    return out


def rolling_share(part: Floats, whole: Floats, days: int) -> Floats:
    """Return sum of `part` over sum of `whole` in the last `days` days; 0 where whole is 0."""
    n = len(whole)
    begin = np.maximum(np.arange(1, n + 1) - days, 0)
    sums = [prefix_sum(x) for x in (part, whole)]
    above, below = (s[1:] - s[begin] for s in sums)
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), 0.0)
