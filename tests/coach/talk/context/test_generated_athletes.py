"""Contexts of two hundred generated athletes: within the cap, without holes, figures of code."""

import json
import re
from datetime import UTC, date, datetime

import pytest

from runningcoach.base import periods
from runningcoach.coach.talk.context import build_context
from runningcoach.coach.talk.safety.gate import NO_SIGN, SafetySign
from runningcoach.model.conversation import ChatMessage
from runningcoach.sources.openai.tokens import count_tokens
from runningcoach.store import activities, fitness, health, race_predictions
from runningcoach.store.activities import ActivityFilters
from tests.coach.talk.made_athlete import make_athlete
from tests.conftest import _add_user

ATHLETES = 200
CAP, BUDGET = 16_000, 12_000
HOLES = re.compile(r"\b(?:nan|none|null|inf|infinity|undefined)\b|(?:^|\D)–", re.I)
WEEK = re.compile(
    r"^(\d{4}-\d\d-\d\d) to .*?: ([\d.]+) km, ([\d.]+) h, (\d+) runs.*?"
    r"load (\d+), CTL ([\d.]+), ATL ([\d.]+)",
    re.M,
)
RUN = re.compile(r"#(\d+) \w+: ([\d.]+) km(?:.*?HR (\d+) bpm)?.*?load (\d+)$", re.M)
MORNING = re.compile(r"^(\d{4}-\d\d-\d\d) \w+: RHR (\d+) bpm", re.M)
YEAR = re.compile(r"(\d{4}): (\d+) km, (\d+) runs")


def turns_of(seed):
    """Return a talk of up to thirty messages, some of them long."""
    text = "지난주에 몇 km 뛰었는지 알려 주세요. " * (1 + seed % 40)
    return [
        ChatMessage(
            id=n, conversation_id=1, role="user" if n % 2 else "assistant", content=f"{n}: {text}",
            created_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
        for n in range(1, 1 + seed % 31)
    ]  # fmt: skip


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_generated_athletes_fit_the_cap_and_show_stored_figures(conn):
    today = periods.today("Asia/Seoul")
    sizes, figures = [], 0
    for seed in range(ATHLETES):
        user = _add_user(conn, f"runner{seed}", "runner")
        settings = make_athlete(conn, user, seed, today)
        sign = SafetySign("amber", "pain") if seed % 5 == 0 else NO_SIGN
        text = "이번 주 장거리는 얼마나 뛸까? " * (1 + 300 * (seed % 11 == 0))
        context = build_context(conn, user, settings, turns_of(seed), text, today, sign=sign)
        total = sum(section.tokens for section in context.sections)
        sizes.append(total)
        assert total <= CAP, seed
        assert all(one.tokens == count_tokens(one.text) for one in context.sections)
        check_words(context, seed)
        figures += check_figures(conn, user, context)
    assert sum(total <= BUDGET for total in sizes) >= 0.9 * ATHLETES
    assert max(sizes) > 6_000
    assert figures > 2_000


def check_words(context, seed):
    told = {one.name: one.text for one in context.sections}
    for name, text in told.items():
        if name not in ("rules", "tools", "turns", "message", "passages"):
            assert not HOLES.search(text), (seed, name, HOLES.search(text))
    whole = "\n".join(message.content for message in context.messages)
    assert "Seoul" not in whole
    assert "Jeju" not in whole
    assert "<script" not in whole
    assert "evil.example" not in whole
    assert len(whole) + len(context.instructions) >= sum(
        len(told[name]) for name in ("rules", "athlete", "weeks", "message")
    )


def check_figures(conn, user, context):
    """Compare weeks, runs, mornings and years with the rows that they are of."""
    told = {one.name: one.text for one in context.sections}
    weeks = fitness.summaries(conn, user.id, "week", date.min, date.max)
    stored = {week.starts_on.isoformat(): week for week in weeks}
    for monday, *shown in WEEK.findall(told["weeks"]):
        row = stored[monday]
        values = (row.distance_m / 1000, row.moving_s / 3600, row.runs, row.load, row.ctl_end,
                  row.atl_end)  # fmt: skip
        assert all(is_near(text, value) for text, value in zip(shown, values, strict=True))
    rows = activities.page(conn, user.id, ActivityFilters(), limit=10_000)
    by_id = {row.id: row for row in rows}
    for number, km, bpm, load in RUN.findall(told.get("runs", "")):
        row = by_id[int(number)]
        assert is_near(km, row.distance_m / 1000)
        assert not bpm or is_near(bpm, row.average_hr_bpm)
        assert is_near(load, row.load)
    mornings = health.days(conn, user.id, date.min, date.max)
    by_day = {day.date.isoformat(): day for day in mornings}
    for day, bpm in MORNING.findall(told.get("wellness", "")):
        assert is_near(bpm, by_day[day].resting_hr_bpm)
    history = race_predictions.baseline(conn, user.id)
    years = {row.year: row for row in history.years} if history else {}
    for year, km, runs in YEAR.findall(told["history"]):
        assert is_near(km, years[int(year)].distance_m / 1000)
        assert int(runs) == years[int(year)].runs
    profile = json.loads(told["athlete"].split("\n")[-1])
    assert profile["today"][:10] == periods.today("Asia/Seoul").isoformat()
    return len(WEEK.findall(told["weeks"])) + len(RUN.findall(told.get("runs", "")))


def is_near(text, value):
    """Return whether a figure is a value rounded to the digits that the figure has."""
    step = 10.0 ** -len(text.partition(".")[2])
    return abs(float(text) - value) <= 0.5 * step + 1e-9
