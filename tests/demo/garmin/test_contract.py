"""Our bodies against recorded ones: the same keys, the same kinds of values, wherever both exist.

Only bodies that were captured from the live service count. Keys of ours that no recorded body
has are errors as well: a simulator that says more than Garmin would teach the code too much.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from garminconnect import Garmin

from runningcoach.simulators.garmin import SimulatorClient

from .conftest import Connect, led

DAY, FIRST, LAST = "2026-11-18", "2026-11-01", "2026-11-20"
RECORDED = ("recorded", "recorded (library output)")

# The folder of the corpus, and what is asked of the simulator for the same.
ASKED = {
    "userprofile-service__socialProfile": "/userprofile-service/socialProfile",
    "userprofile-service__userprofile__user-settings":
        "/userprofile-service/userprofile/user-settings",
    "activitylist-service__activities__search__activities":
        "/activitylist-service/activities/search/activities?limit=40",
    "activity-service__activity__id": "/activity-service/activity/{id}",
    "hrv-service__hrv__date": f"/hrv-service/hrv/{DAY}",
    "hrv-service__hrv__daily__date__date": f"/hrv-service/hrv/daily/{FIRST}/{LAST}",
    "metrics-service__metrics__racepredictions__latest__displayName":
        "/metrics-service/metrics/racepredictions/latest/{name}",
    "metrics-service__metrics__trainingreadiness__date":
        f"/metrics-service/metrics/trainingreadiness/{DAY}",
    "metrics-service__metrics__trainingstatus__aggregated__date":
        f"/metrics-service/metrics/trainingstatus/aggregated/{DAY}",
    "personalrecord-service__personalrecord__prs__displayName":
        "/personalrecord-service/personalrecord/prs/{name}",
    "biometric-service__heartRateZones": "/biometric-service/heartRateZones",
    "fitnessstats-service__activity__all":
        f"/fitnessstats-service/activity/all?startDate={FIRST}&endDate={LAST}",
    "usersummary-service__usersummary__daily__displayName":
        f"/usersummary-service/usersummary/daily/{{name}}?calendarDate={DAY}",
    "usersummary-service__stats__stress__daily__date__date":
        f"/usersummary-service/stats/stress/daily/{FIRST}/{LAST}",
    "usersummary-service__stats__steps__daily__date__date":
        f"/usersummary-service/stats/steps/daily/{FIRST}/{LAST}",
    "weight-service__weight__range__date__date":
        f"/weight-service/weight/range/{FIRST}/{LAST}?includeAll=true",
    "weight-service__weight__dateRange":
        f"/weight-service/weight/dateRange?startDate={FIRST}&endDate={LAST}",
    "wellness-service__wellness__bodyBattery__reports__daily":
        f"/wellness-service/wellness/bodyBattery/reports/daily?startDate={FIRST}&endDate={LAST}",
    "wellness-service__wellness__dailyHeartRate__displayName":
        f"/wellness-service/wellness/dailyHeartRate/{{name}}?date={DAY}",
    "wellness-service__wellness__dailyHeartRate":
        f"/wellness-service/wellness/dailyHeartRate/?date={DAY}",
    "wellness-service__wellness__dailySleepData__displayName":
        f"/wellness-service/wellness/dailySleepData/{{name}}?date={DAY}",
    "sleep-service__sleep__dailySleepData": f"/sleep-service/sleep/dailySleepData?date={DAY}",
    "wellness-service__wellness__dailyStress__date":
        f"/wellness-service/wellness/dailyStress/{DAY}",
}  # fmt: skip

# Keys that recorded bodies have and ours lack, as expressions, and why that is so.
WITHOUT = {
    "Swim|Swolf|[sS]troke|Dive|activeSets|[cC]uratedCourse": "no swimming, diving, lifting",
    "normPower|normalizedPower|powerTimeInZone_|totalWork|minPower": "no such sum of power is made",
    "fastestSplit_|[gG]radeAdjusted|averageMovingSpeed|maxVerticalSpeed": "nor of speed",
    "RespirationRate|GroundContactBalance|averageTemperature|minHR": "nor such means",
    r"Stamina|impactLoad|[sS]tress$|differenceBodyBattery|waterEstimated|bmrCalories":
        "Garmin's own estimates along a run",
    r"workoutId|minActivityLap|cloudPositioning": "not known of a made-up run",
    "TrainingEffectMessage": "words for a screen",
    r"directWorkout|\.description$": "only where the runner put something in",
    "splitSummaries": "kept for runs with walking breaks, of a newer watch",
    "[sS]leepNeed|SkinTemp|skinTemp|breathing": "no such sensor",
    "bodyBatteryActivityEvent|DynamicFeedback|endOfDayBodyBattery": "words for a screen",
    r"^\.hrv$|hrvSummary\.(start|end)Timestamp|hrvSummary\.lastNight$|^\.full_name$":
        "put in by the library that the body was saved from",
}  # fmt: skip

# Keys of ours that no recorded body has, and where they are known from.
BESIDES = {
    r"^\[\]\.description$": "the note of an activity: in the list of any account with notes",
    r"^\[\]\.activityTrainingLoad$": "given when it is asked for by name",
    r"sleepStress|sleepHeartRate|hrvData|hrvStatus|avgOvernightHrv|restingHeartRate":
        "of newer watches; the recorded nights are from 2021, or of a narrower service",
    r"bodyBatteryChange|skinTempDataExists|ageGroup|avgSleepStress|awakeCount|sleepScore": "same",
}  # fmt: skip

# Values of ours that are null where recorded ones never are.
NULL = {
    r"VO2Max\.(cycling|heatAltitude)": "a runner who does not ride and stays at sea level",
    r"^\.userProfileId$": "made a word when the body was cleansed",
}  # fmt: skip


def kinds(bodies: list[Any]) -> dict[str, set[str]]:
    """Return the kinds of values at each place of the bodies."""
    found: dict[str, set[str]] = defaultdict(set)
    for body in bodies:
        for place, kind in walked(body, ""):
            found[place].add(kind)
    return found


def walked(value: Any, place: str) -> Iterator[tuple[str, str]]:
    yield place, kind(value)
    if isinstance(value, dict):
        for key, item in value.items():
            # Maps by device have numbers for keys.
            yield from walked(item, f"{place}.{'#' if key.isdigit() else key}")
    elif isinstance(value, list):
        for item in value:
            yield from walked(item, f"{place}[]")


def kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    # JSON has one kind of number, and Garmin writes a whole one either way.
    return "number" if isinstance(value, int | float) else type(value).__name__


def recorded(corpus: Path, folder: str) -> list[Any]:
    """Return the bodies of a folder that the live service gave, refusals left out."""
    index = (corpus / "INDEX.md").read_text(encoding="utf-8")
    [section] = re.findall(rf"^### {re.escape(folder)}\n(.*?)(?=^### |\Z)", index, re.M | re.S)
    rows = [[cell.strip() for cell in line.split("|")] for line in section.splitlines()]
    names = [row[1] for row in rows if len(row) > 5 and row[2] == "200" and row[4] in RECORDED]
    bodies = [json.loads((corpus / folder / name).read_text(encoding="utf-8")) for name in names]
    return [body for body in bodies if body is not None]


@pytest.fixture(scope="module")
def client(running: SimulatorClient) -> Garmin:
    running.reset()
    made = led(Garmin(running.email, running.password, retry_attempts=0), running.url)
    made.login()
    return made


def said(client: Garmin, asked: str) -> Any:
    path, _, query = asked.partition("?")
    number = str(client.get_activities(0, 1)[0]["activityId"])
    filled = path.replace("{name}", client.display_name or "").replace("{id}", number)
    return client.connectapi(
        filled, params=dict(pair.split("=") for pair in query.split("&") if query)
    )


@pytest.mark.parametrize("folder", ASKED)
def test_is_shaped_as_recorded(client: Garmin, garmin_corpus: Path, folder: str) -> None:
    theirs = kinds(recorded(garmin_corpus, folder))
    ours = kinds([said(client, ASKED[folder])])
    assert theirs
    wrong = {place: (ours[place], theirs[place]) for place in ours.keys() & theirs.keys()
             if not agree(ours[place], theirs[place]) and not excused(place, NULL)}  # fmt: skip
    assert wrong == {}
    besides = {place for place in ours.keys() - theirs.keys() if not below(place, theirs)}
    assert {place for place in besides if not excused(place, BESIDES)} == set()
    lacking = {place for place in theirs.keys() - ours.keys() if not below(place, ours)}
    assert {place for place in lacking if not excused(place, WITHOUT)} == set()


def agree(ours: set[str], theirs: set[str]) -> bool:
    """Tell whether kinds agree: null may stand where recorded bodies have null or several."""
    return theirs == {"null"} or ours <= theirs | ({"null"} if len(theirs) > 1 else set())


def below(place: str, other: dict[str, set[str]]) -> bool:
    """Tell whether a place lies within something that is null or empty on the other side."""
    parts = re.findall(r"\.[^.\[]+|\[\]", place)
    for cut in range(len(parts)):
        above = "".join(parts[:cut])
        inside = any(one.startswith(above) and one != above for one in other)
        if above in other and not inside:
            return True
    return False


def excused(place: str, reasons: dict[str, str]) -> bool:
    return any(re.search(pattern, place) for pattern in reasons)


def test_every_excuse_is_needed(client: Garmin, garmin_corpus: Path) -> None:
    lacking: set[str] = set()
    for folder, asked in ASKED.items():
        ours = kinds([said(client, asked)]).keys()
        lacking |= kinds(recorded(garmin_corpus, folder)).keys() - ours
    unused = {pattern for pattern in WITHOUT if not any(re.search(pattern, p) for p in lacking)}
    assert unused == set()


def test_sign_in_is_answered_as_recorded(
    fake: SimulatorClient, connect: Connect, garmin_corpus: Path
) -> None:
    def bodies(mfa: bool, password: str) -> Any:
        fake.mfa(mfa)
        with requests.Session() as door:
            door.get(f"{fake.url}/mobile/sso/en_US/sign-in", timeout=5)
            sent = {"username": fake.email, "password": password}
            return door.post(f"{fake.url}/mobile/api/login?service=x", json=sent, timeout=5).json()

    ours = kinds([bodies(True, fake.password), bodies(False, "x"), bodies(False, fake.password)])
    theirs = kinds(
        [
            json.loads(path.read_text(encoding="utf-8"))
            for path in (garmin_corpus / "sso__mobile__api__login__POST").glob("0?.json")
        ]
    )
    assert ours == theirs
