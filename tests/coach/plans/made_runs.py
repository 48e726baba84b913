"""Runs made of stretches, one value a second, for tests that need no corpus."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from runningcoach.coach.plans.adherence.run_series import RunLap, RunSeries
from runningcoach.model.workout import Workout


@dataclass(frozen=True)
class Part:
    """A stretch at one speed [m/s]: seconds, heart rate, grade [%], whether a lap ends with it."""

    seconds: int
    speed: float
    bpm: float = 140.0
    grade_pct: float = 0.0
    lap: bool = False
    lost: bool = False
    pause_s: int = 0


def series(*parts: Part, noise=0.04, indoor=False, factor=1.0, late_s=0, jump_m=0.0) -> RunSeries:
    """Return a recorded run; `late_s` is how late the lap button is pressed each time."""
    rng = np.random.default_rng(7)
    speed = np.concatenate([np.full(p.seconds, p.speed) for p in parts]) * factor
    speed = np.where(speed > 0, np.maximum(speed + rng.normal(0, noise, len(speed)), 0.1), 0.0)
    lost = np.concatenate([np.full(p.seconds, p.lost) for p in parts])
    grades = np.concatenate([np.full(p.seconds, p.grade_pct) for p in parts])
    step = np.where(lost, 0.0, speed)
    if jump_m:
        step[len(step) // 2] += jump_m
    n = len(speed)
    pauses = np.concatenate([[p.pause_s if i == p.seconds - 1 else 0 for i in range(p.seconds)]
                             for p in parts])  # fmt: skip
    t = np.arange(n) + np.concatenate(([0], np.cumsum(pauses)[:-1]))
    edges = np.cumsum([p.seconds for p in parts])
    presses = [min(int(e) + late_s, n) for e, p in zip(edges, parts, strict=True) if p.lap]
    return RunSeries(
        t_s=t.astype(float),
        distance_m=np.cumsum(step),
        speed_mps=speed,
        heart_rate_bpm=np.concatenate([np.full(p.seconds, p.bpm) for p in parts]),
        altitude_m=50 + np.cumsum(speed * grades / 100),
        gps_ok=~lost & (not indoor),
        laps=_laps(t, np.cumsum(step), sorted({0, *presses, n})),
        is_indoor=indoor,
    )


def _laps(t, distance, edges) -> tuple[RunLap, ...]:
    return tuple(
        RunLap(float(t[a]), float(t[b - 1]) + 1, float(distance[b - 1] - distance[a]))
        for a, b in pairwise(edges)
    )


def step(intensity, *, meters=None, seconds=None, pace=None, target=None):
    """Return a step in JSON; `pace` is (slow, fast) [s/km]."""
    end = {"kind": "distance", "meters": meters} if meters else {"kind": "time", "seconds": seconds}
    if pace:
        target = {"kind": "pace", "slow_s_per_km": pace[0], "fast_s_per_km": pace[1]}
    return {
        "kind": "step",
        "intensity": intensity,
        "end": end,
        "target": target or {"kind": "open"},
    }


def repeat(times, *steps):
    """Return a repeat in JSON."""
    return {"kind": "repeat", "times": times, "steps": list(steps)}


def workout(*steps, kind="cruise") -> Workout:
    """Return a workout of steps in JSON."""
    return Workout.model_validate({"type": kind, "title": "session", "steps": list(steps)})


EASY, THRESHOLD = (390, 340), (276, 266)


def cruise(times=5) -> Workout:
    """Return a warm-up, some kilometres at threshold pace with a minute's jog, a cool-down."""
    work = step("interval", meters=1000, pace=THRESHOLD)
    rest = step("recovery", seconds=60)
    warmup, cooldown = step("warmup", meters=1800, pace=EASY), step("cooldown", meters=1000)
    return workout(warmup, repeat(times, work, rest), cooldown)


def cruise_parts(times=5, *, rep_s=270, speed=1000 / 270, lap=True) -> list[Part]:
    """Return the stretches of the same session as it was run."""
    pair = [Part(rep_s, speed, 168, lap=lap), Part(60, 2.4, 140, lap=lap)]
    return [Part(648, 1800 / 648, 135, lap=lap), *(pair * times), Part(370, 2.7, 138, lap=lap)]
