"""The athlete's limits and threshold, estimated from what the activities show; never looking ahead.

Days are ordinals (whole numbers, ascending). An estimate that counts from a day on rests only on
evidence from before that day, so adding a later activity changes no earlier row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics import baselines, critical_speed, limits, race, vo2max
from runningcoach.metrics.windows import Floats

type Days = NDArray[np.int64]

HRMAX_WINDOW_DAYS, HRMAX_SESSIONS, HRMAX_NEAR_PRIOR, HRMAX_STEP_BPM = 365, 3, 0.85, 2.0
HRMAX_CONFIRMED_BPM = 10.0
"""A peak counts that another session comes so near to, and a third exceeds or equals; ours."""
HRMAX_CLOSE_BPM = 5.0
"""Three peaks so close together are a ceiling, not chance; ours."""
HRMAX_ALONE_BPM = 15.0
"""A peak that no other session confirms may lie so far above the value by age: 1.5 SD of it."""
HRMAX_FALLS_SESSIONS, HRMAX_SEEN_FALLS_SESSIONS, HRMAX_FALLS_NEAR = 10, 5, 0.90
"""So many sessions of a year near a lower ceiling say that the higher one is no more, or, where
it was seen once, never was; ours."""
HRMAX_PRIOR_BPM = 190.0
TANAKA = (208.0, 0.7)
"""Tanaka, Monahan & Seals 2001, J Am Coll Cardiol 37:153: HRmax = 208 - 0.7 x age."""
HRREST_WINDOW_DAYS, HRREST_VALUES, HRREST_STEP_BPM, HRREST_STEADY_DAYS = 28, 14, 3.0, 14
HRREST_DEFAULT_BPM = 60.0
DAYS_A_YEAR = 365.2425
HRMAX_SEEN = "hrmax.observed.v2"
HRREST_AWAKE, HRREST_ASLEEP = "hrrest.median28.v1", "hrrest.overnight28.v1"
LTHR_WINDOW_DAYS, LTHR_SESSIONS, LTHR_STEP_BPM = 180, 10, 2.0
LTHR_OF_HRMAX, LTHR_LIMITS = 0.89, (0.80, 0.97)
RACE_WINDOW_DAYS, CS_WINDOWS_DAYS = 180, (90, 180)
THRESHOLD_OF_CS = 0.98
"""On the Daniels-Gilbert curve the 60-minute speed is 0.97 to 1.0 of critical speed."""
SPEED_STEP = 0.01
RACE_LEAST_M, RACE_SHARE = 3000.0, 0.85
CORRECTION_WINDOW_DAYS = 730


class Estimate(NamedTuple):
    """A value that counts from a day on, and how it was found."""

    day: int
    value: float
    confidence: Literal["high", "medium", "low", "none"]
    algorithm: str
    evidence: dict[str, Any]
    is_default: bool = False


def _window(days: Days, day: int, length: int) -> slice:
    """Return where the `length` days before `day` lie in ascending `days`."""
    begin, end = np.searchsorted(days, (day - length, day))
    return slice(int(begin), int(end))


def hrmax_prior(age_years: float | None) -> tuple[float, Literal["low", "none"]]:
    """Return HRmax [bpm] by age (Tanaka 2001), or 190 for nobody's age."""
    if age_years is None:
        return HRMAX_PRIOR_BPM, "none"
    return TANAKA[0] - TANAKA[1] * age_years, "low"


def hrmax(
    days: Days, peaks_bpm: Floats, on_days: Sequence[int], age_years: float | None = None
) -> list[Estimate]:
    """Return HRmax from the peaks of sessions (highest 30 s means), on each of `on_days`.

    The median of the three highest peaks of the last 365 days, those left out that no other
    session confirms; a change is more than 2 bpm. It falls only where ten sessions nearly reach
    the lower value, five from a value that was seen once. Until three sessions come near the
    value by age, that value.
    """
    prior, trust = hrmax_prior(age_years)
    found: list[Estimate] = []
    for day in on_days:
        peaks = np.sort(peaks_bpm[_window(days, day, HRMAX_WINDOW_DAYS)])
        now = _hrmax_of(day, _confirmed(peaks), prior, trust)
        if not found or _replaces(now, found[-1], peaks):
            found.append(now)
    return found


