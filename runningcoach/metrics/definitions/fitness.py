"""Load of a day, fitness, fatigue and form, and how even and how steep the load is."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np

from runningcoach.metrics import fitness
from runningcoach.metrics.definitions.day_inputs import (
    Columns,
    DayInput,
    DayTraceInput,
    before,
    computed,
    mean,
    own,
)
from runningcoach.metrics.definitions.definition import (
    Case,
    Definition,
    Series,
    TraceIngredient,
    TracePhrase,
    always,
    known,
    one,
    template,
)
from runningcoach.metrics.sports import RUNNING, counted_time_s

PER_DAY = "load/day"
FIRST_WEEK, FIRST_WEEKS = "first_week", "first_four_weeks"

type Amount = Callable[[Columns], float | None]


def _sum(
    name: str,
    unit: str,
    algorithm: str,
    amount: Amount,
    blank: str,
    *,
    shown_unit: str | None = None,
    literature: str = "",
    runs: bool = False,
    reasons: tuple[str, ...] = (),
) -> Definition[DayTraceInput]:
    """Return a sum over the day's activities, or over its runs alone.

    `blank` stands for all that is added up, in `shown_unit` where that is another.
    """
    each = unit if shown_unit is None else shown_unit

    def counted(of: DayTraceInput) -> list[Columns]:
        return [one for one in of.activities if one["sport"] == RUNNING or not runs]

    def parts(of: DayTraceInput) -> list[TraceIngredient]:
        return [
            TraceIngredient(
                f"activity_{one['id']}",
                known(amount(one)),
                each,
                "activity",
                f"{one['id']} · {one['name'] or one['sport']}",
            )
            for one in counted(of)
        ]

    def notes(of: DayTraceInput) -> Sequence[str]:
        if counted(of):
            return ()
        return ("no_run",) if runs and of.activities else ("rest_day",)

    return Definition(
        *(name, "day", unit, algorithm),
        literature=literature,
        formula=f"{{{blank}}}",
        inputs=(Series(parts, blank, unit=each, nothing=(0.0,)),),
        notes=notes,
        reasons=reasons,
    )


def _counted_s(activity: Columns) -> float | None:
    names = ("sport", "moving_s", "timer_s", "elapsed_s")
    sport, moving_s, timer_s, elapsed_s = (activity[name] for name in names)
    return counted_time_s(sport, moving_s, timer_s, elapsed_s)


def _average(name: str, days: float) -> Definition[DayTraceInput]:
    """Return fitness or fatigue: each day one step of an exponential average."""
    label = TracePhrase("inputs.level_yesterday", {"name": name})

    def level(of: DayTraceInput) -> list[TraceIngredient]:
        yesterday = of.ago(1)
        if yesterday:
            return [TraceIngredient("before", known(yesterday[name]), "", "yesterday", label)]
        return [TraceIngredient("before", _start(of), "", "start", label)]

    def weight(of: DayTraceInput) -> float:
        return fitness.alpha(days, of.convention)

    return Definition(
        *(name, "day", PER_DAY, f"{name}.v1"),
        literature="Morton 1990",
        formula="{before} + {weight} × ({load} − {before})",
        inputs=(Series(level), one("weight", "", "constant", weight), own("load")),
        notes=lambda of: (f"convention_{of.convention}",),
    )


def _start(of: DayTraceInput) -> float | None:
    """Return where the averages begin on the day before the first: at 0, or as was wished."""
    if of.day != of.first:
        return None
    if "seeded" not in of.columns.get("flags", ()):
        return 0.0
    begin = (of.days.get(of.day + timedelta(days=i)) for i in range(fitness.SEED_DAYS))
    return mean([day["load"] for day in begin if day])


def _week(of: DayTraceInput) -> list[TraceIngredient]:
    days = (of.day - timedelta(days=i) for i in reversed(range(fitness.WEEK)))
    return [
        TraceIngredient(f"load_{day}", known(of.days[day]["load"]), "", "day", day.isoformat())
        for day in days
        if day in of.days
    ]


def _week_sd(of: DayTraceInput) -> float | None:
    week = of.loads(fitness.WEEK)
    return float(np.std(week)) if week else None


def _week_sum(of: DayTraceInput) -> float | None:
    week = of.loads(fitness.WEEK)
    return sum(week) if week else None


def _ewma(days: int) -> Callable[[DayTraceInput], float | None]:
    """Return the exponential average of load from the first day on."""

    def value(of: DayTraceInput) -> float | None:
        rows = [of.days[day] for day in sorted(of.days) if day <= of.day]
        if len(rows) < 2 or of.first not in of.days:
            return None
        return float(fitness.rolling_load([row["load"] for row in rows], days, "ewma")[-1])

    return value


def _mean_load(name: str, days: int, back: int = 0) -> DayInput:
    return computed(name, "", lambda of: mean(of.loads(days, back)))


_ACUTE = _mean_load("load_mean_7d", fitness.ACUTE_DAYS)
_NO_FITNESS = ("first_days", "no_fitness", FIRST_WEEKS)


def _rolling(
    name: str, algorithm: str, blank: str, days: int, back: int
) -> Definition[DayTraceInput]:
    """Return seven days' mean load over that of `days` days, the last of them `back` days ago."""
    return Definition(
        *(name, "day", "1", algorithm),
        formula=f"{{load_mean_7d}} / {{{blank}}}",
        inputs=(_ACUTE, _mean_load(blank, days, back)),
        notes=always("no_oracle"),
        why_not=FIRST_WEEKS,
        reasons=_NO_FITNESS,
    )


