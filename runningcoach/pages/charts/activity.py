"""Charts of one activity: where it went, how it went, how hard it was."""

from typing import Any

import altair as alt
import pandas as pd

from runningcoach.base.i18n import t
from runningcoach.pages.charts import theme

ROUTE_COLOURS = ("#2563a8", "#38e1ff", "#4df0b2", "#ffd166", "#ff6b93")
TRACE_COLOURS = {
    "pace_s": theme.CYAN,
    "heart_rate_bpm": theme.ROSE,
    "altitude_m": theme.MINT,
    "cadence_spm": theme.AMBER,
    "power_w": theme.VIOLET,
}
"""The channels that have a trace, in the order in which they are shown."""

MOST_TICKS = 9
CLOCK_STEPS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200)
KM_STEPS = (1, 2, 5, 10, 20, 50)


def route(track: pd.DataFrame, height: int = 320) -> alt.LayerChart:
    """Draw the way in metres, without a map: columns x, y, x2, y2, pace_s.

    A pace may be missing. Both axes hold the same number of metres per pixel, whatever the
    width of the page.
    """
    frame = _square_frame(track)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=frame["x"], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=frame["y"], nice=False, zero=False))
    base = alt.Chart(track).encode(x=x, y=y)
    ground = base.mark_rule(strokeWidth=9, strokeCap="round", color="#0d2b3a").encode(
        x2="x2:Q", y2="y2:Q"
    )
    way = base.mark_rule(strokeWidth=3.6, strokeCap="round").encode(
        x2="x2:Q", y2="y2:Q", color=_pace_colour(track)
    )
    ends = pd.DataFrame(
        {
            "x": [track.x.iloc[0], track.x2.iloc[-1]],
            "y": [track.y.iloc[0], track.y2.iloc[-1]],
            "end": [t("charts.start"), t("charts.finish")],
            "colour": [theme.MINT, theme.INK],
        }
    )
    marks = (
        alt.Chart(ends)
        .mark_point(filled=True, size=110, stroke="#04090f", strokeWidth=2, opacity=1)
        .encode(x=x, y=y, color=alt.Color("colour:N", scale=None), tooltip=alt.Tooltip("end:N"))
    )
    layers = alt.layer(ground, way, marks).resolve_scale(color="independent")
    return theme.sized(layers, height).configure_axis(grid=False)


def _square_frame(track: pd.DataFrame) -> dict[str, Any]:
    """Return domains that follow the drawn width: metres per pixel are the same both ways."""
    left, right = track[["x", "x2"]].min().min(), track[["x", "x2"]].max().max()
    low, high = track[["y", "y2"]].min().min(), track[["y", "y2"]].max().max()
    wide, tall = max(right - left, 50.0), max(high - low, 50.0)
    metres = f"max({wide:.1f} / max(width - 28, 1), {tall:.1f} / max(height - 28, 1))"
    centre = {"x": (left + right) / 2, "y": (low + high) / 2}
    size = {"x": "width", "y": "height"}
    return {
        axis: [
            alt.ExprRef(expr=f"{centre[axis]:.1f} {sign} {metres} * {size[axis]} / 2")
            for sign in "-+"
        ]
        for axis in ("x", "y")
    }


def _pace_colour(track: pd.DataFrame) -> Any:
    if track.pace_s.notna().sum() < 2:
        return alt.value(theme.CYAN)
    slow, fast = track.pace_s.quantile(0.95), track.pace_s.quantile(0.05)
    legend = alt.Legend(
        title=t("charts.pace"),
        titleColor=theme.DIM,
        titleFontSize=11,
        orient="bottom",
        direction="horizontal",
        gradientLength=150,
        gradientThickness=6,
        labelExpr=theme.CLOCK,
        tickCount=3,
        padding=8,
    )
    scale = alt.Scale(domain=[slow, fast], range=list(ROUTE_COLOURS), clamp=True)
    return alt.Color("pace_s:Q", scale=scale, legend=legend)


