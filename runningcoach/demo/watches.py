"""The watches that the runner wore, one after the other, and what each can measure."""

from dataclasses import dataclass
from datetime import date

_BASIC = ("distance", "enhanced_speed", "heart_rate", "cadence")
_DYNAMICS = (
    "vertical_oscillation",
    "stance_time",
    "stance_time_balance",
    "step_length",
    "vertical_ratio",
)


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch: its number in Garmin's list, its channels and how it takes the pulse."""

    product: int
    name: str
    serial: int
    software: float
    channels: frozenset[str]
    has_barometer: bool
    pulse_at_wrist: bool


def _watch(
    product: int, name: str, serial: int, software: float, extra: tuple[str, ...] = (), *,
    has_barometer: bool = True, pulse_at_wrist: bool = False,
) -> Watch:  # fmt: skip
    channels = frozenset((*_BASIC, "enhanced_altitude", *extra))
    return Watch(product, name, serial, software, channels, has_barometer, pulse_at_wrist)


_FR220 = _watch(1632, "Forerunner 220", 3_874_120_455, 3.20, has_barometer=False)
_FR235 = _watch(
    2431, "Forerunner 235", 3_911_408_213, 7.90, has_barometer=False, pulse_at_wrist=True
)
_FR945 = _watch(3113, "Forerunner 945", 3_949_066_102, 6.50, ("temperature", *_DYNAMICS))
_FR955 = _watch(
    4024, "Forerunner 955", 3_986_310_774, 20.16,
    ("temperature", "power", "enhanced_respiration_rate", *_DYNAMICS),
)  # fmt: skip
SECOND = _watch(3076, "Forerunner 245", 3_962_551_908, 13.0, has_barometer=False,
                pulse_at_wrist=True)  # fmt: skip

_WORN_FROM = (
    (date(2022, 9, 1), _FR955),
    (date(2019, 5, 1), _FR945),
    (date(2015, 12, 1), _FR235),
    (date.min, _FR220),
)


def watch_on(day: date) -> Watch:
    """Return the watch that the runner wore on `day`."""
    return next(watch for since, watch in _WORN_FROM if day >= since)