def _confirmed(peaks: Floats) -> Floats:
    """Return the three highest of ascending peaks of which the lower two lie close together.

    What lies above them alone, or in twos, is a sensor's doing. The lowest three where none do.
    """
    end = len(peaks)
    while end > HRMAX_SESSIONS and peaks[end - 2] - peaks[end - 3] > HRMAX_CONFIRMED_BPM:
        end -= 1
    return peaks[max(end - HRMAX_SESSIONS, 0) : end]


def _hrmax_of(day: int, best: Floats, prior: float, trust: Literal["low", "none"]) -> Estimate:
    evidence = {"peaks_bpm": [round(float(p), 1) for p in best[::-1]]}
    near = int(np.count_nonzero(best >= HRMAX_NEAR_PRIOR * prior))
    if near == HRMAX_SESSIONS:
        value = float(np.floor(best[1] + 0.5))  # the median of three
        close = best[-1] - best[0] <= HRMAX_CLOSE_BPM
        return Estimate(day, value, "high" if close else "medium", "hrmax.median3.v2", evidence)
    seen = _seen(best, prior)
    if seen > prior:
        return Estimate(day, float(np.floor(seen + 0.5)), "low", HRMAX_SEEN, evidence)
    return Estimate(day, round(prior, 1), trust, "hrmax.prior.v1", {}, is_default=True)


def _seen(best: Floats, prior: float) -> float:
    """Return the highest peak, unless it is far above the value by age and stands alone."""
    if not len(best):
        return 0.0
    second = float(best[-2]) if len(best) > 1 else 0.0
    possible = best[-1] <= prior + HRMAX_ALONE_BPM or best[-1] - second <= HRMAX_CONFIRMED_BPM
    return float(best[-1]) if possible else second


def _replaces(now: Estimate, before: Estimate, peaks: Floats) -> bool:
    """Return whether an estimate takes the place of the one before, given all peaks of a year."""
    if now.is_default or before.is_default:
        return not now.is_default
    if now.value > before.value + HRMAX_STEP_BPM:
        return True
    if now.value >= before.value - HRMAX_STEP_BPM or now.algorithm == HRMAX_SEEN:
        return False
    near = int(np.count_nonzero(peaks >= HRMAX_FALLS_NEAR * now.value))
    seen = before.algorithm == HRMAX_SEEN
    return near >= (HRMAX_SEEN_FALLS_SESSIONS if seen else HRMAX_FALLS_SESSIONS)


def hrrest(
    days: Days, resting_bpm: Floats, first_day: int, overnight: tuple[Days, Floats] | None = None
) -> list[Estimate]:
    """Return HRrest from nightly values: the median of the 28 days before.

    Needs 14 values; a new row only when the median lies 3 bpm away for 14 days in a row.
    60 bpm from `first_day` until then. `overnight`, days and the 5th percentile of heart rate
    asleep, stands in on days whose 28 days before hold too few resting heart rates.
    """
    found = [Estimate(first_day, HRREST_DEFAULT_BPM, "none", "hrrest.default.v1", {}, True)]
    away = 0
    for day, median, name in _resting(days, resting_bpm, overnight):
        before = found[-1]
        away = away + 1 if abs(median - before.value) >= HRREST_STEP_BPM else 0
        if before.is_default or away >= HRREST_STEADY_DAYS:
            trust = "medium" if name == HRREST_ASLEEP else "high"
            evidence = {"days": HRREST_WINDOW_DAYS}
            found.append(Estimate(day, median, trust, name, evidence))
            away = 0
    return found


def _resting(
    days: Days, resting_bpm: Floats, overnight: tuple[Days, Floats] | None
) -> list[tuple[int, float, str]]:
    """Return for each day the median to go by, and the name of the rule that made it."""
    asleep, awake = (
        _medians(*_of_people(*overnight or _NOTHING)),
        _medians(*_of_people(days, resting_bpm)),
    )
    by_day = {day: (day, median, HRREST_ASLEEP) for day, median in asleep}
    by_day |= {day: (day, median, HRREST_AWAKE) for day, median in awake}
    return [by_day[day] for day in sorted(by_day)]


def _of_people(days: Days, values: Floats) -> tuple[Days, Floats]:
    """Leave out resting heart rates that nobody has."""
    low, high = limits.RANGES["hrrest_bpm"]
    known = (values >= low) & (values <= high)
    return days[known], values[known]


