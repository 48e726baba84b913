"""The tiles of the page "health": nights and days, the streams of one day, Garmin's own scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pandas as pd

from runningcoach.base import periods, units
from runningcoach.base.i18n import t, words
from runningcoach.model.fitness import RecoveryDay
from runningcoach.model.health import GarminScores, HealthDay
from runningcoach.pages import formatting, page, session
from runningcoach.pages.charts import body as charts
from runningcoach.pages.charts import health as charts_health
from runningcoach.pages.charts import theme
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.pages.tiles import common, connect, frames
from runningcoach.pages.tiles import signals as usual
from runningcoach.pages.tiles.fitness import RANGES
from runningcoach.store.hr import DayStream
from runningcoach.store.sleep import SleepDetail
from runningcoach.store.sync_status import GapCount

HEALTH = macros("health")

USUAL = "3m"
STAGES = ("deep", "rem", "light", "awake")
BREAK = timedelta(minutes=20)
"""A longer silence of a stream is drawn as a gap."""


class Signal(NamedTuple):
    """One number of a day: its field, digits, unit and colours."""

    field: str
    digits: int
    unit: str
    tint: str
    colour: str


SIGNALS = (
    Signal("hrv_ms", 0, "ms", "mint", theme.MINT),
    Signal("resting_hr_bpm", 0, "bpm", "rose", theme.ROSE),
    Signal("average_stress", 0, "/ 100", "amber", theme.AMBER),
    Signal("body_battery_max", 0, "/ 100", "cyan", theme.CYAN),
    Signal("weight_kg", 1, "kg", "violet", theme.VIOLET),
)
ODD = (1, 3)
"""So many half-width cards leave room beside the last."""
SELDOM = ("weight_kg",)
"""Not measured every day: the line goes from one to the next."""
SCORES = (
    Signal("readiness", 0, "/ 100", "mint", theme.MINT),
    Signal("vo2max", 1, "ml/kg/min", "cyan", theme.CYAN),
    Signal("load_ratio", 2, "", "amber", theme.AMBER),
)
RACES = {"race_5k_s": "5 km", "race_10k_s": "10 km", "race_half_s": "half",
         "race_marathon_s": "marathon"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HealthPageQuery:
    """What the address of the page asks for; nonsense counts as not asked."""

    span: str = USUAL
    day: date | None = None

    def first_day(self, today: date) -> date:
        """Return the first day of the span that ends today."""
        return periods.span_start(today, RANGES[self.span])

    def address(self, span: str | None = None) -> str:
        """Return the address of this page, perhaps for another span."""
        chosen = f"&date={self.day}" if self.day else ""
        return f"health.ipynb?range={span or self.span}{chosen}"


def asked() -> HealthPageQuery:
    """Read the page's address."""
    span = session.query("range") or ""
    return HealthPageQuery(span if span in RANGES else USUAL, _date(session.query("date") or ""))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def now(days: Sequence[HealthDay], wanted: HealthPageQuery, *, simulated: bool) -> Piece:
    """Return the latest of each signal with the day it is of, and the choice of span."""
    aside = page.badge(t("pages.connect.simulated"), "warn") if simulated else ""
    choices = _spans(wanted)
    if not days:
        return page.card(
            t("pages.titles.health"),
            page.paragraph(t("pages.health.none"), "none"),
            choices,
            aside=aside,
        )
    numbers = page.stats(_slept(days), *(_latest(days, signal) for signal in SIGNALS))
    return page.card(t("pages.titles.health"), numbers, choices, aside=aside)


def _spans(wanted: HealthPageQuery) -> Piece:
    links = [
        (t(f"pages.fitness_page.ranges.{span}"), wanted.address(span), span == wanted.span)
        for span in RANGES
    ]
    return common.choices(t("pages.fitness_page.range"), links)


def _slept(days: Sequence[HealthDay]) -> Piece:
    known = [(day.date, day.sleep_s) for day in days if day.sleep_s is not None]
    if not known:
        return page.stat(_name("sleep_s"), formatting.NOTHING, why=t("pages.health_page.nothing"))
    day, seconds = known[-1]
    spark = page.spark([one.sleep_s for one in days[-30:]], "violet")
    return page.stat(
        _name("sleep_s"), formatting.spell(seconds), note=formatting.day(day), spark=spark
    )


def _latest(days: Sequence[HealthDay] | Sequence[GarminScores], signal: Signal) -> Piece:
    known = [(d.date, v) for d in days if (v := getattr(d, signal.field)) is not None]
    label = _name(signal.field)
    if not known:
        return page.stat(label, formatting.NOTHING, why=t("pages.health_page.nothing"))
    return page.stat(
        label, formatting.number(known[-1][1], signal.digits), signal.unit,
        note=formatting.day(known[-1][0]),
        spark=page.spark([getattr(d, signal.field) for d in days[-30:]], signal.tint),
    )  # fmt: skip


