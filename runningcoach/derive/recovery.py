"""Mornings: HRV, resting heart rate and sleep against one's usual, and readiness."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics import baselines, hrv, readiness
from runningcoach.metrics.limits import HEALTH_RANGES
from runningcoach.metrics.windows import Floats, Mask
from runningcoach.model.fitness import DailyFitness, RecoveryDay
from runningcoach.model.health import HealthDay

SHORT_DAYS = 3
"""Resting heart rate and sleep are looked at over three days."""

type Codes = NDArray[np.str_]


def mornings(
    health: Sequence[HealthDay], daily: Sequence[DailyFitness], until: date
) -> list[RecoveryDay]:
    """Return one row a day from the first HRV, resting heart rate or sleep to `until`.

    A morning knows the night that ended on it and what was before; form is the one that `daily`
    shows for the day. HRV of different sources is never mixed: the newest source counts, against
    its own baseline.
    """
    believed = map(_believed, health)
    told = [day for day in believed if _tells(day) and day.date <= until]
    if not told:
        return []
    first = told[0].date.toordinal()
    calendar = _Calendar(first, until.toordinal() - first + 1)
    return list(_rows(_RecoveryColumns(calendar, told, daily), first))


def instrument(source: str | None) -> str:
    """Return what measured a value: an export holds what the account's own services answer."""
    return "garmin" if source == "garmin_export" else source or ""


def _believed(day: HealthDay) -> HealthDay:
    """Return a day without what no body tells: an older database may hold anything."""
    odd = [name for name, value in day if value is not None and not _is_possible(name, value)]
    return day.model_copy(update=dict.fromkeys(odd)) if odd else day


def _is_possible(name: str, value: Any) -> bool:
    if name not in HEALTH_RANGES:
        return True
    low, high = HEALTH_RANGES[name]
    return low <= value <= high


def _tells(day: HealthDay) -> bool:
    return any(value is not None for value in (day.hrv_ms, day.resting_hr_bpm, day.sleep_s))


class _Calendar(NamedTuple):
    """The days that rows are made for: the first, and how many."""

    first: int
    length: int

    def column(self, values: Mapping[date, float | None]) -> Floats:
        """Return values one a day, NaN where none; days outside are left out."""
        out = np.full(self.length, np.nan)
        for day, value in values.items():
            index = day.toordinal() - self.first
            if value is not None and 0 <= index < self.length:
                out[index] = value
        return out


class _RecoveryColumns:
    """The columns of the table, and for each the reasons where it is NaN."""

    def __init__(
        self, calendar: _Calendar, told: Sequence[HealthDay], daily: Sequence[DailyFitness]
    ) -> None:
        self.values: dict[str, Floats] = {}
        self.reasons: dict[str, Codes] = {}
        self._hrv(calendar, told)
        self._resting(calendar.column({day.date: day.resting_hr_bpm for day in told}))
        self._sleep(calendar.column({day.date: day.sleep_s for day in told}))
        form = calendar.column({day.date: day.form_pct for day in daily})
        self._put("form_z", readiness.form_z(form), _why_no_form(calendar, daily))
        self._put("load_z", _load_z(calendar, daily), _why("no_fitness", form))
        self.possible_illness = self._readiness()

    def _put(self, name: str, values: Floats, reasons: Codes) -> None:
        self.values[name], self.reasons[name] = values, reasons

    def _hrv(self, calendar: _Calendar, told: Sequence[HealthDay]) -> None:
        nights, seen = _nights(calendar, told)
        low, high = nights.range_ms()
        week = np.where(seen, "few_nights", "no_hrv")
        known = np.where(seen, "short_baseline", "no_hrv")
        z = readiness.hrv_z(nights.week, nights.usual, nights.sd)
        why = _first(_where(nights.week, week), _where(nights.sd, known), "no_variation")
        self._put("hrv_7d_ms", np.exp(nights.week), week)
        self._put("hrv_low_ms", low, known)
        self._put("hrv_high_ms", high, known)
        self._put("hrv_cv_pct", nights.cv_pct, week)
        self._put("hrv_z", z, why)

    def _resting(self, bpm: Floats) -> None:
        recent, (mean, sd) = baselines.mean_of(bpm, SHORT_DAYS), baselines.baseline(bpm)
        missing, short = _why("no_resting_hr", bpm), _why("short_baseline", bpm)
        z = readiness.resting_hr_z(recent, mean, sd)
        self._put("resting_hr_3d_bpm", recent, missing)
        self._put("resting_hr_usual_bpm", mean, short)
        self._put("resting_hr_z", z, _first(_where(recent, missing), "short_baseline"))

    def _sleep(self, seconds: Floats) -> None:
        recent = baselines.mean_of(seconds, SHORT_DAYS)
        need = readiness.sleep_need_s(baselines.median_before(seconds))
        missing, short = _why("no_sleep", seconds), _why("short_baseline", seconds)
        z = readiness.sleep_z(seconds, recent, need)
        self._put("sleep_3d_s", recent, missing)
        self._put("sleep_need_s", need, short)
        self._put("sleep_z", z, _first(_where(seconds, missing), "short_baseline"))

    def _readiness(self) -> Mask:
        parts = ("hrv", "resting_hr", "sleep", "form", "load")
        found = readiness.readiness(*(self.values[f"{part}_z"] for part in parts))
        self._put("readiness", found.score, _why("few_parts", found.score))
        return found.possible_illness


