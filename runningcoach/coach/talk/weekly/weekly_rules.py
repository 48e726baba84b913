"""What is said of a week, chosen by rules from its facts; no model is asked."""

from collections.abc import Callable, Iterator
from datetime import date
from statistics import fmean
from typing import NamedTuple

from runningcoach.base.i18n import t
from runningcoach.coach.plans.limits import (
    HARD_TIME_WARN,
    RAMP_WARN_KM,
    RAMP_WARN_SHARE,
    SINGLE_RUN_WARN_KM,
    SINGLE_RUN_WARN_SHARE,
)
from runningcoach.coach.plans.request_defaults import BREAK_DAYS
from runningcoach.coach.talk.weekly.weekly_facts import ComingSession, WeeklyFacts
from runningcoach.model.conversation import PrivacyLevel
from runningcoach.model.stored_plan import AdaptationOutcome

LOW_SHARE_GOOD_PCT = 80
"""Haugen 2022, 10.1186/s40798-022-00438-7."""
STEADY_SHARE = 0.15
"""A week as far from the mean of the weeks before counts as steady; ours."""
STEADY_RUNS = 3
MISSED_MANY, BAD_MORNINGS_MANY = 2, 3
"""From so many on they are worth a word; ours."""
LEAST_KM = 1.0
"""A usual week below this is none to go by."""
SUGGESTED_LEAST_SHARE = 0.9
PASSAGES = {
    "spike": ("single-session-spike",),
    "ramp": ("ten-percent-rule", "load-consensus"),
    "hard": ("low-intensity-share",),
    "mornings": ("rest-days",),
    "pain": ("pain-monitoring",),
    "illness": ("running-when-ill",),
    "red": ("rest-days",),
}
"""Shipped passages that say why something is worth watching."""

type Rule = Callable[[WeeklyFacts], "WeekSentence | None"]


class WeekSentence(NamedTuple):
    """A sentence of the catalogue `weekly`; `level` is from which privacy level on it may leave.

    `is_kept`: it stands as it is, whatever a model makes of the others.
    """

    key: str
    values: dict[str, object] = {}  # noqa: RUF012 - never changed
    level: PrivacyLevel = "summary"
    is_kept: bool = False

    def text(self, language: str) -> str:
        """Return the sentence in a language."""
        return t(f"weekly.{self.key}", language, **self.values)


class WeekReview(NamedTuple):
    """The sentences of a word of the week in three parts, and the passages that bear them out."""

    review: tuple[WeekSentence, ...]
    assessment: tuple[WeekSentence, ...]
    outlook: tuple[WeekSentence, ...]
    passage_names: tuple[str, ...] = ()


def review_week(facts: WeeklyFacts, outcome: AdaptationOutcome, language: str) -> WeekReview:
    """Return what is said of a week; `outcome` is that of the look at the plan."""
    watch = next(one for rule in WATCH_RULES if (one := rule(facts)))
    name = watch.key.removeprefix("watch.")
    return WeekReview(
        review=tuple(_review(facts, language)),
        assessment=(next(one for rule in WELL_RULES if (one := rule(facts))), watch),
        outlook=tuple(_outlook(facts, outcome, language)),
        passage_names=PASSAGES.get(name, ()),
    )


# ---- what was run ----------------------------------------------------------------------------


def _review(facts: WeeklyFacts, language: str) -> Iterator[WeekSentence]:
    days = (("first", facts.week_start), ("last", facts.week_end))
    span: dict[str, object] = {name: _day_text(day, language) for name, day in days}
    if not facts.runs:
        yield WeekSentence("review.no_runs", span)
    else:
        hours, minutes = divmod(facts.moving_min, 60)
        values = {"km": facts.distance_km, "runs": facts.runs, "hours": hours, "minutes": minutes}
        yield WeekSentence("review.total", span | values)
    if facts.mean_before_km is not None:
        yield WeekSentence(
            "review.before", {"weeks": len(facts.before_km), "km": facts.mean_before_km}
        )
    yield from _against_plan(facts)
    if facts.longest_km:
        yield WeekSentence("review.longest", {"km": facts.longest_km}, "training")
    if facts.low_pct is not None:
        shares = {"low": facts.low_pct, "moderate": facts.moderate_pct, "high": facts.high_pct}
        yield WeekSentence("review.shares", shares, "training")
    if facts.ctl is not None:
        form = {"load": facts.load, "ctl": facts.ctl, "atl": facts.atl, "tsb": _signed(facts.tsb)}
        yield WeekSentence("review.form", form)
    if facts.readiness_band:
        yield WeekSentence(f"review.readiness.{facts.readiness_band}", level="health", is_kept=True)


def _day_text(day: date, language: str) -> str:
    month = t(f"charts.months.{day.month}", language)
    return t("weekly.day", language, month=month, day=day.day)


def _against_plan(facts: WeeklyFacts) -> Iterator[WeekSentence]:
    planned = facts.planned
    if planned is None:
        return
    values = {"workouts": planned.workouts, "done": planned.done, "km": planned.planned_km}
    yield WeekSentence("review.planned", values)
    if planned.compliance_pct is not None:
        yield WeekSentence("review.compliance", {"pct": planned.compliance_pct})


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f}"


# ---- what went well --------------------------------------------------------------------------


def _did_all(facts: WeeklyFacts) -> WeekSentence | None:
    planned = facts.planned
    if planned is None or planned.missed or planned.done < planned.workouts:
        return None
    return WeekSentence("well.all_done", {"workouts": planned.workouts})


def _ran_bests(facts: WeeklyFacts) -> WeekSentence | None:
    if not facts.best_efforts:
        return None
    return WeekSentence("well.bests", {"count": facts.best_efforts}, "training")


