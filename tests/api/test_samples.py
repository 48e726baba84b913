import json

import numpy as np
import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from runningcoach.model.user import User

from .conftest import Add, run


@pytest.fixture
def path(ann: User, add: Add) -> str:
    return f"/api/v1/activities/{add(ann)}/samples"


def test_two_thousand_points_at_most(client: TestClient, path: str):
    answer = client.get(path).json()
    assert answer["samples"] == 3_600
    assert answer["downsampled"] is True
    assert answer["returned"] == len(answer["t_s"]) <= 2_000
    assert (answer["t_s"][0], answer["t_s"][-1]) == (0, 3_599)
    assert sorted(answer["t_s"]) == answer["t_s"]
    assert {len(column) for column in answer["channels"].values()} == {answer["returned"]}
    assert answer["pauses_s"] == [[100, 110]]


def test_points_are_those_that_were_recorded(client: TestClient, path: str):
    answer = client.get(path, params={"resolution": 100}).json()
    assert answer["returned"] <= 100
    recorded = run()
    for second, speed in zip(answer["t_s"], answer["channels"]["speed_mps"], strict=True):
        assert speed == pytest.approx(recorded["speed_mps"][second], abs=6e-4)


def test_full_resolution(client: TestClient, path: str):
    answer = client.get(path, params={"resolution": "full"}).json()
    recorded = run()
    assert answer["t_s"] == list(range(3_600))
    assert answer["downsampled"] is False
    heart_rate = np.array(answer["channels"]["heart_rate_bpm"], dtype=float)
    np.testing.assert_array_equal(heart_rate, recorded["heart_rate_bpm"])
    assert answer["channels"]["heart_rate_bpm"][600] is None
    latitude = np.array(answer["channels"]["latitude_deg"])
    np.testing.assert_allclose(latitude, recorded["latitude_deg"], atol=2e-7, rtol=0)


def test_range_and_channels(client: TestClient, path: str):
    asked = {"channels": "speed_mps,power_w", "from_s": 100, "to_s": 200}
    answer = client.get(path, params=asked).json()
    assert answer["t_s"] == list(range(100, 200))
    assert list(answer["channels"]) == ["speed_mps"]
    assert "heart_rate_bpm" in answer["available"]


def test_range_beyond_the_end_is_empty(client: TestClient, path: str):
    for form in ("application/json", "application/x-ndjson"):
        answer = client.get(path, params={"from_s": 90_000}, headers={"accept": form})
        assert answer.status_code == 200
    assert client.get(path, params={"from_s": 90_000}).json()["t_s"] == []
    assert client.get(path, params={"channels": ""}).json()["channels"] == {}


@pytest.mark.parametrize("asked", [{"resolution": 10}, {"resolution": "half"}, {"from_s": -1}])
def test_refuses_what_makes_no_sense(client: TestClient, path: str, asked):
    assert client.get(path, params=asked).status_code == 422


def test_lines_say_the_same_as_columns(client: TestClient, path: str):
    columns = client.get(path).json()
    answer = client.get(path, headers={"accept": "application/x-ndjson"})
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["t_s"] for row in rows] == columns["t_s"]
    for name, column in columns["channels"].items():
        assert [row[name] for row in rows] == column


def test_arrow_stream(client: TestClient, path: str):
    asked = {"resolution": "full"}
    headers = {"accept": "application/vnd.apache.arrow.stream, */*;q=0.1"}
    table = pa.ipc.open_stream(client.get(path, params=asked, headers=headers).content).read_all()
    assert table.num_rows == 3_600
    assert table.schema.field("t_s").type == pa.int32()
    assert table["heart_rate_bpm"].null_count == 60


def test_samples_are_not_sent_twice(client: TestClient, path: str):
    etag = client.get(path).headers["etag"]
    again = client.get(path, headers={"if-none-match": etag})
    assert again.status_code == 304
    other = client.get(path, params={"resolution": "full"}, headers={"if-none-match": etag})
    assert other.status_code == 200
    lines = {"if-none-match": etag, "accept": "application/x-ndjson"}
    assert client.get(path, headers=lines).status_code == 200


def test_samples_are_packed(client: TestClient, path: str):
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert client.get(path, headers={"accept-encoding": "identity"}).json() == answer.json()


def test_samples_that_are_gone(client: TestClient, path: str, home):
    for file in (home / "samples").rglob("*.parquet"):
        file.unlink()
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "api.no_samples")
