"""The activities of a week or a month: what stood out, how easy they were, all of them."""

from collections.abc import Callable, Sequence

from runningcoach.base import units
from runningcoach.base.i18n import t
from runningcoach.derive.comparisons import shares_of_sum
from runningcoach.metrics.sports import RUNNING
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece
from runningcoach.pages.tiles import common, sports
from runningcoach.pages.tiles.fitness import distance_name
from runningcoach.pages.tiles.summary.span import Span, SpanHistory
from runningcoach.store.activities import ListedActivity
from runningcoach.store.activity_totals import PersonalRecord

SHORTEST_FOR_PACE_M = 3_000.0


def highlights(
    span: Span, done: Sequence[ListedActivity], records: Sequence[PersonalRecord], width: int = 7
) -> Piece:
    """Return the longest, fastest and hardest of the span, and the bests that were set in it."""
    rows = [*_outstanding(done), *(_best(one) for one in records if span.holds(one.local_date))]
    if not rows:
        return ""
    head = [t(f"jobs.summary.columns.{name}") for name in ("what", "activity", "value")]
    table = page.table(head, rows, name="tight highlights")
    return page.card(t("jobs.summary.highlights"), table, width=width)


def _outstanding(done: Sequence[ListedActivity]) -> list[list[Piece]]:
    runs = [one for one in done if one.sport == RUNNING]
    paced = [one for one in runs if (one.distance_m or 0) >= SHORTEST_FOR_PACE_M and _speed(one)]
    found = [
        _most("longest", runs, lambda one: one.distance_m, lambda one: _km(one.distance_m)),
        _most("fastest", paced, _speed, lambda one: _pace(_speed(one))),
        _most("hardest", done, lambda one: one.load, lambda one: formatting.number(one.load)),
    ]
    return [row for row in found if row]


def _most(
    what: str,
    among: Sequence[ListedActivity],
    by: Callable[[ListedActivity], float | None],
    write: Callable[[ListedActivity], Piece],
) -> list[Piece]:
    known = [one for one in among if by(one)]
    if not known:
        return []
    best = max(known, key=lambda one: by(one) or 0.0)
    return [t(f"jobs.summary.{what}"), _linked(best), write(best)]


def _linked(one: ListedActivity) -> Piece:
    link = page.link(common.title(one), common.address(one.id))
    return page.with_unit(link, formatting.day(one.local_date))


def _speed(one: ListedActivity) -> float | None:
    return common.speed_mps(one, one.moving_s)


def _pace(speed_mps: float | None) -> Piece:
    return common.with_unit(units.pace(speed_mps), "/km")


def _km(metres: float | None) -> Piece:
    return common.with_unit(formatting.km(metres, 1), "km")


def _best(record: PersonalRecord) -> list[Piece]:
    link = page.link(record.name or t("pages.titles.activity"), common.address(record.activity_id))
    return [
        t("jobs.summary.best", distance=distance_name(record.distance_m)),
        page.with_unit(link, formatting.day(record.local_date)),
        units.clock(record.elapsed_s),
    ]


def zones(spans: SpanHistory, width: int = 5) -> Piece:
    """Return the time in each heart-rate zone, and the share of low intensity, now and before."""
    seconds = spans.this.hr_zone_s or []
    if not any(seconds):
        return ""
    bars = page.bars(
        (t(f"pages.zones.z{i}"), share, formatting.spell(one), f"z{i}")
        for i, (one, share) in enumerate(zip(seconds, shares_of_sum(seconds), strict=True), start=1)
    )
    return page.card(t("jobs.summary.zones"), bars, _low(spans), width=width)


def _low(spans: SpanHistory) -> Piece:
    """Return the share of time at low intensity, now and before."""
    shares = [row.low_share for row in (spans.this, spans.before)]
    if shares[0] is None:
        return ""
    now, before = (formatting.number(None if v is None else units.percent(v)) for v in shares)
    return page.paragraph(t("jobs.summary.low", now=now, before=before), "below")


def by_sport(spans: SpanHistory, width: int = 12) -> Piece:
    """Return what each sport adds up to; nothing for running alone."""
    return sports.card(spans.this.by_sport, width)


def done(span: Span, rows: Sequence[ListedActivity]) -> Piece:
    """Return the activities of the span."""
    if not rows:
        return ""
    title = t(f"jobs.summary.{span.period}.done")
    return page.card(title, common.activity_table(rows, span.last))