def trace(
    points: pd.DataFrame, channel: str, x: str, height: int = 120, *, labelled: bool = True
) -> alt.Chart:
    """Draw one channel along the run: columns x (seconds or km) and y; a gap is a missing y.

    `x` is "time" or "distance"; only a `labelled` trace writes it out. Every trace keeps the
    same room for its axis, so that traces above one another line up.
    """
    axis = _along(float(points.x.max()), x, labelled)
    low, high = _middle(points.y, channel)
    value = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[low, high], reverse=channel == "pace_s", nice=False, zero=False),
        axis=alt.Axis(
            tickCount=3,
            domain=False,
            ticks=False,
            minExtent=38,
            maxExtent=38,
            labelExpr=theme.CLOCK if channel == "pace_s" else "datum.label",
        ),
    )
    colour = TRACE_COLOURS[channel]
    chart = alt.Chart(points).encode(
        x=alt.X("x:Q", title=None, axis=axis, scale=alt.Scale(nice=False, zero=False)), y=value
    )
    if channel == "altitude_m":
        drawn = chart.mark_area(
            clip=True, color=theme.fade(colour, 0.45), line={"color": colour, "strokeWidth": 1.4}
        ).encode(y2=alt.datum(low))
    else:
        drawn = chart.mark_line(clip=True, color=colour, strokeWidth=1.4)
    return theme.sized(drawn, height)


_KM = "datum.label + ' km'"


def _along(end: float, x: str, labelled: bool) -> alt.Axis:
    """Return the axis along the run, with ticks at round minutes or kilometres."""
    steps = CLOCK_STEPS_S if x == "time" else KM_STEPS
    step = next((s for s in steps if end / s <= MOST_TICKS), steps[-1])
    return alt.Axis(
        values=[i * step for i in range(int(end // step) + 1)],
        grid=True,
        labels=labelled,
        ticks=False,
        labelFlush=True,
        labelExpr=theme.CLOCK if x == "time" else _KM,
    )


def _middle(values: pd.Series, channel: str) -> tuple[float, float]:
    """Return the range that shows the run and not its few stumbles."""
    low, high = values.quantile(0.0 if channel == "altitude_m" else 0.01), values.quantile(0.99)
    if channel == "altitude_m":
        high = values.max()
    room = max((high - low) * 0.08, 1.0)
    return float(low - room), float(high + room)


def laps(rows: pd.DataFrame, height: int = 150) -> alt.Chart:
    """Draw each lap as wide as it was long and as high as it was fast; the fastest stands out.

    Columns lap, from_km, to_km, pace_s, speed_kmh, average_hr_bpm.
    """
    slowest, fastest = rows.speed_kmh.min(), rows.speed_kmh.max()
    floor = max(0.0, slowest - max(fastest - slowest, 1.0) * 0.8)
    tips = [
        alt.Tooltip("lap:O", title=t("charts.lap")),
        alt.Tooltip("pace:N", title=t("charts.pace")),
        alt.Tooltip("average_hr_bpm:Q", title=t("charts.heart_rate_bpm"), format=".0f"),
    ]
    bars = alt.Chart(rows.assign(floor=floor)).mark_bar(
        cornerRadiusEnd=2, stroke="#071019", strokeWidth=1.5
    )
    return theme.sized(
        bars.encode(
            x=alt.X(
                "from_km:Q",
                title=None,
                axis=alt.Axis(grid=False, tickCount=8, labelExpr=_KM),
                scale=alt.Scale(nice=False),
            ),
            x2="to_km:Q",
            y=alt.Y("speed_kmh:Q", axis=None, scale=alt.Scale(zero=False, domainMin=floor)),
            y2=alt.Y2("floor:Q"),
            color=alt.condition(
                f"datum.speed_kmh == {fastest}",
                alt.value(theme.sheen(theme.MINT, "#0d5a4b").to_dict()),
                alt.value(theme.sheen(theme.CYAN, "#0b4a60").to_dict()),
            ),
            tooltip=tips,
        ),
        height,
    )


def mean_max(curve: pd.DataFrame, height: int = 220) -> alt.Chart:
    """Draw the best average pace for every duration: columns duration_s, pace_s, clock, pace."""
    tips = [
        alt.Tooltip("clock:N", title=t("charts.duration")),
        alt.Tooltip("pace:N", title=t("charts.pace")),
    ]
    x = alt.X(
        "duration_s:Q",
        title=None,
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(
            values=[1, 5, 15, 60, 300, 1200, 3600, 10800], labelExpr=theme.CLOCK, grid=True
        ),
    )
    y = alt.Y(
        "pace_s:Q",
        title=None,
        scale=alt.Scale(reverse=True, zero=False),
        axis=alt.Axis(tickCount=4, domain=False, ticks=False, labelExpr=theme.CLOCK),
    )
    line = alt.Chart(curve).mark_line(
        color=theme.CYAN, interpolate="monotone", point={"size": 14, "color": theme.CYAN}
    )
    return theme.sized(line.encode(x=x, y=y, tooltip=tips), height)
