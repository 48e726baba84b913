"""One person, one time: watch and phone, halves and the whole, legs and the whole."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from runningcoach import jobs
from runningcoach.ingest import activity_removal, quarantine
from runningcoach.ingest.garmin import purge
from runningcoach.store import quarantine as held
from tests.cases.conftest import Import, ImportedCase
from tests.ingest import build
from tests.ingest.build import START

HOUR_S = 3600
BUSAN = (35.1796, 129.0756)


def after(seconds: int):
    return START + timedelta(seconds=seconds)


def north(seconds: int, speed_mps: float = 3.0) -> tuple[float, float]:
    """Return where a run that began in Seoul is after some seconds."""
    return build.SEOUL[0] + seconds * speed_mps / 111_195, build.SEOUL[1]


def imported_one_by_one(
    import_paths: Import, folder: Path, files: dict[str, bytes], order: Sequence[str]
) -> ImportedCase:
    build.put(folder, files)
    return [import_paths(folder / name) for name in order][-1]


# ---- the cases -----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_watch_and_phone_that_stopped_late_are_one(
    import_paths: Import, cases: Path, order: tuple[int, int]
):
    names = ("d1_watch.fit", "d1_phone_stopped_late.gpx")
    paths = [cases / "watch_and_phone" / names[n] for n in order]
    case = [import_paths(path) for path in paths][-1]
    run = case.activity
    assert (run["source"], run["elapsed_s"]) == ("fit", 2700)  # the watch's
    assert run["distance_m"] == pytest.approx(8100, rel=0.01)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_cardio_and_a_virtual_run_are_the_run(
    import_paths: Import, cases: Path, order: tuple[int, int]
):
    names = ("d3_watch_cardio.fit", "d3_zwift_run.fit")
    case = [import_paths(cases / "watch_and_phone" / names[n]) for n in order][-1]
    assert (case.activity["sport"], case.activity["sub_sport"]) == ("running", "virtual_activity")
    assert case.activity["distance_m"] == pytest.approx(8085, rel=0.01)


# ---- two halves and the whole --------------------------------------------------------------------

HALVES = {
    "whole.gpx": build.gpx(START, HOUR_S),
    "first.fit": build.fit(START, HOUR_S // 2, serial=1),
    "second.fit": build.fit(after(HOUR_S // 2), HOUR_S // 2, serial=2, position=north(1800)),
}


@pytest.mark.parametrize("order", list(permutations(HALVES)))
def test_two_halves_and_the_whole_are_the_whole_in_any_order(
    import_paths: Import, tmp_path: Path, order: Sequence[str]
):
    case = imported_one_by_one(import_paths, tmp_path, HALVES, order)
    run = case.activity
    assert (run["source"], run["elapsed_s"]) == ("gpx", 3600)
    assert run["distance_m"] == pytest.approx(10_800, rel=0.01)
    outcomes = case.rows("SELECT name, outcome FROM garmin_raw_files ORDER BY name")
    assert [row["outcome"] for row in outcomes] == ["duplicate", "duplicate", "imported"]


# ---- other inputs that are one -------------------------------------------------------------------


def test_a_phone_that_was_stopped_late_indoors_is_known_by_its_way(
    import_paths: Import, tmp_path: Path
):
    """Both count 2.5 m/s for 40 min; the phone goes on for 15 more (72 % shared)."""
    files = {
        "watch.fit": build.fit(seconds=2400, position=None, speed_mps=2.5, serial=1, bpm=150),
        "phone.fit": build.fit(seconds=3300, position=None, speed_mps=2.6, serial=2, bpm=120),
    }
    case = imported_one_by_one(import_paths, tmp_path, files, tuple(files))
    assert len(case.activities) == 1


@pytest.mark.parametrize("order", [("a.fit", "b.gpx"), ("b.gpx", "a.fit")])
def test_the_better_recording_takes_the_better_sport(
    import_paths: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: Sequence[str]
):
    """FIT is the better recording but names no sport; the GPX says run, and bests follow."""
    monkeypatch.setitem(build.SPORTS, "generic", 0)
    files = {
        "a.fit": build.fit(seconds=1800, sport="generic"),
        "b.gpx": build.gpx(seconds=1790),
    }
    case = imported_one_by_one(import_paths, tmp_path, files, order)
    assert (case.activity["source"], case.activity["sport"]) == ("fit", "running")
    assert case.rows("SELECT 1 FROM best_efforts WHERE distance_m = 5000")


def test_a_vague_recording_without_a_distance_gives_way_to_a_run(
    import_paths: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(build.SPORTS, "training", 10)
    cardio = build.fit(seconds=1800, sport="training", position=None, speed_mps=0.0)
    files = {"a.fit": cardio, "b.gpx": build.gpx(seconds=1790)}
    case = imported_one_by_one(import_paths, tmp_path, files, ("a.fit", "b.gpx"))
    assert (case.activity["source"], case.activity["sport"]) == ("gpx", "running")
    assert case.activity["distance_m"] == pytest.approx(5370, rel=0.01)


@pytest.mark.parametrize("order", [("legs.fit", "whole.gpx"), ("whole.gpx", "legs.fit")])
def test_the_legs_of_an_event_stand_for_a_recording_of_the_whole(
    import_paths: Import, tmp_path: Path, order: Sequence[str]
):
    legs = build.fit(seconds=3600, legs=("running", "cycling", "running"), speed_mps=0.5)
    files = {"legs.fit": legs, "whole.gpx": build.gpx(seconds=3620, speed_mps=0.5)}
    case = imported_one_by_one(import_paths, tmp_path, files, order)
    assert [one["sport"] for one in case.activities] == ["running", "cycling", "running"]
    assert {one["source"] for one in case.activities} == {"fit"}
    first = min(one["id"] for one in case.activities if one["leg"] == 0)
    assert [one["parent_id"] for one in case.activities] == [None, first, first]


# ---- contrasts: never one ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            build.fit(START, 1800, serial=1),
            build.fit(after(1790), 1800, serial=1, position=north(1800)),
            id="back to back",
        ),
        pytest.param(
            build.fit(START, 1800, serial=1), build.gpx(START, 1800, position=BUSAN),
            id="two places at one time",
        ),
        pytest.param(
            build.fit(START, 1800, serial=1),
            build.gpx(START, 3600, position=(build.SEOUL[0] + 0.1, build.SEOUL[1])),
            id="a part in another place",
        ),
        pytest.param(
            build.fit(START, 1800, serial=1, position=None, speed_mps=2.0, bpm=120),
            build.fit(after(-1200), 4800, serial=2, position=None, speed_mps=3.0, bpm=150),
            id="another way and another heart indoors",
        ),
        pytest.param(
            build.fit(START, 1800, serial=1, sport="running"),
            build.fit(START, 1800, serial=2, sport="cycling"),
            id="run and ride",
        ),
    ],
)  # fmt: skip
def test_different_activities_stay_two(
    import_paths: Import, tmp_path: Path, one: bytes, other: bytes
):
    files = {"a.fit": one, "b.fit" if other[8:12] == b".FIT" else "b.gpx": other}
    case = imported_one_by_one(import_paths, tmp_path, files, tuple(files))
    assert len(case.activities) == 2


# ---- one activity of a file ----------------------------------------------------------------------


def remove(case: ImportedCase, activity_id: int) -> None:
    assert activity_removal.remove(case.conn, case.user.id, activity_id, case.home)


def days(case: ImportedCase) -> list[str]:
    return [str(one["local_date"]) for one in case.activities]


def test_one_of_a_history_is_removed_alone_and_comes_back_alone(import_case: Import, cases: Path):
    case = import_case("delete_one_of_history", "c25_history.tcx")
    whole = days(case)
    assert whole == [f"2025-06-{day:02d}" for day in (3, 5, 7, 9, 11)]
    remove(case, case.activities[1]["id"])
    remove(case, case.activities[2]["id"])
    left = ["2025-06-03", "2025-06-07", "2025-06-11"]
    assert days(case) == left
    later, sooner = held.list_quarantined(case.conn, case.user.id)
    assert (sooner.leg, later.leg) == (1, 3)
    assert {sooner.reason_code, later.reason_code} == {"deleted_by_runner"}
    path = cases / "delete_one_of_history" / "c25_history.tcx"
    jobs.take_files(case.conn, case.user.id, [path], home=case.home)
    assert days(case) == left
    quarantine.retry(case.conn, case.user.id, [sooner.id], home=case.home)
    assert days(case) == sorted([*left, "2025-06-05"])
    assert [one.leg for one in held.list_quarantined(case.conn, case.user.id)] == [3]
    jobs.take_files(case.conn, case.user.id, [path], home=case.home, again=True)
    assert days(case) == whole
    assert held.list_quarantined(case.conn, case.user.id) == []


def test_the_last_one_of_a_history_takes_the_file_with_it(import_case: Import, cases: Path):
    case = import_case("delete_one_of_history", "c25_history.tcx")
    for one in case.activities:
        remove(case, one["id"])
    assert case.rows("SELECT outcome FROM garmin_raw_files") == [{"outcome": "deleted"}]
    path = cases / "delete_one_of_history" / "c25_history.tcx"
    report = jobs.take_files(case.conn, case.user.id, [path], home=case.home)
    assert report.counts == {"deleted": 1}
    middle = next(one for one in held.list_quarantined(case.conn, case.user.id) if one.leg == 2)
    quarantine.retry(case.conn, case.user.id, [middle.id], home=case.home)
    assert days(case) == ["2025-06-07"]
    assert len(held.list_quarantined(case.conn, case.user.id)) == 4


def test_the_legs_of_one_event_go_and_come_together(import_paths: Import, tmp_path: Path):
    data = build.fit(seconds=1800, legs=("swimming", "cycling", "running"))
    case = import_paths(build.put(tmp_path / "t", {"tri.fit": data}))
    remove(case, case.activities[2]["id"])
    assert case.activities == []
    (whole,) = held.list_quarantined(case.conn, case.user.id)
    assert whole.leg is None
    quarantine.retry(case.conn, case.user.id, [whole.id], home=case.home)
    assert [one["sport"] for one in case.activities] == ["swimming", "cycling", "running"]


def test_one_of_two_days_chained_in_a_file_is_removed_alone(import_case: Import):
    case = import_case("chained_two_days", "c58_chained_two_days.fit")
    both = days(case)
    assert both == ["2025-03-20", "2025-03-25"]
    assert [one["parent_id"] for one in case.activities] == [None, None]
    remove(case, case.activities[0]["id"])
    assert days(case) == both[1:]
    (one,) = held.list_quarantined(case.conn, case.user.id)
    quarantine.retry(case.conn, case.user.id, [one.id], home=case.home)
    assert days(case) == both


def test_legs_that_begin_in_one_second_are_one_event(import_case: Import):
    case = import_case("zero_transition", "c01_zero_transition.fit")
    legs = sorted(case.activities, key=lambda one: one["leg"])
    assert [(one["sport"], one["distance_m"]) for one in legs if one["distance_m"]] == [
        ("swimming", 720), ("cycling", 16_200), ("running", 3600),
    ]  # fmt: skip
    assert [one["parent_id"] for one in legs] == [None] + [legs[0]["id"]] * (len(legs) - 1)
    remove(case, legs[-1]["id"])
    assert case.activities == []


def test_what_was_typed_in_stays_when_garmin_is_forgotten(import_case: Import):
    """An export's row is the runner's own; only what Garmin's lanes brought goes."""
    case = import_case("typed_in", "export.zip")
    before = [(one["id"], one["source"], one["distance_m"]) for one in case.activities]
    purge.delete_fetched(case.conn, case.user.id, case.home)
    assert [(one["id"], one["source"], one["distance_m"]) for one in case.activities] == before
    assert "garmin" in {source for _, source, _ in before}
