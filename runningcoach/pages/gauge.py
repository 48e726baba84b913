"""A gauge: an arc in bands, a needle, one big number."""

import math
from dataclasses import dataclass
from itertools import pairwise

from runningcoach.pages.markup import Piece, macros


@dataclass(frozen=True, slots=True)
class GaugeScale:
    """The scale of a gauge: its ends, where one band ends and the next begins, their names."""

    low: float
    high: float
    edges: tuple[float, ...]
    bands: tuple[str, ...]

    def band(self, value: float | None) -> str | None:
        """Return the name of the band that a value falls into; None when it is not known."""
        if value is None or math.isnan(value):
            return None
        return self.bands[sum(value >= edge for edge in self.edges)]

    def turn(self, value: float) -> float:
        """Return how far along the arc a value stands, 0 to 1."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


BANDS = ("overload", "building", "balanced", "fresh", "idle")
FORM = GaugeScale(-50.0, 40.0, (-30.0, -10.0, 5.0, 25.0), BANDS)
"""Form in percent of fitness. The edges are customary marks that describe how load was spread;
they do not diagnose."""
READINESS = GaugeScale(0.0, 100.0, (30.0, 50.0, 75.0), ("low", "reduced", "normal", "high"))
"""Readiness in points; its bands are those of the stored value."""
CENTRE = (120.0, 118.0)
RADIUS = 92.0
GAP = 0.006
"""Share of the arc that stays free at each end of a band."""
CHARTS = macros("charts")


def band(form_pct: float | None) -> str | None:
    """Return the name of the band that a form [% of fitness] falls into; None when unknown."""
    return FORM.band(form_pct)


def _point(turn: float, radius: float) -> str:
    angle = math.pi * (1 - turn)
    x, y = CENTRE[0] + radius * math.cos(angle), CENTRE[1] - radius * math.sin(angle)
    return f"{x:.1f} {y:.1f}"


def gauge(at: float | None, value: str, words: str, label: str, dial: GaugeScale = FORM) -> Piece:
    """Return the gauge: where `at` stands on the dial, `value` large and `words` below it."""
    return CHARTS.gauge(label, TICKS, _arcs(dial, at), RADIUS, _needle(dial, at), value, words)


def _tick(number: int) -> tuple[str, str]:
    """Return the ends of one of 31 ticks; every fifth is long."""
    return _point(number / 30, 102), _point(number / 30, 110 if number % 5 == 0 else 106)


TICKS = tuple(_tick(number) for number in range(31))


def _arcs(dial: GaugeScale, at: float | None) -> list[tuple[str, str, str]]:
    """Return look, beginning and end of each band; the one that `at` falls into is lit."""
    turns = [0.0, *(dial.turn(edge) for edge in dial.edges), 1.0]
    here = dial.band(at)
    return [
        (
            f"{name} lit" if name == here else name,
            _point(start + GAP, RADIUS),
            _point(end - GAP, RADIUS),
        )
        for name, (start, end) in zip(dial.bands, pairwise(turns), strict=True)
    ]


def _needle(dial: GaugeScale, at: float | None) -> list[str]:
    """Return the coordinates of the needle; none for an unknown value."""
    return [] if dial.band(at) is None else _point(dial.turn(at or 0.0), RADIUS).split()


def bar(value: float, low: float, high: float) -> tuple[str, str]:
    """Return where a bar from 0 to a value begins on a scale and how long it is, in percent."""
    start, end = sorted((0.0, value))
    span = high - low
    return f"{100 * (start - low) / span:.1f}", f"{100 * (end - start) / span:.1f}"
