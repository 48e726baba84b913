"""Means over windows of a 1 Hz series, runs of good seconds, and the filling of short holes."""

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Reals = NDArray[np.float32]
type Mask = NDArray[np.bool_]

FEW_HOLES = 20
"""So many holes are faster filled one by one."""


def prefix_sum(values: Floats) -> Floats:
    """Return the running sum with a leading 0, so that a window's sum is one subtraction."""
    total = np.empty(len(values) + 1)
    total[0] = 0.0
    np.cumsum(values, out=total[1:])
    return total


def centred_mean(values: Floats, width: int) -> Floats:
    """Return the mean over `width` (odd) seconds around each second; shorter at the edges.

    NaN must have been filled before.
    """
    half, n = width // 2, len(values)
    if n <= width:
        return np.array([values[max(i - half, 0) : i + half + 1].mean() for i in range(n)])
    total = prefix_sum(values)
    out = np.empty(n)
    out[half : n - half] = (total[width:] - total[:-width]) / width
    for i in range(half):
        out[i] = total[i + half + 1] / (i + half + 1)
        out[n - 1 - i] = (total[n] - total[n - 1 - i - half]) / (i + half + 1)
    return out


def trailing_mean(values: Floats, width: int) -> Floats:
    """Return the means over all full windows of `width` seconds that hold no NaN.

    The result is shorter than the input: windows with a NaN, or not full, are left out.
    """
    if len(values) < width:
        return np.empty(0)
    good = np.isfinite(values)
    if good.all():
        total = prefix_sum(values)
        return (total[width:] - total[:-width]) / width
    total = prefix_sum(np.where(good, values, 0.0))
    means = (total[width:] - total[:-width]) / width
    return means[run_lengths(good)[width - 1 :] >= width]


def run_lengths(good: Mask) -> NDArray[np.int64]:
    """Return for each second how many good seconds in a row end there."""
    index = np.arange(1, len(good) + 1)
    return index - np.maximum.accumulate(np.where(good, 0, index))


def spans(good: Mask) -> list[tuple[int, int]]:
    """Return where good seconds in a row begin, and end before: [from, to) pairs."""
    edges = np.flatnonzero(np.diff(good.astype(np.int8), prepend=0, append=0)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _last_good(good: Mask) -> NDArray[np.int64]:
    return np.maximum.accumulate(np.where(good, np.arange(len(good)), -1))


def hold(values: Floats, limit_s: int) -> Floats:
    """Repeat the last known value for at most `limit_s` seconds; further holes stay NaN."""
    good = np.isfinite(values)
    if good.all() or not good.any():
        return values
    last = _last_good(good)
    fresh = (last >= 0) & (np.arange(len(values)) - last <= limit_s)
    return np.where(fresh, values[np.maximum(last, 0)], np.nan)


def bridge(values: Floats, limit_s: int) -> Floats:
    """Fill holes by a straight line where two known values are at most `limit_s` apart."""
    good = np.isfinite(values)
    if good.all() or not good.any():
        return values
    known = np.flatnonzero(good)
    holes = known[1:] - known[:-1]
    filled = np.flatnonzero((holes > 1) & (holes <= limit_s))
    if not len(filled):
        return values
    if len(filled) <= FEW_HOLES:
        out = values.copy()
        for begin, end in zip(known[filled].tolist(), known[filled + 1].tolist(), strict=True):
            share: Floats = np.arange(1, end - begin, dtype=np.float64) / (end - begin)
            out[begin + 1 : end] = values[begin] + share * (values[end] - values[begin])
        return out
    index = np.arange(len(values))
    line = np.interp(index, known, values[known])
    piece = np.searchsorted(known, index, side="right") - 1
    near = np.append(holes <= limit_s, False)[np.clip(piece, 0, None)] & (piece >= 0)
    return np.where(near | good, line, np.nan)


def extremes(values: Floats, width: int) -> tuple[Floats, Floats]:
    """Return the least and the greatest value of `width` (odd) seconds around each second.

    Shorter at the edges; NaN must have been filled before.
    """
    half = width // 2
    low = np.pad(values, half, constant_values=np.inf)
    high = np.pad(values, half, constant_values=-np.inf)
    view = np.lib.stride_tricks.sliding_window_view
    return view(low, width).min(axis=1), view(high, width).max(axis=1)


def mean_known(values: Floats) -> float | None:
    """Return the mean of the finite values; None without any."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
