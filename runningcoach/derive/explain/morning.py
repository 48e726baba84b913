"""How what the nights say of a morning came about, and readiness."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from statistics import median, stdev

from runningcoach.derive.explain.parts import Account, Many, Part, known, mean
from runningcoach.derive.recovery import instrument
from runningcoach.metrics import readiness as scores
from runningcoach.model.fitness import DailyFitness, RecoveryDay
from runningcoach.model.health import HealthDay

WEEK, FEW, USUAL, FALLBACK = 7, 3, 60, 28
LEAST_OF_USUAL = 30
WEIGHTS = {"hrv_z": 0.4, "resting_hr_z": 0.2, "sleep_z": 0.2, "form_z": 0.2}
"""What each part of readiness counts for; ours."""
HOUR_S = 3600.0
ILL = {"resting_hr_z": -2.0, "hrv_z": -1.5}
"""Both at or below these: possible illness, readiness is at most 35."""


@dataclass(frozen=True)
class Subject:
    """One morning: its row, what the body told up to it, form of the day, and the days before."""

    day: date
    row: RecoveryDay | None
    health: Mapping[date, HealthDay]
    fitness: DailyFitness | None
    earlier: Mapping[date, DailyFitness] = field(default_factory=dict[date, DailyFitness])

    def own(self, name: str, unit: str = "") -> Part:
        """Return another number of the morning."""
        return Part(name, known(getattr(self.row, name, None)), unit, "morning")

    def told(self, name: str, days: int, back: int = 0) -> dict[date, float]:
        """Return what is known of `days` days in a row, the last `back` days ago."""
        span = [self.day - timedelta(days=back + i) for i in reversed(range(days))]
        told = {day: self.health[day] for day in span if day in self.health}
        values = {
            day: known(getattr(row, name)) for day, row in told.items() if self._counts(row, name)
        }
        return {day: value for day, value in values.items() if value is not None}

    def _counts(self, row: HealthDay, name: str) -> bool:
        """Tell whether a day counts: HRV of another source than the newest does not."""
        return name != "hrv_ms" or instrument(row.hrv_source) == self.hrv_source

    @cached_property
    def hrv_source(self) -> str | None:
        """Who measured HRV last, up to this morning."""
        days = [day for day, row in self.health.items() if day <= self.day and row.hrv_ms]
        return instrument(self.health[max(days)].hrv_source) if days else None


def _nights(told: Mapping[date, float], unit: str) -> list[Part]:
    return [Part(f"on_{day}", value, unit, "night", day.isoformat()) for day, value in told.items()]


def _of_nights(blank: str, told: Mapping[date, float], unit: str) -> Account:
    """Return the account of a mean of nights, each of them named."""
    many = {blank: Many(list(told.values()), unit, "; ")} if told else {}
    return Account(_nights(told, unit), why_not="few_nights", many=many)


def _logs(values: Sequence[float]) -> list[float]:
    return [math.log(value) for value in values if value > 0]


def _usual(of: Subject, name: str) -> list[float]:
    """Return what is known of the 60 days before, of 28 where those hold fewer than 30."""
    long = of.told(name, USUAL, 1)
    return list((long if len(long) >= LEAST_OF_USUAL else of.told(name, FALLBACK, 1)).values())


def _usual_hrv(of: Subject) -> list[Part]:
    """Return mean and deviation of the logarithms of the usual nights."""
    logs = _logs(_usual(of, "hrv_ms"))
    return [
        Part("hrv_mean_60d", mean(logs), "", "computed"),
        Part("hrv_sd_60d", stdev(logs) if len(logs) > 1 else None, "", "computed"),
        Part("nights_60d", float(len(logs)), "", "night"),
    ]


def hrv_week(of: Subject) -> Account:
    """Account for HRV of seven nights."""
    return _of_nights("hrv_night", of.told("hrv_ms", WEEK), "ms")


def hrv_range(of: Subject) -> Account:
    """Account for the usual range of HRV."""
    return Account(_usual_hrv(of), why_not="few_nights")


def hrv_variation(of: Subject) -> Account:
    """Account for how much HRV varied in seven nights."""
    told = of.told("hrv_ms", WEEK)
    logs = _logs(list(told.values()))
    parts = [
        Part("hrv_mean_7d", mean(logs), "", "computed"),
        Part("hrv_sd_7d", stdev(logs) if len(logs) > 1 else None, "", "computed"),
    ]
    return Account([*parts, *_nights(told, "ms")], why_not="few_nights")


def hrv_z(of: Subject) -> Account:
    """Account for HRV against the usual."""
    week = _logs(list(of.told("hrv_ms", WEEK).values()))
    return Account(
        [Part("hrv_mean_7d", mean(week), "", "computed"), *_usual_hrv(of)], why_not="few_nights"
    )


def resting_hr(of: Subject) -> Account:
    """Account for resting heart rate of three days."""
    return _of_nights("resting_hr_days", of.told("resting_hr_bpm", FEW), "bpm")


def resting_hr_usual(of: Subject) -> Account:
    """Account for resting heart rate of the days before."""
    return Account(_usual_resting(of)[1:], why_not="few_nights")


def _usual_resting(of: Subject) -> list[Part]:
    values = _usual(of, "resting_hr_bpm")
    return [
        Part("resting_hr_sd_60d", stdev(values) if len(values) > 1 else None, "bpm", "computed"),
        Part("nights_60d", float(len(values)), "", "night"),
    ]


def resting_hr_z(of: Subject) -> Account:
    """Account for resting heart rate against the usual."""
    parts = [of.own("resting_hr_3d_bpm", "bpm"), of.own("resting_hr_usual_bpm", "bpm")]
    return Account([*parts, *_usual_resting(of)], why_not="few_nights")


def sleep(of: Subject) -> Account:
    """Account for sleep of three nights."""
    return _of_nights("sleep_nights", of.told("sleep_s", FEW), "s")


def sleep_need(of: Subject) -> Account:
    """Account for sleep that one usually needs."""
    values = list(of.told("sleep_s", USUAL, 1).values())
    usual = median(values) / HOUR_S if values else None
    parts = [
        Part("sleep_median_60d", usual, "h", "computed"),
        Part("nights_60d", float(len(values)), "", "night"),
    ]
    return Account(parts, why_not="few_nights")


def sleep_z(of: Subject) -> Account:
    """Account for sleep against need."""
    last = of.told("sleep_s", 1).get(of.day)
    seconds = {
        "sleep_last_h": (last, "night"),
        "sleep_3d_h": (known(getattr(of.row, "sleep_3d_s", None)), "morning"),
        "sleep_need_h": (known(getattr(of.row, "sleep_need_s", None)), "morning"),
    }
    parts = [
        Part(name, None if value is None else value / HOUR_S, "h", source)
        for name, (value, source) in seconds.items()
    ]
    return Account(parts, why_not="few_nights")


def form_z(of: Subject) -> Account:
    """Account for form on the scale of readiness."""
    pct = of.fitness.form_pct if of.fitness else None
    return Account([Part("form_pct", pct, "%", "day")], why_not="needs_form")


def load_z(of: Subject) -> Account:
    """Account for what the load of the day before takes off."""
    yesterday, before = (of.earlier.get(of.day - timedelta(days=n)) for n in (1, 2))
    parts = [
        Part("load_yesterday", yesterday.load if yesterday else 0.0, "", "yesterday"),
        Part("ctl_before", before.ctl if before else 0.0, "", "day"),
    ]
    return Account(parts, why_not="needs_form")


def _counted(part: Part) -> Part:
    """Return HRV or resting heart rate against the usual as the score counts it."""
    z = part.value if isinstance(part.value, float) else None
    counted = None if z is None else float(scores.counted_z(z))
    return Part(f"{part.name.removesuffix('_z')}_counted", counted, "", "computed")


def readiness(of: Subject) -> Account:
    """Account for readiness from its parts; a part that is missing counts for nothing."""
    parts = [of.own(name) for name in WEIGHTS]
    weights = [
        Part(
            f"{part.name.removesuffix('_z')}_weight",
            0.0 if part.value is None else WEIGHTS[part.name],
            "",
            "constant",
        )
        for part in parts
    ]
    total = Part("weights", math.fsum(float(w.value or 0) for w in weights), "", "computed")
    ill = all((getattr(of.row, name, None) or 0.0) <= most for name, most in ILL.items())
    notes = ["not_validated", *(["illness"] if ill else [])]
    counted = [_counted(part) for part in parts[:2]]
    return Account(
        [*parts, *counted, of.own("load_z"), *weights, total], notes=notes, why_not="few_parts"
    )


ACCOUNTS: dict[str, Callable[[Subject], Account]] = {
    "hrv_7d_ms": hrv_week,
    "hrv_low_ms": hrv_range,
    "hrv_high_ms": hrv_range,
    "hrv_cv_pct": hrv_variation,
    "resting_hr_3d_bpm": resting_hr,
    "resting_hr_usual_bpm": resting_hr_usual,
    "sleep_3d_s": sleep,
    "sleep_need_s": sleep_need,
    "hrv_z": hrv_z,
    "resting_hr_z": resting_hr_z,
    "sleep_z": sleep_z,
    "form_z": form_z,
    "load_z": load_z,
    "readiness": readiness,
}
"""Who accounts for which number."""