def _name(field: str) -> str:
    return t(f"pages.health_page.names.{field}")


def nights(rows: Sequence[SleepDetail]) -> Piece:
    """Return the hours of sleep by night, with stages where they are known."""
    frame = _stages(rows)
    title = _name("sleep_s")
    if frame.date.nunique() < 2:
        return page.empty_card(title, t("pages.health_page.too_few"))
    return page.card(title, page.chart(charts.nights(frame), title), width=12, aside="h")


def _stages(rows: Sequence[SleepDetail]) -> pd.DataFrame:
    """Return date, stage, hours and order of each stage; a night without stages as a whole."""
    parts = [
        (pd.Timestamp(night.date), name, round(units.hours(seconds), 2), order)
        for night in rows
        for order, (name, seconds) in enumerate(_parts(night))
    ]
    return pd.DataFrame(parts, columns=["date", "stage", "hours", "order"])


def _parts(night: SleepDetail) -> list[tuple[str, float]]:
    known = [(name, getattr(night, f"{name}_s")) for name in STAGES]
    parts = [(name, seconds) for name, seconds in known if seconds]
    if any(name != "awake" for name, _ in parts):
        return parts
    return [("asleep", night.total_s)] if night.total_s else []


def signals(days: Sequence[HealthDay], mornings: Sequence[RecoveryDay]) -> Piece:
    """Return HRV, resting heart rate, stress, body battery and weight by day."""
    if not days:
        return join(_signal(days, signal, 6) for signal in SIGNALS[:2])
    return join(
        [
            usual.hrv(frames.hrv(mornings, days)),
            usual.resting_hr(frames.resting_hr(mornings, days)),
            *(
                _battery(days) if signal.field == "body_battery_max" else _signal(days, signal, 4)
                for signal in SIGNALS[2:]
            ),
        ]
    )


def _signal(days: Sequence[HealthDay], signal: Signal, width: int) -> Piece:
    title = _name(signal.field)
    frame = frames.signal(days, signal.field)
    if len(frame.dropna(subset=[signal.field])) < 2:
        return page.empty_card(title, t("pages.health_page.too_few"), width)
    if signal.field in SELDOM:
        frame = frame.dropna(subset=[signal.field])
    drawing = page.chart(charts_health.signal(frame, signal.field, signal.colour, 150), title)
    aside = f"{signal.unit} · {t('pages.health.normal')}"
    told = page.explained(title, page.meaning(signal.field))
    return page.card(told, drawing, width=width, aside=aside)


def _battery(days: Sequence[HealthDay]) -> Piece:
    title = t("pages.health_page.battery")
    known = [d for d in days if d.body_battery_min is not None and d.body_battery_max is not None]
    if len(known) < 2:
        return page.empty_card(title, t("pages.health_page.too_few"), 4)
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime([d.date for d in known]),
            "low": [d.body_battery_min for d in known],
            "high": [d.body_battery_max for d in known],
        }
    )
    drawing = page.chart(charts.battery(frame), title)
    return page.card(title, drawing, width=4, aside=t("pages.health_page.low_high"))


def day(
    wanted: HealthPageQuery,
    night: SleepDetail | None,
    heart: DayStream | None,
    stress: DayStream | None,
) -> Piece:
    """Return the streams of the day that is chosen, and the field that chooses one."""
    if wanted.day is None:
        hint = page.paragraph(t("pages.health_page.choose"), "none")
        return page.card(t("pages.health_page.day"), hint, aside=_picker(wanted), name="filters")
    parts = [
        _stream(heart, "heart_rate", theme.ROSE, "bpm"),
        _stream(stress, "stress", theme.AMBER, "/ 100"),
    ]
    title = t("pages.health_page.of_day", day=formatting.full_day(wanted.day))
    return page.card(title, _night(night), *parts, aside=_picker(wanted), name="filters of-day")


def _picker(wanted: HealthPageQuery) -> Piece:
    today = session.today()
    yesterday = today - timedelta(days=1)
    return HEALTH.picker(wanted.span, wanted.day or yesterday, today)


def _night(night: SleepDetail | None) -> Piece:
    if night is None:
        return ""
    numbers = [page.stat(_name("sleep_s"), formatting.spell(night.total_s), note=_when(night))]
    numbers += [
        page.stat(t(f"charts.stages.{name}"), formatting.spell(getattr(night, f"{name}_s")))
        for name in STAGES
        if getattr(night, f"{name}_s") is not None
    ]
    if night.score is not None:
        numbers.append(
            page.stat(t("pages.health_page.sleep_score"), formatting.number(night.score), "/ 100")
        )
    return page.stats(*numbers)


