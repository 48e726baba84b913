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

    A morning depends on the night that ended on it and on earlier days; form is that of
    `daily` for the day. HRV of different sources is never mixed: the newest source counts, against
    its own baseline.
    """
    believed = map(_without_impossible, health)
    recorded = [day for day in believed if _has_values(day) and day.date <= until]
    if not recorded:
        return []
    first = recorded[0].date.toordinal()
    calendar = _Calendar(first, until.toordinal() - first + 1)
    return list(_rows(_RecoveryColumns(calendar, recorded, daily), first))


def instrument(source: str | None) -> str:
    """Return the source device of a value: an account export counts as Garmin."""
    return "garmin" if source == "garmin_export" else source or ""


def _without_impossible(day: HealthDay) -> HealthDay:
    """Return a day without impossible values, which an older database may hold."""
    odd = [name for name, value in day if value is not None and not _is_possible(name, value)]
    return day.model_copy(update=dict.fromkeys(odd)) if odd else day


def _is_possible(name: str, value: Any) -> bool:
    if name not in HEALTH_RANGES:
        return True
    low, high = HEALTH_RANGES[name]
    return low <= value <= high


def _has_values(day: HealthDay) -> bool:
    return any(value is not None for value in (day.hrv_ms, day.resting_hr_bpm, day.sleep_s))


class _Calendar(NamedTuple):
    """The span of days of the rows: the first day's ordinal, and their number."""

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
        self, calendar: _Calendar, recorded: Sequence[HealthDay], daily: Sequence[DailyFitness]
    ) -> None:
        self.values: dict[str, Floats] = {}
        self.reasons: dict[str, Codes] = {}
        self._hrv(calendar, recorded)
        self._resting(calendar.column({day.date: day.resting_hr_bpm for day in recorded}))
        self._sleep(calendar.column({day.date: day.sleep_s for day in recorded}))
        form = calendar.column({day.date: day.form_pct for day in daily})
        self._put("form_z", readiness.form_z(form), _why_no_form(calendar, daily))
        self._put("load_z", _load_effect(calendar, daily), _code_column("no_fitness", form))
        self.possible_illness = self._readiness()

    def _put(self, name: str, values: Floats, reasons: Codes) -> None:
        self.values[name], self.reasons[name] = values, reasons

    def _hrv(self, calendar: _Calendar, recorded: Sequence[HealthDay]) -> None:
        nights, has_night = _nights(calendar, recorded)
        low, high = nights.range_ms()
        week = np.where(has_night, "few_nights", "no_hrv")
        baseline = np.where(has_night, "short_baseline", "no_hrv")
        z = readiness.hrv_z(nights.week, nights.usual, nights.sd)
        why = _first_code(
            _where_missing(nights.week, week), _where_missing(nights.sd, baseline), "no_variation"
        )
        self._put("hrv_7d_ms", np.exp(nights.week), week)
        self._put("hrv_low_ms", low, baseline)
        self._put("hrv_high_ms", high, baseline)
        self._put("hrv_cv_pct", nights.cv_pct, week)
        self._put("hrv_z", z, why)

    def _resting(self, bpm: Floats) -> None:
        recent, (mean, sd) = baselines.mean_of(bpm, SHORT_DAYS), baselines.baseline(bpm)
        missing, short = _code_column("no_resting_hr", bpm), _code_column("short_baseline", bpm)
        z = readiness.resting_hr_z(recent, mean, sd)
        self._put("resting_hr_3d_bpm", recent, missing)
        self._put("resting_hr_usual_bpm", mean, short)
        self._put("resting_hr_z", z, _first_code(_where_missing(recent, missing), "short_baseline"))

    def _sleep(self, seconds: Floats) -> None:
        recent = baselines.mean_of(seconds, SHORT_DAYS)
        need = readiness.sleep_need_s(baselines.median_before(seconds))
        missing, short = _code_column("no_sleep", seconds), _code_column("short_baseline", seconds)
        z = readiness.sleep_z(seconds, recent, need)
        self._put("sleep_3d_s", recent, missing)
        self._put("sleep_need_s", need, short)
        self._put("sleep_z", z, _first_code(_where_missing(seconds, missing), "short_baseline"))

    def _readiness(self) -> Mask:
        parts = ("hrv", "resting_hr", "sleep", "form", "load")
        computed = readiness.readiness(*(self.values[f"{part}_z"] for part in parts))
        self._put("readiness", computed.score, _code_column("few_parts", computed.score))
        return computed.possible_illness


