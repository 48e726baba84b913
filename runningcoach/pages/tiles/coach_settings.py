"""How the coach talks and what that costs: settings, the key, the ledger, the runner's own log.

A key travels in a body alone and never comes back; the page knows only whether there is one.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from runningcoach.base.i18n import t
from runningcoach.model.conversation import AiSettings, BudgetState, UsageDay
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, macros

SETTINGS = macros("coach_settings")

API = "/api/v1/ai"
LEVELS = ("summary", "training", "health")
APIS = ("responses", "chat")
PRESETS: Mapping[str, tuple[str, str]] = {
    "openai": ("", "responses"),
    "ollama": ("http://127.0.0.1:11434/v1", "chat"),
    "lm_studio": ("http://127.0.0.1:1234/v1", "chat"),
    "openrouter": ("https://openrouter.ai/api/v1", "chat"),
}
"""Servers that many runners have: address and kind of API."""
OTHER = "other"
LEDGER_DAYS = 30
CENTS, PARTS_OF_CENTS = 2, 4
"""Digits of sums and of single calls, in US dollars."""


def card(settings: AiSettings) -> Piece:
    """Return the form of the settings, and beside it the key and the test of the connection."""
    return SETTINGS.card(
        API,
        _values(settings),
        [(level, t(f"coach_page.privacy.{level}.name"), t(f"coach_page.privacy.{level}.what"))
         for level in LEVELS],
        [(name, t(f"coach_page.settings.presets.{name}"), *PRESETS.get(name, ("", "")))
         for name in (*PRESETS, OTHER)],
        [(api, t(f"coach_page.settings.apis.{api}")) for api in APIS],
    )  # fmt: skip


def _values(settings: AiSettings) -> dict[str, Any]:
    return {
        **settings.model_dump(exclude={"agreed_at"}),
        "base_url": settings.base_url or "",
        "embedding_model": settings.embedding_model or "",
        "input_price_usd": _plain(settings.input_price_usd),
        "output_price_usd": _plain(settings.output_price_usd),
        "daily_budget_usd": _plain(settings.daily_budget_usd),
        "monthly_budget_usd": _plain(settings.monthly_budget_usd),
        "preset": _preset(settings),
    }


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _preset(settings: AiSettings) -> str:
    """Return which of the known servers an address is."""
    address = (settings.base_url or "").rstrip("/")
    known = [name for name, (known_address, _) in PRESETS.items() if known_address == address]
    return known[0] if known else OTHER


def usage(days: Sequence[UsageDay], budget: BudgetState, today: date) -> Piece:
    """Return what has been spent of the budgets, the ledger of the last days, and the own log."""
    return SETTINGS.usage(
        API,
        page.stats(
            _spent("today", budget.spent_today_usd, budget.daily_budget_usd),
            _spent("month", budget.spent_month_usd, budget.monthly_budget_usd),
            page.stat(
                t("coach_page.usage.unknown"),
                formatting.number(budget.unknown_price_calls),
                note=t("coach_page.usage.unknown_hint") if budget.unknown_price_calls else "",
            ),
        ),
        _ledger(days, today),
        t("coach_page.usage.ledger", days=LEDGER_DAYS),
    )


def _spent(period: str, spent_usd: float, budget_usd: float) -> Piece:
    return page.stat(
        t(f"coach_page.usage.{period}"),
        formatting.number(spent_usd, PARTS_OF_CENTS),
        "US$",
        note=t("coach_page.usage.of", budget=f"US${formatting.number(budget_usd, CENTS)}"),
    )


def _ledger(days: Sequence[UsageDay], today: date) -> Piece:
    if not days:
        return page.paragraph(t("coach_page.usage.none"), "none")
    names = ("day", "model", "calls", "input", "output", "cost")
    head = [t(f"coach_page.usage.columns.{name}") for name in names]
    return page.table(head, [_row(day, today) for day in days], name="ledger")


def _row(day: UsageDay, today: date) -> list[Piece]:
    unknown = page.badge(t("coach_page.usage.unknown_cost"), "warn")
    cost = day.cost_usd
    return [
        formatting.short_day(day.date, today),
        day.model,
        formatting.number(day.calls),
        formatting.number(day.usage.input_tokens),
        formatting.number(day.usage.output_tokens),
        unknown if cost is None else f"US${formatting.number(cost, PARTS_OF_CENTS)}",
    ]