def _trained(of: DayTraceInput, *, guessed: bool) -> set[date]:
    """Return the days of training, or those of them with a guessed load."""
    begin = date.fromordinal(max(of.day.toordinal() - fitness.ESTIMATED_DAYS + 1, 1))
    return {
        one["local_date"]
        for one in of.list_activities(begin, of.day)
        if not guessed or one["load"] is None or one["load_source"] == "estimated_duration"
    }


LOADS: Sequence[Definition[DayTraceInput]] = (
    _sum("activities", "1", "activities.day.v1", lambda _: 1.0, "activities_done", shown_unit=""),
    _sum("load", "load", "load.day.v1", lambda one: one["load"], "load_of_activity", shown_unit=""),
    _sum(
        "trimp",
        "AU",
        "trimp.day.v1",
        lambda one: one["trimp"],
        "trimp_of_activity",
        literature="Banister 1991, p. 408",
        reasons=("no_hr",),
    ),
    _sum(
        "distance_m",
        "m",
        "distance.day.v2",
        lambda one: one["distance_m"],
        "distance_of_activity",
        runs=True,
    ),
    _sum("moving_s", "s", "moving.day.v2", _counted_s, "moving_of_activity", runs=True),
    _average("ctl", fitness.FITNESS_DAYS),
    _average("atl", fitness.FATIGUE_DAYS),
    Definition(
        *("tsb", "day", PER_DAY, "tsb.v1"),
        literature="TrainingPeaks",
        formula="{ctl_yesterday} − {atl_yesterday}",
        inputs=(
            before("ctl_yesterday", "ctl", "yesterday", 1),
            before("atl_yesterday", "atl", "yesterday", 1),
        ),
        case=lambda of: of.form_of,
        cases={"sameday": Case("{ctl} − {atl}", (own("ctl"), own("atl")))},
        why_not=lambda of: "" if of.ago(1) or of.form_of == "sameday" else "first_day",
        reasons=("first_days", "first_day"),
    ),
    Definition(
        *("form_pct", "day", "%", "form_pct.v2"),
        literature="intervals.icu",
        formula="100 × {tsb} / {ctl}",
        inputs=(own("tsb"), own("ctl")),
        why_not="needs_form",
        reasons=("first_days", "low_fitness", "needs_form"),
    ),
    Definition(
        *("ramp_7d", "day", PER_DAY, "ramp.v1"),
        formula="{ctl} − {ctl_7d_ago}",
        inputs=(own("ctl"), before("ctl_7d_ago", "ctl", "week_ago", fitness.RAMP_DAYS)),
        why_not=FIRST_WEEK,
        reasons=("first_days", FIRST_WEEK),
    ),
    Definition(
        *("monotony", "day", "1", "monotony.foster1998.v1"),
        literature="Foster 1998",
        formula=template("min({load_mean_7d} / {load_sd_7d}; {most})", most=fitness.MONOTONY_MOST),
        inputs=(
            _mean_load("load_mean_7d", fitness.WEEK),
            computed("load_sd_7d", "", _week_sd),
            Series(_week),
        ),
        why_not=FIRST_WEEK,
        reasons=("first_days", FIRST_WEEK),
    ),
    Definition(
        *("strain", "day", "load", "strain.foster1998.v1"),
        literature="Foster 1998",
        formula="{load_sum_7d} × {monotony}",
        inputs=(computed("load_sum_7d", "", _week_sum), own("monotony"), Series(_week)),
        why_not=FIRST_WEEK,
        reasons=("first_days", FIRST_WEEK),
    ),
    Definition(
        *("acwr", "day", "1", "acwr.ewma.v1"),
        literature="Williams 2017, doi:10.1136/bjsports-2016-096589",
        formula="{load_ewma_7d} / {load_ewma_28d}",
        inputs=(
            computed("load_ewma_7d", "", _ewma(fitness.ACUTE_DAYS)),
            computed("load_ewma_28d", "", _ewma(fitness.CHRONIC_DAYS)),
        ),
        notes=always("no_oracle"),
        why_not=FIRST_WEEKS,
        reasons=_NO_FITNESS,
    ),
    _rolling("acwr_coupled", "acwr.coupled.v1", "load_mean_28d", fitness.CHRONIC_DAYS, 0),
    _rolling(
        "acwr_uncoupled",
        "acwr.uncoupled.v2",
        "load_mean_21d",
        fitness.CHRONIC_DAYS - fitness.ACUTE_DAYS,
        fitness.ACUTE_DAYS,
    ),
)
SHARES: Sequence[Definition[DayTraceInput]] = (
    Definition(
        *("estimated_share", "day", "1", "estimated_share.v1"),
        formula="{estimated_days} / {training_days}",
        inputs=(
            computed("estimated_days", "", lambda of: len(_trained(of, guessed=True))),
            computed("training_days", "", lambda of: len(_trained(of, guessed=False))),
        ),
        notes=lambda of: () if _trained(of, guessed=False) else ("no_training",),
    ),
)
