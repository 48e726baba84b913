"""One run, second by second: from the steps of a session to what a watch's sensors would see.

Speed is decided along the way (every 10 m: effort, slope, heat, tiredness), then turned into
time; the heart follows on the clock, pauses included.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from runningcoach.demo import physiology, terrain
from runningcoach.demo.body import step_speed
from runningcoach.demo.chance import Dice, dice, happens
from runningcoach.demo.physiology import HRMAX_BPM, Floats
from runningcoach.demo.watches import Watch
from runningcoach.demo.workouts import Intensity, PlannedSession

_NODE_M = 10.0
_M_PER_DEGREE = 111_195.0
_AUTO_LAP_M = 1000.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the day gives: form, resting heart rate, air, heat (0 none, 1 hard), mass."""

    day: date
    vo2max: float
    resting_bpm: float
    air_c: float
    heat: float
    mass_kg: float


@dataclass(frozen=True, slots=True)
class TrackLap:
    """A lap: from one row of the samples to another, and what it was for."""

    first: int
    last: int
    intensity: Intensity
    by_distance: bool


@dataclass(slots=True)
class RunTrack:
    """A recorded activity; channels are named and measured as in the FIT profile's record.

    `t_s` is the clock of each sample in seconds since the start, `cadence` counts steps of both
    feet (turns on a bicycle); positions are degrees.
    """

    sport: str
    sub_sport: str
    t_s: Floats
    channels: dict[str, Floats]
    laps: list[TrackLap]
    pauses: list[tuple[int, int]] = field(default_factory=list)

    @property
    def timer_s(self) -> float:
        """How long the timer ran: a sample a second."""
        return float(len(self.t_s) - 1)

    @property
    def elapsed_s(self) -> float:
        """How long it took, pauses included."""
        return float(self.t_s[-1])


def record(session: PlannedSession, now: Conditions, watch: Watch, seed: int) -> RunTrack:
    """Return the run that `session` becomes under the conditions of its day."""
    throw = dice(seed, now.day, "run")
    course = None if session.place == "treadmill" else terrain.route(session.place)
    wanted = 2000 * throw.random()
    shift = course.start_m(session.distance_m, wanted) if course else 0.0
    pace = _PacePlan(session, now, course, shift, throw)
    pauses = _pauses(session, len(pace.distance), throw)
    clock = _clock(len(pace.distance), pauses)
    channels = _movement(pace, now, throw)
    channels["heart_rate"] = _heart_rate(pace, clock, now, session, throw)
    channels["enhanced_respiration_rate"] = 13.5 + 0.19 * (channels["heart_rate"] - 55)
    channels["temperature"] = _wrist_temperature(clock, now, session)
    if course is not None:
        channels |= _places(course, shift + pace.distance, watch, throw)
    track = RunTrack("running", _sub_sport(session), clock, channels, _laps(session, pace))
    track.pauses = [(int(clock[at]), int(clock[at] + length)) for at, length in pauses]
    return track


def _sub_sport(session: PlannedSession) -> str:
    return session.place if session.place in ("treadmill", "track", "trail") else "generic"


class _PacePlan:
    """How far the runner is at every second, and how hard that is."""

    def __init__(
        self, session: PlannedSession, now: Conditions, course: terrain.Route | None, shift: float,
        throw: Dice,
    ) -> None:  # fmt: skip
        lengths = np.array([step.distance_m for step in session.steps])
        speeds = np.array([step_speed(step, now.vo2max) for step in session.steps])
        self.step_ends = np.cumsum(lengths)
        edges = np.append(np.arange(0, self.step_ends[-1], _NODE_M), self.step_ends[-1])
        middle = (edges[1:] + edges[:-1]) / 2
        wanted = speeds[np.searchsorted(self.step_ends, middle, side="right")]
        slope = np.zeros_like(middle) if course is None else _slope(course, shift + middle)
        effort = wanted * _willing(middle, session, now, throw)
        speed = effort * physiology.slope_cost(slope) ** -0.85
        self.node_times = np.concatenate([[0.0], np.cumsum(np.diff(edges) / speed)])
        seconds = np.arange(int(self.node_times[-1]) + 1)
        self.distance = np.interp(seconds, self.node_times, edges)
        self.edges = edges
        self.speed = np.gradient(self.distance)
        self.slope = np.interp(self.distance, middle, slope)
        self.flat_speed = self.speed * physiology.slope_cost(self.slope)


def _slope(course: terrain.Route, distance: Floats) -> Floats:
    rise = course.altitudes(distance + 20) - course.altitudes(np.maximum(distance - 20, 0))
    return np.clip(rise / 40, -0.3, 0.3)


def _willing(middle: Floats, session: PlannedSession, now: Conditions, throw: Dice) -> Floats:
    """Return the share of the wanted speed that is run: mood, warming up, heat, tiredness."""
    indoors = session.place == "treadmill"
    wobble = smooth_noise(throw, len(middle), every=12 if session.is_race else 7)
    share = 1 + (0.004 if indoors else 0.010 if session.is_race else 0.021) * wobble
    if not (indoors or session.is_race):
        share *= 1 - 0.05 * np.exp(-middle / 500)
    share *= 1 - (0.0 if indoors else 0.035 if session.is_race else 0.05) * now.heat
    tired = np.clip((middle - 26_000) / 16_000, 0, 1) ** 1.4
    return share * (1 - abs(float(throw.normal(0.03, 0.02))) * tired)


