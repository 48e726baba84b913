"""The functions of `import runningcoach as rc`: a runner's own records, and the plan.

Whose records they are is found at each call: in a notebook those of the session's user; in a
script those of the user named in RUNNINGCOACH_USER, else the owner's. The examples are of the
made-up runner, and tested.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from runningcoach.derive import explain as explanations
from runningcoach.model.explanation import Explanation
from runningcoach.public_api import connections
from runningcoach.store.workbench import Workbench

if TYPE_CHECKING:
    from runningcoach.public_api.plan_workbench import PlanWorkbench


def activities() -> pd.DataFrame:
    """List the activities, newest first.

    Returns
    -------
    pandas.DataFrame
        One row an activity, with the columns of the table `activities`: `id`, `sport`, `name`,
        `started_at` (UTC), `local_date`, `distance_m`, `timer_s`, `elapsed_s`, `ascent_m`,
        `average_hr_bpm`, `average_cadence_spm` and more; a missing value is NaN or None.

    Examples
    --------
    >>> rc.activities()[["local_date", "sport", "distance_m", "average_hr_bpm"]].head(3)
      local_date    sport  distance_m  average_hr_bpm
    0  2026-11-20  running     8583.72           138.0
    1  2026-11-18  running     6997.36             NaN
    2  2026-11-15  running    10320.04           140.0
    """
    return Workbench().activities()


def samples(activity_id: int, channels: Sequence[str] | None = None) -> pd.DataFrame:
    """Read the samples that were recorded during an activity.

    Parameters
    ----------
    activity_id
        Number of the activity, as in the column `id` of `activities()`.
    channels
        Columns that are wanted; all by default.

    Returns
    -------
    pandas.DataFrame
        One row a sample: `t_s` [seconds since the start], and what the device recorded of
        `heart_rate_bpm`, `speed_mps`, `distance_m`, `altitude_m`, `cadence_spm`, `power_w`,
        `temperature_c`, `latitude_deg`, `longitude_deg` and others; a missing value is NaN.

    Raises
    ------
    NoSamples
        The activity has no samples, or is another user's.

    Examples
    --------
    >>> newest = int(rc.activities()["id"].iloc[0])
    >>> rc.samples(newest, ["t_s", "heart_rate_bpm", "cadence_spm"]).tail(2)
           t_s  heart_rate_bpm  cadence_spm
    2929  2929             139          170
    2930  2930             139          171
    """
    return Workbench().samples(activity_id, channels)


def daily(first: date | None = None, last: date | None = None) -> pd.DataFrame:
    """Return training load, fitness, form and readiness by day.

    Parameters
    ----------
    first, last
        First and last day, both included; the whole history by default.

    Returns
    -------
    pandas.DataFrame
        One row a day, oldest first, indexed by `date`, with the columns of the table
        `fitness_metrics_daily`: `load` [TSS], `trimp`, `ctl`, `atl`, `tsb` [TSS a day],
        `form_pct` [%], `distance_m` and `moving_s` of runs, `vo2max_trend` [ml/kg/min] and more;
        beside them `readiness` (0 to 100) and `readiness_band`.

    Examples
    --------
    >>> rc.daily(date(2026, 11, 20), date(2026, 11, 22))[["load", "ctl", "atl", "tsb"]].round()
                load   ctl   atl  tsb
    date
    2026-11-20  41.0  17.0  21.0 -2.0
    2026-11-21   0.0  16.0  18.0 -4.0
    2026-11-22   0.0  16.0  16.0 -2.0
    """
    return Workbench().daily(first, last)


def health(first: date | None = None, last: date | None = None) -> pd.DataFrame:
    """Return what was measured of the body by day, with the night that ended on that day.

    Parameters
    ----------
    first, last
        First and last day, both included; the whole history by default.

    Returns
    -------
    pandas.DataFrame
        One row a day on which anything is known, oldest first, indexed by `date`:
        `resting_hr_bpm`, `hrv_ms`, `average_stress`, `body_battery_max`, `body_battery_min`
        (0 to 100), `weight_kg`, `steps`; of the night `sleep_s` and its parts `sleep_deep_s`,
        `sleep_light_s`, `sleep_rem_s`, `sleep_awake_s`, and `sleep_score` (0 to 100).

    Examples
    --------
    >>> rc.health(date(2026, 11, 20), date(2026, 11, 22))[["resting_hr_bpm", "hrv_ms", "sleep_s"]]
                resting_hr_bpm  hrv_ms  sleep_s
    date
    2026-11-20            49.0    67.0  24218.0
    2026-11-21            47.0    58.0  29384.0
    2026-11-22            49.0    55.0  24664.0
    """
    return Workbench().health(first, last)


def sql(query: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Answer one SELECT, in DuckDB's SQL, over tables and samples.

    Parameters
    ----------
    query
        It may name the tables of `docs/reference/tables.md` that notebooks see, `athlete`,
        `samples` (the samples of every activity, with `activity_id`) and `samples_of(id)` (those
        of one activity: its file alone is opened). Nothing else can be reached, nothing written.
    params
        Values of its blanks: of `$name` by name, of `?` in order.

    Returns
    -------
    pandas.DataFrame
        The rows of the answer; units stand in the names of the tables' columns.

    Raises
    ------
    OnlySelect
        The query is not one SELECT.

    Examples
    --------
    >>> rc.sql('''
    ...     SELECT month(local_date) AS month, count(*) AS runs, round(sum(distance_m) / 1000) AS km
    ...       FROM activities WHERE sport = $sport GROUP BY 1 ORDER BY 1 DESC LIMIT 2
    ... ''', {"sport": "running"})
       month  runs    km
    0     11     9  94.0
    1     10    10  89.0
    """
    return Workbench().sql(query, params)


