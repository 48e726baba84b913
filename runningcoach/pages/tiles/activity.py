"""The tiles of the page "activity": one run in full."""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from runningcoach.base import units
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.i18n import t
from runningcoach.derive.comparisons import fractions, shares_of_sum
from runningcoach.metrics import catalogue
from runningcoach.metrics.efforts import DURATIONS_S
from runningcoach.metrics.facts import Facts
from runningcoach.metrics.sports import counted_speed_mps, decided_climb_m, speed_form
from runningcoach.model.activity import Activity, ActivityMetrics, BestEffort
from runningcoach.pages import formatting, page, session, stream_plots
from runningcoach.pages.charts import activity as charts
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.pages.stream_plots import ActivityTrack
from runningcoach.pages.tiles import common, frames
from runningcoach.pages.tiles.fitness import distance_name
from runningcoach.pages.tiles.zones import InForce, bpm_by_zone
from runningcoach.store.activities import NeighbouringActivities

ACTIVITIES = macros("activities")

EMPTY = ActivityMetrics(activity_id=0, engine_version="")
AS_IT_SHOULD_BE = frozenset(
    {"low_altitude", "no_weather", "device_value", "no_drift", "no_history", "no_race", "no_rpe"}
)
"""Reasons that say nothing about the recording."""
ZONES = ("z1", "z2", "z3", "z4", "z5")
MARKS = {
    "load": ("estimated_duration", "load_divergence"),
    "trimp": ("scaled", "sex_assumed"),
}
"""Numbers that say themselves which flags make them less sure."""


class NoSuchActivity(RunningCoachError):
    """The address names no activity of this user."""

    code = "pages.unknown_activity"
    status = 404


def asked() -> int:
    """Return the id that the address of the page names."""
    text = session.query("id") or ""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NoSuchActivity
    return int(text)


def found(activity: Activity | None) -> Activity:
    """Return the activity, if there is one."""
    if activity is None:
        raise NoSuchActivity
    return activity


def axis(track: ActivityTrack) -> str:
    """Return over what the address asks to draw the traces: "time" or "distance"."""
    by_distance = session.query("x") == "distance" and stream_plots.has_distance(track.streams)
    return "distance" if by_distance else "time"


def heading(activity: Activity, beside: NeighbouringActivities) -> Piece:
    """Return the name, when and with what it was recorded, and the way to its neighbours."""
    steps = [("previous", "prev", beside.previous), ("next", "next", beside.next)]
    return ACTIVITIES.heading(
        formatting.moment(activity.local_started_at),
        common.title(activity),
        [fact for fact in (common.sport(activity.sport), activity.device_name) if fact],
        common.badges(activity),
        activity.notes,
        [(t(f"pages.activity.{way}"), rel, to and common.address(to)) for way, rel, to in steps],
    )


def numbers(activity: Activity, metrics: ActivityMetrics | None) -> Piece:
    """Return what was measured and what was computed from it."""
    found = metrics or EMPTY
    return page.card(
        t("pages.activity.numbers"),
        page.stats(*_measured(activity, found)),
        page.stats(*_computed(activity, found)),
        name="numbers",
    )


def _measured(activity: Activity, found: ActivityMetrics) -> list[Piece]:
    moving_s = common.counted_s(activity, found.moving_s)
    speed = common.speed_mps(activity, found.moving_s)
    elapsed = t("pages.activity.elapsed", time=units.clock(activity.elapsed_s))
    most = t("pages.activity.most", value=formatting.number(activity.max_hr_bpm))
    steps = common.cadence_unit(activity.sport)
    length, climb = _from(activity.distance_source), _from(activity.ascent_source)
    gain = decided_climb_m(activity.ascent_m, found.elevation_gain_m)
    return [
        _stat(found, "distance_m", formatting.km(activity.distance_m), "km", length),
        _stat(found, "moving_s", units.clock(moving_s), note=_times(elapsed, activity)),
        *_pace(found, activity, speed),
        _stat(found, "average_hr_bpm", formatting.number(activity.average_hr_bpm), "bpm", most),
        _stat(found, "elevation_gain_m", formatting.number(gain), "m", climb),
        _stat(found, "average_cadence_spm", formatting.number(activity.average_cadence_spm), steps),
        _stat(found, "average_power_w", formatting.number(activity.average_power_w), "W"),
    ]


def _from(source: str | None) -> str:
    """Return in a word where a total comes from."""
    return t(f"pages.activity.sources.{source}") if source else ""


