"""Samples: what goes in comes out, files never change, and only orphans are swept."""

import os
import time
from datetime import UTC, datetime

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from runningcoach.store.blobs import orphans, parquet, samples

START = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
NAN = np.nan


@pytest.fixture
def run():
    return {
        "t_s": np.array([0, 1, 2, 4], dtype=np.int32),
        "latitude_deg": np.array([37.5, NAN, 37.5001, -33.9]),
        "longitude_deg": np.array([127.0, NAN, 127.0001, 180.0]),
        "altitude_m": np.array([10.2, 10.4, NAN, 10.8]),
        "heart_rate_bpm": np.array([NAN, 140.0, 255.0, 0.0]),
        "cadence_spm": np.array([171.0, 171.5, 172.0, NAN]),
        "power_w": np.array([NAN, 250.0, 251.0, 1200.0]),
        "temperature_c": np.array([-5.0, -5.0, 40.0, NAN]),
        "dev0:Power": np.array([1.25, NAN, 3.5, 4.0]),
    }


def _assert_equal(got, expected, tolerance):
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=1e-7, equal_nan=True)


def test_samples_round_trip(home, run):
    stored = samples.write(home, run, START, "0123456789abcdef-0")
    back = samples.read(home, stored.path)
    assert list(back) == list(run) == stored.channels
    assert stored.samples == 4
    for name, values in run.items():
        if name == "longitude_deg":  # 180 degrees east is 180 degrees west
            values = np.where(values == 180, -180, values)
        _assert_equal(back[name], values, 2**-24)


@given(arrays.arrays(np.int32, st.integers(1, 50), elements=st.integers(-(2**31), 2**31 - 1)))
def test_positions_keep_every_semicircle(turns):
    degrees = turns * (180 / 2**31)
    np.testing.assert_array_equal(parquet._semicircles(degrees), turns)


def test_sample_file_path_and_types(home, run):
    stored = samples.write(home, run, START, "0123456789abcdef-0")
    assert stored.path.startswith("year=2026/month=03/0123456789abcdef-0-")
    assert stored.path.endswith(f"-{stored.sha256[:8]}.parquet")
    file = pq.ParquetFile(home / "samples" / stored.path)
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert types == {
        "t_s": "int32",
        "latitude_semicircles": "int32",
        "longitude_semicircles": "int32",
        "altitude_m": "float",
        "heart_rate_bpm": "uint8",
        "cadence_spm": "float",  # half steps do not fit a whole number
        "power_w": "uint16",
        "temperature_c": "int8",
        "dev0:Power": "float",
    }
    assert file.metadata.num_row_groups == 1
    columns = [file.metadata.row_group(0).column(i) for i in range(len(types))]
    assert {column.compression for column in columns} == {"ZSTD"}
    for column in columns:
        whole = types[column.path_in_schema] != "float"
        wanted = "DELTA_BINARY_PACKED" if whole else "BYTE_STREAM_SPLIT"
        assert wanted in column.encodings, column.path_in_schema


def test_a_channel_without_values_is_left_out(home, run):
    run["power_w"] = np.full(4, NAN)
    assert "power_w" not in samples.read(home, samples.write(home, run, START, "a-0").path)


def test_channels_can_be_picked(home, run):
    stored = samples.write(home, run, START, "a-0")
    back = samples.read(home, stored.path, ["heart_rate_bpm", "latitude_deg", "absent"])
    assert list(back) == ["heart_rate_bpm", "latitude_deg"]
    table = samples.table(home, stored.path, ["latitude_deg"])
    assert table["latitude_deg"].null_count == 1
    assert table["latitude_deg"][0].as_py() == pytest.approx(37.5, abs=1e-7)


def test_the_same_samples_give_the_same_file_and_others_another(home, run):
    first = samples.write(home, run, START, "a-0")
    inode = (home / "samples" / first.path).stat().st_ino
    assert samples.write(home, run, START, "a-0") == first
    assert (home / "samples" / first.path).stat().st_ino == inode
    run["power_w"][1] += 1
    second = samples.write(home, run, START, "a-0")
    assert second.path != first.path
    assert samples.read(home, first.path)["power_w"][1] == 250