def _when(night: SleepDetail) -> str:
    if night.started_at is None or night.ended_at is None:
        return ""
    begun, ended = (connect.local(at) for at in (night.started_at, night.ended_at))
    return f"{begun:%H:%M} – {ended:%H:%M}"


def _stream(found: DayStream | None, name: str, colour: str, unit: str) -> Piece:
    title = t(f"garmin.streams.{name}")
    if found is None or len(found.at_s) < 2:
        none = page.paragraph(t("pages.health_page.no_stream"), "none")
        return HEALTH.stream(title, unit, none)
    drawing = page.chart(charts.stream(_points(found), colour), title)
    return HEALTH.stream(title, unit, drawing)


def _points(found: DayStream) -> pd.DataFrame:
    """Return wall clock and value of a stream, with an empty point in every long silence."""
    midnight = datetime.combine(found.date, time(0))
    frame = pd.DataFrame(
        {
            "at": [midnight + timedelta(seconds=s) for s in found.at_s],
            "value": [float(v) if v > 0 else None for v in found.value],
        }
    )
    silent = frame[frame["at"].diff() > BREAK]
    holes = pd.DataFrame({"at": silent["at"] - timedelta(seconds=1), "value": None})
    if holes.empty:
        return frame
    return pd.concat([frame, holes.astype({"value": float})]).sort_values("at", ignore_index=True)


def garmins(rows: Sequence[GarminScores], today: date) -> Piece:
    """Return Garmin's own scores, said to be Garmin's and never mixed with ours."""
    aside = page.badge(t("pages.health_page.garmins_own"))
    title = t("pages.health_page.garmins")
    if not rows:
        return page.empty_card(title, t("pages.health_page.no_scores"), aside=aside)
    numbers = page.stats(*(_latest(rows, signal) for signal in SCORES), _status(rows))
    note = page.paragraph(t("pages.health_page.not_blended"), "fine")
    drawings = [drawing for signal in SCORES if (drawing := _score(rows, signal))]
    races = _races(rows, today, 6 if len(drawings) in ODD else 12)
    return join([page.card(title, numbers, note, aside=aside), *drawings, races])


def _status(rows: Sequence[GarminScores]) -> Piece:
    known = [(d.date, d.training_status) for d in rows if d.training_status]
    label = t("pages.health_page.names.training_status")
    if not known:
        return page.stat(label, formatting.NOTHING, why=t("pages.health_page.nothing"))
    day, code = known[-1]
    return HEALTH.in_words(page.stat(label, _word(code), note=formatting.day(day)))


def _word(code: str) -> str:
    """Return the word for one of Garmin's states; one that has no word stays."""
    table: Mapping[str, str] = words(session.language(), "pages")["health_page"]["statuses"]
    name = code.lower().rstrip("_0123456789")
    return table.get(name) or code.replace("_", " ").lower()


def _score(rows: Sequence[GarminScores], signal: Signal) -> Piece:
    known = [(d.date, v) for d in rows if (v := getattr(d, signal.field)) is not None]
    if len(known) < 2:
        return ""
    frame = pd.DataFrame(known, columns=["date", "value"])
    frame["date"] = pd.to_datetime(frame.date)
    title = _name(signal.field)
    drawing = page.chart(charts.score(frame, signal.colour, signal.digits), title)
    return page.card(title, drawing, width=6, aside=f"Garmin {signal.unit}".strip())


def _races(rows: Sequence[GarminScores], today: date, width: int) -> Piece:
    """Return Garmin's latest race predictions, with the day on which it made each."""
    lines = []
    for field, name in RACES.items():
        known = [(d.date, v) for d in rows if (v := getattr(d, field)) is not None]
        if known:
            label = name if " " in name else t(f"pages.distances.{name}")
            lines.append(
                (label, units.clock(known[-1][1]), formatting.short_day(known[-1][0], today))
            )
    if not lines:
        return ""
    head = [t(f"pages.health_page.races.{name}") for name in ("distance", "time", "day")]
    table = page.table(head, lines, name="tight")
    return page.card(t("pages.health_page.races.title"), table, width=width, aside="Garmin")


def gaps(rows: Sequence[GapCount]) -> Piece:
    """Return which streams lack days of the span, and why."""
    return connect.gaps(rows, 12, aside=page.link(t("pages.connect.title"), "connect.ipynb"))