def _times(elapsed: str, activity: Activity) -> str:
    """Return the whole time, and where the timer's time comes from."""
    return " · ".join(word for word in (elapsed, _from(activity.time_source)) if word)


def _pace(found: ActivityMetrics, activity: Activity, speed_mps: float | None) -> list[Piece]:
    """Return the average speed as the sport has it; nothing for one on the spot."""
    form = speed_form(activity.sport)
    if form == "none":
        return []
    name = "speed" if form == "kmh" else "pace"
    return [_stat(found, name, *common.speed(activity.sport, speed_mps))]


def _computed(activity: Activity, found: ActivityMetrics) -> list[Piece]:
    """Return the metrics, but for those that are not meant for this sport."""
    source = common.word("load_sources", found.load_source) if found.load_source else ""
    numbers = {
        "load": (formatting.number(found.load), "", source),
        "gap_mps": (units.pace(found.gap_mps), "/km", ""),
        "trimp": (formatting.number(found.trimp), "", ""),
        "efficiency_factor": (formatting.number(found.efficiency_factor, 2), "", ""),
        "decoupling_pct": (formatting.signed(found.decoupling_pct, 1), "%", ""),
        "effective_vo2max": (formatting.number(found.effective_vo2max, 1), "", ""),
    }
    meant = {name: found.reasons.get(name) != "modality" for name in numbers}
    shown = [_stat(found, name, *number) for name, number in numbers.items() if meant[name]]
    return [*shown, _device_effect(activity, found)]


def _device_effect(activity: Activity, found: ActivityMetrics) -> Piece:
    return _stat(
        found,
        "device_training_effect",
        formatting.number(activity.device_training_effect, 1),
        note=t("pages.activity.by_device") if activity.device_training_effect else "",
    )


def _stat(
    found: ActivityMetrics, metric: str, value: str, unit: str = "", note: Piece = ""
) -> Piece:
    missing = value == formatting.NOTHING
    why = common.reason(found.reasons.get(metric)) if missing else ""
    return page.stat(
        t(f"pages.numbers.{metric}"),
        value,
        unit,
        metric=metric,
        about=str(found.activity_id) if _is_stored(found, metric) else "",
        why=why,
        note="" if missing else join([note, _marks(found, metric)]),
    )


def _marks(found: ActivityMetrics, metric: str) -> Piece:
    """Return labels below a number for the flags that concern it."""
    by_pulse = metric == "load" and found.load_source == "heart_rate"
    told = MARKS.get("trimp" if by_pulse else metric, ())
    return ACTIVITIES.marks(
        [
            (common.word("flags", flag), t(f"pages.marks.{flag}"))
            for flag in found.flags
            if flag in told
        ]
    )


def _is_stored(found: ActivityMetrics, metric: str) -> bool:
    """Tell whether a number is one of the stored metrics of this activity."""
    return found is not EMPTY and "activity" in catalogue.named(metric)


def way(track: ActivityTrack | None) -> Piece:
    """Return the route; says so where there is none."""
    strokes = stream_plots.route(track) if track else None
    title = t("pages.activity.route")
    if track is None or strokes is None:
        return page.empty_card(title, t("pages.activity.no_route"), 5)
    drawing = page.chart(charts.route(strokes, 360), title, group=axis(track))
    return page.card(title, drawing, width=5, aside=t("pages.activity.no_tiles"))


def run(track: ActivityTrack | None, activity: Activity) -> Piece:
    """Return the traces of the run above one another, with a common cursor."""
    by = axis(track) if track else "time"
    drawn = stream_plots.traces(track.streams, by) if track else {}
    title = t("pages.activity.run")
    if track is None or not drawn:
        return page.empty_card(title, common.reason(None), 7)
    height = 104 if len(drawn) < 4 else 72
    lowest = list(drawn)[-1]
    body = join(
        _trace(charts.trace(points, name, by, height, labelled=name == lowest), name, by)
        for name, points in drawn.items()
    )
    aside = _axes(by, activity.id) if stream_plots.has_distance(track.streams) else ""
    return page.card(title, body, width=7, aside=aside, name="traces")


def _trace(drawing: alt.Chart, channel: str, by: str) -> Piece:
    words = t(f"charts.{'pace' if channel == 'pace_s' else channel}")
    return ACTIVITIES.trace(channel, words, page.chart(drawing, words, group=by))


def _axes(by: str, activity_id: int) -> Piece:
    address = common.address(activity_id)
    links = [
        (t(f"pages.activity.over.{name}"), f"{address}&x={name}", name == by)
        for name in ("time", "distance")
    ]
    return common.choices(t("pages.activity.over.label"), links)


