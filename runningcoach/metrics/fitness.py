"""Fitness, fatigue and form from daily load; how even and how steep the load is."""

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from runningcoach.metrics.windows import Floats, prefix_sum

Convention = Literal["exp", "reciprocal", "span"]
FITNESS_DAYS, FATIGUE_DAYS = 42.0, 7.0
PROVISIONAL_DAYS = 126
"""After three time constants 95 % of fitness rests on known days."""
RAMP_DAYS = 7
WEEK = 7
MONOTONY_MOST = 10.0


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


def tsb(
    fitness: Floats, fatigue: Floats, when: Literal["yesterday", "sameday"] = "yesterday"
) -> Floats:
    """Return form: fitness less fatigue of the evening before [load/day]; first day NaN.

    "sameday" takes the same evening's values, as Runalyze does.
    """
    form = fitness - fatigue
    return form if when == "sameday" else np.concatenate(([np.nan], form[:-1]))[: len(form)]


def form_pct(form: Floats, fitness: Floats) -> Floats:
    """Return form as a share of fitness [%]; NaN while fitness is 0."""
    good = fitness > 0
    return np.where(good, 100 * form / np.where(good, fitness, 1.0), np.nan)


def ramp(fitness: Floats, days: int = RAMP_DAYS) -> Floats:
    """Return how much fitness rose in seven days; NaN for the first seven."""
    out = np.full(len(fitness), np.nan)
    out[days:] = fitness[days:] - fitness[:-days]
    return out


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


def acwr(
    load: ArrayLike,
    method: Literal["rac", "rau", "ewma"] = "ewma",
    acute_days: int = 7,
    chronic_days: int = 28,
) -> float | None:
    """Return acute over chronic load on the last day; None before `chronic_days` days.

    rac: rolling means, coupled; rau: the chronic part ends where the acute begins; ewma:
    exponential averages with weight 2/(N+1) that start at the first day (Williams 2017).
    It describes a change of load; it does not foretell injuries.
    """
    daily = np.asarray(load, np.float64)
    if len(daily) < chronic_days + (acute_days if method == "rau" else 0):
        return None
    if method == "ewma":
        acute, chronic = (
            float(average(daily[1:], days, "span", float(daily[0]))[-1])
            for days in (acute_days, chronic_days)
        )
    else:
        acute = float(daily[-acute_days:].mean())
        end = len(daily) - (acute_days if method == "rau" else 0)
        chronic = float(daily[end - chronic_days : end].mean())
    return acute / chronic if chronic > 0 else None


def rolling_share(part: Floats, whole: Floats, days: int) -> Floats:
    """Return sum of `part` over sum of `whole` in the last `days` days; 0 where whole is 0."""
    n = len(whole)
    begin = np.maximum(np.arange(1, n + 1) - days, 0)
    sums = [prefix_sum(x) for x in (part, whole)]
    above, below = (s[1:] - s[begin] for s in sums)
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), 0.0)
