"""The weekly and the monthly summary: true, readable in both languages, linked, without code."""

import re
from datetime import date, timedelta

import pytest

from runningcoach import jobs as intake
from runningcoach.base import periods
from runningcoach.demo import athlete
from runningcoach.jobs import job_table
from runningcoach.model.fitness import DailyFitness, Summary
from runningcoach.model.health import HealthDay
from runningcoach.pages.tiles import summary
from runningcoach.store import accounts
from tests.conftest import PROJECT

UNTIL = date(2026, 11, 1)
"""A Sunday: the week that began on 26 October ends, and so did October the day before."""
MONDAY = UNTIL + timedelta(days=1)
HANGUL = re.compile("[\uac00-\ud7a3]")
SUMS = """
SELECT count(*), sum(a.distance_m), sum(m.moving_s), sum(m.load) FROM activities a
  JOIN activity_metrics m ON m.activity_id = a.id WHERE a.local_date BETWEEN %s AND %s
"""
LONGEST = """
SELECT id FROM activities WHERE local_date BETWEEN %s AND %s AND sport = 'running'
 ORDER BY distance_m DESC LIMIT 1
"""


@pytest.fixture
def bench(bench):
    return bench.use(job_table.read(PROJECT / "scheduler" / "jobs.toml"))


def report(bench, name, day=MONDAY, language="ko") -> str:
    changes = {"language": language}
    bench.user = accounts.update(bench.conn, bench.user.id, changes)
    row = bench.finish(bench.start(name, parameters={"day": day.isoformat()}), 180)
    assert row.state == "succeeded", (row.error, bench.log(row))
    return (bench.settings.home / "jobs" / row.report).read_text()


def words(html: str) -> str:
    text = re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text)


@pytest.mark.deep
@pytest.mark.slow
def test_the_made_up_runner_s_week_and_month_are_told_truly(bench, conn, user, home, tmp_path):
    athlete.write_export(tmp_path / "export", seed=7, years=0.5, until=UNTIL, language="en")
    intake.take_files(conn, user.id, [tmp_path / "export"], home=home, workers=1)
    spans = {
        "weekly_summary": (MONDAY - timedelta(days=7), UNTIL),
        "monthly_summary": (date(2026, 10, 1), date(2026, 10, 31)),
    }
    for name, span in spans.items():
        count, metres, seconds, load = conn.execute(SUMS, span).fetchone()
        [longest] = conn.execute(LONGEST, span).fetchone()
        for language in ("ko", "en"):
            html = report(bench, name, language=language)
            text = words(html)
            assert f'lang="{language}"' in html
            assert f"{metres / 1000:,.1f} km" in text
            assert f"{load:,.0f}" in text
            minutes = round(seconds / 60)
            told = f"{minutes // 60}{' h' if language == 'en' else '시간'} {minutes % 60:02d}"
            assert told in text
            assert str(count) in text
            assert f'href="activity.ipynb?id={longest}"' in html
            assert html.count("<svg") > 10
            assert "<script" not in html
            assert "rebuild.refresh" not in html, "code is left out"
            assert "–  km" not in text
            assert "nan" not in text.lower().split()
            assert bool(HANGUL.search(text)) == (language == "ko")


@pytest.mark.deep
def test_a_runner_without_any_record_is_told_so(bench):
    assert "이 주에는 기록된 활동이 없습니다." in report(bench, "weekly_summary")
    html = report(bench, "monthly_summary", language="en")
    assert "No activity was recorded this month." in html


def week(monday: date, km: float, **more) -> Summary:
    return Summary(
        period="week", starts_on=monday, activities=3, runs=3, distance_m=km * 1000,
        moving_s=km * 330, load=km * 6, **more,
    )  # fmt: skip


SPAN = summary.week_before(date(2026, 10, 14))