def zones(metrics: ActivityMetrics | None, in_force: InForce, width: int = 4) -> Piece:
    """Return the time in each heart-rate zone, with the beats of those in force that day."""
    seconds = (metrics or EMPTY).hr_zone_s
    title = page.explained(t("pages.activity.zones"), page.meaning("hr_zone_s"))
    if not seconds or not any(seconds):
        why = common.reason((metrics or EMPTY).reasons.get("hr_zone_s", "no_hr"))
        return page.empty_card(title, why, width)
    shares, ranges = shares_of_sum(seconds), bpm_by_zone(in_force)
    rows = [
        (
            _zone(name, ranges.get(number)),
            length,
            f"{units.clock(spent)} · {units.percent(share):.0f} %",
            name,
        )
        for number, (name, spent, share, length) in enumerate(
            zip(ZONES, seconds, shares, fractions(seconds), strict=True), start=1
        )
    ]
    return page.card(title, page.bars(reversed(rows)), width=width)


def _zone(name: str, bpm: str | None) -> Piece:
    return page.with_unit(t(f"pages.zones.{name}"), bpm or "")


def efforts(rows: Sequence[BestEffort], width: int = 4) -> Piece:
    """Return the fastest stretch of each distance in this run."""
    title = page.explained(t("pages.activity.efforts"), page.meaning("best_efforts"))
    if not rows:
        return page.empty_card(title, t("pages.activity.no_efforts"), width)
    head = [t(f"pages.columns.{name}") for name in ("record", "best", "pace", "from")]
    body = [
        [
            distance_name(row.distance_m),
            units.clock(row.elapsed_s),
            units.pace(counted_speed_mps(row.distance_m, row.elapsed_s)),
            units.clock(row.start_s),
        ]
        for row in rows
    ]
    return page.card(title, page.table(head, body, name="tight"), width=width)


def curve(facts: Facts | None, width: int = 5) -> Piece:
    """Return the best average pace for every duration."""
    title = page.explained(t("pages.activity.mean_max"), page.meaning("mean_max"))
    frame = _curve(facts)
    if len(frame) < 3:
        why = facts.reasons.get("mean_max_speed_mps") if facts else None
        return page.empty_card(title, common.reason(why), width)
    drawing = page.chart(charts.mean_max(frame, 330), t("pages.activity.mean_max"))
    return page.card(title, drawing, width=width, aside="/km", name="short")


def _curve(facts: Facts | None) -> pd.DataFrame:
    speeds = facts.mean_max_speed_mps if facts else None
    pairs = zip(DURATIONS_S, [] if speeds is None else speeds, strict=False)
    return pd.DataFrame(
        [
            (
                seconds,
                frames.rounded(units.pace_s_per_km(speed)),
                units.pace(speed),
                units.clock(seconds),
            )
            for seconds, speed in pairs
            if speed > stream_plots.STANDING_MPS
        ],
        columns=["duration_s", "pace_s", "pace", "clock"],
    )


def quality(
    activity: Activity,
    metrics: ActivityMetrics | None,
    facts: Facts | None = None,
    width: int = 4,
) -> Piece:
    """Return what to know about the data: what was mended, estimated or left out, and why."""
    found = metrics or EMPTY
    lines = [common.word("flags", flag) for flag in found.flags]
    lines += activity.decode_notes
    lines += _left_out(found.reasons)
    told = page.lines(lines or [t("pages.activity.all_good")])
    return page.card(t("pages.activity.quality"), _coverage(found, facts), told, width=width)


def _left_out(reasons: Mapping[str, str]) -> list[str]:
    """Say for each reason which numbers it left out."""
    numbers: dict[str, list[str]] = {}
    for metric, code in sorted(reasons.items()):
        if code not in AS_IT_SHOULD_BE:
            numbers.setdefault(code, []).append(common.label(metric))
    return [f"{common.reason(code)} ({', '.join(names)})" for code, names in numbers.items()]


def _coverage(found: ActivityMetrics, facts: Facts | None) -> Piece:
    shares: Mapping[str, float | None] = {
        "hr_coverage": found.hr_coverage,
        "speed_coverage": found.speed_coverage,
        "interpolated": (facts.interpolated_share or None) if facts else None,
    }
    return page.chips(
        *(
            f"{t(f'pages.activity.{name}')} {units.percent(share):.0f} %"
            for name, share in shares.items()
            if share is not None
        )
    )
