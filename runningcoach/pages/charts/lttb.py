"""Fewer points, same shape: largest triangle three buckets.

References: S. Steinarsson, "Downsampling Time Series for Visual Representation", MSc thesis,
University of Iceland, 2013, section 4.2.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Places = NDArray[np.intp]


def lttb(x: Floats, y: Floats, points: int) -> Places:
    """Return the places of the `points` values that keep the shape of y over x.

    Both are without gaps and x does not fall; the first and the last place are always kept.
    """
    return each(x, y[np.newaxis], points)[0]


def shared(x: Floats, channels: Floats, points: int) -> Places:
    """Return at most `points` places that keep the shape of all rows of `channels` together.

    Every row has an equal share of the points, at least its two ends; the places are put
    together, so that one index serves all rows. Gaps (NaN) are bridged by straight lines.
    """
    if len(x) <= points or not len(channels):
        return lttb(x, x, points)
    share = max(points // len(channels), 2)
    return np.unique(each(x, np.stack([_bridged(row) for row in channels]), share))


def each(x: Floats, ys: Floats, points: int) -> Places:
    """Return for each row of `ys` the places that `lttb` chooses."""
    if len(x) <= points or points < 3:
        return np.tile(_ends(len(x), points), (len(ys), 1))
    cells = _cells(len(x), points)
    chosen = np.take_along_axis(cells[np.newaxis], _choose(x, ys, cells)[..., np.newaxis], 2)
    first, last = np.zeros((len(ys), 1), np.intp), np.full((len(ys), 1), len(x) - 1)
    return np.concatenate((first, chosen[..., 0], last), axis=1)


def _ends(length: int, points: int) -> Places:
    if length <= points:
        return np.arange(length)
    return np.array([0, length - 1][:points], dtype=np.intp)


def _cells(length: int, points: int) -> Places:
    """Return the places in each bucket, one bucket a row; short rows repeat their last place."""
    edges = np.linspace(1, length - 1, points - 1).astype(np.intp)
    width = np.diff(edges).max()
    return np.minimum(edges[:-1, np.newaxis] + np.arange(width), edges[1:, np.newaxis] - 1)


def _choose(x: Floats, ys: Floats, cells: Places) -> Places:
    """Return the column of `cells` that each row of `ys` chooses in each bucket.

    A bucket's choice depends on the choice in the bucket before it. So all buckets choose at
    once, and those behind a changed choice choose again until nothing changes: what then
    stands is what one pass from left to right would have chosen.
    """
    buckets, width = cells.shape
    cell_x, cell_y = x[cells], ys[:, cells].reshape(-1, width)
    next_x, next_y = _next_mean(x, cells), _next_mean(ys, cells).ravel()
    chosen = np.zeros(len(ys) * buckets, np.intp)
    which = np.arange(len(chosen))
    while len(which):
        row, bucket = np.divmod(which, buckets)
        before = np.where(bucket > 0, cells[bucket - 1, chosen[which - 1]], 0)
        ax, ay = x[before], ys[row, before]
        rise = cell_y.take(which, axis=0)
        rise -= ay[:, np.newaxis]
        rise *= (ax - next_x[bucket])[:, np.newaxis]
        run = np.subtract(ax[:, np.newaxis], cell_x.take(bucket, axis=0))
        run *= (next_y[which] - ay)[:, np.newaxis]
        rise -= run
        best = np.abs(rise, out=rise).argmax(axis=1)
        behind = (best != chosen[which]) & (bucket + 1 < buckets)
        chosen[which] = best
        which = which[behind] + 1
    return chosen.reshape(len(ys), buckets)


def _next_mean(values: NDArray[Any], cells: Places) -> Floats:
    """Return for each bucket the mean of the one after it; the last value after the last."""
    begin = cells[:, 0]
    means = np.add.reduceat(values[..., :-1], begin, axis=-1) / np.diff(
        begin, append=cells[-1, -1] + 1
    )
    return np.concatenate((means[..., 1:], values[..., -1:]), axis=-1)


def _bridged(values: Floats) -> Floats:
    """Return the values with straight lines over the gaps; zeros where nothing is known."""
    known = np.isfinite(values)
    if known.all():
        return values
    if not known.any():
        return np.zeros_like(values)
    places = np.arange(len(values))
    return np.interp(places, places[known], values[known])
