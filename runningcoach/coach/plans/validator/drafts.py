"""V01, V02, V21, V22: a draft's form, its dates and the figures that it states."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from runningcoach.coach.plans.validator.calendar import calendar_findings
from runningcoach.coach.plans.validator.draft_words import WordReplacement, map_words
from runningcoach.coach.plans.validator.stated_figures import contradiction_findings, sum_findings
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import AthleteState, PlanRequest

LONGEST_VALUE = 60
UNIT_FIELDS = ("distance_km", "duration_min", "rep_distance_m", "rep_seconds", "pace_s_per_km")
RANGE_ERRORS = ("less_than_equal", "greater_than_equal", "int_from_float")


def validate_draft(
    content: object, request: PlanRequest, athlete: AthleteState
) -> tuple[PlanDraft | None, list[PlanFinding]]:
    """Return the draft in raw JSON, and what is wrong with its form, dates and stated figures.

    Known words for values, for example Korean names of sessions, are read and reported as an
    error that `repair_draft` mends. None where the draft cannot be read.
    """
    if not isinstance(content, Mapping):
        return None, [_schema_finding("not_an_object", "", content)]
    mapped, replacements = map_words(content)
    findings = [_word_finding(replacement) for replacement in replacements]
    try:
        draft = PlanDraft.model_validate(mapped)
    except ValidationError as error:
        return None, [*findings, *_schema_findings(error)]
    if not draft.weeks:
        return None, [*findings, _schema_finding("no_weeks", "weeks", [])]
    calendar = list(calendar_findings(draft.weeks))
    paces = None if request.by_heart_rate else athlete.paces
    contradictions = list(contradiction_findings(draft, paces))
    sums = [] if calendar else list(sum_findings(draft, paces))
    return draft, [*findings, *calendar, *sums, *contradictions]


def _schema_findings(error: ValidationError) -> Iterator[PlanFinding]:
    for problem in error.errors(include_url=False):
        place = ".".join(str(part) for part in problem["loc"])
        if problem["loc"] and problem["loc"][-1] in UNIT_FIELDS and problem["type"] in RANGE_ERRORS:
            yield _unit_finding(place, problem["loc"], problem["input"])
        else:
            yield _schema_finding("schema", place, problem["input"], problem["loc"])


def _week(loc: tuple[int | str, ...]) -> int | None:
    return int(loc[1]) + 1 if len(loc) > 1 and isinstance(loc[1], int) else None


def _schema_finding(
    key: str, place: str, value: Any, loc: tuple[int | str, ...] = ()
) -> PlanFinding:
    values: dict[str, str | int | float] = {"place": place, "value": str(value)[:LONGEST_VALUE]}
    return PlanFinding(code="V01", severity="error", key=key, week=_week(loc), values=values)


def _unit_finding(place: str, loc: tuple[int | str, ...], value: Any) -> PlanFinding:
    """Return that a number cannot be in the unit of its field: metres for kilometres and so on."""
    return PlanFinding(
        code="V22",
        severity="error",
        key="unit",
        week=_week(loc),
        values={"place": place, "value": str(value)[:LONGEST_VALUE]},
    )


def _word_finding(replacement: WordReplacement) -> PlanFinding:
    return PlanFinding(
        code="V01",
        severity="error",
        key="word",
        week=replacement.week,
        values={
            "place": replacement.place,
            "word": replacement.word[:LONGEST_VALUE],
            "value": replacement.value,
        },
    )
