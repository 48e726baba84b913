"""HRV, resting heart rate and sleep against one's usual, and readiness of a morning."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from runningcoach.metrics import baselines, hrv, readiness
from runningcoach.metrics.definitions.definition import (
    Definition,
    Input,
    Series,
    TraceIngredient,
    Value,
    one,
    template,
)
from runningcoach.metrics.windows import Floats

FEW_DAYS = 3
"""Resting heart rate and sleep are looked at over three days."""
HOUR_S = 3600.0
PARTS = ("hrv", "resting_hr", "sleep", "form")
"""What readiness is weighed from, in the order of its weights."""
_PLEWS = "Plews et al. 2013, doi:10.1007/s40279-013-0071-8"
_FEW = "few_nights"

type RecoveryInput = Input[RecoveryTraceInput]


@dataclass(frozen=True, eq=False)
class RecoveryTraceInput:
    """One morning with all that its numbers rest on.

    `columns` are those of its row, `nights` the values of the days up to it, by name and day,
    HRV of one source alone; `form_pct` is that of the day, load and fitness are of the evening
    before, and of the one before that.
    """

    day: date
    columns: Mapping[str, Any]
    nights: Mapping[str, Mapping[date, float]]
    form_pct: float | None = None
    load_yesterday: float = 0.0
    ctl_before: float = 0.0

    def known(self, name: str, days: int) -> dict[date, float]:
        """Return what is known of the last `days` days, this one among them."""
        span = (self.day - timedelta(days=i) for i in reversed(range(days)))
        return {day: self.nights[name][day] for day in span if day in self.nights[name]}

    def usual(self, name: str) -> Floats:
        """Return the values that are the usual of this morning."""
        span = (self.day - timedelta(days=i) for i in reversed(range(baselines.LONG_DAYS + 1)))
        return baselines.values_before(
            np.array([self.nights[name].get(day, np.nan) for day in span])
        )


def _own(name: str, unit: str = "") -> RecoveryInput:
    """Return another number of the morning."""
    return one(name, unit, "morning", lambda of: of.columns.get(name))


def _nights(name: str, days: int, unit: str, blank: str = "") -> Series[RecoveryTraceInput]:
    """Return the values of the last nights, each by its day."""

    def parts(of: RecoveryTraceInput) -> list[TraceIngredient]:
        return [
            TraceIngredient(f"on_{day}", value, unit, "night", day.isoformat())
            for day, value in of.known(name, days).items()
        ]

    return Series(parts, blank, "; ", unit)


def _spread(values: Floats) -> tuple[Value, Value]:
    """Return mean and sample deviation; None where they are not known."""
    found = baselines.spread(values.reshape(1, -1))
    return float(found.mean[0]), float(found.sd[0])


def _week_logs(of: RecoveryTraceInput) -> tuple[Value, Value]:
    return _spread(hrv.logarithms(np.array(list(of.known("hrv_ms", hrv.ROLLING_DAYS).values()))))


def _usual_logs(of: RecoveryTraceInput) -> tuple[Value, Value]:
    return _spread(hrv.logarithms(of.usual("hrv_ms")))


def _count_hrv(of: RecoveryTraceInput) -> int:
    return int(np.count_nonzero(of.usual("hrv_ms") > 0))


def _resting_sd(of: RecoveryTraceInput) -> Value:
    return _spread(of.usual("resting_hr_bpm"))[1]


def _count(name: str) -> RecoveryInput:
    return one("nights_60d", "", "night", lambda of: len(of.usual(name)))


_USUAL_HRV = (
    Input(("hrv_mean_60d", "hrv_sd_60d"), "", "computed", _usual_logs),
    one("nights_60d", "", "night", _count_hrv),
)
_USUAL_RESTING = (
    one("resting_hr_sd_60d", "bpm", "computed", _resting_sd),
    _count("resting_hr_bpm"),
)


def _range(name: str, sign: str) -> Definition[RecoveryTraceInput]:
    """Return one end of the usual range of HRV."""
    return Definition(
        *(name, "morning", "ms", "hrv.range60.v1"),
        literature=_PLEWS,
        formula=template(
            f"e^({{hrv_mean_60d}} {sign} {{width}} × {{hrv_sd_60d}})", width=hrv.RANGE_SD
        ),
        inputs=_USUAL_HRV,
        why_not=_FEW,
        reasons=("no_hrv", "short_baseline", _FEW),
    )


def _limited(text: str, **constants: float) -> str:
    """Return the formula of a deviation, kept within what counts."""
    limits = {"most": readiness.MOST_Z, "least": readiness.LEAST_Z}
    return template(f"min({{most}}; max({{least}}; {text}))", **limits, **constants)


def _sleep_nights(of: RecoveryTraceInput) -> list[float]:
    """Return the sleep of the 60 nights before [s]."""
    nights = of.known("sleep_s", baselines.LONG_DAYS + 1)
    return [seconds for day, seconds in nights.items() if day != of.day]


def _sleep_median_h(of: RecoveryTraceInput) -> float | None:
    nights = _sleep_nights(of)
    return float(np.median(nights)) / HOUR_S if nights else None


def _hours(name: str, source: str, seconds: Callable[[RecoveryTraceInput], Any]) -> RecoveryInput:
    def value(of: RecoveryTraceInput) -> float | None:
        found = seconds(of)
        return None if found is None else found / HOUR_S

    return one(name, "h", source, value)


def _last_night_s(of: RecoveryTraceInput) -> float | None:
    return of.known("sleep_s", 1).get(of.day)


def _part(part: str, of: RecoveryTraceInput) -> float | None:
    """Return a part of readiness; None where it is not known."""
    found: float | None = of.columns.get(f"{part}_z")
    return None if found is None or math.isnan(found) else found


def _counted(part: str) -> RecoveryInput:
    """Return HRV or resting heart rate against the usual as the score counts it."""

    def value(of: RecoveryTraceInput) -> float | None:
        z = _part(part, of)
        return None if z is None else float(readiness.counted_z(z))

    return one(f"{part}_counted", "", "computed", value)


def _weights(of: RecoveryTraceInput) -> list[float]:
    """Return what each part counts for; a part that is missing counts for nothing."""
    pairs = zip(PARTS, readiness.WEIGHTS, strict=True)
    return [0.0 if _part(part, of) is None else weight for part, weight in pairs]


def _readiness_notes(of: RecoveryTraceInput) -> Sequence[str]:
    resting, beats = (of.columns.get(f"{name}_z") or 0.0 for name in ("resting_hr", "hrv"))
    ill = resting <= readiness.ILL_RESTING_Z and beats <= readiness.ILL_HRV_Z
    return ("not_validated", "illness") if ill else ("not_validated",)


DEFINITIONS: Sequence[Definition[RecoveryTraceInput]] = (
    Definition(
        *("hrv_7d_ms", "morning", "ms", "hrv.ln_mean7.v1"),
        literature=_PLEWS,
        formula="e^({mean_of}(ln({hrv_night})))",
        inputs=(_nights("hrv_ms", hrv.ROLLING_DAYS, "ms", "hrv_night"),),
        why_not=_FEW,
        reasons=("no_hrv", _FEW),
    ),
    _range("hrv_low_ms", "−"),
    _range("hrv_high_ms", "+"),
    Definition(
        *("hrv_cv_pct", "morning", "%", "hrv.cv7.v1"),
        literature=_PLEWS,
        formula="100 × {hrv_sd_7d} / {hrv_mean_7d}",
        inputs=(
            Input(("hrv_mean_7d", "hrv_sd_7d"), "", "computed", _week_logs),
            _nights("hrv_ms", hrv.ROLLING_DAYS, "ms"),
        ),
        why_not=_FEW,
        reasons=("no_hrv", _FEW),
    ),
    Definition(
        *("resting_hr_3d_bpm", "morning", "bpm", "resting_hr.mean3.v1"),
        formula="{mean_of}({resting_hr_days})",
        inputs=(_nights("resting_hr_bpm", FEW_DAYS, "bpm", "resting_hr_days"),),
        why_not=_FEW,
        reasons=("no_resting_hr", _FEW),
    ),
    Definition(
        *("resting_hr_usual_bpm", "morning", "bpm", "resting_hr.mean60.v1"),
        formula="{mean_of}({resting_hr_60d})",
        inputs=(_count("resting_hr_bpm"),),
        why_not=_FEW,
        reasons=("short_baseline", _FEW),
    ),
    Definition(
        *("sleep_3d_s", "morning", "s", "sleep.mean3.v1"),
        formula="{mean_of}({sleep_nights})",
        inputs=(_nights("sleep_s", FEW_DAYS, "s", "sleep_nights"),),
        why_not=_FEW,
        reasons=("no_sleep", _FEW),
    ),
    Definition(
        *("sleep_need_s", "morning", "s", "sleep.need60.v1"),
        formula=template(
            "min({most} h; max({least} h; {sleep_median_60d}))",
            least=readiness.NEED_S[0] / HOUR_S,
            most=readiness.NEED_S[1] / HOUR_S,
        ),
        inputs=(
            one("sleep_median_60d", "h", "computed", _sleep_median_h),
            one("nights_60d", "", "night", lambda of: len(_sleep_nights(of))),
        ),
        why_not=_FEW,
        reasons=("short_baseline", _FEW),
    ),
    Definition(
        *("hrv_z", "morning", "SD", "readiness.v1"),
        literature=_PLEWS,
        formula=_limited("({hrv_mean_7d} − {hrv_mean_60d}) / {hrv_sd_60d}"),
        inputs=(one("hrv_mean_7d", "", "computed", lambda of: _week_logs(of)[0]), *_USUAL_HRV),
        why_not=_FEW,
        reasons=("no_hrv", "short_baseline", "no_variation", _FEW),
    ),
    Definition(
        *("resting_hr_z", "morning", "SD", "readiness.v1"),
        formula=_limited(
            "−({resting_hr_3d_bpm} − {resting_hr_usual_bpm}) / max({sd}; {resting_hr_sd_60d})",
            sd=readiness.LEAST_RESTING_SD_BPM,
        ),
        inputs=(
            _own("resting_hr_3d_bpm", "bpm"),
            _own("resting_hr_usual_bpm", "bpm"),
            *_USUAL_RESTING,
        ),
        why_not=_FEW,
        reasons=("no_resting_hr", "short_baseline", _FEW),
    ),
    Definition(
        *("sleep_z", "morning", "1", "readiness.v1"),
        formula=_limited(
            "(({sleep_last_h} − {sleep_need_h}) / {night} + "
            "({sleep_3d_h} − {sleep_need_h}) / {three}) / 2",
            night=readiness.NIGHT_S / HOUR_S,
            three=readiness.THREE_NIGHTS_S / HOUR_S,
        ),
        inputs=(
            _hours("sleep_last_h", "night", _last_night_s),
            _hours("sleep_3d_h", "morning", lambda of: of.columns.get("sleep_3d_s")),
            _hours("sleep_need_h", "morning", lambda of: of.columns.get("sleep_need_s")),
        ),
        why_not=_FEW,
        reasons=("no_sleep", "short_baseline", _FEW),
    ),
    Definition(
        *("form_z", "morning", "1", "readiness.v1"),
        formula=_limited(
            "({form_pct} + {usual}) / {per_z}",
            usual=-readiness.USUAL_FORM_PCT,
            per_z=readiness.FORM_PCT_PER_Z,
        ),
        inputs=(one("form_pct", "%", "day", lambda of: of.form_pct),),
        why_not="needs_form",
        reasons=("no_fitness", "first_days", "low_fitness", "needs_form"),
    ),
    Definition(
        *("load_z", "morning", "1", "readiness.load.v1"),
        formula=template(
            "min(0; max({least}; {usual} − {load_yesterday} / max({level}; {ctl_before})))",
            least=readiness.LEAST_Z,
            usual=readiness.USUAL_LOAD,
            level=readiness.LOAD_LEAST_FITNESS,
        ),
        inputs=(
            one("load_yesterday", "", "yesterday", lambda of: of.load_yesterday),
            one("ctl_before", "", "day", lambda of: of.ctl_before),
        ),
        why_not="needs_form",
        reasons=("no_fitness", "needs_form"),
    ),
    Definition(
        *("readiness", "morning", "0-100", "readiness.v2"),
        formula=template(
            "min(100; max(0; {usual} + {points} × ({hrv_weight} × {hrv_counted} + "
            "{resting_hr_weight} × {resting_hr_counted} + {sleep_weight} × {sleep_z} + "
            "{form_weight} × {form_z}) / {weights} + {of_load} × {load_z}))",
            usual=readiness.USUAL_SCORE,
            points=readiness.POINTS_PER_Z,
            of_load=readiness.POINTS_PER_LOAD_Z,
        ),
        inputs=(
            *(_own(f"{part}_z") for part in PARTS),
            _counted("hrv"),
            _counted("resting_hr"),
            _own("load_z"),
            Input(tuple(f"{part}_weight" for part in PARTS), "", "constant", _weights),
            one("weights", "", "computed", lambda of: math.fsum(_weights(of))),
        ),
        notes=_readiness_notes,
        why_not="few_parts",
        reasons=("few_parts",),
    ),
)
