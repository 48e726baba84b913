"""A gauge: an arc in bands, a needle, one big number."""

import math
from dataclasses import dataclass

from markupsafe import Markup


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


def band(form_pct: float | None) -> str | None:
    """Return the name of the band that a form [% of fitness] falls into; None when unknown."""
    return FORM.band(form_pct)


def _point(turn: float, radius: float) -> str:
    angle = math.pi * (1 - turn)
    x, y = CENTRE[0] + radius * math.cos(angle), CENTRE[1] - radius * math.sin(angle)
    return f"{x:.1f} {y:.1f}"


def _arc(name: str, start: float, end: float, lit: bool) -> Markup:
    gap = 0.006
    return Markup('<path class="{}" d="M{} A{r} {r} 0 0 1 {}"/>').format(
        f"{name} lit" if lit else name,
        _point(start + gap, RADIUS),
        _point(end - gap, RADIUS),
        r=RADIUS,
    )


def _ticks() -> Markup:
    return Markup().join(
        Markup('<path class="tick" d="M{} L{}"/>').format(
            _point(i / 30, 102), _point(i / 30, 110 if i % 5 == 0 else 106)
        )
        for i in range(31)
    )


def gauge(at: float | None, value: str, words: str, label: str, dial: GaugeScale = FORM) -> Markup:
    """Return the gauge: where `at` stands on the dial, `value` large and `words` below it."""
    return Markup(
        '<div class="gauge"><svg viewBox="0 0 240 150" role="img" aria-label="{label}">'
        '{ticks}{arcs}{needle}<text x="120" y="112" class="value">{value}</text>'
        '<text x="120" y="138" class="words">{words}</text></svg></div>'
    ).format(
        label=label,
        ticks=_ticks(),
        arcs=_arcs(dial, at),
        needle=_needle(dial, at),
        value=value,
        words=words,
    )


def _arcs(dial: GaugeScale, at: float | None) -> Markup:
    turns = [0.0, *(dial.turn(edge) for edge in dial.edges), 1.0]
    here = dial.band(at)
    return Markup().join(
        _arc(name, turns[i], turns[i + 1], name == here) for i, name in enumerate(dial.bands)
    )


def _needle(dial: GaugeScale, at: float | None) -> Markup:
    if dial.band(at) is None:
        return Markup()
    x, y = _point(dial.turn(at or 0.0), RADIUS).split()
    return Markup('<circle class="needle" cx="{}" cy="{}" r="8"/>').format(x, y)