def _why_no_form(calendar: _Calendar, daily: Sequence[DailyFitness]) -> Codes:
    """Return why each day has no form in per cent: the day's own reason."""
    codes = _why("no_fitness", np.empty(calendar.length))
    for day in daily:
        index = day.date.toordinal() - calendar.first
        if 0 <= index < calendar.length:
            codes[index] = day.reasons.get("form_pct", "no_fitness")
    return codes


def _load_z(calendar: _Calendar, daily: Sequence[DailyFitness]) -> Floats:
    """Return what the load of the day before does to each morning; days without a row have none."""
    load, level = np.zeros(calendar.length), np.zeros(calendar.length)
    for day in daily:
        after = day.date.toordinal() + 1 - calendar.first
        if 0 <= after < calendar.length:
            load[after] = day.load
        if 0 <= after + 1 < calendar.length:
            level[after + 1] = day.ctl
    return readiness.load_z(load, level)


def _nights(calendar: _Calendar, told: Sequence[HealthDay]) -> tuple[hrv.Nights, Mask]:
    """Return HRV by the newest source of each morning, and whether its week holds any night."""
    sources = sorted({instrument(day.hrv_source) for day in told if day.hrv_ms is not None})
    newest, empty = np.full(calendar.length, -1), np.full(calendar.length, np.nan)
    chosen, seen = hrv.Nights(*(empty.copy() for _ in range(4))), np.zeros(len(empty), np.bool_)
    columns: list[Floats] = []
    for number, source in enumerate(sources):
        own = {d.date: d.hrv_ms for d in told if instrument(d.hrv_source) == source}
        columns.append(calendar.column(own))
        newest[np.isfinite(columns[-1])] = number
    newest = _carried(newest)
    for number, column in enumerate(columns):
        here = newest == number
        week = baselines.spread(baselines.windows(column, hrv.ROLLING_DAYS, until_today=True))
        seen |= here & (week.known > 0)
        for mine, its in zip(chosen, hrv.nights(column), strict=True):
            mine[here] = its[here]
    return chosen, seen


def _carried(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Repeat the last number that is not negative."""
    last = np.maximum.accumulate(np.where(numbers >= 0, np.arange(len(numbers)), 0))
    return numbers[last]


def _why(code: str, like: Floats) -> Codes:
    return np.full(len(like), code, dtype="U16")


def _where(values: Floats, codes: Codes) -> Codes:
    """Return the codes where a value is missing, else nothing."""
    return np.where(np.isfinite(values), "", codes)


def _first(*codes: Codes | str) -> Codes:
    """Return for each day the first code that says anything."""
    found = np.asarray(codes[0])
    for others in codes[1:]:
        found = np.where(found == "", others, found)
    return found


def _rows(found: _RecoveryColumns, first: int) -> Iterator[RecoveryDay]:
    names = tuple(found.values)
    values = zip(*(column.tolist() for column in found.values.values()), strict=True)
    reasons = zip(*(column.tolist() for column in found.reasons.values()), strict=True)
    ill = found.possible_illness.tolist()
    for i, (row, why) in enumerate(zip(values, reasons, strict=True)):
        known = {name: value for name, value in zip(names, row, strict=True) if value == value}
        missing = {n: code for n, code in zip(names, why, strict=True) if n not in known}
        flags = ["possible_illness"] if ill[i] else []
        yield _row(date.fromordinal(first + i), known, missing, flags)


def _row(
    day: date, known: dict[str, Any], missing: dict[str, str], flags: list[str]
) -> RecoveryDay:
    score = known.get("readiness")
    if score is None:
        missing["readiness_band"] = missing["readiness"]
    else:
        known["readiness_band"] = readiness.band(score)
    return RecoveryDay(date=day, **known, flags=flags, reasons=missing)
