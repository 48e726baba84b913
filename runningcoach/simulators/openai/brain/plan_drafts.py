"""Drafts of plans by the simulated model: simple, and within the rules that it is told.

It writes what it is asked for: whole drafts, outlines, or some weeks of a plan, from the runner
and the request in the messages. The same request leads to the same draft.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from runningcoach.simulators.openai.brain.quantities import WEEKDAYS
from runningcoach.simulators.openai.brain.records import BrainRequest
from runningcoach.simulators.openai.brain.sentences import sentence
from runningcoach.simulators.openai.brain.turn import HANGUL, Json

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
BEGIN_ON = re.compile(r"begin on: ([\d, -]+)")
MENDING = "what is wrong"
WEEK = timedelta(weeks=1)
GROWTH, CUTBACK, CUTBACK_EVERY = 1.06, 0.75, 4
"""A week is 6 % more than the last one; each fourth a quarter less."""
MOST_GROWTH = 1.4
TAPER = {"5k": (0.6,), "10k": (0.6,), "hm": (0.7, 0.45), "m": (0.8, 0.6, 0.4)}
"""Shares of the biggest week in the last weeks before a race, the race left out."""
LONG_SHARE = {3: 0.42, 4: 0.36, 5: 0.32, 6: 0.28, 7: 0.26}
LONGEST_GROWTH = 1.08
LEAST_WEEK_KM, LEAST_RUN_KM, LEAST_HARD_WEEK_KM = 12.0, 3.0, 22.0
MOST_DAYS, LEAST_DAYS = 5, 3
USUAL_DAYS = ("Tue", "Thu", "Sat", "Sun")
TEMPO_S, WARMING_KM = 900, 4.0
BREAK_DAYS = 14
UNKNOWN_KM = 20.0


class DraftAthlete(NamedTuple):
    """What a draft needs of a runner: weekly and longest distance [km], and care to be taken."""

    week_km: float
    longest_km: float
    needs_care: bool = False


class DraftRequest(NamedTuple):
    """What a draft is for: goal, first week, race, days of the week that can be run on."""

    goal: str
    first: date
    race: date | None
    race_km: float | None
    weekdays: tuple[str, ...]
    long_day: str


class DraftWeekSize(NamedTuple):
    """How big a week is and what for."""

    start: date
    phase: str
    is_cutback: bool
    km: float
    long_km: float


def draft_text(request: BrainRequest) -> str:
    """Return the JSON that a request with a form asks for: a draft or an outline."""
    content = [message.content for message in request.messages]
    runner = next((data for text in content if (data := _runner(text))), {})
    starts = _starts(content)
    wanted = _wanted(runner.get("request", {}), starts)
    sizes = [size for size in week_sizes(wanted, _athlete(runner)) if size.start in starts]
    is_careful = any(MENDING in text for text in content)
    language = (
        "ko" if "Korean" in request.instructions or HANGUL.search(" ".join(content)) else "en"
    )
    weeks = json.dumps(request.answer_schema)
    if '"days"' not in weeks:
        return json.dumps(_outline(sizes, language), ensure_ascii=False)
    days = [_week(size, wanted, language, is_careful=is_careful) for size in sizes]
    return json.dumps(_draft(days, language), ensure_ascii=False)


def _runner(text: str) -> Json:
    """Return the runner as data, where a message holds it."""
    if not text.startswith("{"):
        return {}
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) and "request" in content else {}


def _starts(content: list[str]) -> list[date]:
    """Return the Mondays of the weeks that are asked for, in order."""
    named = next((m[1] for text in reversed(content) if (m := BEGIN_ON.search(text))), "")
    return [date.fromisoformat(day) for day in ISO_DAY.findall(named)]


def _wanted(request: Json, starts: list[date]) -> DraftRequest:
    days = tuple(request.get("available_weekdays") or USUAL_DAYS)
    first = _date(request.get("start")) or (starts[0] if starts else date.min)
    return DraftRequest(
        goal=request.get("goal", "fit"),
        first=first - timedelta(days=first.weekday()),
        race=_date(request.get("race_date")),
        race_km=request.get("race_km"),
        weekdays=days,
        long_day=request.get("long_day") or days[-1],
    )


def _date(text: str | None) -> date | None:
    found = ISO_DAY.match(text or "")
    return date.fromisoformat(found[0]) if found else None


def _athlete(runner: Json) -> DraftAthlete:
    athlete = runner.get("athlete", {})
    return athlete_of(
        athlete.get("weekly_km_oldest_first", []),
        athlete.get("longest_30d_km"),
        athlete.get("days_since_run"),
        is_unwell=bool(athlete.get("is_injured") or athlete.get("is_red_today")),
    )


def athlete_of(
    weekly_km: list[float],
    longest_km: float | None,
    days_since_run: int | None,
    *,
    is_unwell: bool = False,
) -> DraftAthlete:
    """Return what a draft needs of a runner; what is not known is taken to be little."""
    recent = weekly_km[-4:]
    week_km = sum(recent) / len(recent) if recent else UNKNOWN_KM
    has_paused = days_since_run is not None and days_since_run >= BREAK_DAYS
    return DraftAthlete(
        week_km=max(week_km, LEAST_WEEK_KM),
        longest_km=longest_km or 0.3 * max(week_km, LEAST_WEEK_KM),
        needs_care=is_unwell or has_paused,
    )


# ---- how big the weeks are -------------------------------------------------------------------


def week_sizes(wanted: DraftRequest, athlete: DraftAthlete, weeks: int = 24) -> list[DraftWeekSize]:
    """Return the weeks of a plan: growing by little, each fourth lighter, then a taper."""
    race_week = None if wanted.race is None else (wanted.race - wanted.first).days // 7
    count = weeks if race_week is None else race_week + 1
    taper = TAPER.get(wanted.goal, (0.6,))
    sizes: list[DraftWeekSize] = []
    load, longest = athlete.week_km, athlete.longest_km
    for number in range(count):
        start = wanted.first + number * WEEK
        left = len(taper) if race_week is None else race_week - number
        if race_week is not None and left < len(taper):
            sizes.append(_taper_week(wanted, start, load, longest, left, taper))
            continue
        is_cutback = number % CUTBACK_EVERY == CUTBACK_EVERY - 1
        if number and not is_cutback and not athlete.needs_care:
            load = min(load * GROWTH, MOST_GROWTH * athlete.week_km)
        km = CUTBACK * load if is_cutback else load
        long_km = min(_long_share(wanted) * km, LONGEST_GROWTH * longest)
        longest = max(longest, long_km)
        phase = "base" if number < count / 2 else "build"
        sizes.append(DraftWeekSize(start, phase, is_cutback, km, long_km))
    return sizes


def _taper_week(
    wanted: DraftRequest,
    start: date,
    load: float,
    longest: float,
    left: int,
    taper: tuple[float, ...],
) -> DraftWeekSize:
    km = load * taper[len(taper) - 1 - left]
    long_km = min(_long_share(wanted) * km, 0.7 * longest)
    return DraftWeekSize(start, "race" if left == 0 else "taper", False, km, long_km)


def _run_days(wanted: DraftRequest) -> tuple[str, ...]:
    """Return the days that are run on: the long day and as many others as leave days of rest."""
    others = [day for day in wanted.weekdays if day != wanted.long_day]
    kept = others[-(MOST_DAYS - 1) :]
    return tuple(day for day in WEEKDAYS if day in {*kept, wanted.long_day})


def _long_share(wanted: DraftRequest) -> float:
    return LONG_SHARE[max(LEAST_DAYS, len(_run_days(wanted)))]


# ---- their days ------------------------------------------------------------------------------


def _week(size: DraftWeekSize, wanted: DraftRequest, language: str, *, is_careful: bool) -> Json:
    """Return a week of a draft with its seven days."""
    days = [size.start + timedelta(days=n) for n in range(7)]
    planned = dict(_sessions(size, wanted, is_careful=is_careful))
    return {
        "start": size.start.isoformat(),
        "phase": size.phase,
        "is_cutback": size.is_cutback,
        "focus": sentence(f"drafts.{size.phase}", language),
        "days": [_day(day, planned.get(day, {"template": "rest"})) for day in days],
    }


def _sessions(
    size: DraftWeekSize, wanted: DraftRequest, *, is_careful: bool
) -> Iterator[tuple[date, Json]]:
    """Yield the sessions of a week by day."""
    last = wanted.race if size.phase == "race" else None
    run_days = [size.start + timedelta(days=WEEKDAYS.index(day)) for day in _run_days(wanted)]
    run_days = [day for day in run_days if last is None or day < last - timedelta(days=1)]
    long_date = size.start + timedelta(days=WEEKDAYS.index(wanted.long_day))
    hard = None if is_careful else _hard_day(size, run_days, long_date)
    easy = [day for day in run_days if day not in (long_date, hard)]
    rest_km = size.km
    if last is None:
        rest_km -= size.long_km
        yield long_date, {"template": "long", "distance_km": _km(size.long_km), "intensity": "E"}
    if hard is not None:
        rest_km -= _tempo_km(size)
        yield hard, _tempo(size)
    each = min(rest_km / len(easy), 0.9 * size.long_km) if easy else 0.0
    for day in easy:
        yield (
            day,
            {"template": "easy", "distance_km": _km(max(each, LEAST_RUN_KM)), "intensity": "E"},
        )
    if last is not None:
        yield last, {"template": "race", "distance_km": wanted.race_km}


def _hard_day(size: DraftWeekSize, run_days: list[date], long_date: date) -> date | None:
    """Return the day of the hard session: two days and more from the long run on either side."""
    if size.km < LEAST_HARD_WEEK_KM or size.is_cutback or size.phase == "race":
        return None
    near = (long_date, long_date - WEEK)
    fitting = [day for day in run_days if all(abs((day - long).days) >= 2 for long in near)]
    return fitting[len(fitting) // 2] if fitting else None


def _tempo(size: DraftWeekSize) -> Json:
    return {
        "template": "tempo", "distance_km": _km(_tempo_km(size)), "reps": 1,
        "rep_seconds": TEMPO_S, "intensity": "T",
    }  # fmt: skip


def _tempo_km(size: DraftWeekSize) -> float:
    return max(0.18 * size.km, WARMING_KM + 3)


def _km(value: float) -> float:
    return round(value, 1)


def _day(day: date, session: Json) -> Json:
    """Return a day of a draft with every field of the form."""
    empty: dict[str, Any] = dict.fromkeys(
        ("distance_km", "duration_min", "reps", "rep_distance_m", "rep_seconds", "recovery_seconds")
    )
    return {"date": day.isoformat(), **empty, "intensity": "open", "note": "", **session}


def _draft(weeks: list[Json], language: str) -> Json:
    return {"schema_version": "1", **_words(language), "weeks": weeks}


def _outline(sizes: list[DraftWeekSize], language: str) -> Json:
    return {
        **_words(language),
        "weeks": [
            {
                "start": size.start.isoformat(),
                "phase": size.phase,
                "is_cutback": size.is_cutback,
                "km": _km(size.km),
                "long_km": _km(size.long_km),
                "focus": sentence(f"drafts.{size.phase}", language),
            }
            for size in sizes
        ],
    }


def _words(language: str) -> Json:
    return {
        "title": sentence("drafts.title", language),
        "rationale_ko": sentence("drafts.rationale", language),
        "assumptions": [],
        "questions": [],
    }


# ---- a draft within a talk -------------------------------------------------------------------


def proposal_arguments(
    wanted: DraftRequest, athlete: DraftAthlete, weeks: int, language: str
) -> Json:
    """Return the arguments of the tool that proposes a plan."""
    sizes = week_sizes(wanted, athlete, weeks)
    drafts = [_week(size, wanted, language, is_careful=athlete.needs_care) for size in sizes]
    numbers = sorted(WEEKDAYS.index(day) for day in wanted.weekdays)
    return {
        "goal": wanted.goal,
        "start": wanted.first.isoformat(),
        "race_date": wanted.race.isoformat() if wanted.race else None,
        "weeks": None if wanted.race else weeks,
        "available_weekdays": numbers,
        "long_day": WEEKDAYS.index(wanted.long_day),
        "draft": _draft(drafts, language),
    }
