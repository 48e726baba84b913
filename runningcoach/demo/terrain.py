"""Routes around the Han river: made-up lines through real places, with their heights.

A route is a table of position and height by distance. It is run to and fro, or round and
round when it is a loop, so that it is never too short.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from runningcoach.demo.physiology import Floats
from runningcoach.demo.workouts import Place

_STEP_M = 10.0
_M_PER_DEGREE = 111_195.0

# Corner points: latitude, longitude. The lines between them are bent into paths.
_LINES: dict[str, tuple[tuple[float, float], ...]] = {
    "river_west": (
        (37.5110, 126.9960), (37.5075, 126.9790), (37.5130, 126.9580), (37.5180, 126.9440),
        (37.5290, 126.9330), (37.5400, 126.9080), (37.5475, 126.8950), (37.5580, 126.8760),
        (37.5700, 126.8560), (37.5790, 126.8370), (37.5830, 126.8240), (37.5910, 126.8080),
    ),
    "river_east": (
        (37.5110, 126.9960), (37.5150, 127.0090), (37.5260, 127.0200), (37.5285, 127.0380),
        (37.5265, 127.0560), (37.5190, 127.0700), (37.5175, 127.0850), (37.5230, 127.0990),
        (37.5400, 127.1160), (37.5530, 127.1270), (37.5600, 127.1470), (37.5680, 127.1730),
        (37.5650, 127.1950),
    ),
    "stream": (
        (37.5160, 127.0660), (37.5040, 127.0700), (37.4935, 127.0735), (37.4830, 127.0860),
        (37.4690, 127.1010), (37.4500, 127.1130), (37.4280, 127.1190), (37.4050, 127.1140),
        (37.3830, 127.1110), (37.3640, 127.1080),
    ),
    "lisbon": (
        (38.7072, -9.1440), (38.7050, -9.1540), (38.7010, -9.1700), (38.6975, -9.1870),
        (38.6955, -9.2060), (38.6925, -9.2180), (38.6960, -9.2330), (38.7005, -9.2480),
    ),
}  # fmt: skip


class _Loop(NamedTuple):
    """A closed round: where, how far from its middle, how it bends, how it climbs."""

    latitude: float
    longitude: float
    radius_m: float
    bends: tuple[float, ...]
    low_m: float
    climbs: tuple[float, ...]


_LOOPS: dict[str, _Loop] = {
    "hill": _Loop(37.5512, 126.9880, 720, (0.16, 0.12, -0.08, 0.07), 68, (62, 22, 14, 9, 6)),
    "trail": _Loop(37.4290, 127.0480, 1250, (0.22, -0.14, 0.1, 0.08), 95, (95, 40, 26, 15, 11)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """Positions and heights every 10 m."""

    latitude_deg: Floats
    longitude_deg: Floats
    altitude_m: Floats
    is_loop: bool

    @property
    def length_m(self) -> float:
        """How long the route is, once."""
        return (len(self.altitude_m) - 1) * _STEP_M

    def along(self, distance_m: Floats) -> Floats:
        """Return where on the route one is after running `distance_m`."""
        if self.is_loop:
            return np.mod(distance_m, self.length_m)
        return self.length_m - np.abs(np.mod(distance_m, 2 * self.length_m) - self.length_m)

    def start_m(self, distance_m: float, wanted_m: float) -> float:
        """Return where to start, near `wanted_m`, so that a line is turned on once at most."""
        latest = max(0.0, self.length_m - distance_m / 2)
        return wanted_m if self.is_loop else min(wanted_m, latest)

    def positions(self, distance_m: Floats) -> tuple[Floats, Floats]:
        """Return latitude and longitude [degrees] after `distance_m`."""
        at = self.along(distance_m) / _STEP_M
        nodes = np.arange(len(self.altitude_m))
        return np.interp(at, nodes, self.latitude_deg), np.interp(at, nodes, self.longitude_deg)

    def altitudes(self, distance_m: Floats) -> Floats:
        """Return the height [m] after `distance_m`."""
        nodes = np.arange(len(self.altitude_m))
        return np.interp(self.along(distance_m) / _STEP_M, nodes, self.altitude_m)


@cache
def route(place: Place) -> Route:
    """Return the route of a place out of doors."""
    if place == "track":
        return _track()
    if place == "road":
        return _road()
    return _loop(_LOOPS[place]) if place in _LOOPS else _line(_LINES[place])


def _line(corners: tuple[tuple[float, float], ...]) -> Route:
    latitude, longitude = _bent(np.array(corners, dtype=np.float64))
    latitude, longitude, distance = _every_step(latitude, longitude)
    return Route(latitude, longitude, _riverside_heights(distance), is_loop=False)


def _bent(corners: Floats) -> tuple[Floats, Floats]:
    """Return a smooth curve through `corners` (Catmull-Rom), 60 points for each stretch."""
    padded = np.vstack([2 * corners[0] - corners[1], corners, 2 * corners[-1] - corners[-2]])
    u = np.linspace(0, 1, 60, endpoint=False)[None, :, None]
    a, b, c, d = (padded[i : len(padded) - 3 + i][:, None, :] for i in range(4))
    curve = 0.5 * (
        2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3
    )
    points = np.vstack([curve.reshape(-1, 2), corners[-1]])
    return points[:, 0], points[:, 1]


def _every_step(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the same line with a point every 10 m, and the distances of the points."""
    north = np.diff(latitude) * _M_PER_DEGREE
    east = np.diff(longitude) * _M_PER_DEGREE * math.cos(math.radians(latitude[0]))
    distance = np.concatenate([[0.0], np.cumsum(np.hypot(north, east))])
    even = np.arange(0, distance[-1], _STEP_M)
    return np.interp(even, distance, latitude), np.interp(even, distance, longitude), even


