"""Chance that can be repeated: every day has dice of its own, whatever came before it."""

from datetime import date
from typing import Literal

import numpy as np

type Dice = np.random.Generator
type About = Literal[
    "season",
    "plan",
    "body",
    "health",
    "weather",
    "run",
    "ride",
    "mishaps",
    "diary",
    "second watch",
    "intention",
]

_STREAMS: dict[About, int] = {
    "season": 1,
    "plan": 2,
    "body": 3,
    "weather": 4,
    "run": 5,
    "mishaps": 6,
    "second watch": 7,
    "health": 8,
    "ride": 9,
    "diary": 10,
    "intention": 11,
}


def dice(seed: int, day: date, about: About) -> Dice:
    """Return the dice of one day and one matter: the same for any length of history."""
    return np.random.Generator(np.random.PCG64((seed, day.toordinal(), _STREAMS[about])))


def happens(throw: Dice, probability: float) -> bool:
    """Throw once; True with `probability`."""
    return bool(throw.random() < probability)
