"""Streams made fit to be drawn: few points, true shape, honest gaps."""

import numpy as np
import pytest

from runningcoach.metrics.streams import clean
from runningcoach.pages import stream_plots
from tests.charts import sample

SECONDS = 20_000


def steady(seconds: int = SECONDS, **channels: np.ndarray) -> stream_plots.ActivityTrack:
    t = np.arange(seconds)
    samples = {
        "t_s": t.astype(np.int32),
        "speed_mps": np.full(seconds, 3.0),
        "distance_m": t * 3.0,
        **channels,
    }
    return stream_plots.ActivityTrack(samples, clean(samples))


@pytest.mark.parametrize("by", ["time", "distance"])
def test_a_trace_has_at_most_two_thousand_points(by):
    heart = 140 + 20 * np.sin(np.arange(SECONDS) / 50)
    traces = stream_plots.traces(steady(heart_rate_bpm=heart).streams, by)
    assert set(traces) == {"pace_s", "heart_rate_bpm"}
    assert all(500 < len(points) <= 2_000 for points in traces.values())


def test_a_short_run_keeps_every_point():
    traces = stream_plots.traces(steady(300).streams, "time")
    assert len(traces["pace_s"]) == 300
    assert traces["pace_s"].y.tolist() == pytest.approx([333.3] * 300)


def test_a_spike_survives():
    heart = np.full(SECONDS, 140.0)
    heart[9_000:9_004] = [148.0, 156.0, 156.0, 148.0]
    points = stream_plots.traces(steady(heart_rate_bpm=heart).streams, "time")["heart_rate_bpm"]
    assert points.y.max() == 156.0


def test_no_line_bridges_a_gap():
    heart = np.full(SECONDS, 140.0)
    heart[5_000:5_100] = np.nan
    points = stream_plots.traces(steady(heart_rate_bpm=heart).streams, "time")["heart_rate_bpm"]
    hole = points[points.y.isna()]
    assert len(hole) == 1
    assert 4_990 <= hole.x.iloc[0] <= 5_020
    assert len(points) <= 2_000
    assert points.x.is_monotonic_increasing


def test_a_channel_without_values_has_no_trace():
    assert "power_w" not in stream_plots.traces(steady(100).streams, "time")


def test_standing_has_no_pace():
    speed = np.full(600, 3.0)
    speed[200:300] = 0.0
    pace = stream_plots.pace(steady(600, speed_mps=speed, distance_m=np.cumsum(speed)).streams)
    assert np.isnan(pace[210:290]).all()
    assert pace[100] == pytest.approx(333.3, abs=0.1)


def test_a_route_lies_flat_and_in_metres():
    """A square of 0.01 degrees at 60 degrees north: half as wide as it is high."""
    corners = np.linspace(0, 1, 100)
    latitude = np.concatenate([60 + 0.01 * corners, np.full(100, 60.01)])
    longitude = np.concatenate([np.full(100, 10.0), 10 + 0.01 * corners])
    strokes = stream_plots.route(steady(200, latitude_deg=latitude, longitude_deg=longitude))
    height = max(strokes.y.max(), strokes.y2.max()) - strokes.y.min()
    width = max(strokes.x.max(), strokes.x2.max()) - strokes.x.min()
    assert height == pytest.approx(1113, rel=0.01)
    assert width == pytest.approx(556, rel=0.01)


def test_a_route_crosses_the_date_line_without_a_leap():
    longitude = np.linspace(179.99, 180.01, 300)
    longitude[longitude > 180] -= 360
    latitude = np.zeros(300)
    strokes = stream_plots.route(steady(300, latitude_deg=latitude, longitude_deg=longitude))
    assert np.abs(strokes.x2 - strokes.x).max() < 20


def test_a_route_does_not_bridge_a_lost_signal():
    latitude = 37 + np.arange(3_000) * 2.7e-5
    latitude[1_000:1_600] = np.nan
    strokes = stream_plots.route(steady(3_000, latitude_deg=latitude, longitude_deg=latitude + 90))
    lengths = np.hypot(strokes.x2 - strokes.x, strokes.y2 - strokes.y)
    assert lengths.max() < 100


def test_there_is_no_route_without_positions():
    assert stream_plots.route(steady(100)) is None
    missing = np.full(100, np.nan)
    assert stream_plots.route(steady(100, latitude_deg=missing, longitude_deg=missing)) is None


def test_a_stroke_knows_when_and_how_far():
    strokes = stream_plots.route(stream_plots.ActivityTrack(sample.samples(), sample.streams()))
    assert strokes["at"].is_monotonic_increasing
    assert strokes.km.is_monotonic_increasing
    assert strokes.km.iloc[-1] == pytest.approx(sample.samples()["distance_m"][-1] / 1000, rel=0.02)
