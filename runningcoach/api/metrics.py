"""/metrics: metrics of days, mornings and activities, and their catalogue."""

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query, Request
from pydantic import BaseModel, ConfigDict

from runningcoach.api import refresh_later
from runningcoach.api.activities import ActivityId
from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import NotFound, described
from runningcoach.base import i18n
from runningcoach.metrics import catalogue
from runningcoach.model.activity import ActivityMetrics
from runningcoach.model.fitness import DailyFitness, RecoveryDay
from runningcoach.model.user import Convention, FormOf, LoadBy, Preferences
from runningcoach.store import fitness, preferences
from runningcoach.store.database import locks

router = APIRouter(prefix="/metrics", tags=["metrics"])


class WordedMetrics(ActivityMetrics):
    """The measures of an activity, with their codes in the reader's language.

    `flag_words` by code; `reason_words` by the field that has no value.
    """

    flag_words: dict[str, str]
    reason_words: dict[str, str]
    load_source_words: str | None = None


class MetricDescription(BaseModel):
    """One stored quantity: its unit, algorithm, label and meaning."""

    name: str
    of: catalogue.Table
    unit: str
    algorithm: str
    label: str
    meaning: str


class PreferencesUpdate(BaseModel):
    """New preferences for load and form; omitted fields stay."""

    model_config = ConfigDict(extra="forbid")

    load_by: LoadBy = "auto"
    fitness_convention: Convention = "exp"
    form_of: FormOf = "yesterday"
    seeded: bool = False


@router.get("/daily", responses=described(401, 422))
def daily(
    db: Database, user: CurrentUser, span: Annotated[DateRange, Query()]
) -> list[DailyFitness]:
    """Return every day of a span, oldest first; the last 90 days if none is given."""
    return fitness.daily(db, user.id, *span.days(user.timezone, back=90))


@router.get("/recovery", responses=described(401, 422))
def recovery(
    db: Database, user: CurrentUser, span: Annotated[DateRange, Query()]
) -> list[RecoveryDay]:
    """Return HRV, resting HR and sleep of each morning against one's usual, and readiness."""
    return fitness.recovery(db, user.id, *span.days(user.timezone, back=90))


@router.get("/activities/{id}", responses=described(401, 404, 422))
def read_activity_metrics(db: Database, user: CurrentUser, id: ActivityId) -> WordedMetrics:
    """Return the measures of an activity; a missing value has a reason, in words too."""
    metrics = fitness.metrics_of(db, user.id, id)
    if metrics is None:
        raise NotFound
    return with_words(metrics)


def with_words(metrics: ActivityMetrics) -> WordedMetrics:
    """Return the measures with their codes in the reader's language."""
    return WordedMetrics(
        **metrics.model_dump(),
        flag_words={code: _word("flags", code) for code in metrics.flags},
        reason_words={name: _word("reasons", code) for name, code in metrics.reasons.items()},
        load_source_words=metrics.load_source and _word("sources", metrics.load_source),
    )


def _word(kind: str, code: str) -> str:
    """Return the words for a code of the engine; the code itself without words."""
    words: dict[str, Any] = i18n.words(i18n.language(), "metrics")[kind]
    return words.get(code, code)


@router.get("/catalogue", responses=described(401))
def list_quantities(_: CurrentUser) -> list[MetricDescription]:
    """Return every stored quantity with its unit, algorithm, label and meaning."""
    return [
        MetricDescription(
            name=quantity.name,
            of=quantity.of,
            unit=quantity.unit,
            algorithm=quantity.algorithm,
            label=_word("labels", quantity.name),
            meaning=_word("explain", quantity.name),
        )
        for quantity in catalogue.CATALOGUE
    ]


@router.get("/preferences", responses=described(401))
def read_preferences(db: Database, user: CurrentUser) -> Preferences:
    """Return how load and form are reckoned."""
    return preferences.get(db, user.id)


@router.patch("/preferences", responses=described(401, 403, 422))
def change_preferences(
    choice: PreferencesUpdate,
    db: Database,
    user: CurrentUser,
    request: Request,
    tasks: BackgroundTasks,
) -> Preferences:
    """Choose how load and form are reckoned; everything derived follows."""
    values = choice.model_dump(exclude_unset=True)
    with locks.hold_change_lock(db, user.id):
        changed = preferences.get(db, user.id).model_copy(update=values)
        preferences.put(db, user.id, changed)
    refresh_later.schedule_refresh(tasks, request, user)
    return changed
