"""Form in words: the band it falls into, in the light of the weeks before."""

from collections.abc import Sequence

from runningcoach.base.i18n import t
from runningcoach.derive.form import kept_and_lost_pct, rest_kind
from runningcoach.model.fitness import DailyFitness
from runningcoach.pages import formatting, gauge, page
from runningcoach.pages.markup import Piece, join
from runningcoach.pages.tiles import common

REST = "idle"


def name(days: Sequence[DailyFitness]) -> str:
    """Return what the form of the last day is called."""
    key = _key(days)
    return t(f"pages.today.bands.{key}.name") if key else t("pages.today.unknown")


def meaning(days: Sequence[DailyFitness]) -> str:
    """Return what the form of the last day means in plain words, or why nobody can say."""
    if not days:
        return t("pages.today.nothing")
    key = _key(days)
    if key is None:
        return _missing(days[-1])
    kept, gone = kept_and_lost_pct(days)
    return t(f"pages.today.bands.{key}.said", share=kept, gone=gone)


def dial(days: Sequence[DailyFitness]) -> Piece:
    """Return the gauge of form, and below it its share of fitness or why there is none."""
    last = days[-1] if days else None
    value = formatting.signed(last.tsb) if last else formatting.NOTHING
    words, pct = name(days), last.form_pct if last else None
    drawing = gauge.gauge(pct, value, words, t("pages.today.form_label", value=value, words=words))
    return join([drawing, page.paragraph(_below(last), "below")])


def _below(last: DailyFitness | None) -> str:
    if last is None:
        return ""
    if last.form_pct is None:
        return _missing(last)
    return t("pages.today.of_fitness", percent=formatting.signed(last.form_pct))


def _missing(last: DailyFitness) -> str:
    code = last.reasons.get("form_pct")
    return common.reason(code) if code else t("pages.today.no_form")


def _key(days: Sequence[DailyFitness]) -> str | None:
    """Return the key of the words of a form; the highest band depends on the weeks before."""
    band = gauge.band(days[-1].form_pct) if days else None
    return rest_kind(days) if band == REST else band
