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
from runningcoach.store import activities, fitness
from runningcoach.store.activities import ActivityFilters
from tests.coach.talk.made_athlete import make_athlete
from tests.conftest import _add_user

ATHLETES = 200
CAP, BUDGET = 16_000, 12_000
HOLES = re.compile(r"\b(?:nan|none|null|inf|infinity|undefined)\b|(?:^|\D)–", re.I)
WEEK_KM = re.compile(r"^(\d{4}-\d\d-\d\d) to .*?: ([\d.]+) km", re.M)
RUN_KM = re.compile(r"#(\d+) \S+: ([\d.]+) km")


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
    sizes = []
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
        check_figures(conn, user, context)
    assert sum(total <= BUDGET for total in sizes) >= 0.9 * ATHLETES
    assert max(sizes) > 6_000


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
    """Compare weeks, runs and form with what is stored, each rounded once more here."""
    told = {one.name: one.text for one in context.sections}
    weeks = fitness.summaries(conn, user.id, "week", date.min, date.max)
    stored = {week.starts_on.isoformat(): week.distance_m / 1000 for week in weeks}
    for monday, km in WEEK_KM.findall(told["weeks"]):
        assert abs(float(km) - stored[monday]) <= 0.0501
    rows = activities.page(conn, user.id, ActivityFilters(), limit=10_000)
    metres = {row.id: row.distance_m for row in rows}
    for number, km in RUN_KM.findall(told.get("runs", "")):
        assert abs(float(km) - metres[int(number)] / 1000) <= 0.00501
    profile = json.loads(told["athlete"].split("\n")[-1])
    assert profile["today"][:10] == periods.today("Asia/Seoul").isoformat()
