"""Files in by the browser, out again, and back from quarantine, by the ordinary import."""

import asyncio
import io
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import numpy as np
import psycopg
import pytest
from starlette.testclient import TestClient

from runningcoach.base.executors import TaskLimits, WorkerPool
from runningcoach.derive import rebuild
from runningcoach.fit.write import write
from runningcoach.ingest import quarantine
from runningcoach.ingest.files import decoding, reader_pool
from runningcoach.model.user import User
from runningcoach.store import activities, inventory

BASE = "http://testserver.local"
UPLOAD = "/api/v1/activities/upload"
BEGIN = int(datetime(2026, 3, 1, 6, tzinfo=UTC).timestamp())


def recording(day: int = 0, seconds: int = 1_200) -> bytes:
    """A steady run of 3 m/s as a FIT file."""
    begin = BEGIN + day * 86_400
    at = begin + np.arange(seconds)
    return write(
        [
            ("file_id", {"type": 4, "manufacturer": 1, "product": 4315, "serial_number": 7,
                         "time_created": begin}),
            ("record", {"timestamp": at, "distance": np.arange(seconds) * 3.0,
                        "speed": np.full(seconds, 3.0),
                        "heart_rate": np.round(140 + 8 * np.sin(np.arange(seconds) / 90))}),
            ("session", {"timestamp": begin + seconds, "start_time": begin, "sport": 1,
                         "sub_sport": 0, "total_elapsed_time": float(seconds),
                         "total_timer_time": float(seconds),
                         "total_distance": (seconds - 1) * 3.0}),
        ]
    )  # fmt: skip


def uploaded(client: TestClient, *files: tuple[str, bytes]) -> list[dict[str, object]]:
    answer = client.post(UPLOAD, files=[("files", file) for file in files])
    assert answer.status_code == 201, answer.text
    return answer.json()["files"]


def test_an_upload_is_imported_and_derived(client: TestClient):
    (taken,) = uploaded(client, ("morning.fit", recording()))
    assert taken["outcome"] == "imported"
    (activity_id,) = taken["activity_ids"]
    detail = client.get(f"/api/v1/activities/{activity_id}").json()
    assert detail["activity"]["distance_m"] == pytest.approx(3_597, abs=1)
    assert detail["metrics"]["load"] > 0
    columns = client.get(f"/api/v1/activities/{activity_id}/samples").json()
    assert columns["samples"] == 1_200
    original = client.get(f"/api/v1/activities/{activity_id}/fit")
    assert original.content == recording()
    assert "morning.fit" in original.headers["content-disposition"]


def test_every_file_of_an_upload_is_answered_for(client: TestClient):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("one.fit", recording(1))
        packed.writestr("two.fit", recording(2))
    files = uploaded(
        client,
        ("export.zip", archive.getvalue()),
        ("page.fit", b"<html>Please log in</html>"),
        ("again.fit", recording(1)),
    )
    assert len(client.get("/api/v1/activities").json()["items"]) == 2
    refused = [file for file in files if file["outcome"] == "quarantined"]
    assert [file["name"] for file in refused] == ["page.fit"]
    assert refused[0]["reason"]


def test_an_effort_given_by_hand_is_derived_from(client: TestClient, ann: User, conn):
    ((activity_id,),) = [file["activity_ids"] for file in uploaded(client, ("a.fit", recording()))]
    client.patch(f"/api/v1/activities/{activity_id}", json={"rpe": 7})
    assert activities.stale_since(conn, ann.id) is None
    assert client.get(f"/api/v1/activities/{activity_id}").json()["activity"]["rpe"] == 7


def test_a_deleted_activity_stays_away_until_it_is_asked_for(client, ann: User, conn, home):
    ((activity_id,),) = [file["activity_ids"] for file in uploaded(client, ("a.fit", recording()))]
    assert client.delete(f"/api/v1/activities/{activity_id}").status_code == 204
    (again,) = uploaded(client, ("a.fit", recording()))
    assert again["outcome"] == "deleted"
    assert client.get("/api/v1/activities").json()["items"] == []
    (held,) = quarantine.everything(conn, ann.id)
    assert held.reason_code == "deleted_by_runner"
    quarantine.retry(conn, ann.id, [held.id], home=home)
    assert len(client.get("/api/v1/activities").json()["items"]) == 1
    assert quarantine.everything(conn, ann.id) == []


def test_an_upload_is_taken_also_when_deriving_fails(client, ann: User, conn, monkeypatch):
    def failing(*_: object) -> None:
        raise psycopg.DataError("number out of range")

    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "refresh", failing)
        (taken,) = uploaded(client, ("a.fit", recording()))
        (activity_id,) = taken["activity_ids"]
        path = f"/api/v1/activities/{activity_id}"
        assert client.patch(path, json={"rpe": 5}).status_code == 200
    assert taken["outcome"] == "imported"
    (behind,) = inventory.list_stale_users(conn)
    assert "number out of range" in behind.error
    assert client.patch(path, json={"rpe": 6}).status_code == 200
    assert inventory.list_stale_users(conn) == []


@pytest.mark.deep
def test_uploads_read_too_long_keep_nobody_waiting(app, client, monkeypatch):
    """Four uploads that each fill a reader until it is ended, and questions in between."""
    limits = TaskLimits(cpu_s=2, wall_s=60.0, memory_bytes=2 * 2**30)
    cookies = dict(client.cookies)

    async def all_at_once() -> tuple[list[httpx.Response], list[float]]:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies) as browser,
        ):
            files = [{"files": ("endless.fit", recording(day))} for day in range(4)]
            uploads = [
                asyncio.create_task(browser.post(UPLOAD, files=file, timeout=90)) for file in files
            ]
            waits = [await answered(browser) for _ in range(5)]
            return await asyncio.gather(*uploads), waits

    with WorkerPool(2, limits=limits) as pool, ThreadPoolExecutor(1) as thread:
        monkeypatch.setattr(reader_pool, "shared_pool", lambda _: pool)
        monkeypatch.setattr(decoding, "decode_file", spin)
        # A browser's loop may run in this thread.
        answers, waits = thread.submit(lambda: asyncio.run(all_at_once())).result()
    assert max(waits) < 2.0
    for answer in answers:
        (file,) = answer.json()["files"]
        assert (file["outcome"], file["reason_code"]) == ("quarantined", "too_much_work")
        assert file["reason"]


async def answered(browser: httpx.AsyncClient) -> float:
    """Return after how many seconds a list is there."""
    await asyncio.sleep(0.3)
    began = time.monotonic()
    assert (await browser.get("/api/v1/activities", timeout=30)).status_code == 200
    return time.monotonic() - began


def spin(_: object) -> None:
    while True:
        pass
