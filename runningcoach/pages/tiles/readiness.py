"""The tiles of the page "readiness": what the morning says against one's usual."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from runningcoach.base.i18n import t
from runningcoach.metrics import readiness
from runningcoach.model.fitness import DailyFitness, RecoveryDay
from runningcoach.model.health import HealthDay
from runningcoach.pages import formatting, gauge, page
from runningcoach.pages.charts import readiness as charts
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.pages.tiles import common, frames, signals
from runningcoach.store.activity_totals import NightSummary

READINESS = macros("readiness")

SPAN = timedelta(days=89)
PARTS: tuple[str, ...] = ("hrv_z", "resting_hr_z", "sleep_z", "form_z")
LOAD, A_DAY = "load_z", timedelta(days=1)
ILL = "possible_illness"


class Part(NamedTuple):
    """One part of the score, as it is written."""

    z: str
    metric: str
    value: str
    unit: str
    usual: str


def opening(mornings: Sequence[RecoveryDay], days: Sequence[DailyFitness], today: date) -> Piece:
    """Return the score and what it is made of; without any morning, what would make one."""
    if not mornings:
        return page.notice(t("pages.readiness.none"), t("pages.readiness.none_hint"))
    latest = mornings[-1]
    return join([_warning(latest), _score(latest, today), _parts(latest, days)])


def _warning(morning: RecoveryDay) -> Piece:
    """Return a card when the morning looks as before an illness."""
    if ILL not in morning.flags:
        return ""
    return page.notice(t("pages.readiness.ill"), t("pages.readiness.ill_hint"), kind="bad")


def _score(morning: RecoveryDay, today: date) -> Piece:
    """Return the gauge with the score, its band in plain words, and what it is not."""
    band = morning.readiness_band
    name = t(f"pages.readiness.bands.{band}.name") if band else t("pages.today.unknown")
    said = t(f"pages.readiness.bands.{band}.said") if band else _why(morning, "readiness")
    if band and _shock(morning):
        said = t("pages.readiness.after_load")
    value = formatting.number(morning.readiness)
    label = t("pages.readiness.label", value=value, words=name)
    return page.card(
        t("pages.readiness.score"),
        gauge.gauge(morning.readiness, value, name, label, gauge.READINESS),
        page.paragraph(said, "said"),
        page.paragraph(t("pages.readiness.descriptive"), "fine"),
        width=5,
        aside=_when(morning, today),
        name="readiness",
    )


def _when(morning: RecoveryDay, today: date) -> Piece:
    """Return which morning it is; an older one than today's says so."""
    day = formatting.short_day(morning.date, today)
    if morning.date == today:
        return day
    return page.badge(t("pages.readiness.older", day=day), "warn")


def _why(morning: RecoveryDay, metric: str) -> str:
    return common.reason(morning.reasons.get(metric))


def _parts(morning: RecoveryDay, days: Sequence[DailyFitness]) -> Piece:
    """Return the parts: value, usual range, deviation and what it did to the score."""
    effects = _effects(morning)
    rows = [_part(morning, part, effects.get(part.z)) for part in _portions(morning, days)]
    return page.card(
        t("pages.readiness.parts"),
        READINESS.portions(rows),
        _sum(morning, effects),
        width=7,
        aside=t("pages.readiness.parts_aside"),
        name="of-score",
    )


def _portions(morning: RecoveryDay, days: Sequence[DailyFitness]) -> list[Part]:
    """Return the four parts, and the load of the day before where it takes something off."""
    if not _shock(morning):
        return _four(morning, days)
    before = next((day.load for day in days if day.date == morning.date - A_DAY), None)
    usual = t("pages.readiness.load_usual", times=f"{readiness.USUAL_LOAD:g}")
    load = Part(LOAD, LOAD, formatting.number(before), "", usual)
    return [*_four(morning, days), load]


def _four(morning: RecoveryDay, days: Sequence[DailyFitness]) -> list[Part]:
    form = next((day.form_pct for day in days if day.date == morning.date), None)
    usual_hr = formatting.number(morning.resting_hr_usual_bpm)
    return [
        Part("hrv_z", "hrv_7d_ms", formatting.number(morning.hrv_7d_ms), "ms", _range(morning)),
        Part(
            "resting_hr_z",
            "resting_hr_3d_bpm",
            formatting.number(morning.resting_hr_3d_bpm, 1),
            "bpm",
            t("pages.readiness.usual", value=usual_hr, unit="bpm"),
        ),
        Part(
            "sleep_z",
            "sleep_3d_s",
            formatting.spell(morning.sleep_3d_s),
            "",
            t("pages.readiness.need", time=formatting.spell(morning.sleep_need_s)),
        ),
        Part("form_z", "form_pct", formatting.signed(form), "%", t("pages.readiness.form_usual")),
    ]


def _range(morning: RecoveryDay) -> str:
    low, high = formatting.number(morning.hrv_low_ms), formatting.number(morning.hrv_high_ms)
    return t("pages.readiness.usual_range", low=low, high=high, unit="ms")


def _effects(morning: RecoveryDay) -> dict[str, float]:
    """Return by how many points each known part moved the score from its middle."""
    if morning.readiness is None:
        return {}
    parts = [math.nan if (z := getattr(morning, name)) is None else z for name in PARTS]
    points = readiness.points_of_parts(parts).tolist()
    effects = {name: one for name, one in zip(PARTS, points, strict=True) if math.isfinite(one)}
    if _shock(morning):
        effects[LOAD] = readiness.load_points(morning.load_z)
    return effects


