"""A draft in its own form: names, numbers, dates and words of others put into ours, and told."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from runningcoach.base import periods
from runningcoach.coach.plans.validator.draft_words import map_words
from runningcoach.coach.talk.drafts.field_words import rename_fields
from runningcoach.coach.talk.drafts.quantities import READERS, NotANumber, read_date, weekday_of
from runningcoach.coach.talk.drafts.untrusted_text import is_order, visible, without_addresses
from runningcoach.model.plan_draft import DraftDay
from runningcoach.model.plan_request import GoalKind

DAYS_A_WEEK = 7
WHOLE_FIELDS = frozenset({
    "reps", "rep_distance_m", "rep_seconds", "recovery_seconds", "pace_s_per_km",
})  # fmt: skip
TEXTS = {"plan": ("title", "rationale_ko"), "week": ("focus",), "day": ("note",)}
LISTS_OF_TEXT = ("assumptions", "questions")
FURTHEST_KM = 300
"""A distance above it can only be metres."""
PACE_S_PER_KM = (150, 720)
"""Between these a duration confirms that metres were meant."""
LONGEST_WAS = 60
LONGEST_TEXTS = {
    "title": 100, "rationale_ko": 1_000, "focus": 200, "note": 400, "assumptions": 400,
    "questions": 400,
}  # fmt: skip
MOST_READ = 5_000
"""So much of a text is looked at: patterns take too long for more."""
MOST_TEXTS = 20
MOST_YEARS = 100
"""Nobody plans further from the days that were asked for: such a date is none."""
WHOLE_VERSIONS = (1, "1.0")
REST = {"template": "rest", "intensity": "open", "note": ""}


class DraftQuestion(NamedTuple):
    """What a draft was asked for: the days, the goal, where the runner lives."""

    first: date
    last: date
    goal: GoalKind
    timezone: str


class DraftChange(NamedTuple):
    """Something that was put right: a key of `drafts.change`, where, and what stood there."""

    key: str
    place: str = ""
    was: str = ""


@dataclass
class _Changes:
    """The changes so far; each key is told once a place."""

    found: list[DraftChange] = field(default_factory=list[DraftChange])

    def add(self, key: str, place: str = "", was: object = "") -> None:
        self.found.append(DraftChange(key, place, str(was)[:LONGEST_WAS]))


def to_normal_form(
    content: Mapping[str, Any], question: DraftQuestion
) -> tuple[dict[str, Any], list[DraftChange]]:
    """Return a draft in our form and what was changed of it; what is still wrong stays wrong."""
    changes = _Changes()
    draft = _record(_visible(content, changes), "plan", "", changes)
    if draft.get("schema_version") in WHOLE_VERSIONS:
        changes.add("word", "schema_version", draft["schema_version"])
        draft["schema_version"] = "1"
    weeks = draft.get("weeks")
    if isinstance(weeks, dict):
        weeks = draft["weeks"] = [*weeks.values()]
        changes.add("name", "weeks", "weeks")
    if isinstance(weeks, list):
        weeks = _placed_weeks(weeks, question, changes)
        draft["weeks"] = [
            _week(week, f"weeks.{number}", question, changes) if isinstance(week, dict) else week
            for number, week in enumerate(weeks)
        ]
        _set_year(draft["weeks"], question, changes)
        for number, week in enumerate(draft["weeks"]):
            if isinstance(week, dict):
                _fill_days(week, f"weeks.{number}", changes)
    mapped, words = map_words(draft)
    for word in words:
        changes.add("word", word.place, word.word)
    return mapped, changes.found


def _placed_weeks(weeks: list[Any], question: DraftQuestion, changes: _Changes) -> list[Any]:
    """Return weeks of which none tells any date as those that were asked for, in their order."""
    if not all(isinstance(week, dict) and _is_undated(week) for week in weeks):
        return weeks
    first = periods.week_start(question.first)
    placed: list[Any] = []
    for number, week in enumerate(weeks):
        changes.add("start", f"weeks.{number}")
        start = first + timedelta(days=DAYS_A_WEEK * number)
        placed.append({**week, "start": start.isoformat()})
    return placed


def _is_undated(week: dict[str, Any]) -> bool:
    """Return whether a week has no start and its days are seven weekdays in order."""
    record = rename_fields(week, "week")[0]
    days = record.get("days")
    if "start" in record or not isinstance(days, list):
        return False
    dates = [rename_fields(day, "day")[0].get("date") for day in days if isinstance(day, dict)]
    return [weekday_of(str(day)) for day in dates] == [*range(DAYS_A_WEEK)]


def _visible(value: Any, changes: _Changes) -> Any:
    """Return a value with what cannot be seen taken out of its words and names."""
    match value:
        case str():
            seen = visible(value)
            if seen != value:
                changes.add("invisible")
            return seen
        case dict():
            return {
                _visible(name, changes): _visible(item, changes) for name, item in value.items()
            }
        case list():
            return [_visible(item, changes) for item in value]
        case _:
            return value


def _record(record: Mapping[str, Any], part: str, place: str, changes: _Changes) -> dict[str, Any]:
    """Return a record with our names and clean words."""
    kept, renamed, unknown = rename_fields(dict(record), part)
    for name in renamed:
        changes.add("name", place, name)
    for name in unknown:
        changes.add("unknown_field", place, name)
    if kept.pop("km", None) is not None:
        changes.add("unknown_field", place, "km")
    for name in TEXTS[part]:
        if name in kept:
            kept[name] = _text(kept[name], f"{place}.{name}", changes)
    for name in LISTS_OF_TEXT:
        if name in kept:
            kept[name] = _texts(kept[name], name, changes)
    return kept


def _texts(value: Any, name: str, changes: _Changes) -> Any:
    """Return a list of words, of which there may be one or none; something else stays wrong."""
    items = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(items, list):
        return value
    texts = [text for item in items if (text := _text(item, name, changes))]
    if len(texts) > MOST_TEXTS:
        changes.add("cut_text", name)
    return texts[:MOST_TEXTS]


def _text(value: Any, place: str, changes: _Changes) -> str:
    """Return words without markup; nothing of a text that gives orders."""
    whole = "" if value is None else str(value)
    text = whole[:MOST_READ]
    if is_order(text):
        changes.add("order", place, text)
        return ""
    without = without_addresses(text)
    if without != text.strip():
        changes.add("markup", place)
    longest = LONGEST_TEXTS[place.rpartition(".")[2]]
    if len(without) > longest or text != whole:
        changes.add("cut_text", place)
    return without[:longest]


def _week(
    week: Mapping[str, Any], place: str, question: DraftQuestion, changes: _Changes
) -> dict[str, Any]:
    record = _record(week, "week", place, changes)
    if "start" in record:
        record["start"] = _date(record["start"], question, f"{place}.start", changes)
    if isinstance(record.get("is_cutback"), str):
        record["is_cutback"] = _boolean(record["is_cutback"])
    days = record.get("days")
    if isinstance(days, dict):
        days = [{"date": day, **value} for day, value in days.items() if isinstance(value, dict)]
        changes.add("name", f"{place}.days", "days")
    if isinstance(days, list):
        record["days"] = [
            _day(day, f"{place}.days.{number}", record.get("start"), question, changes)
            if isinstance(day, dict)
            else day
            for number, day in enumerate(days)
        ]
    return record


def _boolean(word: str) -> bool | str:
    folded = word.strip().casefold()
    return {"true": True, "yes": True, "false": False, "no": False}.get(folded, word)


def _day(
    day: Mapping[str, Any], place: str, start: Any, question: DraftQuestion, changes: _Changes
) -> dict[str, Any]:
    record = _record(day, "day", place, changes)
    if "date" in record:
        record["date"] = _day_date(record["date"], start, question, f"{place}.date", changes)
    for name in READERS:
        if name in record:
            record[name] = _quantity(record[name], name, f"{place}.{name}", changes)
    _read_metres_as_km(record, place, changes)
    if record.get("intensity") is None:
        record["intensity"] = "open"
    return record


def _quantity(value: Any, name: str, place: str, changes: _Changes) -> Any:
    """Return a number; words are read, what is not finite is missing."""
    if isinstance(value, str):
        if not value.strip() or value.strip().casefold() in {"null", "none", "nan", "-"}:
            changes.add("not_a_number", place, value)
            return None
        try:
            number = READERS[name](value)
        except NotANumber:
            return value
        changes.add("unit", place, value)
        value = number
    if isinstance(value, float):
        if not math.isfinite(value):
            changes.add("not_a_number", place, value)
            return None
        value = round(value, 3)
        return int(value) if name in WHOLE_FIELDS and value.is_integer() else value
    return value


def _read_metres_as_km(day: dict[str, Any], place: str, changes: _Changes) -> None:
    """Take a distance for metres where the duration confirms that it cannot be kilometres."""
    distance, minutes = day.get("distance_km"), day.get("duration_min")
    if not isinstance(distance, int | float) or not isinstance(minutes, int | float):
        return
    km = distance / 1000
    slowest, fastest = PACE_S_PER_KM[1], PACE_S_PER_KM[0]
    if distance > FURTHEST_KM and fastest <= minutes * 60 / km <= slowest:
        changes.add("metres", f"{place}.distance_km", distance)
        day["distance_km"] = km


# ---- dates -----------------------------------------------------------------------------------


def _date(value: Any, question: DraftQuestion, place: str, changes: _Changes) -> Any:
    """Return a date in ISO form where one can be read."""
    text = str(value)
    try:
        day = read_date(text, question.timezone, question.first)
    except ValueError:
        return value
    if abs(day.year - question.first.year) > MOST_YEARS:
        changes.add("not_a_date", place, text)
        return None
    if day.isoformat() != text:
        changes.add("date", place, text)
    return day.isoformat()


def _day_date(
    value: Any, start: Any, question: DraftQuestion, place: str, changes: _Changes
) -> Any:
    weekday = weekday_of(str(value))
    monday = _as_date(start)
    if weekday is None or monday is None:
        return _date(value, question, place, changes)
    changes.add("date", place, value)
    return (periods.week_start(monday) + timedelta(days=weekday)).isoformat()


def _as_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _set_year(weeks: list[Any], question: DraftQuestion, changes: _Changes) -> None:
    """Put every date into the asked days where the year alone is wrong, in all of them alike."""
    dates = [day for record, name in _dated(weeks) if (day := _as_date(record[name]))]
    for years in (-3, -2, -1, 1, 2, 3):
        moved = [_in_year(day, day.year - years) for day in dates]
        if moved and all(day and question.first <= day <= question.last for day in moved):
            changes.add("year", "", dates[0])
            for record, name in _dated(weeks):
                if day := _as_date(record[name]):
                    record[name] = str(_in_year(day, day.year - years))
            return


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None


def _dated(weeks: list[Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each record of a draft that has a date, and the name of its field."""
    for week in weeks:
        if not isinstance(week, dict):
            continue
        if "start" in week:
            yield week, "start"
        days = week.get("days")
        for day in days if isinstance(days, list) else []:
            if isinstance(day, dict) and "date" in day:
                yield day, "date"


