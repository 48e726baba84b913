"""Summarise the whole history: the baseline."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

import numpy as np

from runningcoach.base.periods import week_start
from runningcoach.derive import estimation_inputs
from runningcoach.derive.sport_totals import counted_s
from runningcoach.metrics.plausibility import NO_SPEED
from runningcoach.model.activity import ActivityMetrics, BestEffort
from runningcoach.model.fitness import Baseline, BaselineYear, DailyFitness, Layoff
from runningcoach.store.facts import ActivityInput

BLOCK_WEEKS = 12
LAYOFF_DAYS = 14
"""Two weeks without a run: fitness is seen to fall from then on (Mujika & Padilla 2000)."""
FREQUENT_SHARE = 0.5
"""A weekday is frequent when half of the last twelve weeks have a run on it."""
EASY_LEAST_S, EASY_SHARE, EASY_DAYS = 1200, 0.9, 7 * BLOCK_WEEKS
"""An easy run lasts 20 minutes, nine tenths of it below 80 % of HRmax (zones 1 to 3)."""


def baseline(
    activities: Sequence[ActivityInput],
    metrics: Mapping[int, ActivityMetrics],
    daily: Sequence[DailyFitness],
    on: date,
) -> Baseline | None:
    """Return the baseline of the history up to a day; None without a run.

    Whole weeks run from Monday to Sunday, the first from the Monday before the first run. What
    is typical needs a whole week, the best block twelve of them.
    """
    runs = [a for a in activities if a.is_run and a.local_date <= on]
    days = [day for day in daily if day.date <= on]
    if not runs or not days:
        return None
    weeks = _Weeks(runs, on)
    return Baseline(
        as_of=on,
        first_run=runs[0].local_date,
        runs=len(runs),
        distance_m=_distance(runs),
        years=_years(runs, metrics, days),
        longest_run_m=_longest(runs),
        layoffs=list(_layoffs(runs, on)),
        records=_records([a for a in runs if _has_sound_speed(metrics[a.activity_id])]),
        **weeks.habits(),
        **weeks.best_block(),
        **_fitness(days),
        **_easy(runs, metrics, on),
    )


def _distance(runs: Sequence[ActivityInput]) -> float:
    return sum(a.distance_m or 0.0 for a in runs)


def _longest(runs: Sequence[ActivityInput]) -> float | None:
    return max((a.distance_m for a in runs if a.distance_m), default=None)


def _years(
    runs: Sequence[ActivityInput],
    metrics: Mapping[int, ActivityMetrics],
    days: Sequence[DailyFitness],
) -> list[BaselineYear]:
    """Return the calendar years from the first run on, those without a run too."""
    highest: dict[int, float] = {}
    for day in days:
        highest[day.date.year] = max(day.ctl, highest.get(day.date.year, 0.0))
    rows: list[BaselineYear] = []
    for year in range(runs[0].local_date.year, days[-1].date.year + 1):
        of_year = [a for a in runs if a.local_date.year == year]
        row = BaselineYear(
            year=year,
            runs=len(of_year),
            distance_m=_distance(of_year),
            moving_s=sum(counted_s(a, metrics[a.activity_id]) for a in of_year),
            longest_run_m=_longest(of_year),
            ctl_max=highest.get(year),
        )
        rows.append(row)
    return rows


class _Weeks:
    """The runs by week from Monday; the last week is whole when the day is a Sunday."""

    def __init__(self, runs: Sequence[ActivityInput], on: date) -> None:
        self.first = week_start(runs[0].local_date)
        count = (week_start(on) - self.first).days // 7 + 1
        self.weeks: list[list[ActivityInput]] = [[] for _ in range(count)]
        for run in runs:
            self.weeks[(run.local_date - self.first).days // 7].append(run)
        self.full_weeks = self.weeks if on.weekday() == 6 else self.weeks[:-1]

    def habits(self) -> dict[str, Any]:
        """Return the medians and habits of the last twelve whole weeks."""
        last = self.full_weeks[-BLOCK_WEEKS:]
        longest = [metres for week in last if (metres := _longest(week)) is not None]
        return {
            "active_weeks_share": sum(map(bool, self.weeks)) / len(self.weeks),
            "typical_week_m": median([_distance(week) for week in last] or [0.0]),
            "typical_week_runs": median([len(week) for week in last] or [0]),
            "typical_long_run_m": median(longest) if longest else None,
            "usual_weekdays": _frequent_weekdays(last),
        }

    def best_block(self) -> dict[str, Any]:
        """Return the twelve whole weeks in a row with the most distance."""
        if len(self.full_weeks) < BLOCK_WEEKS:
            return {"best_block_week_m": None, "best_block_starts_on": None}
        weekly = np.array([_distance(week) for week in self.full_weeks])
        blocks = np.lib.stride_tricks.sliding_window_view(weekly, BLOCK_WEEKS).mean(axis=1)
        best = int(np.argmax(blocks))
        return {
            "best_block_week_m": float(blocks[best]),
            "best_block_starts_on": self.first + timedelta(weeks=best),
        }


def _frequent_weekdays(weeks: Sequence[Sequence[ActivityInput]]) -> list[int]:
    counts = Counter(day for week in weeks for day in {a.local_date.weekday() for a in week})
    return [day for day in range(7) if counts[day] and counts[day] >= FREQUENT_SHARE * len(weeks)]


def _layoffs(runs: Sequence[ActivityInput], on: date) -> Iterator[Layoff]:
    """Yield the spans of 14 days and more without a run, the one that lasts still included."""
    ran = sorted({a.local_date for a in runs})
    for before, after in zip(ran, [*ran[1:], on + timedelta(days=1)], strict=True):
        days = (after - before).days - 1
        if days >= LAYOFF_DAYS:
            yield Layoff(starts_on=before + timedelta(days=1), days=days)


def _fitness(days: Sequence[DailyFitness]) -> dict[str, Any]:
    """Return fitness and VO2max: now, and the highest with its day."""
    top = max(days, key=lambda day: day.ctl)
    trends = [(day.vo2max_trend, day.date) for day in days if day.vo2max_trend is not None]
    best, best_on = max(trends, key=lambda pair: pair[0], default=(None, None))
    return {
        "ctl": days[-1].ctl,
        "ctl_max": top.ctl,
        "ctl_max_on": top.date,
        "vo2max_trend": days[-1].vo2max_trend,
        "vo2max_max": best,
        "vo2max_max_on": best_on,
    }


def _easy(
    runs: Sequence[ActivityInput], metrics: Mapping[int, ActivityMetrics], on: date
) -> dict[str, Any]:
    """Return grade-adjusted speed and heart rate of easy runs of twelve weeks: the medians."""
    recent = [a for a in runs if (on - a.local_date).days < EASY_DAYS]
    easy = [a for a in recent if _is_easy(metrics[a.activity_id])]
    speeds = [a.facts.gap_mps for a in easy if a.facts.gap_mps is not None]
    rates = [a.facts.average_hr_bpm for a in easy if a.facts.average_hr_bpm is not None]
    return {
        "easy_pace_mps": median(speeds) if speeds else None,
        "easy_hr_bpm": median(rates) if rates else None,
    }


def _is_easy(metrics: ActivityMetrics) -> bool:
    zones = metrics.hr_zone_s
    if not zones or (metrics.moving_s or 0.0) < EASY_LEAST_S:
        return False
    return sum(zones[:3]) >= EASY_SHARE * sum(zones) > 0


def _has_sound_speed(metrics: ActivityMetrics) -> bool:
    """Return whether no flag casts doubt on the speed of a run."""
    return not NO_SPEED & {*metrics.flags}


def _records(runs: Sequence[ActivityInput]) -> list[BestEffort]:
    """Return the fastest stretch of each distance, shortest first; of equal ones the oldest."""
    best: dict[float, BestEffort] = {}
    for run in runs:
        for effort in run.facts.best_efforts:
            before = best.get(effort.distance_m)
            if before is None or effort.elapsed_s < before.elapsed_s:
                best[effort.distance_m] = _record(run, effort)
    return [best[metres] for metres in sorted(best)]


def _record(run: ActivityInput, effort: estimation_inputs.Stretch) -> BestEffort:
    return BestEffort(
        activity_id=run.activity_id,
        distance_m=effort.distance_m,
        elapsed_s=effort.elapsed_s,
        start_s=effort.start_s,
        moving_s=None if effort.moving_s != effort.moving_s else effort.moving_s,
        local_date=run.local_date,
    )
