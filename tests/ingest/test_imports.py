"""Taking files in: what is new, what is the same, what is broken; and that nothing is lost."""

import gzip
import hashlib
import io
import os
import stat
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach.base import executors, i18n
from runningcoach.ingest import imports, quarantine_files
from runningcoach.model.user import User
from runningcoach.store import home as homes
from runningcoach.store.blobs import files, samples
from tests.ingest import build
from tests.ingest.build import START

type Conn = psycopg.Connection[Any]


def outcomes(report: imports.ImportReport) -> dict[str, str]:
    return {Path(file.name).name: file.outcome for file in report.files}


def rows(conn: Conn, query: str) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode()).fetchall()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "runs"
    path.mkdir()
    return path


def test_a_run_comes_in_whole(conn: Conn, user: User, home: Path, folder: Path) -> None:
    data = build.fit()
    build.put(folder, {"run.fit": data})
    report = imports.take(conn, user.id, folder, home=home)
    assert outcomes(report) == {"run.fit": "imported"}
    (run,) = rows(
        conn,
        "SELECT sport, started_at, timezone, local_date, distance_m, timer_s, average_hr_bpm,"
        " has_gps, is_treadmill, source, id FROM activities",
    )
    assert run[:10] == (
        "running", START, "Asia/Seoul", date(2026, 5, 13), 3600.0, 1200.0, 150.0,
        True, False, "fit",
    )  # fmt: skip
    manifest = samples.get_file(conn, user.id, run[10])
    assert manifest is not None
    assert len(samples.read(home, manifest.path)["heart_rate_bpm"]) == 1201
    assert files.get(home, hashlib.sha256(data).hexdigest()) == data
    assert rows(conn, "SELECT count(*) FROM laps") == [(1,)]
    assert rows(conn, "SELECT round(active_s) FROM activity_facts") == [(1201.0,)]
    assert rows(conn, "SELECT since FROM stale") == [(date(2026, 5, 13),)]


def test_a_second_import_changes_nothing(conn: Conn, user: User, home: Path, folder: Path) -> None:
    build.put(folder, {"run.fit": build.fit(), "bad.fit": b"<html>sign in</html>"})
    imports.take(conn, user.id, folder, home=home)
    conn.execute("DELETE FROM stale")
    before = rows(conn, "SELECT xmin, * FROM garmin_raw_files ORDER BY sha256")
    again = imports.take(conn, user.id, folder, home=home)
    assert set(outcomes(again).values()) == {"known"}
    assert rows(conn, "SELECT xmin, * FROM garmin_raw_files ORDER BY sha256") == before
    assert rows(conn, "SELECT count(*) FROM stale") == [(0,)]


def test_two_runs_of_a_day_stay_two(conn: Conn, user: User, home: Path, folder: Path) -> None:
    later = START + timedelta(minutes=21)
    build.put(folder, {"am.fit": build.fit(), "pm.fit": build.fit(later)})
    assert outcomes(imports.take(conn, user.id, folder, home=home)) == {
        "am.fit": "imported",
        "pm.fit": "imported",
    }


