"""The runner's body: mornings, form, limits of heart rate, zones."""

from collections.abc import Callable

from runningcoach.simulators.openai.brain.facts.absences import absent
from runningcoach.simulators.openai.brain.turn import Json, QuestionTurn

TIRED_TSB, SHORT_NIGHT_H = -20.0, 6.5
"""Below these the simulated coach takes care with a hard session."""
SPREAD_BPM = 10


def _body(turn: QuestionTurn) -> list[str]:
    """Tell resting heart rate, HRV and sleep beside what is usual."""
    told = [*_heart_rate(turn), *_hrv_line(turn), *_sleep(turn)]
    return told or [turn.say("body.none")]


def _usual(turn: QuestionTurn) -> Json:
    """Return the morning's values beside what is usual."""
    return turn.result("readiness") | turn.result("wellness").get("latest_against_usual", {})


def _heart_rate(turn: QuestionTurn) -> list[str]:
    week = turn.result("wellness").get("mean_of_7_days", {})
    usual = _usual(turn)
    bpm = week.get("resting_hr_bpm", usual.get("resting_hr_3d_bpm"))
    if bpm is None:
        return []
    if "resting_hr_usual_bpm" not in usual:
        return [turn.say("body.heart_rate_alone", bpm=bpm)]
    return [turn.say("body.heart_rate", bpm=bpm, usual=usual["resting_hr_usual_bpm"])]


def _hrv_line(turn: QuestionTurn) -> list[str]:
    usual = _usual(turn)
    if "hrv_usual_ms" not in usual:
        week = turn.result("wellness").get("mean_of_7_days", {})
        return [turn.say("body.hrv_alone", ms=week["hrv_ms"])] if "hrv_ms" in week else []
    low, high = usual["hrv_usual_ms"]
    key = "body.hrv_usual" if usual["hrv_is_usual"] else "body.hrv_unusual"
    return [turn.say(key, ms=usual["hrv_7d_ms"], low=low, high=high)]


def _sleep(turn: QuestionTurn) -> list[str]:
    wellness = turn.result("wellness")
    nights = [day for day in wellness.get("days", []) if "sleep_h" in day]
    week = wellness.get("mean_of_7_days", {})
    if not nights:
        return []
    told = [turn.say("body.sleep", hours=nights[0]["sleep_h"], day=nights[0]["date"])]
    if "sleep_h" in week:
        told.append(turn.say("body.sleep_week", hours=week["sleep_h"]))
    return told


def _form(turn: QuestionTurn) -> list[str]:
    form = turn.result("form")
    if "tsb" not in form:
        return absent(turn, form) or [turn.say("body.no_form")]
    return [turn.say("body.form", ctl=form["ctl"], atl=form["atl"], tsb=form["tsb"],
                     day=form["as_of"])]  # fmt: skip


def _today_verdict(turn: QuestionTurn) -> list[str]:
    """Return what to do of a hard session today: no, with care, or yes."""
    ready, form = turn.result("readiness"), turn.result("form")
    if ready.get("says_no_to_hard_running"):
        return [turn.say("body.verdict_no")]
    nights = [day["sleep_h"] for day in turn.result("wellness").get("days", []) if "sleep_h" in day]
    is_tired = form.get("tsb", 0.0) < TIRED_TSB or (nights and nights[0] < SHORT_NIGHT_H)
    if is_tired or ready.get("band") == "amber" or ready.get("hrv_is_usual") is False:
        return [turn.say("body.verdict_care")]
    return [turn.say("body.verdict_yes")]


def _heart_limits(turn: QuestionTurn) -> list[str]:
    """Tell the highest heart rate in force beside what the formula of age says."""
    athlete = turn.result("athlete")
    told: list[str] = []
    if "hrmax_by_age_bpm" in athlete:
        told.append(turn.say("body.by_age", age=athlete["age"], bpm=athlete["hrmax_by_age_bpm"],
                             spread=SPREAD_BPM))  # fmt: skip
    if "hrmax_bpm" in athlete:
        told.append(turn.say("body.hrmax", bpm=athlete["hrmax_bpm"]["value"]))
    return told or [turn.say("body.no_heart_limits")]


def _zones(turn: QuestionTurn) -> list[str]:
    rows = turn.result("zones").get("hr_zones_bpm", [])
    told = [turn.say("body.zone", zone=row["zone"], low=row.get("low", 0), high=row["high"])
            for row in rows if "high" in row]  # fmt: skip
    return [turn.say("body.zones"), *told] if told else [turn.say("body.no_zones")]


def _paces(turn: QuestionTurn) -> list[str]:
    paces = turn.result("zones").get("paces")
    if not paces:
        return [turn.say("body.no_paces")]
    bands = ("easy", "marathon", "threshold", "interval")
    return [turn.say("body.paces", **{band: paces[band] for band in bands})]


def _threshold_estimate(turn: QuestionTurn) -> list[str]:
    zones = turn.result("zones")
    pace = zones.get("threshold_pace_estimate") or (zones.get("paces") or {}).get("threshold")
    return [turn.say("body.threshold", pace=pace)] if pace else [turn.say("body.no_threshold")]


def _vo2max(turn: QuestionTurn) -> list[str]:
    athlete = turn.result("athlete")
    told: list[str] = []
    if "watch_vo2max" in athlete:
        told.append(turn.say("body.watch_vo2max", value=athlete["watch_vo2max"]))
    if "vo2max_trend" in athlete.get("habits", {}):
        told.append(turn.say("body.vo2max", value=athlete["habits"]["vo2max_trend"]))
    return told or [turn.say("body.no_vo2max")]


def _age(turn: QuestionTurn) -> list[str]:
    age = turn.result("athlete").get("age")
    return [turn.say("missing.age")] if age is None else [turn.say("body.age", age=age)]


def _weight(turn: QuestionTurn) -> list[str]:
    """Tell the last body weight, or that there is none."""
    found = turn.result("wellness") or turn.result("athlete")
    if "weight_kg" not in found:
        return [turn.say("missing.weight_kg")]
    return [turn.say("body.weight", kg=found["weight_kg"], day=found["weight_date"])]


FACTS: dict[str, Callable[[QuestionTurn], list[str]]] = {
    "body": _body,
    "hrv_line": _hrv_line,
    "form": _form,
    "today_verdict": _today_verdict,
    "heart_limits": _heart_limits,
    "zones": _zones,
    "paces": _paces,
    "threshold_estimate": _threshold_estimate,
    "vo2max": _vo2max,
    "age": _age,
    "weight": _weight,
}
