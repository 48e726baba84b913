import io
import json
import logging
from collections.abc import Iterator

import pytest

from runningcoach.base import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    out = io.StringIO()
    yield out
    root.handlers, root.level = before[0], before[1]


def test_a_line_is_json_and_carries_the_ids(stream: io.StringIO):
    logs.configure("INFO", plain=False, stream=stream)
    token = logs.request_id.set("abc")
    with logs.run("r1"):
        logging.getLogger("x").info("took %d files", 3, extra={"ms": 12.5})
    logs.request_id.reset(token)
    line = json.loads(stream.getvalue())
    assert line["message"] == "took 3 files"
    assert (line["request_id"], line["run_id"], line["ms"]) == ("abc", "r1", 12.5)
    assert (line["level"], line["logger"]) == ("INFO", "x")


def test_a_plain_line_is_for_people(stream: io.StringIO):
    logs.configure("INFO", plain=True, stream=stream)
    logging.getLogger("x").warning("slow", extra={"ms": 900})
    assert stream.getvalue().rstrip().endswith("WARNING slow ms=900")


@pytest.mark.parametrize("plain", [True, False])
def test_errors_come_with_their_trace_but_without_secrets(stream: io.StringIO, plain: bool):
    logs.configure("INFO", plain=plain, stream=stream)
    try:
        int("postgresql://runner:hunter2@db/x")
    except ValueError:
        logging.getLogger("x").exception("failed")
    assert "Traceback" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2",
        "PASSWORD: hunter2",
        'body {"password": "hunter2", "x": 1}',
        "{'new_password': 'hunter2'}",
        "Authorization: Bearer hunter2",
        "authorization: Basic hunter2==",
        "Cookie: runningcoach_session=hunter2; other=1",
        "postgresql://runner:hunter2@localhost/db",
        "/watch?token=hunter2&x=1",
        "host=x user=y password=hunter2 dbname=z",
        "api_key='hunter2'",
        "Incorrect key provided: sk-hunter2-Ab1cD2eF3gH4iJ5k",
    ],
)
def test_secrets_are_taken_out(text: str):
    cleaned = logs.without_secrets(text)
    assert "hunter2" not in cleaned
    assert logs.REMOVED in cleaned


def test_secret_fields_are_taken_out(stream: io.StringIO):
    logs.configure("INFO", plain=False, stream=stream)
    logging.getLogger("x").info(
        "x", extra={"session_token": "hunter2", "headers": "cookie=hunter2"}
    )
    assert "hunter2" not in stream.getvalue()


def test_ordinary_words_stay():
    for text in ("3 files imported", "GET /api/v1/activities/7/samples 200", "the pass at 1,200 m"):
        assert logs.without_secrets(text) == text
