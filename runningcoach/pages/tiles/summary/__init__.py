"""The tiles of the weekly and the monthly summary: a span that ended, beside the spans before."""

from runningcoach.pages.tiles.summary.activities import by_sport, done, highlights, zones
from runningcoach.pages.tiles.summary.numbers import body, compared, curves, distances, state
from runningcoach.pages.tiles.summary.opening import form, headline
from runningcoach.pages.tiles.summary.plan import against_plan
from runningcoach.pages.tiles.summary.span import beside, month_before, week_before

__all__ = [
    "against_plan",
    "beside",
    "body",
    "by_sport",
    "compared",
    "curves",
    "distances",
    "done",
    "form",
    "headline",
    "highlights",
    "month_before",
    "state",
    "week_before",
    "zones",
]