def _why_no_form(calendar: _Calendar, daily: Sequence[DailyFitness]) -> Codes:
    """Return why each day has no form in per cent: the day's own reason."""
    codes = _code_column("no_fitness", np.empty(calendar.length))
    for day in daily:
        index = day.date.toordinal() - calendar.first
        if 0 <= index < calendar.length:
            codes[index] = day.reasons.get("form_pct", "no_fitness")
    return codes


def _load_effect(calendar: _Calendar, daily: Sequence[DailyFitness]) -> Floats:
    """Return the effect of the previous day's load on each morning; 0 for days without a row."""
    load, level = np.zeros(calendar.length), np.zeros(calendar.length)
    for day in daily:
        after = day.date.toordinal() + 1 - calendar.first
        if 0 <= after < calendar.length:
            load[after] = day.load
        if 0 <= after + 1 < calendar.length:
            level[after + 1] = day.ctl
    return readiness.load_z(load, level)


def _nights(calendar: _Calendar, recorded: Sequence[HealthDay]) -> tuple[hrv.Nights, Mask]:
    """Return HRV by the newest source of each morning, and whether its week holds any night."""
    sources = sorted({instrument(day.hrv_source) for day in recorded if day.hrv_ms is not None})
    newest, empty = np.full(calendar.length, -1), np.full(calendar.length, np.nan)
    newest_nights, has_night = (
        hrv.Nights(*(empty.copy() for _ in range(4))),
        np.zeros(len(empty), np.bool_),
    )
    columns: list[Floats] = []
    for number, source in enumerate(sources):
        by_day = {d.date: d.hrv_ms for d in recorded if instrument(d.hrv_source) == source}
        columns.append(calendar.column(by_day))
        newest[np.isfinite(columns[-1])] = number
    newest = _fill_forward(newest)
    for number, column in enumerate(columns):
        here = newest == number
        week = baselines.spread(baselines.windows(column, hrv.ROLLING_DAYS, until_today=True))
        has_night |= here & (week.known > 0)
        for target, values in zip(newest_nights, hrv.nights(column), strict=True):
            target[here] = values[here]
    return newest_nights, has_night


def _fill_forward(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Repeat the last number that is not negative."""
    last = np.maximum.accumulate(np.where(numbers >= 0, np.arange(len(numbers)), 0))
    return numbers[last]


def _code_column(code: str, like: Floats) -> Codes:
    return np.full(len(like), code, dtype="U16")


def _where_missing(values: Floats, codes: Codes) -> Codes:
    """Return the codes where a value is missing, else nothing."""
    return np.where(np.isfinite(values), "", codes)


def _first_code(*codes: Codes | str) -> Codes:
    """Return the first code of each day that is not empty."""
    merged = np.asarray(codes[0])
    for others in codes[1:]:
        merged = np.where(merged == "", others, merged)
    return merged


def _rows(table: _RecoveryColumns, first: int) -> Iterator[RecoveryDay]:
    names = tuple(table.values)
    values = zip(*(column.tolist() for column in table.values.values()), strict=True)
    reasons = zip(*(column.tolist() for column in table.reasons.values()), strict=True)
    ill = table.possible_illness.tolist()
    for i, (row, why) in enumerate(zip(values, reasons, strict=True)):
        present = {name: value for name, value in zip(names, row, strict=True) if value == value}
        missing = {n: code for n, code in zip(names, why, strict=True) if n not in present}
        flags = ["possible_illness"] if ill[i] else []
        yield _row(date.fromordinal(first + i), present, missing, flags)


def _row(
    day: date, values: dict[str, Any], missing: dict[str, str], flags: list[str]
) -> RecoveryDay:
    score = values.get("readiness")
    if score is None:
        missing["readiness_band"] = missing["readiness"]
    else:
        values["readiness_band"] = readiness.band(score)
    return RecoveryDay(date=day, **values, flags=flags, reasons=missing)
