"""The tiles of the run that writes the word of a week."""

from datetime import date

from runningcoach.base.i18n import t
from runningcoach.coach.talk.weekly.weekly_word import WeeklyWordReport
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece


def intro(week_start: date) -> Piece:
    """Return which week the run is about."""
    lead = page.paragraph(t("weekly.report.lead"), "lead")
    return page.card(t("jobs.names.weekly_word"), lead, aside=formatting.full_day(week_start))


def word(report: WeeklyWordReport) -> Piece:
    """Return the word of the week, how it came about and what bears it out."""
    title = t("weekly.report.title")
    if report.word is None:
        return page.empty_card(title, t("weekly.report.off"))
    paragraphs = (page.paragraph(text) for text in report.word.text.split("\n\n"))
    notes = [] if report.is_new else [t("weekly.report.known")]
    notes += [t(f"weekly.report.by_{report.word.origin}"), report.why_rules]
    sources = [f"{one.title} · {one.source}" for one in report.word.citations]
    return page.card(
        title,
        *paragraphs,
        *(page.paragraph(note, "hint") for note in notes if note),
        *(page.paragraph(f"{t('weekly.report.sources')}: {source}", "fine") for source in sources),
    )
