"""Totals and laps of a FIT file, as its sessions and laps state them."""

from collections.abc import Mapping, Sequence

from runningcoach.fit.names import INTENSITIES
from runningcoach.ingest.files.bounds import ValueChecks
from runningcoach.ingest.files.fit_rows import MessageRow
from runningcoach.ingest.files.recordings import RecordedLap, moment
from runningcoach.ingest.files.stated_totals import lap_sums
from runningcoach.metrics.totals import Stated

_POSITIVE: Mapping[str, str] = {
    "average_hr_bpm": "avg_heart_rate",
    "max_hr_bpm": "max_heart_rate",
    "average_speed_mps": "enhanced_avg_speed",
    "average_power_w": "avg_power",
    "calories_kcal": "total_calories",
}
_MAY_BE_ZERO: Mapping[str, str] = {
    "average_temperature_c": "avg_temperature",
    "device_training_effect": "total_training_effect",
    "device_anaerobic_effect": "total_anaerobic_training_effect",
    "device_training_load": "training_load_peak",
}


def stated_totals(
    session: MessageRow | None,
    laps: Sequence[RecordedLap],
    sport: str,
    recorded_s: float,
    checks: ValueChecks,
) -> Stated:
    """Return the totals of a session and the sums over its laps, without impossible values.

    `recorded_s` is the time that the records span: a distance must be possible in it, or in the
    stated time.
    """
    timer, distance = lap_sums(laps)
    if session is None:
        return Stated(laps_timer_s=timer, laps_distance_m=distance)
    elapsed_s, timer_s = _times_in_order(
        session.positive("total_elapsed_time"), session.positive("total_timer_time")
    )
    elapsed_s = checks.value("elapsed_s", elapsed_s)
    timer_s = checks.value("timer_s", timer_s)
    longest_s = max(elapsed_s or 0.0, timer_s or 0.0, recorded_s)
    return Stated(
        elapsed_s=elapsed_s,
        timer_s=timer_s,
        distance_m=checks.distance(session.positive("total_distance"), longest_s, sport),
        ascent_m=checks.value("ascent_m", _ascent(session)),
        descent_m=checks.value(
            "descent_m", _with_fraction(session, "total_descent", "total_fractional_descent")
        ),
        laps_timer_s=timer,
        laps_distance_m=distance,
    )


def _times_in_order(
    elapsed_s: float | None, timer_s: float | None
) -> tuple[float | None, float | None]:
    """Return elapsed and timer's time; some devices swap them."""
    if elapsed_s and timer_s and timer_s > elapsed_s + 1:
        return timer_s, elapsed_s
    return elapsed_s, timer_s


def averages(session: MessageRow | None, checks: ValueChecks) -> dict[str, float | None]:
    """Return averages and scores that the device itself states; cadence as it counts."""
    if session is None:
        return {}
    values = {ours: session.positive(theirs) for ours, theirs in _POSITIVE.items()}
    values |= {ours: session.number(theirs) for ours, theirs in _MAY_BE_ZERO.items()}
    values["average_cadence_spm"] = cadence(session)
    return {name: checks.value(name, value) for name, value in values.items()}


def cadence(row: MessageRow) -> float | None:
    """Return the average cadence of a session or lap, strides or steps as the file has it."""
    return _with_fraction(row, "avg_cadence", "avg_fractional_cadence") or None


def _ascent(row: MessageRow) -> float | None:
    return _with_fraction(row, "total_ascent", "total_fractional_ascent")


def _with_fraction(row: MessageRow, name: str, fraction: str) -> float | None:
    whole = row.number(name)
    return None if whole is None else whole + (row.number(fraction) or 0.0)


def lap(row: MessageRow, start_s: float, sport: str, checks: ValueChecks) -> RecordedLap:
    """Return a lap as the device split it; cadence as the file counts it."""
    end_s = row.number("timestamp")
    spanned = end_s - start_s if end_s is not None and end_s >= start_s else 0.0
    intensity = row.number("intensity")
    elapsed = checks.value("elapsed_s", row.number("total_elapsed_time"))
    timer = checks.value("timer_s", row.number("total_timer_time"))
    elapsed = (checks.value("elapsed_s", spanned) or 0.0) if elapsed is None else elapsed
    metres = row.number("total_distance")
    return RecordedLap(
        started_at=moment(start_s),
        elapsed_s=elapsed,
        timer_s=timer,
        distance_m=checks.distance(metres, max(elapsed, timer or 0.0), sport),
        average_hr_bpm=checks.value("average_hr_bpm", row.positive("avg_heart_rate")),
        max_hr_bpm=checks.value("max_hr_bpm", row.positive("max_heart_rate")),
        average_speed_mps=checks.value("average_speed_mps", row.number("enhanced_avg_speed")),
        average_cadence_spm=checks.value("average_cadence_spm", cadence(row)),
        average_power_w=checks.value("average_power_w", row.number("avg_power")),
        ascent_m=checks.value("ascent_m", _ascent(row)),
        intensity=None if intensity is None else INTENSITIES.get(int(intensity)),
    )