def explain(name: str, *, activity_id: int | None = None, day: date | None = None) -> Explanation:
    """Explain why a stored number is what it is, in the runner's language.

    Parameters
    ----------
    name
        Name of the quantity, as in the glossary: "trimp", "ctl".
    activity_id, day
        The activity or the day that the number is of: exactly one of them.

    Returns
    -------
    Explanation
        `shown` is the value with its unit, `formula` its formula, `filled` the same with the
        numbers that went in, `ingredients` these numbers with where each came from, `reason` why
        there is no value, `literature` the source.

    Raises
    ------
    UnknownMetric
        No quantity has this name; the error names those like it.

    Examples
    --------
    >>> rc.explain("tsb", day=date(2026, 11, 22)).filled
    '16.24 − 18.01 = −1.776'
    """
    with connections.reading(Workbench().user_id) as (conn, user):
        return explanations.of(conn, user.id, name, activity_id, day)


def plan(plan_id: int | None = None, *, today: date | str | None = None) -> "PlanWorkbench":
    """Return the training plan: the proposed version, else the current one.

    Parameters
    ----------
    plan_id
        Number of another version.
    today
        The day as of which it is judged and edited, or its text; the runner's today by default.

    Returns
    -------
    PlanWorkbench
        `weeks`, `days`, `findings`, `simulation`, `diff` and `adherence` are DataFrames, `race` a
        Series, `chart()` an Altair chart. `edit` has `move`, `swap`, `scale`, `replace` and more;
        each is checked at once and returns what it changes. `propose()` stores the edits as a
        proposed version, `approve()` makes the one that is shown current, `reject()` puts it away.

    Raises
    ------
    NoCurrentPlan
        There is no plan.
    PlanNotFound
        There is no version of this number, or it is another user's.

    Examples
    --------
    >>> plan = rc.plan(today=date(2026, 11, 22))
    >>> plan.weeks[["start", "phase", "km", "done_km"]].head(2).round(1)
                start phase    km  done_km
    number
    1      2026-11-09  base  22.5     22.2
    2      2026-11-16  base  33.0     15.6
    >>> price = plan.edit.scale("2026-11-22", 0.8)
    >>> price.week_km_change
    {datetime.date(2026, 11, 16): -3.5}
    """
    from runningcoach.public_api.plan_workbench import PlanWorkbench

    return PlanWorkbench(Workbench().user_id, plan_id, today)
