"""What the doctor says of numbers that are behind or are none, of the clock, of the disk."""

from datetime import date, timedelta

import pytest

from runningcoach.base import i18n, periods
from runningcoach.base.settings import Settings
from runningcoach.cli import doctor
from runningcoach.store import fitness, home, job_runs

DAY = date(2026, 3, 1)


@pytest.fixture
def settings(home, database_url) -> Settings:
    return Settings(home=home, database_url=database_url)


def test_numbers_that_are_up_to_date_behind_or_failing_are_told_apart(conn, user, settings):
    assert doctor.stale(conn, settings).state == "ok"
    fitness.mark_stale(conn, user.id, DAY)
    assert doctor.stale(conn, settings).state == "warn"
    fitness.note_failure(conn, user.id, DAY, ValueError("a [bold]odd[/] number"))
    for language in ("ko", "en"):
        with i18n.speaking(language):
            finding = doctor.stale(conn, settings)
        assert finding.state == "fail"
        for word in ("runner", "2026-03-01", "ValueError: a [bold]odd[/] number"):
            assert word in finding.words
        assert finding.remedy


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_found_where_it_is(conn, user, settings, value):
    assert doctor.finite(conn, settings).state == "ok"
    conn.execute(
        "INSERT INTO athlete_benchmarks (user_id, kind, value, valid_from, source, confidence)"
        " VALUES (%s, 'max_hr_bpm', 190, '2026-01-01', 'user', 'high')",
        [user.id],
    )
    assert doctor.finite(conn, settings).state == "ok"
    conn.execute("ALTER TABLE athlete_benchmarks DROP CONSTRAINT IF EXISTS finite")
    conn.execute("UPDATE athlete_benchmarks SET value = %s", [float(value.replace("inity", ""))])
    finding = doctor.finite(conn, settings)
    assert finding.state == "fail"
    assert "athlete_benchmarks.value (1)" in finding.words


def test_a_clock_that_was_ahead_is_told_for_a_week(conn, user, settings):
    assert doctor.clock(conn, settings).state == "ok"
    now = periods.now()
    ahead = now + timedelta(days=9)
    job_runs.record_skipped(conn, user.id, "daily", ahead, ahead, "missed", "too_late")
    assert doctor.clock(conn, settings).state == "warn", "nobody has dated it back yet"
    job_runs.correct_future_dates(conn, now)
    finding = doctor.clock(conn, settings)
    assert finding.state == "warn"
    assert "1" in finding.words
    assert finding.remedy
    conn.execute("UPDATE job_runs SET queued_at = queued_at - interval '18 days'")
    assert doctor.clock(conn, settings).state == "ok"


def test_a_full_disk_is_worse_than_one_with_little_room(settings, monkeypatch):
    monkeypatch.setattr(home, "LEAST_FREE_BYTES", 2**62)
    assert doctor.disk(settings).state == "fail"
    monkeypatch.setattr(home, "LEAST_FREE_BYTES", 0)
    monkeypatch.setattr(doctor, "LOW_DISK_GB", 1e9)
    assert doctor.disk(settings).state == "warn"


def test_the_last_line_is_no_better_than_the_worst_finding(conn, user, settings, capsys):
    from rich.console import Console

    def closing() -> tuple[int, str]:
        with i18n.speaking("en"):
            code = doctor.examine(settings, Console())
        return code, capsys.readouterr().out.splitlines()[-1]

    fitness.mark_stale(conn, user.id, DAY)
    assert closing() == (0, "Nothing is broken, but something deserves a look (!).")
    fitness.note_failure(conn, user.id, DAY, ValueError("x"))
    assert closing() == (1, "Something needs mending.")