_NOTHING: tuple[Days, Floats] = (np.empty(0, np.int64), np.empty(0))


def _medians(days: Days, values: Floats) -> Iterator[tuple[int, float]]:
    """Yield for each day the median of the 28 days before it, where 14 have a value."""
    if not len(days):
        return
    first = int(days[0])
    calendar = np.full(int(days[-1]) - first + 2, np.nan)
    calendar[days - first] = values
    medians = baselines.median_before(calendar, HRREST_WINDOW_DAYS, HRREST_VALUES)
    for i in np.flatnonzero(np.isfinite(medians)).tolist():
        yield first + i, float(medians[i])


@dataclass(frozen=True, slots=True, eq=False)
class HalfHours:
    """The highest 30-minute mean heart rates of sessions, and which sessions were hard."""

    days: Days
    means_bpm: Floats
    hard: NDArray[np.bool_]


def lthr(
    half_hours: HalfHours, on_days: Sequence[int], hrmax_bpm: Sequence[float]
) -> list[Estimate]:
    """Return LTHR: the highest 30-minute mean of 180 days, within 80..97 % of HRmax.

    Ten such sessions, or a hard one, are needed; else 89 % of HRmax (Daniels' threshold).
    `hrmax_bpm` is what is in force on each of `on_days`. A new row when it moves by 2 bpm.
    """
    found: list[Estimate] = []
    for day, highest in zip(on_days, hrmax_bpm, strict=True):
        now = _lthr_of(day, highest, half_hours)
        if not found or abs(now.value - found[-1].value) >= LTHR_STEP_BPM:
            found.append(now)
    return found


def _lthr_of(day: int, hrmax_bpm: float, half_hours: HalfHours) -> Estimate:
    window = _window(half_hours.days, day, LTHR_WINDOW_DAYS)
    means, hard = half_hours.means_bpm[window], bool(half_hours.hard[window].any())
    if len(means) < LTHR_SESSIONS and not hard:
        value = float(np.floor(LTHR_OF_HRMAX * hrmax_bpm + 0.5))
        return Estimate(day, value, "none", "lthr.of_hrmax.v1", {})
    low, high = (share * hrmax_bpm for share in LTHR_LIMITS)
    value = float(np.floor(min(max(float(means.max()), low), high) + 0.5))
    evidence = {"best_30min_bpm": round(float(means.max()), 1), "sessions": len(means)}
    return Estimate(day, value, "medium" if hard else "low", "lthr.best30min.v1", evidence)


def critical_speeds(
    days: Days, curves_mps: Floats, on_days: Sequence[int], race_days: Days | None = None
) -> list[Estimate | None]:
    """Return critical speed [m/s] on each of `on_days` from the best of 90 days, else 180.

    `curves_mps` holds a row of best speeds at `critical_speed.FIT_DURATIONS_S` for each run
    outdoors. Without a race among the evidence (`race_days`, ascending) it is a lower bound.
    """
    fitted, raced = _Fitted(), np.empty(0, np.int64) if race_days is None else race_days
    return [_critical_of(day, days, curves_mps, fitted, raced) for day in on_days]


def reserves(critical: Sequence[Estimate]) -> list[Estimate]:
    """Return the metres above critical speed (D') that go with estimates of critical speed."""
    return [found._replace(value=found.evidence["reserve_m"]) for found in critical]


class _Fitted(dict[bytes, critical_speed.CriticalSpeed | None]):
    """Fits by curve: on most days the best of 90 days is what it was the day before."""

    def of(self, curve_mps: Floats) -> critical_speed.CriticalSpeed | None:
        key = curve_mps.tobytes()
        if key not in self:
            self[key] = critical_speed.from_curve(curve_mps)
        return self[key]


def changes(estimates: Sequence[Estimate | None]) -> list[Estimate]:
    """Return the estimates that lie 1 % or more away from the one kept before them."""
    kept: list[Estimate] = []
    for now in estimates:
        if now and (not kept or abs(now.value / kept[-1].value - 1) >= SPEED_STEP):
            kept.append(now)
    return kept


