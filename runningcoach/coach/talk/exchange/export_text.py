"""A text for another chat: the runner in numbers, what is asked, and the form of the answer.

The same data as for one's own model, by the same privacy levels: no names, no places.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import i18n, periods
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.context.runner_data import RunnerData, load_runner_data
from runningcoach.coach.talk.drafts.asked_weeks import PART_WEEKS, asked_weeks
from runningcoach.coach.talk.drafts.draft_guide import (
    example_draft,
    form_text,
    request_fields,
    rules_text,
)
from runningcoach.coach.talk.drafts.usual_request import usual_request
from runningcoach.coach.talk.tools.tool_context import ToolContext
from runningcoach.model.conversation import ExportedText, ExportSize, PrivacyLevel
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.user import User
from runningcoach.sources.openai.tokens import count_tokens

type Connection = psycopg.Connection[Any]


class ExportDetail(NamedTuple):
    """How much of each kind of data a size holds: weeks of the table, weeks run by run, days."""

    weeks: int
    detailed_weeks: int
    wellness_days: int
    has_history: bool
    has_plan: bool
    has_rules: bool


DETAILS: dict[ExportSize, ExportDetail] = {
    "short": ExportDetail(5, 0, 0, has_history=False, has_plan=False, has_rules=False),
    "normal": ExportDetail(13, 2, 0, has_history=True, has_plan=True, has_rules=True),
    "full": ExportDetail(13, 6, 14, has_history=True, has_plan=True, has_rules=True),
}
"""Measured with half a year of the made-up runner: about 1,800, 3,700 and 4,400 tokens. Who runs
and measures every day comes to twice the last."""


def export_text(
    conn: Connection,
    user: User,
    *,
    size: ExportSize = "normal",
    language: str | None = None,
    with_schema: bool = True,
    privacy_level: PrivacyLevel | None = None,
    request: PlanRequest | None = None,
) -> ExportedText:
    """Return a text to paste into another chat; nothing is sent by it.

    Without a schema no plan is asked for but what strikes the other chat. Level and request are
    those of the settings, and of the current plan or the races entered, where they are absent.
    """
    today = periods.today(user.timezone)
    level = privacy_level or talk_settings.load_settings(conn, user.id).privacy_level
    asked = request or usual_request(conn, user.id, load_athlete(conn, user.id, today))
    with i18n.speaking(language or user.language):
        spoken = i18n.language()
        data = load_runner_data(ToolContext(conn, user, today, level, spoken))
        detail = DETAILS[size]
        parts = [
            i18n.t("exchange.export.intro" if with_schema else "exchange.export.intro_free"),
            *_data_parts(data, detail),
            *(_asked_parts(asked, detail, spoken) if with_schema else ()),
        ]
    text = "\n\n".join(parts) + "\n"
    return ExportedText(text=text, tokens=count_tokens(text), privacy_level=level, request=asked)


def _data_parts(data: RunnerData, detail: ExportDetail) -> Iterator[str]:
    """Yield the data of the runner, each kind under its heading; what is empty is left out."""
    runs = [line for week in data.runs[: detail.detailed_weeks] for line in week.lines]
    told = {
        "athlete": data.athlete,
        "history": data.history if detail.has_history else "",
        "weeks": "\n".join(data.weeks.splitlines()[: detail.weeks]),
        "runs": "\n".join(runs),
        "wellness": "\n".join(data.wellness[: detail.wellness_days]),
        "plan": data.plan if detail.has_plan else "",
        "notes": "\n".join(_json(note) for note in data.notes) if detail.wellness_days else "",
    }
    for name, words in told.items():
        if words:
            yield f"## {i18n.t(f'exchange.titles.{name}')}\n{words}"


def _asked_parts(request: PlanRequest, detail: ExportDetail, language: str) -> Iterator[str]:
    """Yield what is asked for, the form of the answer, an example and the rules."""
    weeks = asked_weeks(request)
    days = i18n.t("exchange.export.asked_weeks", weeks=", ".join(f"{week}" for week in weeks))
    yield _titled("asked", f"{_json(request_fields(request))}\n{days}")
    answer = i18n.t("exchange.export.answer")
    if len(weeks) > PART_WEEKS:
        parts = i18n.t("exchange.export.answer_parts", weeks=PART_WEEKS)
        answer = f"{answer} {parts}"
    words = i18n.t("exchange.export.words").strip()
    yield _titled("form_title", f"{answer}\n\n{form_text(language)}\n{words}")
    yield f"{i18n.t('exchange.export.example')}\n```json\n{_json(example_draft(weeks[0]))}\n```"
    if detail.has_rules:
        yield _titled("rules_title", rules_text(language))


def _titled(title: str, words: str) -> str:
    return f"## {i18n.t(f'exchange.export.{title}')}\n{words}"


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