def _shock(morning: RecoveryDay) -> bool:
    """Tell whether the load of the day before takes something off the score."""
    return morning.load_z is not None and morning.load_z < 0


def _part(morning: RecoveryDay, part: Part, effect: float | None) -> Piece:
    z: float | None = getattr(morning, part.z)
    about = morning.date.isoformat()
    why = _why(morning, part.z if part.z in morning.reasons else part.metric) if z is None else ""
    known = part.value != formatting.NOTHING
    number = page.stat(
        t(f"pages.readiness.names.{part.metric}"),
        part.value,
        part.unit,
        metric=part.metric,
        about=about,
        note=part.usual if known and z is not None else "",
        why=why,
    )
    return READINESS.portion(number, _deviation(z), _bar(z), _effect(part.z, effect, about))


def _deviation(z: float | None) -> Piece:
    words = t("pages.readiness.z", z=formatting.signed(z, 1)) if z is not None else ""
    return page.explained(words, t("pages.readiness.z_meaning")) if words else ""


def _bar(z: float | None) -> dict[str, str] | None:
    """Return the look and the place of a bar: from one's usual to the left when worse."""
    if z is None:
        return None
    left, width = gauge.bar(readiness.limited_z(z), readiness.LEAST_Z, readiness.MOST_Z)
    return {"look": "better" if z > 0 else "worse", "left": left, "width": width}


def _effect(metric: str, points: float | None, about: str) -> Piece:
    number = formatting.signed(points, 1)
    return page.stat(
        t("pages.readiness.effect"),
        number,
        t("pages.readiness.points"),
        metric=metric,
        about=about,
    )


def _sum(morning: RecoveryDay, effects: dict[str, float]) -> Piece:
    """Return how the parts add up to the score, when they do."""
    if morning.readiness is None:
        return ""
    if not readiness.is_sum_of(morning.readiness, effects.values()):
        text = t("pages.readiness.held")
    else:
        steps = " ".join(formatting.signed(points, 1) for points in effects.values())
        text = t("pages.readiness.sum", middle=f"{readiness.USUAL_SCORE:.0f}", steps=steps)
    score = page.stat(
        t("pages.readiness.score"),
        formatting.number(morning.readiness),
        "/ 100",
        metric="readiness",
        about=morning.date.isoformat(),
        note=text,
    )
    return READINESS.whole(score)


def history(mornings: Sequence[RecoveryDay]) -> Piece:
    """Return the score of each morning."""
    frame = frames.scores(mornings)
    if len(frame) < 2:
        return ""
    title = t("pages.readiness.history")
    return page.card(
        title, page.chart(charts.scores(frame), title), aside=t("pages.readiness.ninety")
    )


def hrv(mornings: Sequence[RecoveryDay], body: Sequence[HealthDay]) -> Piece:
    """Return HRV by night with its 7-day mean and one's usual range."""
    if not mornings and not body:
        return ""
    return signals.hrv(frames.hrv(mornings, body))


def resting_hr(mornings: Sequence[RecoveryDay], body: Sequence[HealthDay]) -> Piece:
    """Return resting heart rate by day with its 3-day mean and one's usual."""
    if not mornings and not body:
        return ""
    return signals.resting_hr(frames.resting_hr(mornings, body))


def sleep(nights: Sequence[NightSummary], mornings: Sequence[RecoveryDay]) -> Piece:
    """Return the nights with their stages, where known, and the need."""
    if not mornings and not nights:
        return ""
    title = t("pages.health.sleep")
    frame = frames.sleep(nights)
    if frame.date.nunique() < 2:
        return page.empty_card(title, t("pages.readiness.no_nights"), 8)
    drawing = page.chart(charts.sleep(frame, frames.needs(mornings)), title)
    return page.card(title, drawing, width=8, aside=t("pages.readiness.sleep_aside"))


SIGNALS = {
    "weight_kg": (1, "kg", "violet"),
    "average_stress": (0, "/ 100", "amber"),
    "body_battery_max": (0, "/ 100", "cyan"),
    "sleep_score": (0, "/ 100", "mint"),
}
"""What else devices tell of a day: digits, unit and colour of each."""


def others(body: Sequence[HealthDay]) -> Piece:
    """Return weight, stress and the like, the latest of each with the day it is of."""
    if not body:
        return ""
    rows = [_other(body, name) for name in SIGNALS]
    return page.card(t("pages.readiness.others"), page.stats(*rows), width=4, name="body")


def _other(body: Sequence[HealthDay], field: str) -> Piece:
    digits, unit, tint = SIGNALS[field]
    label = t(f"pages.readiness.names.{field}")
    known = [(day.date, value) for day in body if (value := getattr(day, field)) is not None]
    if not known:
        return page.stat(label, formatting.NOTHING, why=t("pages.health.none"))
    when, value = known[-1]
    return page.stat(
        label,
        formatting.number(value, digits),
        unit,
        note=formatting.day(when),
        spark=page.spark([getattr(day, field) for day in body], tint),
    )


def missing(mornings: Sequence[RecoveryDay]) -> Piece:
    """Return which numbers of the latest morning are missing, and why; nothing when none is."""
    if not mornings:
        return ""
    latest = mornings[-1]
    names: dict[str, list[str]] = {}
    for metric, code in sorted(latest.reasons.items()):
        names.setdefault(code, []).append(common.label(metric))
    lines = [f"{common.reason(code)} ({', '.join(told)})" for code, told in names.items()]
    lines += [common.flag(flag) for flag in latest.flags if flag != ILL]
    if not lines:
        return ""
    return page.card(t("pages.readiness.missing"), page.lines(lines))
