"""Grade-adjusted speed and credible heart rate of an activity, and why either cannot be used."""

from dataclasses import dataclass

import numpy as np

from runningcoach.metrics import grade, heart_rate_cleaning
from runningcoach.metrics.streams import Streams, coverage
from runningcoach.metrics.windows import Floats

COVERAGE, COVERAGE_VO2MAX = 0.8, 0.9
SHORTEST_S = 300
"""Below five minutes only distance, time, heart rate and TRIMP are worth keeping."""


@dataclass(frozen=True, slots=True, eq=False)
class EffortStreams:
    """The streams of an activity with the speed and heart rate that its facts rest on.

    `slope` is None where pace is not to be adjusted; `gap_mps` is then the speed.
    `moving_gap_mps` is NaN where one stood, `heart_rate_bpm` while a strap was dry.
    """

    streams: Streams
    is_run: bool
    active_s: int
    speed_coverage: float | None
    hr_coverage: float | None
    slope: Floats | None
    gap_mps: Floats
    moving_gap_mps: Floats
    heart_rate_bpm: Floats
    flags: tuple[str, ...]

    def after(self, seconds: int) -> tuple[Floats, Floats]:
        """Return moving GAP and heart rate after the first active `seconds`, both known."""
        late = np.cumsum(self.streams.active) > seconds
        both = late & np.isfinite(self.moving_gap_mps) & np.isfinite(self.heart_rate_bpm)
        return self.moving_gap_mps[both], self.heart_rate_bpm[both]


def effort_streams(streams: Streams, *, is_run: bool) -> EffortStreams:
    """Return the streams of an activity with grade-adjusted speed and credible heart rate."""
    flags, slope = list(streams.flags), None
    if is_run and not streams.treadmill:
        if np.isfinite(streams.altitude_m).any():
            slope = grade.slopes(streams.speed_mps, streams.altitude_m, streams.altitude_by)
        else:
            flags.append("no_grade")
    gap = streams.speed_mps if slope is None else streams.speed_mps * grade.strava_factor(slope)
    rate = streams.heart_rate_bpm
    if dry_s := heart_rate_cleaning.dry_strap_s(rate, gap):
        rate = np.where(np.arange(len(rate)) < dry_s, np.nan, rate)
        flags += [] if "hr_suspect" in flags else ["hr_suspect"]
    return EffortStreams(
        streams=streams,
        is_run=is_run,
        active_s=int(np.count_nonzero(streams.active)),
        speed_coverage=coverage(streams.speed_mps, streams.active),
        hr_coverage=coverage(rate, streams.active),
        slope=slope,
        gap_mps=gap,
        moving_gap_mps=np.where(streams.moving, gap, np.nan),
        heart_rate_bpm=rate,
        flags=tuple(flags),
    )


def why_no_heart_rate(effort: EffortStreams, least: float = COVERAGE) -> str | None:
    """Return the reason why heart rate cannot be used; None when it can."""
    if not effort.hr_coverage:
        return "no_hr"
    return "low_coverage" if effort.hr_coverage < least else None


def why_no_pace(effort: EffortStreams) -> str | None:
    """Return the reason why pace cannot be used; None when it can."""
    if not effort.is_run:
        return "modality"
    if not effort.speed_coverage:
        return "no_speed"
    return "low_coverage" if effort.speed_coverage < COVERAGE else why_short(effort, SHORTEST_S)


def why_short(effort: EffortStreams, least_s: int) -> str | None:
    """Return `too_short` for an activity of fewer active seconds; None for others."""
    return "too_short" if effort.active_s < least_s else None


def why_flagged(effort: EffortStreams, *flags: str) -> str | None:
    """Return the first of `flags` that the streams carry; None without any."""
    return next((flag for flag in flags if flag in effort.streams.flags), None)
