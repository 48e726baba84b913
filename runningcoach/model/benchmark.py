"""Dated facts about the athlete: heart-rate limits, thresholds, zones."""

from datetime import date
from typing import Literal

from runningcoach.model.record import Record

BenchmarkKind = Literal[
    "hrmax_bpm",
    "hrrest_bpm",
    "lthr_bpm",
    "threshold_speed_mps",
    "critical_speed_mps",
    "reserve_m",
    "vt1_bpm",
    "vt2_bpm",
    "hr_zone_1_bpm",
    "hr_zone_2_bpm",
    "hr_zone_3_bpm",
    "hr_zone_4_bpm",
    "hr_zone_5_bpm",
]
BenchmarkSource = Literal["user", "garmin", "estimate", "default"]
HR_ZONES: tuple[BenchmarkKind, ...] = (
    "hr_zone_1_bpm", "hr_zone_2_bpm", "hr_zone_3_bpm", "hr_zone_4_bpm", "hr_zone_5_bpm",
)  # fmt: skip
"""The lower edges of the heart-rate zones."""

Confidence = Literal["high", "medium", "low", "none"]


class Benchmark(Record):
    """A dated fact about the athlete, in force from `valid_from` until the next of its kind."""

    kind: BenchmarkKind
    value: float
    valid_from: date
    source: BenchmarkSource
    confidence: Confidence
