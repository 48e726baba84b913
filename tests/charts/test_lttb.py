import numpy as np
import pytest

from runningcoach.pages.charts import lttb


def one_pass(x: np.ndarray, y: np.ndarray, points: int) -> list[int]:
    """The thesis's algorithm as it is written: bucket after bucket, from left to right."""
    edges = np.linspace(1, len(x) - 1, points - 1).astype(int)
    chosen = [0]
    for begin, end, after in zip(edges, edges[1:], [*edges[2:], len(x)], strict=False):
        is_last = end == len(x) - 1
        cx, cy = (x[-1], y[-1]) if is_last else (x[end:after].mean(), y[end:after].mean())
        ax, ay = x[chosen[-1]], y[chosen[-1]]
        places = np.arange(begin, end)
        areas = abs((ax - cx) * (y[places] - ay) - (ax - x[places]) * (cy - ay))
        chosen.append(int(places[areas.argmax()]))
    return [*chosen, len(x) - 1]


@pytest.mark.parametrize(
    ("length", "points"), [(3_600, 2_000), (3_600, 166), (20_000, 500), (11, 5), (10, 3), (4, 3)]
)
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_the_algorithm_as_written(length: int, points: int, seed: int):
    dice = np.random.default_rng(seed)
    x = np.cumsum(dice.integers(1, 4, length)).astype(float)
    y = np.cumsum(dice.normal(size=length))
    assert lttb.lttb(x, y, points).tolist() == one_pass(x, y, points)


def test_few_points_stay_all():
    x = np.arange(5.0)
    for points in (5, 6, 100):
        assert lttb.lttb(x, x, points).tolist() == [0, 1, 2, 3, 4]
    assert lttb.lttb(np.empty(0), np.empty(0), 10).tolist() == []


def test_a_spike_survives():
    x = np.arange(10_000.0)
    y = np.zeros(10_000)
    y[7_321] = 200
    assert 7_321 in lttb.lttb(x, y, 50)


def test_shared_places_serve_all_channels():
    x = np.arange(5_000.0)
    spikes = np.zeros((4, 5_000))
    for row, place in enumerate((17, 1_234, 2_500, 4_998)):
        spikes[row, place] = 1
    places = lttb.shared(x, spikes, 400)
    assert len(places) <= 400
    assert {0, 17, 1_234, 2_500, 4_998, 4_999} <= set(places.tolist())
    assert (np.diff(places) > 0).all()


def test_gaps_do_no_harm():
    x = np.arange(5_000.0)
    wave = np.sin(x / 50)
    holes = wave.copy()
    holes[1_000:2_000] = np.nan
    places = lttb.shared(x, np.stack([wave, holes, np.full(5_000, np.nan)]), 300)
    assert 100 <= len(places) <= 300
