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
    """The samples that were asked for."""

    t_s: NDArray[Any]
    channels: Columns
    downsampled: bool


def _described() -> dict[int | str, dict[str, Any]]:
    line = {"schema": {"type": "string"}}
    stream = {"schema": {"type": "string", "format": "binary"}}
    content = {NDJSON: line, ARROW: stream}
    return {200: {"content": content}} | described(304, 401, 404, 422)


@router.get("/{id}/samples", response_model=Samples, responses=_described())
def read_samples(
    db: Database,
    user: CurrentUser,
    id: ActivityId,
    home: Home,
    asked: Annotated[SampleQuery, Query()],
    request: Request,
) -> Response:
    """Return the samples as JSON columns; as NDJSON or an Arrow stream when Accept says so.

    At most 2,000 points by largest triangle three buckets, unless `resolution` says otherwise;
    every channel has an equal share of the points and one index serves them all.
    """
    recorded = _recorded(db, user.id, id)
    form = _form(request.headers.get("accept", ""))
    etag = cached_responses.tag(recorded.sha256, asked, form)
    if unchanged := cached_responses.unchanged(request, etag):
        return unchanged
    with WORKING:
        answer = _answer(id, recorded, part(home, recorded, asked), form)
    return cached_responses.tagged(answer, etag)


def _recorded(db: Database, user_id: int, activity_id: int) -> SampleFile:
    recorded = samples.of(db, user_id, activity_id)
    if recorded is None:
        raise NotFound if activities.get(db, user_id, activity_id) is None else SampleFileMissing
    return recorded


def _form(accept: str) -> str:
    """Return the first media type in Accept that we can write; JSON when none is named."""
    for part in accept.split(","):
        kind = part.partition(";")[0].strip().lower()
        if kind in (NDJSON, ARROW, cached_responses.JSON):
            return kind
    return cached_responses.JSON


def part(home: Path, recorded: SampleFile, asked: SampleQuery) -> SampleRows:
    """Return the samples that were asked for, in as few points as were asked for."""
    wanted = _wanted(asked.channels, recorded.channels)
    try:
        columns = samples.read(home, recorded.path, ["t_s", *wanted])
    except FileNotFoundError as error:
        raise SampleFileMissing from error
    inside = _range(columns["t_s"], asked)
    t_s = columns.pop("t_s")[inside]
    return _thinned(t_s, {name: column[inside] for name, column in columns.items()}, asked)


def _wanted(names: str | None, available: list[str]) -> list[str]:
    """Return the channels asked for that there are; a channel without any value is not."""
    known = [name for name in available if name != "t_s"]
    return known if names is None else [name for name in known if name in names.split(",")]


def _range(t_s: NDArray[Any], asked: SampleQuery) -> slice:
    end = len(t_s) if asked.to_s is None else int(np.searchsorted(t_s, asked.to_s))
    return slice(int(np.searchsorted(t_s, asked.from_s)), end)


def _thinned(t_s: NDArray[Any], channels: Columns, asked: SampleQuery) -> SampleRows:
    if asked.resolution == "full" or len(t_s) <= asked.resolution:
        return SampleRows(t_s, channels, downsampled=False)
    seconds = t_s.astype(float)
    shapes = [column for name, column in channels.items() if name not in STEADY]
    places = lttb.shared(seconds, np.stack(shapes or [seconds]), asked.resolution)
    return SampleRows(
        t_s[places], {name: c[places] for name, c in channels.items()}, downsampled=True
    )


def _answer(id: int, recorded: SampleFile, part: SampleRows, form: str) -> Response:
    if form == NDJSON:
        return StreamingResponse(_lines(part), media_type=NDJSON)
    if form == ARROW:
        return StreamingResponse(_batches(part), media_type=ARROW)
    return Response(_columns(id, recorded, part), media_type=cached_responses.JSON)


def _columns(id: int, recorded: SampleFile, part: SampleRows) -> bytes:
    answer = {
        "activity_id": id,
        "samples": recorded.samples,
        "returned": len(part.t_s),
        "downsampled": part.downsampled,
        "available": [name for name in recorded.channels if name != "t_s"],
        "pauses_s": recorded.pauses,
        "t_s": part.t_s.tolist(),
        "channels": {name: values.tolist() for name, values in _rounded(part.channels).items()},
    }
    return pydantic_core.to_json(answer, inf_nan_mode="null")


def _rounded(channels: Mapping[str, NDArray[Any]]) -> Columns:
    return {
        name: np.round(values, DECIMALS.get(name, OTHER_DECIMALS))
        for name, values in channels.items()
    }


def _lines(part: SampleRows) -> Iterator[bytes]:
    columns = {"t_s": part.t_s} | _rounded(part.channels)
    for begin in range(0, len(part.t_s), ROWS_AT_ONCE):
        rows = zip(
            *(c[begin : begin + ROWS_AT_ONCE].tolist() for c in columns.values()), strict=True
        )
        yield b"".join(
            pydantic_core.to_json(dict(zip(columns, row, strict=True)), inf_nan_mode="null") + b"\n"
            for row in rows
        )


def _batches(part: SampleRows) -> Iterator[bytes]:
    columns = {"t_s": part.t_s} | part.channels
    table = pa.table({name: pa.array(c, from_pandas=True) for name, c in columns.items()})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
            stream.write_batch(batch)
            yield _drained(sink)
    yield _drained(sink)


def _drained(sink: io.BytesIO) -> bytes:
    data = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return data
