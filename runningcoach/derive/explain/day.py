"""How the numbers of one calendar day came about."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from operator import attrgetter

import numpy as np

from runningcoach.base.i18n import t
from runningcoach.derive.benchmarks import BenchmarkEstimates
from runningcoach.derive.explain.parts import Account, Many, Part, known, mean
from runningcoach.metrics import benchmarks, fitness, race, vo2max
from runningcoach.metrics.sports import RUNNING, counted_time_s
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.user import Preferences
from runningcoach.store.activities import ListedActivity
from runningcoach.store.facts import ActivityInput

ACUTE_DAYS, CHRONIC_DAYS, SEED_DAYS, ESTIMATED_DAYS = 7, 28, 28, 42
RACES = 5
WEEK_KM_DAYS, WEEK_KM_LEAST_DAYS, LONG_DAYS, LONG_FROM_KM = 182, 70, 70, 13.0


@dataclass(frozen=True)
class Subject:
    """One day: its row, the rows up to it, and ways to look at more when a number needs it.

    `activities` lists the activities between two days, `estimated` what races and VO2max
    values there are up to the day, `measured` the activities up to it.
    """

    day: date
    rows: Mapping[date, DailyFitness]
    first: date
    preferences: Preferences
    activities: Callable[[date, date], Sequence[ListedActivity]] = field(repr=False)
    estimated: Callable[[], BenchmarkEstimates] = field(repr=False)
    measured: Callable[[], Sequence[ActivityInput]] = field(repr=False)

    @property
    def row(self) -> DailyFitness | None:
        """The row of the day."""
        return self.rows.get(self.day)

    def ago(self, days: int) -> DailyFitness | None:
        """Return the row of so many days before."""
        return self.rows.get(self.day - timedelta(days=days))

    def own(self, name: str, unit: str = "") -> Part:
        """Return another number of the day."""
        return Part(name, known(getattr(self.row, name, None)), unit, "day")

    def loads(self, length: int, back: int = 0) -> list[float] | None:
        """Return the loads of days in a row, the last `back` days ago; None if one is unknown."""
        found = [self.ago(back + i) for i in reversed(range(length))]
        return [row.load for row in found if row] if all(found) else None

    @cached_property
    def done(self) -> Sequence[ListedActivity]:
        """The activities of the day."""
        return self.activities(self.day, self.day)


type Value = Callable[[ListedActivity], float | None]


def each(
    value: Value, unit: str, blank: str, *, runs: bool = False
) -> Callable[[Subject], Account]:
    """Return the account of a sum over the day's activities, or over its runs alone.

    `blank` stands for all that is added up.
    """

    def account(of: Subject) -> Account:
        done = [a for a in of.done if a.sport == RUNNING or not runs]
        parts = [
            Part(f"activity_{a.id}", known(value(a)), unit, "activity", _name(a)) for a in done
        ]
        values = [part.value for part in parts if isinstance(part.value, float)]
        none = "no_run" if of.done else "rest_day"
        return Account(
            parts, notes=[] if parts else [none], many={blank: Many(values or [0.0], unit)}
        )

    return account


def _time(activity: ListedActivity) -> float | None:
    return counted_time_s(activity.sport, activity.moving_s, activity.timer_s, activity.elapsed_s)


def count(of: Subject) -> Account:
    """Account for how many activities there are."""
    parts = [Part(f"activity_{a.id}", 1.0, "", "activity", _name(a)) for a in of.done]
    ones = [1.0] * len(parts) or [0.0]
    return Account(parts, notes=[] if parts else ["rest_day"], many={"activities_done": Many(ones)})


def _name(activity: ListedActivity) -> str:
    return f"{activity.id} · {activity.name or activity.sport}"


def average(name: str, days: float) -> Callable[[Subject], Account]:
    """Return the account of fitness or fatigue: one step of an exponential average."""

    def account(of: Subject) -> Account:
        weight = fitness.alpha(days, of.preferences.fitness_convention)
        parts = [
            _level_before(of, name),
            Part("weight", weight, "", "constant"),
            of.own("load"),
        ]
        notes = [f"convention_{of.preferences.fitness_convention}"]
        return Account(parts, notes=notes)

    return account


def _level_before(of: Subject, name: str) -> Part:
    label = t("explain.inputs.level_yesterday", name=t(f"metrics.labels.{name}"))
    if before := of.ago(1):
        return Part("before", known(getattr(before, name)), "", "yesterday", label)
    return Part("before", _seed(of), "", "start", label)


def _seed(of: Subject) -> float | None:
    """Return where the averages begin the day before the first: at 0, or as the runner wished."""
    if of.day != of.first:
        return None
    if of.row is None or "seeded" not in of.row.flags:
        return 0.0
    begin = [of.rows.get(of.day + timedelta(days=i)) for i in range(SEED_DAYS)]
    return mean([row.load for row in begin if row])


def form(of: Subject) -> Account:
    """Account for form, of the evening before or of the same one."""
    if of.preferences.form_of == "sameday":
        return Account([of.own("ctl"), of.own("atl")], "day.tsb.sameday")
    before = of.ago(1)
    parts = [
        Part("ctl_yesterday", before.ctl if before else None, "", "yesterday"),
        Part("atl_yesterday", before.atl if before else None, "", "yesterday"),
    ]
    return Account(parts, why_not="first_day" if before is None else "")


def form_pct(of: Subject) -> Account:
    """Account for form in per cent of fitness."""
    return Account([of.own("tsb"), of.own("ctl")], why_not="needs_form")


def ramp(of: Subject) -> Account:
    """Account for rise of fitness in a week."""
    then = of.ago(fitness.RAMP_DAYS)
    parts = [of.own("ctl"), Part("ctl_7d_ago", then.ctl if then else None, "", "week_ago")]
    return Account(parts, why_not="first_week")


def monotony(of: Subject) -> Account:
    """Account for how alike seven days were."""
    week = of.loads(fitness.WEEK)
    parts = [
        Part("load_mean_7d", mean(week) if week else None, "", "computed"),
        Part("load_sd_7d", float(np.std(week)) if week else None, "", "computed"),
        *_week(of),
    ]
    return Account(parts, why_not="first_week")


def strain(of: Subject) -> Account:
    """Account for a week's load times its monotony."""
    week = of.loads(fitness.WEEK)
    total = Part("load_sum_7d", sum(week) if week else None, "", "computed")
    return Account([total, of.own("monotony"), *_week(of)], why_not="first_week")