def smooth_noise(throw: Dice, count: int, every: int) -> Floats:
    """Return noise of about unit size that changes its mind `every` few values."""
    knots = throw.standard_normal(count // every + 2)
    return np.interp(np.arange(count) / every, np.arange(len(knots)), knots)


def _pauses(session: PlannedSession, samples: int, throw: Dice) -> list[tuple[int, int]]:
    """Return where (sample) and how long [s] the timer stood still: lights, water, shoelaces."""
    if session.is_race or session.place in ("treadmill", "track") or not happens(throw, 0.34):
        return []
    count = 1 + int(throw.integers(0, 3))
    spots = sorted({int(at) for at in throw.integers(90, max(samples - 90, 91), size=count)})
    return [(at, int(throw.integers(14, 110))) for at in spots if at < samples - 30]


def _clock(samples: int, pauses: list[tuple[int, int]]) -> Floats:
    """Return the time of each sample since the start; a pause follows the sample it is at."""
    clock = np.arange(samples, dtype=np.float64)
    for at, length in pauses:
        clock[at + 1 :] += length
    return clock


def _heart_rate(
    pace: _PacePlan, clock: Floats, now: Conditions, session: PlannedSession, throw: Dice
) -> Floats:
    """Return the pulse: what the effort asks for, drift and heat added, as the heart follows."""
    rows = clock.astype(np.int64)
    flat_speed = np.zeros(rows[-1] + 1)
    flat_speed[rows] = pace.flat_speed
    target_bpm = physiology.steady_heart_rate(flat_speed, now.vo2max, now.resting_bpm)
    hours = np.maximum(np.arange(len(target_bpm)) - 600, 0) / 3600
    heat = now.heat * (0.5 if session.is_race else 1.0)
    target_bpm *= 1 + np.minimum((0.010 + 0.024 * heat) * hours, 0.1)
    target_bpm += 5.5 * heat + (1.0 if session.is_race else 0.0) + float(throw.normal(0, 1.9))
    ceiling = HRMAX_BPM - 1.5
    target_bpm = np.where(
        target_bpm > ceiling - 8, ceiling - 8 * np.exp((ceiling - 8 - target_bpm) / 8), target_bpm
    )
    first = now.resting_bpm + (55 if session.is_race else 32)
    pulse = physiology.lagged(target_bpm, first)[rows]
    return np.clip(pulse + 1.1 * smooth_noise(throw, len(pulse), every=13), 42, HRMAX_BPM)


def _movement(pace: _PacePlan, now: Conditions, throw: Dice) -> dict[str, Floats]:
    count = len(pace.distance)
    wobble = 0.7 * smooth_noise(throw, count, every=9) + 0.6 * throw.standard_normal(count)
    gait = physiology.gait(pace.speed, pace.slope, wobble)
    power = physiology.running_power(pace.speed, pace.slope, now.mass_kg)
    return {
        "distance": pace.distance,
        "enhanced_speed": np.maximum(pace.speed * (1 + 0.006 * wobble), 0.0),
        "cadence": gait.cadence_spm,
        "power": power * (1 + 0.018 * wobble),
        "vertical_oscillation": gait.vertical_oscillation_mm,
        "stance_time": gait.stance_time_ms,
        "stance_time_balance": gait.stance_balance_pct,
        "step_length": gait.step_length_mm,
        "vertical_ratio": gait.vertical_ratio_pct,
    }


def _wrist_temperature(clock: Floats, now: Conditions, session: PlannedSession) -> Floats:
    """Return what the watch feels: the arm at first, then the air and some of the arm."""
    air = 22.0 if session.place == "treadmill" else now.air_c
    settled = air + 0.2 * (33 - air)
    return settled + (31 - settled) * np.exp(-clock / 420)


def _places(course: terrain.Route, along: Floats, watch: Watch, throw: Dice) -> dict[str, Floats]:
    """Return positions with the error of GPS, and heights with that of the altimeter."""
    count = len(along)
    latitude, longitude = course.positions(along)
    metre = 1 / _M_PER_DEGREE
    squeeze = np.cos(np.radians(latitude[0]))
    drift = float(throw.normal(0, 1.5)) * np.arange(count) / count
    error = 0.12 if watch.has_barometer else 2.6
    height = course.altitudes(along) + error * smooth_noise(throw, count, every=25) + drift
    return {
        "position_lat": latitude + 1.8 * metre * smooth_noise(throw, count, every=11),
        "position_long": longitude + 1.8 * metre / squeeze * smooth_noise(throw, count, every=11),
        "enhanced_altitude": height,
    }


def _laps(session: PlannedSession, pace: _PacePlan) -> list[TrackLap]:
    """Return a lap for each step of a workout, else for each kilometre and the rest."""
    last = len(pace.distance) - 1
    if session.laps_by_step:
        ends = np.rint(np.interp(pace.step_ends, pace.edges, pace.node_times)).astype(int)
        intensities = [step.intensity for step in session.steps]
    else:
        marks = np.arange(_AUTO_LAP_M, pace.distance[-1], _AUTO_LAP_M)
        ends = np.append(np.searchsorted(pace.distance, marks), last)
        intensities: list[Intensity] = ["active"] * len(ends)
    bounds = [0, *np.minimum(ends, last).tolist()]
    bounds[-1] = last
    return [
        TrackLap(first, end, intensity, by_distance=not session.laps_by_step)
        for first, end, intensity in zip(bounds[:-1], bounds[1:], intensities, strict=True)
        if end > first
    ]