def test_the_same_bytes_under_two_names_count_once(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    data = build.fit()
    build.put(folder, {"a.fit": data, "b.fit": data, "c.fit.gz": gzip.compress(data)})
    report = imports.take(conn, user.id, folder, home=home)
    assert outcomes(report) == {"a.fit": "imported", "b.fit": "duplicate", "c.fit.gz": "duplicate"}
    assert rows(conn, "SELECT count(*) FROM activities") == [(1,)]


def test_a_gpx_of_the_same_run_is_a_duplicate_that_lends_its_name(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    build.put(folder, {"run.fit": build.fit(), "run.gpx": build.gpx(name="Han river")})
    report = imports.take(conn, user.id, folder, home=home)
    assert outcomes(report) == {"run.fit": "imported", "run.gpx": "duplicate"}
    assert rows(conn, "SELECT source, name FROM activities") == [("fit", "Han river")]
    (kept,) = rows(conn, "SELECT sha256, reason FROM garmin_raw_files WHERE kind = 'gpx'")
    assert files.get(home, kept[0]) == build.gpx(name="Han river")
    assert "run.fit" in kept[1]


def test_the_better_file_takes_the_place_and_edits_stay(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    gpx = build.put(folder, {"run.gpx": build.gpx()}) / "run.gpx"
    (number,) = imports.take(conn, user.id, gpx, home=home).activity_ids
    conn.execute("UPDATE activities SET notes = 'hot', edited = '{notes}'")
    fit = build.put(folder, {"run.fit": build.fit()}) / "run.fit"
    report = imports.take(conn, user.id, fit, home=home)
    assert report.activity_ids == [number]
    assert rows(conn, "SELECT id, source, name, notes, average_hr_bpm FROM activities") == [
        (number, "fit", "Morning Run", "hot", 150.0)
    ]
    assert rows(conn, "SELECT outcome, reason_code FROM garmin_raw_files WHERE kind = 'gpx'") == [
        ("duplicate", "better_recording")
    ]


def test_a_file_replaced_in_the_same_import_is_told_as_a_duplicate(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    whole = build.fit(serial=None)
    build.put(folder, {"a.fit": build.fit(seconds=1100, serial=None), "b.fit": whole})
    report = imports.take(conn, user.id, folder, home=home)
    assert outcomes(report) == {"a.fit": "duplicate", "b.fit": "imported"}


def test_legs_of_a_multisport_file_have_a_parent(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    build.put(folder, {"tri.fit": build.fit(seconds=3600, legs=["swimming", "cycling", "running"])})
    imports.take(conn, user.id, folder, home=home)
    legs = rows(conn, "SELECT leg, sport, id, parent_id, local_date FROM activities ORDER BY leg")
    assert [leg[:2] for leg in legs] == [(0, "swimming"), (1, "cycling"), (2, "running")]
    assert [leg[3] for leg in legs] == [None, legs[0][2], legs[0][2]]


def test_a_single_file_of_one_leg_takes_the_place_of_nothing_else(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    build.put(folder, {"tri.fit": build.fit(seconds=3600, legs=["swimming", "cycling", "running"])})
    imports.take(conn, user.id, folder, home=home)
    run = build.gpx(START + timedelta(seconds=2400), 1200, name="Last leg")
    build.put(folder, {"run.gpx": run})
    assert outcomes(imports.take(conn, user.id, folder, home=home))["run.gpx"] == "duplicate"
    assert rows(conn, "SELECT count(*), count(parent_id) FROM activities") == [(3, 2)]


def test_a_better_first_leg_leaves_the_others_a_parent(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    tri = build.fit(seconds=3600, legs=["cycling", "running"], position=None)
    imports.take(conn, user.id, build.put(folder, {"1.fit": tri}) / "1.fit", home=home)
    alone = build.fit(seconds=1801, sport="cycling", serial=None)
    imports.take(conn, user.id, build.put(folder, {"2.fit": alone}) / "2.fit", home=home)
    found = rows(conn, "SELECT sport, has_gps, parent_id FROM activities ORDER BY started_at")
    assert found == [("cycling", True, None), ("running", False, None)]
    assert rows(conn, "SELECT outcome FROM garmin_raw_files ORDER BY name") == [
        ("imported",),
        ("imported",),
    ]


def test_a_treadmill_run_is_a_run(conn: Conn, user: User, home: Path, folder: Path) -> None:
    build.put(folder, {"belt.fit": build.fit(sub_sport=1, position=None, offset_s=None)})
    imports.take(conn, user.id, folder, home=home)
    assert rows(
        conn, "SELECT sport, is_treadmill, has_gps, distance_m, timezone FROM activities"
    ) == [("running", True, False, 3600.0, user.timezone)]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.fit", b"", "empty"),
        ("page.fit", b"<!DOCTYPE html><html>sign in</html>", "html"),
        ("noise.fit", bytes(range(1, 200)), "not_fit"),
        ("broken.gpx", b"<?xml version='1.0'?><gpx><trk>", "bad_xml"),
    ],
)
def test_broken_files_go_to_quarantine_with_a_reason(
    conn: Conn, user: User, home: Path, folder: Path, name: str, data: bytes, code: str
) -> None:
    build.put(folder, {name: data, "good.fit": build.fit()})
    report = imports.take(conn, user.id, folder, home=home)
    assert outcomes(report)["good.fit"] == "imported"
    (bad,) = rows(conn, "SELECT sha256, reason_code, reason, size_bytes FROM quarantine")
    assert bad[1:] == (code, bad[2], len(data))
    assert bad[2]
    assert quarantine_files.get(home, bad[0]) == data


def test_a_truncated_file_is_salvaged_and_says_so(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    data = build.fit()
    build.put(folder, {"cut.fit": data[: len(data) * 2 // 3]})
    assert outcomes(imports.take(conn, user.id, folder, home=home)) == {"cut.fit": "salvaged"}
    ((status, notes, elapsed_s),) = rows(
        conn, "SELECT decode_status, decode_notes, elapsed_s FROM activities"
    )
    assert status == "salvaged"
    assert notes
    assert 600 < elapsed_s < 1200


def test_the_whole_file_takes_the_place_of_its_torn_copy(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    data = build.fit()
    build.put(folder, {"a-cut.fit": data[: len(data) // 2], "b-whole.fit": data})
    report = imports.take(conn, user.id, folder, home=home)
    assert outcomes(report) == {"a-cut.fit": "duplicate", "b-whole.fit": "imported"}
    assert rows(conn, "SELECT decode_status, elapsed_s FROM activities") == [("ok", 1200.0)]


def test_a_deleted_activity_stays_deleted_until_asked_for(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    build.put(folder, {"run.fit": build.fit()})
    imports.take(conn, user.id, folder, home=home)
    conn.execute("DELETE FROM activities")
    conn.execute("UPDATE garmin_raw_files SET outcome = 'deleted'")
    assert outcomes(imports.take(conn, user.id, folder, home=home)) == {"run.fit": "deleted"}
    assert rows(conn, "SELECT count(*) FROM activities") == [(0,)]
    back = imports.take(conn, user.id, folder, home=home, again=True)
    assert outcomes(back) == {"run.fit": "imported"}


def test_another_file_of_a_deleted_garmin_activity_stays_out(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    build.put(folder, {"1234567890_ACTIVITY.fit": build.fit()})
    imports.take(conn, user.id, folder, home=home)
    conn.execute("DELETE FROM activities")
    conn.execute("UPDATE garmin_raw_files SET outcome = 'deleted'")
    build.put(folder, {"activity_1234567890.gpx": build.gpx()})
    report = imports.take(conn, user.id, folder, home=home)
    assert outcomes(report)["activity_1234567890.gpx"] == "deleted"


def test_taking_again_renews_the_same_activity(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    build.put(folder, {"run.fit": build.fit()})
    first = imports.take(conn, user.id, folder, home=home)
    conn.execute("UPDATE activities SET distance_m = 1")
    again = imports.take(conn, user.id, folder, home=home, again=True)
    assert again.activity_ids == first.activity_ids
    assert rows(conn, "SELECT distance_m FROM activities") == [(3600.0,)]


def test_an_archive_is_taken_once(conn: Conn, user: User, home: Path, folder: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("activities/1.fit.gz", gzip.compress(build.fit()))
        archive.writestr("media/photo.jpg", b"\xff\xd8")
    build.put(folder, {"export.zip": buffer.getvalue()})
    first = imports.take(conn, user.id, folder / "export.zip", home=home)
    assert outcomes(first) == {
        "1.fit.gz": "imported",
        "photo.jpg": "ignored",
        "export.zip": "unpacked",
    }
    assert outcomes(imports.take(conn, user.id, folder, home=home)) == {"export.zip": "known"}
    assert list((home / "inbox").iterdir()) == []


def test_what_an_archive_refuses_is_in_quarantine_and_comes_back_as_known(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../evil.fit", build.fit())
        archive.writestr("bomb.fit", bytes(32 * 2**20))
    build.put(folder, {"x.zip": buffer.getvalue()})
    imports.take(conn, user.id, folder, home=home)
    held = rows(conn, "SELECT reason_code, name FROM quarantine ORDER BY 1")
    assert held == [
        ("archive_bomb", "runs/x.zip/bomb.fit"),
        ("unsafe_name", "runs/x.zip/../evil.fit"),
    ]


def test_a_pool_gives_the_same_rows_as_one_process(
    conn: Conn, user: User, other_user: User, home: Path, folder: Path
) -> None:
    for day in range(6):
        build.put(folder, {f"{day}.fit": build.fit(START + timedelta(days=day), 300 + day)})
    imports.take(conn, user.id, folder, home=home)
    imports.take(conn, other_user.id, folder, home=home, workers=2)
    found = rows(
        conn,
        "SELECT array_agg(ROW(a.started_at, a.distance_m, a.elapsed_s, s.sha256, a.file_sha256)"
        " ORDER BY a.started_at)::text"
        " FROM activities a JOIN activity_samples s ON s.activity_id = a.id GROUP BY a.user_id",
    )
    assert len(found) == 2
    assert found[0] == found[1]


def test_a_file_that_kills_its_worker_is_put_aside_and_the_rest_goes_on(
    conn: Conn, user: User, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(12):
        build.put(folder, {f"{day:02d}.fit": build.fit(START + timedelta(days=day), 60)})
    deadly = build.put(folder, {"05-deadly.fit": build.fit(START - timedelta(days=9), 60)})
    monkeypatch.setattr(imports.decoding, "decode_file", _die_on_deadly)
    report = imports.take(conn, user.id, deadly, home=home, workers=2)
    assert outcomes(report).pop("05-deadly.fit") == "quarantined"
    assert report.counts == {"imported": 12, "quarantined": 1}
    assert rows(conn, "SELECT reason_code FROM quarantine") == [("decoder_crashed",)]


def _die_on_deadly(task: Any) -> Any:
    from runningcoach.ingest.files.decoding import decode

    if "deadly" in task.item.name:
        os._exit(9)
    return decode(task.item.read(), task)


def test_a_file_that_takes_too_much_is_put_aside_and_the_rest_goes_on(
    conn: Conn, user: User, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(3):
        build.put(folder, {f"{day}.fit": build.fit(START + timedelta(days=day), 60)})
    build.put(folder, {"1-endless.fit": build.fit(START - timedelta(days=9), 60)})
    files = build.put(folder, {"2-greedy.fit": build.fit(START - timedelta(days=8), 60)})
    monkeypatch.setattr(imports.decoding, "decode_file", _take_too_much)
    limits = executors.TaskLimits(cpu_s=1, wall_s=20.0, memory_bytes=2 * 2**30)
    with executors.WorkerPool(2, limits=limits) as pool:
        report = imports.take(conn, user.id, files, home=home, workers=2, executor=pool)
    assert report.counts == {"imported": 3, "quarantined": 2}
    held = rows(conn, "SELECT name, reason_code FROM quarantine ORDER BY name")
    assert [(name.rpartition("/")[2], code) for name, code in held] == [
        ("1-endless.fit", "too_much_work"),
        ("2-greedy.fit", "too_much_work"),
    ]
    kept = rows(conn, "SELECT sha256 FROM quarantine")
    assert all(quarantine_files.get(home, sha256) for (sha256,) in kept)


def _take_too_much(task: Any) -> Any:
    from runningcoach.ingest.files.decoding import decode

    while "endless" in task.item.name:
        pass
    if "greedy" in task.item.name:
        bytearray(4 * 2**30)
    return decode(task.item.read(), task)


@pytest.mark.deep
def test_a_table_that_takes_too_much_is_put_aside(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    endless = b"[" + b"[1]," * 12_000_000 + b"[1]]"
    build.put(folder, {"DI_CONNECT/DI-Connect-Fitness/a_summarizedActivities.json": endless})
    build.put(folder, {"run.fit": build.fit()})
    limits = executors.TaskLimits(cpu_s=60, wall_s=120.0, memory_bytes=1_400 * 2**20)
    with executors.WorkerPool(1, limits=limits) as pool:
        report = imports.take(conn, user.id, folder, home=home, executor=pool)
    assert report.counts == {"imported": 1, "quarantined": 1}
    assert rows(conn, "SELECT reason_code FROM quarantine") == [("too_much_work",)]


def test_a_failing_decoder_costs_one_file(
    conn: Conn, user: User, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.put(folder, {"a.fit": build.fit(), "b.fit": build.fit(START + timedelta(days=1))})
    monkeypatch.setattr(imports.decoding, "decode_file", _fail_on_a)
    report = imports.take(conn, user.id, folder, home=home)
    assert outcomes(report) == {"a.fit": "quarantined", "b.fit": "imported"}
    assert "memory" in rows(conn, "SELECT reason FROM quarantine")[0][0]


def _fail_on_a(task: Any) -> Any:
    from runningcoach.ingest.files.decoding import decode

    if "a.fit" in task.item.name:
        raise MemoryError("no memory")
    return decode(task.item.read(), task)


def test_a_folder_that_cannot_be_written_stops_the_import_with_a_remedy(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    build.put(folder, {"run.fit": build.fit()})
    (home / "samples").write_text("a file stands where the folder should be")
    with pytest.raises(homes.HomeNotWritable):
        imports.take(conn, user.id, folder, home=home)
    assert rows(conn, "SELECT count(*) FROM activities") == [(0,)]
    (home / "samples").unlink()
    assert outcomes(imports.take(conn, user.id, folder, home=home)) == {"run.fit": "imported"}


def test_progress_reaches_the_end(conn: Conn, user: User, home: Path, folder: Path) -> None:
    build.put(folder, {"a.fit": build.fit(), "b.gpx": build.gpx(), "c.txt": b"-"})
    seen: list[imports.ImportProgress] = []
    imports.take(conn, user.id, folder, home=home, progress=seen.append)
    assert [one.files_read for one in seen] == [1, 2, 3]
    assert {one.total for one in seen} == {3}
    assert seen[-1].bytes_read == seen[-1].bytes_total
    assert seen[-1].eta_s == 0


def test_bytes_are_taken_like_a_file(conn: Conn, user: User, home: Path) -> None:
    outcome = imports.take_bytes(conn, user.id, build.fit(), "../../up/load.fit", home=home)
    assert (outcome.outcome, outcome.name, len(outcome.activity_ids)) == ("imported", "load.fit", 1)
    known = imports.take_bytes(conn, user.id, build.fit(), "x.fit", home=home)
    assert known.outcome == "known"


def test_the_zip_of_garmins_website_is_taken_like_its_file(
    conn: Conn, user: User, home: Path
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("1234567890_ACTIVITY.fit", build.fit())
    outcome = imports.take_bytes(conn, user.id, buffer.getvalue(), "1234567890.zip", home=home)
    assert outcome.outcome == "imported"
    assert rows(conn, "SELECT garmin_activity_id FROM activities") == [(1234567890,)]


def test_an_uploaded_text_is_told_why_it_is_nothing(conn: Conn, user: User, home: Path) -> None:
    outcome = imports.take_bytes(conn, user.id, b"hello", "notes.txt", home=home)
    assert outcome.outcome == "quarantined"
    assert outcome.why("en")


def test_users_do_not_see_each_others_files(
    conn: Conn, user: User, other_user: User, home: Path, folder: Path
) -> None:
    build.put(folder, {"run.fit": build.fit()})
    imports.take(conn, user.id, folder, home=home)
    theirs = imports.take(conn, other_user.id, folder, home=home)
    assert outcomes(theirs) == {"run.fit": "imported"}
    assert rows(conn, "SELECT count(DISTINCT user_id) FROM activities") == [(2,)]


def test_a_missing_path_is_a_clear_error(conn: Conn, user: User, home: Path) -> None:
    with pytest.raises(imports.PathNotFound, match="nowhere"):
        imports.take(conn, user.id, Path("/nowhere"), home=home)


def test_originals_of_a_home_are_closed_to_others(
    conn: Conn, user: User, home: Path, folder: Path
) -> None:
    build.put(folder, {"bad.fit": b"nothing"})
    imports.take(conn, user.id, folder, home=home)
    assert stat.S_IMODE((home / "quarantine").stat().st_mode) == 0o700


def test_reports_speak_both_languages(conn: Conn, user: User, home: Path, folder: Path) -> None:
    build.put(folder, {"bad<b>.fit": b"", "run.fit": build.fit()})
    report = imports.take(conn, user.id, folder, home=home)
    texts = {}
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            texts[language] = str(report)
            assert "bad&lt;b&gt;.fit" in report._repr_html_()
    assert i18n.t("ingest.reasons.empty", "ko") in texts["ko"]
    assert i18n.t("ingest.reasons.empty", "en") in texts["en"]


def test_every_reason_of_the_decoder_has_words() -> None:
    problems = i18n.words("en", "fit")["problems"]
    assert problems.keys() <= i18n.words("en", "ingest")["reasons"].keys()


def test_started_days_are_local(conn: Conn, user: User, home: Path, folder: Path) -> None:
    midnight = datetime(2026, 5, 12, 15, 10, tzinfo=UTC)
    build.put(folder, {"night.fit": build.fit(midnight)})
    imports.take(conn, user.id, folder, home=home)
    assert rows(conn, "SELECT local_date, local_started_at FROM activities") == [
        (date(2026, 5, 13), datetime(2026, 5, 13, 0, 10)),  # noqa: DTZ001
    ]