def _week(of: Subject) -> list[Part]:
    rows = [of.ago(i) for i in reversed(range(fitness.WEEK))]
    return [
        Part(f"load_{row.date}", row.load, "", "day", row.date.isoformat()) for row in rows if row
    ]


def acwr(of: Subject) -> Account:
    """Account for acute over chronic load by exponential averages."""
    rows = [of.rows[day] for day in sorted(of.rows) if day <= of.day]
    load = [row.load for row in rows] if rows and rows[0].date == of.first else []
    acute, chronic = (
        float(fitness.average(load[1:], days, "span", load[0])[-1]) if len(load) > 1 else None
        for days in (ACUTE_DAYS, CHRONIC_DAYS)
    )
    parts = [
        Part("load_ewma_7d", acute, "", "computed"),
        Part("load_ewma_28d", chronic, "", "computed"),
    ]
    return Account(parts, notes=["no_oracle"], why_not="first_four_weeks")


def rolling(last: int, back: int, name: str) -> Callable[[Subject], Account]:
    """Return the account of seven days' mean load over that of the `last` days up to `back` ago."""

    def account(of: Subject) -> Account:
        week, long = of.loads(ACUTE_DAYS), of.loads(last, back)
        parts = [
            Part("load_mean_7d", mean(week or []), "", "computed"),
            Part(name, mean(long or []), "", "computed"),
        ]
        return Account(parts, notes=["no_oracle"], why_not="first_four_weeks")

    return account


def trend(of: Subject) -> Account:
    """Account for VO2max of the last weeks: the mean of runs, put right by races."""
    shown, on = of.estimated().vo2max, of.day.toordinal()
    days, runs = np.asarray(shown.days), np.empty(0, np.int64)
    for length in (vo2max.TREND_DAYS, vo2max.TREND_WIDER_DAYS):
        runs = np.flatnonzero((days > on - length) & (days <= on))
        if len(runs) >= vo2max.TREND_RUNS:
            break
    values, seconds = np.asarray(shown.values)[runs], np.asarray(shown.seconds)[runs]
    enough = len(runs) >= vo2max.TREND_RUNS and seconds.sum() > 0
    middle = float(np.average(values, weights=seconds)) if enough else None
    parts = [
        Part("vo2max_mean", middle, "ml/kg/min", "computed"),
        Part("vo2max_correction", _correction(of), "", "computed"),
        *map(_run, days[runs].tolist(), values.tolist(), seconds.tolist(), range(len(runs))),
    ]
    return Account(parts, why_not="few_runs")


def _run(day: float, value: float, seconds: float, number: int) -> Part:
    weight = t("explain.weight", minutes=f"{seconds / 60:.0f}")
    label = date.fromordinal(int(day)).isoformat()
    return Part(f"run_{number}", value, "ml/kg/min", weight, label)