def _age(path, hours):
    then = time.time() - 3600 * hours
    os.utime(path, (then, then))


@pytest.fixture
def stored(home, run):
    """Write the samples of a run under a name; return the manifest's entry and the path."""

    def write(stem, hours=30):
        file = samples.write(home, run, START, stem)
        path = home / "samples" / file.path
        _age(path, hours)
        return file, path

    return write


@pytest.fixture
def lived(conn, user):
    """Files came into the database: it is not one that waits to be restored."""
    conn.execute(
        "INSERT INTO garmin_raw_files (user_id, sha256, kind, name, size_bytes, lane, outcome)"
        " VALUES (%s, repeat('f', 64), 'fit', 'a.fit', 9, 'folder', 'imported')",
        [user.id],
    )


@pytest.mark.usefixtures("lived")
def test_sweep_moves_old_orphans_aside_only(home, stored, conn, user, add_activity):
    (kept, kept_path), (_, orphan), (_, young) = stored("kept"), stored("orph"), stored("newb", 1)
    again = stored("again")[1]
    add_activity(user.id, kept)
    unfinished = kept_path.with_name(".killed.tmp")
    unfinished.write_bytes(b"half")
    _age(unfinished, 30)
    stored("again", 0)  # written again: about to be referred to
    size = orphan.stat().st_size
    swept = orphans.sweep(conn, home, 24 * 3600)
    assert swept == orphans.SweepReport(moved=1, deleted=1, size_bytes=size + 4)
    assert [p.exists() for p in (kept_path, orphan, young, again, unfinished)] == [
        True, False, True, True, False,
    ]  # fmt: skip
    assert (home / orphans.ASIDE / orphan.relative_to(home / "samples")).stat().st_size == size


@pytest.mark.usefixtures("lived")
def test_sweep_returns_files_that_a_restored_row_refers_to(home, stored, conn, user, add_activity):
    file, path = stored("back")
    assert orphans.sweep(conn, home, 24 * 3600).moved == 1
    add_activity(user.id, file)
    assert orphans.sweep(conn, home, 24 * 3600) == orphans.SweepReport(returned=1)
    assert path.exists()


@pytest.mark.usefixtures("lived")
def test_sweep_deletes_files_set_aside_a_month_ago(home, stored, conn, user):
    _, path = stored("gone")
    orphans.sweep(conn, home, 24 * 3600)
    aside = home / orphans.ASIDE / path.relative_to(home / "samples")
    _age(aside, 24 * 29)
    assert orphans.sweep(conn, home, 24 * 3600).deleted == 0
    _age(aside, 24 * 31)
    assert orphans.sweep(conn, home, 24 * 3600).deleted == 1
    assert not aside.exists()


def test_sweep_of_a_first_start_logs_nothing(home, conn, caplog):
    assert orphans.sweep(conn, home, 24 * 3600) == orphans.SweepReport()
    assert caplog.messages == []


def test_sweep_with_a_new_database_moves_nothing(home, stored, conn):
    path = stored("lone")[1]
    assert orphans.sweep(conn, home, 24 * 3600) == orphans.SweepReport(held=1)
    assert path.exists()


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("known", [0, 1])
def test_sweep_with_a_foreign_database_moves_nothing(home, stored, conn, user, add_activity, known):
    files = [stored(f"run{i}") for i in range(orphans.FEW + 2)]
    for file, _ in files[:known]:
        add_activity(user.id, file)
    held = orphans.FEW + 2 - known
    assert orphans.sweep(conn, home, 24 * 3600) == orphans.SweepReport(held=held)
    assert all(path.exists() for _, path in files)


def test_get_file_of_its_user_alone(home, run, conn, user, other_user, add_activity):
    stored = samples.write(home, run, START, "a-0")
    activity_id = add_activity(user.id, stored, pauses_s=[10, 20, 30, 45])
    found = samples.get_file(conn, user.id, activity_id)
    assert found.path == stored.path
    assert found.channels == stored.channels
    assert found.pauses == ((10, 20), (30, 45))
    assert samples.get_file(conn, other_user.id, activity_id) is None
