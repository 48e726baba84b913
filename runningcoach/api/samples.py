"""/activities/{id}/samples: what the watch recorded, second by second or in fewer points."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
import pydantic_core
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api import cached_responses
from runningcoach.api.activities import ActivityId
from runningcoach.api.dependencies import CurrentUser, Database, Home
from runningcoach.api.problems import NotFound, SampleFileMissing, described
from runningcoach.pages.charts import lttb
from runningcoach.store import activities
from runningcoach.store.blobs import samples
from runningcoach.store.blobs.samples import SampleFile

router = APIRouter(prefix="/activities", tags=["activities"])

type Columns = dict[str, NDArray[Any]]

POINTS = 2_000
NDJSON = "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.stream"
DECIMALS = {"latitude_deg": 7, "longitude_deg": 7}
"""About a centimetre; everything else is written to three decimals."""
OTHER_DECIMALS = 3
STEADY = frozenset({"distance_m"})
"""Channels that only rise: any points show them, so they get none of their own."""
ROWS_AT_ONCE = 4_096
WORKING = Lock()
"""Choosing and writing points keeps a core busy: more at once would only make all of them late."""


class SampleQuery(BaseModel):
    """Which part of the samples, and how finely."""

    model_config = ConfigDict(extra="forbid")

    channels: Annotated[
        str | None, Field(max_length=2_000, description="Names with commas between; all if absent")
    ] = None
    from_s: Annotated[int, Field(ge=0, le=2**31 - 1, description="Seconds since the start")] = 0
    to_s: Annotated[int, Field(ge=0, le=2**31 - 1, description="Not included")] | None = None
    resolution: Annotated[int, Field(ge=100, le=1_000_000)] | Literal["full"] = POINTS


class Samples(BaseModel):
    """Columns of equal length; `t_s` are seconds since the start, null is a missing value."""

    activity_id: int
    samples: int
    returned: int
    downsampled: bool
    available: list[str]
    pauses_s: Annotated[
        list[tuple[int, int]],
        Field(description="Begin and end of each pause [s since the start]; the end is not in it"),
    ]
    t_s: list[int]
    channels: dict[str, list[float | None]]


@dataclass(frozen=True, slots=True)
class SampleRows:
    """The requested samples."""

    t_s: NDArray[Any]
    channels: Columns
    downsampled: bool


def _responses() -> dict[int | str, dict[str, Any]]:
    line = {"schema": {"type": "string"}}
    stream = {"schema": {"type": "string", "format": "binary"}}
    content = {NDJSON: line, ARROW: stream}
    return {200: {"content": content}} | described(304, 401, 404, 422)


@router.get("/{id}/samples", response_model=Samples, responses=_responses())
def read_samples(
    db: Database,
    user: CurrentUser,
    id: ActivityId,
    home: Home,
    query: Annotated[SampleQuery, Query()],
    request: Request,
) -> Response:
    """Return the samples as JSON columns; as NDJSON or an Arrow stream when Accept says so.

    At most 2,000 points by largest triangle three buckets, unless `resolution` says otherwise;
    every channel has an equal share of the points and one index serves them all.
    """
    file = _sample_file(db, user.id, id)
    media_type = _media_type(request.headers.get("accept", ""))
    etag = cached_responses.tag(file.sha256, query, media_type)
    if unchanged := cached_responses.unchanged(request, etag):
        return unchanged
    with WORKING:
        answer = _answer(id, file, select_rows(home, file, query), media_type)
    return cached_responses.tagged(answer, etag)


def _sample_file(db: Database, user_id: int, activity_id: int) -> SampleFile:
    recorded = samples.get_file(db, user_id, activity_id)
    if recorded is None:
        raise NotFound if activities.get(db, user_id, activity_id) is None else SampleFileMissing
    return recorded


def _media_type(accept: str) -> str:
    """Return the first media type in Accept that we can write; JSON when none is named."""
    for part in accept.split(","):
        kind = part.partition(";")[0].strip().lower()
        if kind in (NDJSON, ARROW, cached_responses.JSON):
            return kind
    return cached_responses.JSON


def select_rows(home: Path, file: SampleFile, query: SampleQuery) -> SampleRows:
    """Return the requested samples, downsampled to the requested number of points."""
    selected = _select_channels(query.channels, file.channels)
    try:
        columns = samples.read(home, file.path, ["t_s", *selected])
    except FileNotFoundError as error:
        raise SampleFileMissing from error
    inside = _range(columns["t_s"], query)
    t_s = columns.pop("t_s")[inside]
    return _downsample(t_s, {name: column[inside] for name, column in columns.items()}, query)


def _select_channels(names: str | None, available: list[str]) -> list[str]:
    """Return the requested channels that are stored; one without any value is not."""
    stored = [name for name in available if name != "t_s"]
    return stored if names is None else [name for name in stored if name in names.split(",")]


def _range(t_s: NDArray[Any], query: SampleQuery) -> slice:
    end = len(t_s) if query.to_s is None else int(np.searchsorted(t_s, query.to_s))
    return slice(int(np.searchsorted(t_s, query.from_s)), end)


def _downsample(t_s: NDArray[Any], channels: Columns, query: SampleQuery) -> SampleRows:
    if query.resolution == "full" or len(t_s) <= query.resolution:
        return SampleRows(t_s, channels, downsampled=False)
    seconds = t_s.astype(float)
    shapes = [column for name, column in channels.items() if name not in STEADY]
    indices = lttb.shared(seconds, np.stack(shapes or [seconds]), query.resolution)
    return SampleRows(
        t_s[indices], {name: c[indices] for name, c in channels.items()}, downsampled=True
    )


def _answer(id: int, recorded: SampleFile, rows: SampleRows, form: str) -> Response:
    if form == NDJSON:
        return StreamingResponse(_lines(rows), media_type=NDJSON)
    if form == ARROW:
        return StreamingResponse(_batches(rows), media_type=ARROW)
    return Response(_columns(id, recorded, rows), media_type=cached_responses.JSON)


def _columns(id: int, recorded: SampleFile, rows: SampleRows) -> bytes:
    answer = {
        "activity_id": id,
        "samples": recorded.samples,
        "returned": len(rows.t_s),
        "downsampled": rows.downsampled,
        "available": [name for name in recorded.channels if name != "t_s"],
        "pauses_s": recorded.pauses,
        "t_s": rows.t_s.tolist(),
        "channels": {name: values.tolist() for name, values in _rounded(rows.channels).items()},
    }
    return pydantic_core.to_json(answer, inf_nan_mode="null")


def _rounded(channels: Mapping[str, NDArray[Any]]) -> Columns:
    return {
        name: np.round(values, DECIMALS.get(name, OTHER_DECIMALS))
        for name, values in channels.items()
    }


def _lines(rows: SampleRows) -> Iterator[bytes]:
    columns = {"t_s": rows.t_s} | _rounded(rows.channels)
    for begin in range(0, len(rows.t_s), ROWS_AT_ONCE):
        chunk = zip(
            *(c[begin : begin + ROWS_AT_ONCE].tolist() for c in columns.values()), strict=True
        )
        yield b"".join(
            pydantic_core.to_json(dict(zip(columns, row, strict=True)), inf_nan_mode="null") + b"\n"
            for row in chunk
        )


def _batches(rows: SampleRows) -> Iterator[bytes]:
    columns = {"t_s": rows.t_s} | rows.channels
    table = pa.table({name: pa.array(c, from_pandas=True) for name, c in columns.items()})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
            stream.write_batch(batch)
            yield _drain(sink)
    yield _drain(sink)


def _drain(sink: io.BytesIO) -> bytes:
    data = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return data