def _fill_days(week: dict[str, Any], place: str, changes: _Changes) -> None:
    """Give a week its start and its rest days, and drop a day that stands twice."""
    days = week.get("days")
    if not isinstance(days, list) or not all(isinstance(day, dict) for day in days):
        return
    different = [day for number, day in enumerate(days) if day not in days[:number]]
    if len(different) < len(days):
        changes.add("day_twice", place)
    known = [day for record in different if (day := _as_date(record.get("date")))]
    if "start" not in week and known:
        week["start"] = periods.week_start(min(known)).isoformat()
        changes.add("start", place)
    _put_start_back(week, known, place, changes)
    monday = _as_date(week.get("start"))
    if monday is not None and len(known) == len(different):
        different = _with_rest_days(different, monday, place, changes)
    week["days"] = different


def _put_start_back(week: dict[str, Any], known: list[date], place: str, changes: _Changes) -> None:
    """Let a week begin on the Monday of its days where these are whole and its start is another."""
    start = _as_date(week.get("start"))
    if start is None or len(known) != DAYS_A_WEEK or known != periods.week(known[0]):
        return
    if start != known[0] and abs((start - known[0]).days) < DAYS_A_WEEK:
        changes.add("date", f"{place}.start", start)
        week["start"] = known[0].isoformat()


def _with_rest_days(
    days: list[dict[str, Any]], monday: date, place: str, changes: _Changes
) -> list[dict[str, Any]]:
    wanted = [(monday + timedelta(days=number)).isoformat() for number in range(DAYS_A_WEEK)]
    stated = {day["date"] for day in days}
    if len(stated) < len(days) or not stated <= set(wanted):
        return days
    missing = [day for day in wanted if day not in stated]
    if missing:
        changes.add("rest_days", place, len(missing))
    absent = [{"date": day, **_empty_day(), **REST} for day in missing]
    return sorted([*days, *absent], key=lambda day: day["date"])


def _empty_day() -> dict[str, None]:
    return dict.fromkeys(
        name for name, info in DraftDay.model_fields.items() if info.default is None
    )
