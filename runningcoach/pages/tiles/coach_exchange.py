"""The coach without an API: a text to take to another chat and its answer; and own documents."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from runningcoach.base import i18n
from runningcoach.base.i18n import t
from runningcoach.model.conversation import AiImport, AiSettings
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles.coach import API, local_day
from runningcoach.pages.tiles.coach_settings import LEVELS
from runningcoach.store.knowledge import KnowledgeDocument

EXCHANGE = macros("coach_exchange")

SIZES = ("short", "normal", "full")
USUAL_SIZE = "normal"
TREATMENT_LOOKS = {"accept": "good", "repair": "good", "ask": "warn", "fallback": "warn",
                   "reject": "bad"}  # fmt: skip
MOST_IMPORTS = 5


def card(settings: AiSettings, imports: Sequence[AiImport], today: date) -> Piece:
    """Return the way to another chat and back; what came back before stands below."""
    return EXCHANGE.card(
        API,
        {
            "is_open": not settings.is_enabled,
            "sizes": [(size, t(f"coach_page.exchange.sizes.{size}")) for size in SIZES],
            "size": USUAL_SIZE,
            "languages": [(one, t(f"coach_page.exchange.languages.{one}"))
                          for one in i18n.LANGUAGES],
            "language": i18n.language(),
            "levels": [(level, t(f"coach_page.privacy.{level}.name")) for level in LEVELS],
            "level": settings.privacy_level,
        },
        [_import(one, today) for one in imports],
    )  # fmt: skip


def _import(one: AiImport, today: date) -> dict[str, Any]:
    return {
        "day": formatting.short_day(local_day(one.created_at), today),
        "treatment": t(f"coach_page.treatment.{one.treatment}"),
        "look": TREATMENT_LOOKS[one.treatment],
        "words": " ".join((*one.reasons, *one.changes, *one.questions)),
        "plan": f"plan.ipynb?id={one.plan_id}" if one.plan_id else "",
    }


def documents(rows: Sequence[KnowledgeDocument], today: date) -> Piece:
    """Return the runner's own texts, with the way to add and to delete one."""
    return EXCHANGE.documents(
        f"{API}/documents",
        [
            {
                "id": row.id,
                "title": row.title,
                "about": page.chips(
                    formatting.short_day(local_day(row.created_at), today),
                    t("coach_page.documents.passages", count=row.passages),
                ),
            }
            for row in rows
        ],
    )