def _critical_of(
    day: int, days: Days, curves_mps: Floats, fitted: _Fitted, race_days: Days
) -> Estimate | None:
    for length in CS_WINDOWS_DAYS:
        window = _window(days, day, length)
        if window.stop == window.start:
            continue
        best = np.fmax.reduce(curves_mps[window], axis=0)
        if found := fitted.of(best):
            raced = _window(race_days, day, length)
            return _critical(day, found, length, raced=raced.stop > raced.start)
    return None


def _critical(
    day: int, found: critical_speed.CriticalSpeed, length: int, *, raced: bool
) -> Estimate:
    evidence = {
        "reserve_m": round(found.reserve_m, 1),
        "days": length,
        "lower_bound": not raced,
    }
    trust = ("high" if raced else "medium") if found.fitted else "low"
    name = "cs.fit.v1" if found.fitted else "cs.fixed_reserve.v1"
    return Estimate(day, found.speed_mps, trust, name, evidence)


@dataclass(frozen=True, slots=True, eq=False)
class Races:
    """Races, flagged or recognised: VDOT of each, and effective VO2max its heart rate showed."""

    days: Days
    vdot: Floats
    vo2max_by_hr: Floats


def threshold_speeds(
    races: Races,
    critical: Sequence[Estimate | None],
    vo2max_trend: Floats,
    on_days: Sequence[int],
) -> list[Estimate | None]:
    """Return threshold speed [m/s], what can be held for about an hour, on each of `on_days`.

    From the best race of 180 days by VDOT, unless critical speed, a lower bound, says more;
    without a race the higher of 0.98 x critical speed and the speed that the trend of
    effective VO2max says. `critical` and `vo2max_trend` are those of `on_days`.
    """
    found: list[Estimate | None] = []
    for day, lowest, trend in zip(on_days, critical, vo2max_trend.tolist(), strict=True):
        options = list(_by_race(day, races))
        if not options and np.isfinite(trend):
            options.append(_by_vo2max(day, trend))
        if lowest is not None:
            options.append(_by_critical(day, lowest))
        found.append(max(options, key=_value) if options else None)
    return found


def _value(estimate: Estimate) -> float:
    return estimate.value


def _by_race(day: int, races: Races) -> Iterator[Estimate]:
    vdots = races.vdot[_window(races.days, day, RACE_WINDOW_DAYS)]
    if len(vdots):
        best = float(vdots.max())
        speed = race.threshold_speed_mps(best)
        yield Estimate(day, speed, "high", "threshold.race.v1", {"vdot": round(best, 2)})


def _by_critical(day: int, critical: Estimate) -> Estimate:
    evidence = {"critical_speed_mps": round(critical.value, 4)}
    speed = THRESHOLD_OF_CS * critical.value
    name = "threshold.critical_speed.v1"
    return Estimate(day, speed, critical.confidence, name, evidence)


def _by_vo2max(day: int, trend: float) -> Estimate:
    speed = race.threshold_speed_mps(trend)
    return Estimate(day, speed, "low", "threshold.vo2max.v1", {"vo2max": round(trend, 2)})


def corrections(races: Races, on_days: Sequence[int]) -> Floats:
    """Return on each day what the races of 730 days say of VO2max by heart rate (factor)."""
    usable = np.isfinite(races.vo2max_by_hr)
    days, ratios = races.days[usable], (races.vdot / races.vo2max_by_hr)[usable].tolist()
    begins = np.searchsorted(days, np.asarray(on_days) - CORRECTION_WINDOW_DAYS)
    ends = np.searchsorted(days, on_days, side="right")
    spans = list(zip(begins.tolist(), ends.tolist(), strict=True))
    factor = {(i, j): vo2max.correction_factor(ratios[i:j]) for i, j in set(spans)}
    return np.array([factor[span] for span in spans], np.float64)


def correcting_races(races: Races, day: int) -> list[int]:
    """Return which of the races, the newest last, make the correction of a day."""
    since = races.days >= day - CORRECTION_WINDOW_DAYS
    usable = np.isfinite(races.vo2max_by_hr) & since & (races.days <= day)
    return np.flatnonzero(usable)[-vo2max.CORRECTION_RACES :].tolist()


def age_years(birth_date: date, day: date) -> float:
    """Return a person's age on a day."""
    return (day - birth_date).days / DAYS_A_YEAR