def test_the_span_is_the_last_whole_one():
    assert (SPAN.first, SPAN.last) == (date(2026, 10, 5), date(2026, 10, 11))
    assert summary.week_before(date(2026, 10, 12)) == SPAN, "on Monday it is the week just ended"
    month = summary.month_before(date(2026, 3, 1))
    assert (month.first, month.last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert month.starts[0] == date(2025, 3, 1)
    assert summary.month_before(date(2026, 1, 31)).first == date(2025, 12, 1)


def test_the_usual_counts_weeks_of_rest_but_none_before_the_first():
    """Weeks of 30, 0 (no row) and 60 km before one of 40: 30 km is usual, not 45."""
    back = [SPAN.first - timedelta(weeks=n) for n in (3, 1, 0)]
    rows = [week(back[0], 30), week(back[1], 60), week(back[2], 40)]
    spans = summary.beside(SPAN, rows)
    assert [row.distance_m / 1000 for row in spans.usual] == [30, 0, 60]
    assert (spans.this.distance_m, spans.before.distance_m) == (40_000, 60_000)
    text = words(str(summary.compared(SPAN, spans)))
    assert "40.0 km" in text
    assert "▼ 20.0 · 평균 30.0" in text
    assert len(spans.shown) == 12


def test_a_first_week_is_held_against_nothing():
    spans = summary.beside(SPAN, [week(SPAN.first, 40)])
    assert spans.usual == []
    text = words(str(summary.compared(SPAN, spans)))
    assert "평균" not in text


@pytest.mark.parametrize(
    ("before_km", "said"),
    [(40, "33% 늘었습니다"), (100, "47% 줄었습니다"), (52, "비슷합니다"), (0, "km, 4시간 52분.")],
)
def test_the_headline_says_more_or_less_in_words(before_km, said):
    rows = [week(SPAN.first - timedelta(weeks=1), before_km), week(SPAN.first, 53.1)]
    text = words(str(summary.headline(SPAN, summary.beside(SPAN, rows), [])))
    assert said in text
    assert "53.1 km" in text


def day(when: date, ctl: float, km: float = 0.0) -> DailyFitness:
    return DailyFitness(
        date=when, activities=1, distance_m=km * 1000, moving_s=0, load=0, ctl=ctl, atl=ctl,
        tsb=0.0, form_pct=0.0, provisional=False, estimated_share=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "said", "shown"),
    [
        (50.0, 52.34, "체력은 2.3 올라 52입니다.", "▲ 2.3"),
        (50.04, 52.36, "체력은 2.3 올라 52입니다.", "▲ 2.3"),
        (38.74, 35.96, "체력은 2.8 내려 36입니다.", "▼ 2.8"),
    ],
)
def test_fitness_is_told_by_its_change_within_the_span(before, after, said, shown):
    days = [day(SPAN.first - timedelta(days=1), before), day(SPAN.last, after)]
    spans = summary.beside(SPAN, [week(SPAN.first, 40)])
    assert said in words(str(summary.headline(SPAN, spans, days)))
    assert shown in words(str(summary.state(SPAN, days)))


def test_the_weeks_of_a_month_are_named_by_their_days():
    """October 2026 begins on a Thursday and ends on a Saturday."""
    october = summary.month_before(date(2026, 11, 5))
    days = [day(one, 40, km=1) for one in periods.days(october.first, october.last)]
    spans = summary.beside(october, [])
    text = words(str(summary.headline(october, spans, days)))
    assert "4.0 1–4 7.0 5–11 7.0 12–18 7.0 19–25 6.0 26–31" in text


def test_body_signals_need_days_and_are_held_against_the_four_weeks_before():
    def known(days_after, **signals):
        return HealthDay(date=SPAN.first + timedelta(days=days_after), **signals)

    before = [known(-n, resting_hr_bpm=50) for n in range(28, 0, -1)]
    older = [known(-40, resting_hr_bpm=90)]
    here = [known(n, resting_hr_bpm=47, hrv_ms=60 if n < 2 else None) for n in range(5)]
    html = str(summary.body(SPAN, [*older, *before, *here]))
    assert "47 bpm" in words(html)
    assert 'class="change up"' in html, "a lower resting heart rate is good"
    assert "▼ 3" in words(html)
    assert "심박 변이도" not in words(html), "two nights are too few"
    assert summary.body(SPAN, here[:2]) == ""
