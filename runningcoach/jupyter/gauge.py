"""The gauge of form: an arc in five bands, a needle, one big number."""

import math

from markupsafe import Markup

LOW, HIGH = -50.0, 40.0
EDGES = (-30.0, -10.0, 5.0, 25.0)
"""Form in percent of fitness where one band ends and the next begins. They are customary marks
that describe how load was spread; they do not diagnose."""
BANDS = ("overload", "building", "balanced", "fresh", "idle")
CENTRE = (120.0, 118.0)
RADIUS = 92.0


def band(form_pct: float | None) -> str | None:
    """Return the name of the band that a form [% of fitness] falls into; None when unknown."""
    if form_pct is None or math.isnan(form_pct):
        return None
    return BANDS[sum(form_pct >= edge for edge in EDGES)]


def _turn(value: float) -> float:
    """Return how far along the arc a value stands, 0 to 1."""
    return min(max((value - LOW) / (HIGH - LOW), 0.0), 1.0)


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


def gauge(form_pct: float | None, value: str, words: str, label: str) -> Markup:
    """Return the gauge: where `form_pct` stands, `value` large and `words` below it."""
    turns = [0.0, *(_turn(edge) for edge in EDGES), 1.0]
    here = band(form_pct)
    arcs = Markup().join(
        _arc(name, turns[i], turns[i + 1], name == here) for i, name in enumerate(BANDS)
    )
    return Markup(
        '<div class="gauge"><svg viewBox="0 0 240 150" role="img" aria-label="{label}">'
        '{ticks}{arcs}{needle}<text x="120" y="112" class="value">{value}</text>'
        '<text x="120" y="138" class="words">{words}</text></svg></div>'
    ).format(
        label=label, ticks=_ticks(), arcs=arcs, needle=_needle(form_pct), value=value, words=words
    )


def _needle(form_pct: float | None) -> Markup:
    if band(form_pct) is None:
        return Markup()
    x, y = _point(_turn(form_pct or 0.0), RADIUS).split()
    return Markup('<circle class="needle" cx="{}" cy="{}" r="8"/>').format(x, y)
