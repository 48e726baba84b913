"""/ai: settings of the coach that talks, the key, agreement, use and budgets.

What these routes alone need is imported by them, so that the server starts without it.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import LARGEST_ID, Connections, CurrentUser, Database, Home
from runningcoach.api.problems import described
from runningcoach.api.secret_inputs import HeaderKey
from runningcoach.base import i18n, periods
from runningcoach.model.conversation import (
    AiSettings,
    BudgetState,
    ModelApi,
    ModelCall,
    PrivacyLevel,
    UsageDay,
)

router = APIRouter(prefix="/ai", tags=["ai"])

DAYS_BACK = 29
_PLAIN = r"^[^\x00-\x1f\x7f]*$"

ModelName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=_PLAIN)]
Address = Annotated[str, StringConstraints(max_length=500, pattern=_PLAIN)]
Price = Annotated[float, Field(ge=0, le=1_000)]


class AiSettingsInput(BaseModel):
    """How the coach shall talk; what is left out is as it begins.

    `base_url` null is OpenAI's server, a model without a name the installation's. Prices are US
    dollars per million tokens; null takes the dated table.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    is_enabled: bool = False
    privacy_level: PrivacyLevel = "training"
    api: ModelApi = "responses"
    base_url: Address | None = None
    chat_model: ModelName = ""
    plan_model: ModelName = ""
    embedding_model: ModelName | None = None
    daily_budget_usd: Annotated[float, Field(ge=0, le=1_000)] = 0.5
    monthly_budget_usd: Annotated[float, Field(ge=0, le=10_000)] = 5.0
    input_price_usd: Price | None = None
    output_price_usd: Price | None = None
    has_weekly_word: bool = True


class ModelKeyInput(BaseModel):
    """A key of the model's server."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    key: HeaderKey


class ModelCheckInput(BaseModel):
    """Which model to try: the one that answers, or the one that drafts plans."""

    model_config = ConfigDict(extra="forbid")

    model: Literal["chat", "plan"] = "chat"


class ModelCheckResult(BaseModel):
    """What became of one cheap call, in words and figures; `cost_usd` null is not known."""

    model: str
    latency_ms: int | None
    cost_usd: float | None
    words: str


class AiUsage(BaseModel):
    """What was used by day and model, newest first, and what is left of the budgets."""

    days: list[UsageDay]
    budget: BudgetState


class CallListQuery(BaseModel):
    """How many calls a list shows, and before which one it goes on."""

    model_config = ConfigDict(extra="forbid")

    before: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("/settings", responses=described(401))
def read_ai_settings(db: Database, user: CurrentUser, home: Home) -> AiSettings:
    """Return how the coach talks; `has_key` tells of a key, which is never returned."""
    from runningcoach.coach.talk import talk_settings

    return talk_settings.load_settings(db, user.id, home)


@router.put("/settings", responses=described(401, 403, 422))
def put_ai_settings(
    body: AiSettingsInput, db: Database, user: CurrentUser, home: Home
) -> AiSettings:
    """Store how the coach talks.

    Another server, model or wider privacy level ends the agreement; another server forgets the
    key, too.
    """
    from runningcoach.coach.talk import talk_settings

    talk_settings.change_settings(db, user.id, AiSettings(**body.model_dump()))
    return talk_settings.load_settings(db, user.id, home)


@router.put("/key", status_code=204, responses=described(401, 403, 422))
def put_ai_key(body: ModelKeyInput, db: Database, user: CurrentUser, home: Home) -> None:
    """Seal a key for the server that is set now, in place of an earlier one."""
    from runningcoach.coach.talk import talk_settings

    talk_settings.put_key(db, user.id, body.key, home)


@router.delete("/key", status_code=204, responses=described(401, 403))
def delete_ai_key(db: Database, user: CurrentUser) -> None:
    """Forget the key."""
    from runningcoach.coach.talk import talk_settings

    talk_settings.delete_key(db, user.id)


@router.post("/check", responses=described(401, 402, 403, 409, 413, 422, 502, 503, 504))
def check_ai_model(
    connect: Connections, user: CurrentUser, home: Home, body: ModelCheckInput | None = None
) -> ModelCheckResult:
    """Make one cheap call, which sends nothing of the runner, to try server, key and model."""
    from runningcoach.coach.talk.model_check import check_model

    call = check_model(connect, user, home, body.model if body else "chat")
    words = i18n.t("talk.check.answered", model=call.model, ms=call.latency_ms or 0)
    return ModelCheckResult(
        model=call.model, latency_ms=call.latency_ms, cost_usd=call.cost_usd, words=words
    )


@router.post("/agreement", responses=described(401, 403))
def agree_to_requests(db: Database, user: CurrentUser, home: Home) -> AiSettings:
    """Agree to what is sent, as the preview shows it, until server, model or level change."""
    from runningcoach.coach.talk import talk_settings

    talk_settings.agree(db, user.id, periods.now())
    return talk_settings.load_settings(db, user.id, home)


@router.get("/usage", responses=described(401, 422))
def read_ai_usage(
    db: Database, user: CurrentUser, home: Home, span: Annotated[DateRange, Query()]
) -> AiUsage:
    """Return what was used on each day, and what is left of the budgets; the last 30 days else."""
    from runningcoach.coach.talk import talk_settings
    from runningcoach.coach.talk.budget import budget_state
    from runningcoach.store import ai_calls

    first, last = span.days(user.timezone, DAYS_BACK)
    settings = talk_settings.load_settings(db, user.id, home)
    return AiUsage(
        days=ai_calls.by_day(db, user.id, first, last),
        budget=budget_state(db, user, settings, periods.now()),
    )


@router.get("/calls", responses=described(401, 422))
def list_ai_calls(
    db: Database, user: CurrentUser, query: Annotated[CallListQuery, Query()]
) -> list[ModelCall]:
    """Return the ledger of calls, newest first."""
    from runningcoach.store import ai_calls

    return ai_calls.list_recent(db, user.id, query.limit, query.before)
