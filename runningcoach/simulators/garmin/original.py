"""The original of an activity: what a watch or another service handed in, in a zip."""

import io
import zipfile
from collections.abc import Iterator

import numpy as np
from starlette.responses import Response

from runningcoach.demo.diary import DiaryEntry
from runningcoach.demo.run import RunTrack
from runningcoach.simulators.garmin.activity import find_activity
from runningcoach.simulators.garmin.asking import RequestContext, get
from runningcoach.simulators.garmin.clock import iso_gmt
from runningcoach.simulators.garmin.refusals import not_found

_FILED_AT = (2020, 1, 1, 0, 0, 0)


def _file(context: RequestContext) -> Response:
    activity = find_activity(context)
    if activity.id in context.world.account.gpx:
        content = _zipped(f"{activity.id}.gpx", gpx(activity).encode())
    elif (fit := activity.fit) is not None:
        content = _zipped(f"{activity.id}_ACTIVITY.fit", fit)
    else:
        raise not_found(activity.id)
    named = {"content-disposition": f"attachment; filename={activity.id}.zip"}
    return Response(content, media_type="application/x-zip-compressed", headers=named)


def _zipped(name: str, content: bytes) -> bytes:
    """Return a zip of one file; the same file gives the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        member = zipfile.ZipInfo(name, _FILED_AT)
        member.compress_type = zipfile.ZIP_DEFLATED
        zipped.writestr(member, content)
    return archive.getvalue()


def gpx(activity: DiaryEntry) -> str:
    """Return the run as a GPX 1.1 track: places, heights and times, nothing else."""
    track = activity.tracks[0]
    points = "".join(_points(activity, track))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="elsewhere" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><type>running</type><trkseg>{points}</trkseg></trk></gpx>\n"
    )


def _points(activity: DiaryEntry, track: RunTrack) -> Iterator[str]:
    names = ("position_lat", "position_long", "enhanced_altitude")
    columns = [track.channels[name].tolist() for name in names]
    for at, (lat, long, height) in enumerate(zip(*columns, strict=True)):
        if np.isfinite(lat):
            stamp = iso_gmt(activity.head.started_at + float(track.t_s[at]))[:-2]
            place = f'<trkpt lat="{lat:.6f}" lon="{long:.6f}">'
            yield f"{place}<ele>{height:.1f}</ele><time>{stamp}Z</time></trkpt>"


ROUTES = [get("/download-service/files/activity/{id:int}", _file)]
