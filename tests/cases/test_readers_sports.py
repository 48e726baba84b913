"""Sports by the words of many languages and apps, and what is no sport's word."""

import zipfile
from pathlib import Path

import pytest

from runningcoach.ingest.files.readers import read
from runningcoach.ingest.files.sports import UNKNOWN, sport_of, sport_of_name
from tests.cases.inputs import activity, counted, gpx, lap, north, tcx

POINTS = north(range(0, 60, 10))


@pytest.mark.parametrize(
    "name", ["c22_de.gpx", "c22_fr.gpx", "c22_ko.gpx", "c22_named.gpx", "c22_none.gpx"]
)
def test_runs_in_any_language_are_runs(cases: Path, name: str) -> None:
    (recording,) = read((cases / "sport_unknown" / name).read_bytes(), name).recordings
    assert recording.sport == "running"


def test_a_route_of_apple_tells_no_sport(cases: Path) -> None:
    with zipfile.ZipFile(cases / "sport_unknown" / "apple_export.zip") as export:
        (name,) = (one for one in export.namelist() if one.endswith(".gpx"))
        (recording,) = read(export.read(name), name).recordings
    assert recording.sport == "generic"


RUNS = (
    "Laufen", "Lauf", "Joggen", "Course à pied", "Course", "Footing", "Carrera", "Correr", "Corsa",
    "Corrida", "Hardlopen", "Ochtendloop", "Bieganie", "Bieg", "Löpning", "Løping", "Løb",
    "Juoksu", "달리기", "러닝", "조깅", "ランニング", "ジョギング", "跑步", "越野跑", "Run",
    "RUNNING", "HKWorkoutActivityTypeRunning", "jogging", "street_running", "ultra_run",
    "Outdoor Run",
)  # fmt: skip


@pytest.mark.parametrize("words", RUNS)
def test_words_of_running(words: str) -> None:
    assert sport_of(words)[0] == "running"


@pytest.mark.parametrize(
    ("words", "sport"),
    [
        ("trail_running", ("running", "trail")),
        ("TrailRun", ("running", "trail")),
        ("Laufband", ("running", "treadmill")),
        ("러닝머신", ("running", "treadmill")),
        ("실내 달리기", ("running", "indoor_running")),
        ("VirtualRun", ("running", "virtual_activity")),
        ("touringbicycle", ("cycling", None)),
        ("MountainBikeRide", ("cycling", "mountain")),
        ("Radfahren", ("cycling", None)),
        ("骑行", ("cycling", None)),
        ("자전거", ("cycling", None)),
        ("EBikeRide", ("e_biking", None)),
        ("Langlauf", ("cross_country_skiing", None)),
        ("Biegi narciarskie", ("cross_country_skiing", None)),
        ("Corsa ciclistica", ("cycling", None)),
        ("indoor_cardio", ("training", "cardio_training")),
        ("Traditional Strength Training", ("training", "strength_training")),
        ("근력 운동", ("training", "strength_training")),
        ("Nordic Walking", ("walking", None)),
        ("등산", ("hiking", None)),
        ("Randonnée", ("hiking", None)),
        ("수영", ("swimming", None)),
        ("bike_to_run_transition_v2", ("transition", None)),
        ("cross_country_skiing", ("cross_country_skiing", None)),
        ("", UNKNOWN),
        ("Quidditch", UNKNOWN),
    ],
)
def test_words_of_other_sports(words: str, sport: tuple[str, str | None]) -> None:
    assert sport_of(words) == sport


@pytest.mark.parametrize(
    ("name", "sport"),
    [
        ("Morning Run", "running"),
        ("Abendlauf", "running"),
        ("Lauf am Morgen", "running"),
        ("아침 달리기", "running"),
        ("朝のランニング", "running"),
        ("晨间跑步", "running"),
        ("Course à pied le matin", "running"),
        ("Running 5/21/25 9:00 am", "running"),
        ("Brunch ride", "cycling"),
        ("Lunch Walk", "walking"),
        ("Langlauf in Davos", "cross_country_skiing"),
        ("Brunch", "generic"),
        ("Ruhr", "generic"),
        ("Bikini", "generic"),
        ("Kreislauf", "generic"),
        ("브런치", "generic"),
        ("ランチ", "generic"),
        ("School run", "generic"),
        ("RunKeeper 2014", "generic"),
        ("Ride, then run", "generic"),
        ("Course", "generic"),
        ("Track 7", "generic"),
        ("Ski run", "alpine_skiing"),
        ("skirun", "alpine_skiing"),
    ],
)
def test_names_tell_a_sport_only_without_doubt(name: str, sport: str) -> None:
    assert sport_of_name(name)[0] == sport


def test_a_type_counts_more_than_a_name() -> None:
    (recording,) = read(gpx(POINTS, kind="Wandern", name="Morning Run"), "run.gpx").recordings
    assert recording.sport == "hiking"


def test_the_name_of_the_file_counts_last() -> None:
    (by_file,) = read(gpx(POINTS, name="x"), "export/2025-09-05 07:30 Run.gpx").recordings
    (by_name,) = read(gpx(POINTS, name="Radtour"), "Run.gpx").recordings
    assert (by_file.sport, by_name.sport) == ("running", "cycling")


def test_a_tcx_of_another_sport_may_have_a_telling_file_name() -> None:
    other = tcx(activity(lap(0, 600, 1800, counted(0, 600)), sport="Other"))
    names = ("a.tcx", "2025-06-16_Laufen.tcx")
    assert [read(other, name).recordings[0].sport for name in names] == ["generic", "running"]