def _ran_easy(facts: WeeklyFacts) -> WeekSentence | None:
    if facts.low_pct is None or facts.low_pct < LOW_SHARE_GOOD_PCT:
        return None
    return WeekSentence("well.easy", {"pct": facts.low_pct}, "training")


def _ran_steadily(facts: WeeklyFacts) -> WeekSentence | None:
    mean = facts.mean_before_km
    if not mean or facts.runs < STEADY_RUNS:
        return None
    is_steady = abs(facts.distance_km - mean) <= STEADY_SHARE * mean
    return WeekSentence("well.steady") if is_steady else None


def _ran(facts: WeeklyFacts) -> WeekSentence | None:
    return WeekSentence("well.ran", {"runs": facts.runs}) if facts.runs else None


def _rested(_: WeeklyFacts) -> WeekSentence:
    return WeekSentence("well.rested")


WELL_RULES: tuple[Rule, ...] = (_did_all, _ran_bests, _ran_easy, _ran_steadily, _ran, _rested)


# ---- what to watch, the gravest first --------------------------------------------------------


def _is_unwell(facts: WeeklyFacts) -> WeekSentence | None:
    if facts.complaint is None:
        return None
    return WeekSentence(f"watch.{facts.complaint}", level="health", is_kept=True)


def _is_red(facts: WeeklyFacts) -> WeekSentence | None:
    return WeekSentence("watch.red", level="health", is_kept=True) if facts.is_red else None


def _ran_far(facts: WeeklyFacts) -> WeekSentence | None:
    longest, before = facts.longest_km, facts.longest_before_km
    if longest is None or before is None or longest - before < SINGLE_RUN_WARN_KM:
        return None
    if longest <= SINGLE_RUN_WARN_SHARE * before:
        return None
    return WeekSentence("watch.spike", {"km": longest, "before": before}, "training", is_kept=True)


def _ran_much(facts: WeeklyFacts) -> WeekSentence | None:
    best = max(facts.before_km, default=0.0)
    more = facts.distance_km - best
    if not best or more <= RAMP_WARN_KM or facts.distance_km <= RAMP_WARN_SHARE * best:
        return None
    return WeekSentence("watch.ramp", {"km": facts.distance_km, "best": best}, is_kept=True)


def _ran_hard(facts: WeeklyFacts) -> WeekSentence | None:
    if facts.high_pct is None or facts.high_pct <= 100 * HARD_TIME_WARN:
        return None
    return WeekSentence("watch.hard", {"pct": facts.high_pct}, "training", is_kept=True)


def _slept_badly(facts: WeeklyFacts) -> WeekSentence | None:
    if facts.bad_mornings < BAD_MORNINGS_MANY:
        return None
    return WeekSentence("watch.mornings", {"count": facts.bad_mornings}, "health", is_kept=True)


def _missed(facts: WeeklyFacts) -> WeekSentence | None:
    if facts.planned is None or facts.planned.missed < MISSED_MANY:
        return None
    return WeekSentence("watch.missed", {"count": facts.planned.missed})


def _paused(facts: WeeklyFacts) -> WeekSentence | None:
    if facts.days_since_run is None or facts.days_since_run < BREAK_DAYS:
        return None
    return WeekSentence("watch.paused", {"days": facts.days_since_run})


def _nothing_to_watch(_: WeeklyFacts) -> WeekSentence:
    return WeekSentence("watch.nothing")


WATCH_RULES: tuple[Rule, ...] = (
    _is_unwell, _is_red, _ran_far, _ran_much, _ran_hard, _slept_badly, _missed, _paused,
    _nothing_to_watch,
)  # fmt: skip


# ---- the week to come ------------------------------------------------------------------------


def _outlook(
    facts: WeeklyFacts, outcome: AdaptationOutcome, language: str
) -> Iterator[WeekSentence]:
    if facts.coming:
        sessions = ", ".join(_session_text(one, language) for one in facts.coming)
        values = {"km": facts.coming_km, "count": len(facts.coming), "sessions": sessions}
        yield WeekSentence("outlook.planned", values)
        if facts.has_coming_race:
            yield WeekSentence("outlook.race")
    else:
        yield _suggestion(facts)
    if outcome in ("proposed", "kept", "waiting"):
        yield WeekSentence("outlook.proposal")


def _session_text(session: ComingSession, language: str) -> str:
    """Return a session by its kind: titles of the runner's own are words of anybody."""
    day = t(f"charts.weekdays.{session.day.weekday()}", language)
    kind = t(f"calendar.types.{session.type}", language)
    if session.distance_km:
        return t("weekly.session_km", language, day=day, kind=kind, km=session.distance_km)
    return t("weekly.session_min", language, day=day, kind=kind, minutes=session.duration_min)


def _suggestion(facts: WeeklyFacts) -> WeekSentence:
    """Return what suits without a plan: no more than a tenth above what is usual."""
    usual = fmean((*facts.before_km, facts.distance_km))
    if facts.complaint or facts.is_red:
        return WeekSentence("outlook.rest", level="health", is_kept=True)
    if usual < LEAST_KM:
        return WeekSentence("outlook.begin")
    if facts.days_since_run is not None and facts.days_since_run >= BREAK_DAYS:
        return WeekSentence("outlook.return")
    longest = max(facts.longest_km or 0.0, facts.longest_before_km or 0.0)
    values = {
        "low": round(SUGGESTED_LEAST_SHARE * usual),
        "high": round(RAMP_WARN_SHARE * usual),
        "longest": round(SINGLE_RUN_WARN_SHARE * longest, 1),
    }
    return WeekSentence("outlook.suggestion", values, "training")
