"""Weeks, months, years, the longest runs."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from runningcoach.simulators.openai.brain import quantities as amounts
from runningcoach.simulators.openai.brain.facts.absences import absent, reason
from runningcoach.simulators.openai.brain.turn import Json, QuestionTurn

MOST_WEEKS_LISTED = 8


def _weeks(turn: QuestionTurn) -> list[Json]:
    """Return the weeks of the last result, newest first."""
    return turn.result("weekly_mileage").get("weeks", [])


def _week_text(turn: QuestionTurn, week: Json) -> str:
    key = "weeks.running" if week["is_partial"] else "weeks.one"
    return turn.say(key, first=week["week_start"], last=week["week_end"],
                    km=week["distance_km"], runs=week.get("runs", 0))  # fmt: skip


def _one_week(turn: QuestionTurn) -> list[str]:
    """Tell the week that was asked for, and the one before it where both were."""
    if turn.today is None:
        return [_week_text(turn, week) for week in _weeks(turn)[:2]]
    monday = turn.today - timedelta(days=turn.today.weekday())
    offsets = amounts.week_offsets(turn.text) or (0,)
    starts = [(monday + timedelta(days=7 * offset)).isoformat() for offset in offsets]
    told = [_week_text(turn, week) for week in _weeks(turn) if week["week_start"] in starts]
    return told or absent(turn, turn.result("weekly_mileage")) or [turn.say("weeks.none")]


def _named_week(turn: QuestionTurn) -> list[str]:
    """Tell a week that was named by its month, and which days it has."""
    week_start = amounts.named_week(turn.text, turn.today) if turn.today else None
    if week_start is None:
        return _weeks_list(turn)
    told = [week for week in _weeks(turn) if week["week_start"] == week_start.isoformat()]
    if not told:
        return [turn.say("weeks.none")]
    return [turn.say("weeks.meant", first=told[0]["week_start"], last=told[0]["week_end"]),
            _week_text(turn, told[0])]  # fmt: skip


def _weeks_mean(turn: QuestionTurn) -> list[str]:
    mean = turn.result("weekly_mileage").get("mean_of_last_4_whole_weeks")
    if mean is None:
        return absent(turn, turn.result("weekly_mileage"))
    return [turn.say("weeks.mean", first=mean["first"], last=mean["last"], km=mean["distance_km"])]


def _weeks_mean_list(turn: QuestionTurn) -> list[str]:
    """Tell the mean of the last four whole weeks, and the weeks that it is of."""
    mean = turn.result("weekly_mileage").get("mean_of_last_4_whole_weeks", {})
    first = mean.get("first", "")
    used = [week for week in _weeks(turn) if not week["is_partial"] and week["week_start"] >= first]
    return [*_weeks_mean(turn), *(_item(turn, week) for week in used[:4])]


def _item(turn: QuestionTurn, week: Json) -> str:
    return turn.say("weeks.item", first=week["week_start"], last=week["week_end"],
                    km=week["distance_km"])  # fmt: skip


def _weeks_list(turn: QuestionTurn) -> list[str]:
    whole = [week for week in _weeks(turn) if not week["is_partial"]]
    told = [_item(turn, week) for week in whole[:MOST_WEEKS_LISTED]]
    return [turn.say("weeks.list"), *told] if told else absent(turn, turn.result("weekly_mileage"))


def _biggest_week(turn: QuestionTurn) -> list[str]:
    whole = [week for week in _weeks(turn) if not week["is_partial"]]
    if not whole:
        return absent(turn, turn.result("weekly_mileage"))
    most = max(whole, key=lambda week: week["distance_km"])
    period = turn.result("weekly_mileage")["period"]
    return [turn.say("weeks.biggest", since=period["first"], first=most["week_start"],
                     last=most["week_end"], km=most["distance_km"])]  # fmt: skip


def _months(turn: QuestionTurn) -> list[str]:
    """Tell the month that was asked for, and the one before it where a comparison was."""
    if turn.today is None:
        return _years(turn)
    rows = {
        row["month"]: row for found in turn.results("yearly") for row in found.get("months", [])
    }
    wanted = amounts.months_meant(turn.text, turn.today)
    told = [_month_text(turn, rows[f"{m:%Y-%m}"]) for m in wanted if f"{m:%Y-%m}" in rows]
    return told or _missing_years(turn) or [turn.say("months.none")]


def _month_text(turn: QuestionTurn, row: Json) -> str:
    key = "months.running" if row["is_partial"] else "months.one"
    return turn.say(key, month=row["month"], km=row["distance_km"], runs=row["runs"])


def _years(turn: QuestionTurn) -> list[str]:
    """Tell the year that was asked for, or all; why nothing is known of it where that is so."""
    year = amounts.year_meant(turn.text, turn.today or date.max)
    result = turn.result("yearly")
    rows = {row["year"]: row for found in turn.results("yearly") for row in found["years"]}
    missing = _missing_years(turn)
    if year is not None and year not in rows:
        begin = _begin(turn)
        return missing or [turn.say("missing.before_history", day=begin)]
    shown = [rows[year]] if year is not None else list(rows.values())
    told = [turn.say("years.one", year=row["year"], km=row.get("distance_km", 0),
                     runs=row.get("runs", 0)) for row in shown]  # fmt: skip
    if year is not None and (mean := result.get("mean_of_whole_months_km")) is not None:
        told.append(turn.say("years.month_mean", km=mean))
    return [*told, *missing]


def _begin(turn: QuestionTurn) -> str:
    spans: list[Any] = [found.get("period", {}).get("first") for found in turn.results("yearly")]
    return min(filter(None, spans), default="")


def _missing_years(turn: QuestionTurn) -> list[str]:
    """Return why a year is not known, each reason once."""
    missing: dict[str, str] = {}
    for found in turn.results("yearly"):
        missing |= found.get("missing", {})
    return list(dict.fromkeys(
        reason(turn, "history" if name == "history" else "before_history", words)
        for name, words in missing.items() if name.isdigit() or name == "history"
    ))  # fmt: skip


def _longest(turn: QuestionTurn) -> list[str]:
    """Tell the longest run of the last weeks with its day."""
    result = turn.result("long_runs")
    runs = result.get("longest_first", [])
    month = result.get("longest_of_30_days_km")
    told: list[str] = []
    if month is not None:
        day = next((run for run in runs if round(run["distance_km"], 1) == month), None)
        told.append(
            turn.say("longest.dated", km=month, day=day["date"], weekday=_weekday(turn, day))
            if day else turn.say("longest.month", km=month)
        )  # fmt: skip
    if runs and (month is None or round(runs[0]["distance_km"], 1) > month):
        told.append(turn.say("longest.earlier", km=runs[0]["distance_km"], day=runs[0]["date"]))
    return told or absent(turn, result) or [turn.say("longest.none")]


def _weekday(turn: QuestionTurn, row: Json) -> str:
    return turn.word("weekdays", row["weekday"])


def _longest_limit(turn: QuestionTurn) -> list[str]:
    result = turn.result("long_runs")
    if "longest_of_30_days_km" not in result:
        return absent(turn, result)
    return [turn.say("longest.limit", km=result["longest_of_30_days_km"],
                     most=result["a_tenth_more_km"])]  # fmt: skip


def _longer_run(turn: QuestionTurn) -> list[str]:
    """Tell how much longer the run asked for would be than the longest of 30 days."""
    result = turn.result("what_if")
    if result.get("supposed") != "run_km" or "longer_by_pct" not in result:
        return []
    key = "longest.too_long" if result["is_more_than_a_tenth_longer"] else "longest.within"
    return [turn.say(key, km=result["distance_km"], longest=result["longest_of_30_days_km"],
                     pct=result["longer_by_pct"])]  # fmt: skip


def _what_if_week(turn: QuestionTurn) -> list[str]:
    """Tell how a next week of so many kilometres compares with those before it."""
    result = turn.result("what_if")
    if result.get("supposed") != "week_km" or "more_than_best_of_them_pct" not in result:
        return []
    return [turn.say("weeks.supposed", first=result["week_start"], km=result["distance_km"],
                     best=max(result["whole_weeks_before_km"]),
                     pct=result["more_than_best_of_them_pct"])]  # fmt: skip


FACTS: dict[str, Callable[[QuestionTurn], list[str]]] = {
    "one_week": _one_week,
    "named_week": _named_week,
    "weeks_mean": _weeks_mean,
    "weeks_mean_list": _weeks_mean_list,
    "weeks_list": _weeks_list,
    "biggest_week": _biggest_week,
    "months": _months,
    "years": _years,
    "longest": _longest,
    "longest_limit": _longest_limit,
    "longer_run": _longer_run,
    "what_if_week": _what_if_week,
}