def _correction(of: Subject) -> float:
    stored = known(getattr(of.row, "vo2max_correction", None))
    if stored is not None:
        return stored
    return float(benchmarks.corrections(of.estimated().races, [of.day.toordinal()])[0])


def correction(of: Subject) -> Account:
    """Account for what races say of VO2max by heart rate."""
    races, on = of.estimated().races, of.day.toordinal()
    usable = np.isfinite(races.vo2max_by_hr) & (races.days <= on)
    usable &= races.days >= on - benchmarks.CORRECTION_WINDOW_DAYS
    rows = np.flatnonzero(usable)[-RACES:]
    ratios = (races.vdot[rows] / races.vo2max_by_hr[rows]).tolist()
    parts = [
        Part("ratios", "; ".join(f"{r:.4f}" for r in ratios) or None, "", "computed"),
        *(
            Part(
                f"race_{i}",
                r,
                "",
                f"{races.vdot[row]:.2f} / {races.vo2max_by_hr[row]:.2f}",
                date.fromordinal(int(races.days[row])).isoformat(),
            )
            for i, (row, r) in enumerate(zip(rows, ratios, strict=True))
        ),
    ]
    return Account(parts, notes=[] if ratios else ["no_races"])


def marathon_shape(of: Subject) -> Account:
    """Account for kilometres and long runs against what a marathon asks for."""
    ability = known(getattr(of.row, "vo2max_trend", None))
    weekly, long = race.marathon_targets_km(ability) if ability else (None, None)
    runs = [(of.day - one.local_date, one.distance_m or 0.0) for one in of.measured() if one.is_run]
    since = (of.day - of.first).days + 1
    counted = max(WEEK_KM_LEAST_DAYS, min(WEEK_KM_DAYS, since))
    parts = [
        Part("vo2max_trend", ability, "ml/kg/min", "day"),
        Part("run_km", sum(m for ago, m in runs if ago.days < counted) / 1000, "km", "samples"),
        Part("counted_days", float(counted), "", "computed"),
        Part("week_target_km", weekly, "km", "computed"),
        Part("long_target_km", long, "km", "computed"),
        Part("long_run_points", _points(runs, long), "", "computed"),
    ]
    return Account(parts, why_not="needs_vo2max")


def _points(runs: Sequence[tuple[timedelta, float]], target_km: float | None) -> float | None:
    """Return the points of long runs: newer and longer ones count more (Runalyze 2019)."""
    if target_km is None:
        return None
    return math.fsum(
        (2 - 2 / LONG_DAYS * ago.days)
        * ((metres / 1000 - LONG_FROM_KM) / (target_km - LONG_FROM_KM)) ** 2
        for ago, metres in runs
        if ago.days < LONG_DAYS and metres / 1000 > LONG_FROM_KM
    )


def estimated_share(of: Subject) -> Account:
    """Account for days of training whose load is a guess."""
    begin = date.fromordinal(max(of.day.toordinal() - ESTIMATED_DAYS + 1, 1))
    done = of.activities(begin, of.day)
    guessed = {
        a.local_date for a in done if a.load is None or a.load_source == "estimated_duration"
    }
    trained = {a.local_date for a in done}
    parts = [
        Part("estimated_days", float(len(guessed)), "", "computed"),
        Part("training_days", float(len(trained)), "", "computed"),
    ]
    return Account(parts, notes=[] if trained else ["no_training"])


ACCOUNTS: dict[str, Callable[[Subject], Account]] = {
    "activities": count,
    "load": each(attrgetter("load"), "", "load_of_activity"),
    "trimp": each(attrgetter("trimp"), "AU", "trimp_of_activity"),
    "distance_m": each(attrgetter("distance_m"), "m", "distance_of_activity", runs=True),
    "moving_s": each(_time, "s", "moving_of_activity", runs=True),
    "ctl": average("ctl", fitness.FITNESS_DAYS),
    "atl": average("atl", fitness.FATIGUE_DAYS),
    "tsb": form,
    "form_pct": form_pct,
    "ramp_7d": ramp,
    "monotony": monotony,
    "strain": strain,
    "acwr": acwr,
    "acwr_coupled": rolling(CHRONIC_DAYS, 0, "load_mean_28d"),
    "acwr_uncoupled": rolling(CHRONIC_DAYS - ACUTE_DAYS, ACUTE_DAYS, "load_mean_21d"),
    "vo2max_trend": trend,
    "vo2max_correction": correction,
    "marathon_shape_pct": marathon_shape,
    "estimated_share": estimated_share,
}
"""Who accounts for which number."""
