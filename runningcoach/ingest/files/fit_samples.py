"""Records of a FIT file become samples: native fields, and developers' where those are missing."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from runningcoach.base.units import SEMICIRCLES_PER_DEGREE
from runningcoach.fit.decode import Columns
from runningcoach.fit.developer import native_fields
from runningcoach.fit.problems import FitProblem, problem
from runningcoach.fit.profile import MESSAGES
from runningcoach.ingest.files.bounds import ValueChecks
from runningcoach.ingest.files.fit_rows import numbers
from runningcoach.ingest.files.recordings import Samples, positions, samples_of

type Floats = NDArray[np.float64]

_CHANNELS: Mapping[str, str] = {
    "altitude_m": "enhanced_altitude",
    "distance_m": "distance",
    "speed_mps": "enhanced_speed",
    "heart_rate_bpm": "heart_rate",
    "power_w": "power",
    "temperature_c": "temperature",
    "vertical_oscillation_mm": "vertical_oscillation",
    "stance_time_ms": "stance_time",
    "step_length_mm": "step_length",
    "vertical_ratio_pct": "vertical_ratio",
    "grade_pct": "grade",
    "respiration_rate_bpm": "enhanced_respiration_rate",
}
_FILLED = {
    "heart_rate", "cadence", "power", "distance", "enhanced_speed", "enhanced_altitude",
    "temperature",
}  # fmt: skip
"""Native fields that a developer's may stand in for."""
_OF_PLAIN = {"speed": "enhanced_speed", "altitude": "enhanced_altitude"}

_UNITS: Mapping[str, Mapping[str, float]] = {
    "distance": {"km": 1000.0, "mi": 1609.344, "mile": 1609.344, "miles": 1609.344, "cm": 0.01,
                 "ft": 0.3048, "yd": 0.9144},
    "enhanced_speed": {"km/h": 1 / 3.6, "kph": 1 / 3.6, "kmh": 1 / 3.6, "mph": 0.44704,
                       "mm/s": 0.001, "cm/s": 0.01},
    "enhanced_altitude": {"ft": 0.3048, "feet": 0.3048, "km": 1000.0, "cm": 0.01},
}  # fmt: skip
"""What a unit of a developer's field is in the native field's unit, where it is not the same."""


def samples(
    records: Columns, seconds: Floats, described: Columns, checks: ValueChecks
) -> tuple[Samples, list[FitProblem]]:
    """Return samples at `seconds`, cadence as the file counts it, and what filled a channel."""
    records, notes = _fill_from_developers(records, described)
    channels = _channels(records)
    checked = {name: checks.column(name, values) for name, values in channels.items()}
    return samples_of(seconds, checked), notes


def _channels(records: Columns) -> dict[str, Floats]:
    latitude, longitude = positions(
        numbers(records, "position_lat") / SEMICIRCLES_PER_DEGREE,
        numbers(records, "position_long") / SEMICIRCLES_PER_DEGREE,
    )
    channels = {"latitude_deg": latitude, "longitude_deg": longitude}
    channels |= {ours: numbers(records, theirs) for ours, theirs in _CHANNELS.items()}
    heart_rate = channels["heart_rate_bpm"]
    channels["heart_rate_bpm"] = np.where(heart_rate > 0, heart_rate, np.nan)
    cadence = numbers(records, "cadence")
    fraction = numbers(records, "fractional_cadence")
    channels["cadence_spm"] = cadence + np.nan_to_num(fraction)
    for name, column in records.items():
        if name.startswith("dev") and column.dtype != object and column.ndim == 1:
            channels[name] = numbers(records, name)
    return channels


def _fill_from_developers(records: Columns, described: Columns) -> tuple[Columns, list[FitProblem]]:
    """Return records whose empty native fields hold what a developer's field has for them."""
    if not described or "native_field_num" not in described:
        return records, []
    filled: Columns = {}
    notes: list[FitProblem] = []
    units = dict(zip(_names(described, "field_name"), _names(described, "units"), strict=True))
    for name, plain in native_fields(described, MESSAGES["record"]).items():
        native = _OF_PLAIN.get(plain, plain)
        values = numbers(records, name) if name in records else None
        if (
            native not in _FILLED
            or native in filled
            or values is None
            or _has_values(records, native)
        ):
            continue
        if np.isfinite(values).any():
            unit = (units.get(name.partition(":")[2]) or "").strip().lower()
            filled[native] = values * _UNITS.get(native, {}).get(unit, 1.0)
            notes.append(problem(0, "developer_field", field=plain, source=name))
    return {**records, **filled}, notes


def _names(described: Columns, column: str) -> list[str | None]:
    count = len(next(iter(described.values()), ()))
    values = described.get(column)
    return values.tolist() if values is not None and values.dtype == object else [None] * count


def _has_values(records: Columns, name: str) -> bool:
    """Return whether a native field has any value; a heart rate of 0 is none."""
    values = numbers(records, name)
    return bool((values > 0).any() if name == "heart_rate" else np.isfinite(values).any())