def _riverside_heights(distance: Floats) -> Floats:
    """Return the heights of a river path: flat, with ramps at bridges and underpasses."""
    swell = 1.6 * np.sin(distance / 1900) + 1.0 * np.sin(distance / 730 + 1)
    ramps = 3.4 * np.exp(-(((np.mod(distance, 2350) - 1200) / 90) ** 2))
    dips = 2.6 * np.exp(-(((np.mod(distance, 3170) - 900) / 60) ** 2))
    return 13.0 + swell + ramps - dips


def _loop(shape: _Loop) -> Route:
    angle = np.linspace(0, 2 * np.pi, 1200)
    radius = shape.radius_m * (1 + _waves(angle, shape.bends, phase=0.7))
    squeeze = math.cos(math.radians(shape.latitude))
    latitude = shape.latitude + radius * np.sin(angle) / _M_PER_DEGREE
    longitude = shape.longitude + radius * np.cos(angle) / _M_PER_DEGREE / squeeze
    latitude, longitude, distance = _every_step(latitude, longitude)
    heights = _waves(2 * np.pi * distance / distance[-1], shape.climbs, phase=1.9)
    return Route(latitude, longitude, shape.low_m + heights - heights.min(), is_loop=True)


def _waves(angle: Floats, sizes: tuple[float, ...], phase: float) -> Floats:
    return sum(
        (size * np.sin((n + 1) * angle + phase * n * n) for n, size in enumerate(sizes)),
        np.zeros_like(angle),
    )


def _track() -> Route:
    """Return a 400 m track: two straights of 84.39 m, two bends of 36.8 m radius."""
    distance = np.arange(0, 401, _STEP_M / 5)
    straight, bend = 84.39, math.pi * 36.8
    part = np.searchsorted(np.cumsum([straight, bend, straight]), distance)
    along = distance - np.array([0, straight, straight + bend, 2 * straight + bend])[part]
    turn = along / 36.8
    x = np.choose(part, [along, straight + 36.8 * np.sin(turn), straight - along,
                         -36.8 * np.sin(turn)])  # fmt: skip
    y = np.choose(part, [np.full_like(along, -36.8), -36.8 * np.cos(turn),
                         np.full_like(along, 36.8), 36.8 * np.cos(turn)])  # fmt: skip
    latitude = 37.5154 + y / _M_PER_DEGREE
    longitude = 127.0727 + x / _M_PER_DEGREE / math.cos(math.radians(37.5154))
    even = np.arange(0, 401, _STEP_M)
    return Route(
        np.interp(even, distance, latitude),
        np.interp(even, distance, longitude),
        np.full(len(even), 16.0),
        is_loop=True,
    )


def _road() -> Route:
    """Return a course for long races: the whole river path, with a street's gentle waves."""
    west, east = _line(_LINES["river_west"]), _line(_LINES["river_east"])
    latitude = np.concatenate([west.latitude_deg[::-1], east.latitude_deg[1:]])
    longitude = np.concatenate([west.longitude_deg[::-1], east.longitude_deg[1:]])
    distance = np.arange(len(latitude)) * _STEP_M
    heights = 20 + 5 * np.sin(distance / 2100) + 3 * np.sin(distance / 640)
    return Route(latitude, longitude, heights, is_loop=False)
