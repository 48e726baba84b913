"""Convert recordings to rows of the store: pure functions, no database, no files.

The day of an activity is the calendar day where it began. The zone is taken from the first
position; without one, from the runner's own zone where the file's offset does not contradict it.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from psycopg.types.json import Jsonb

from runningcoach.ingest.files import start_positions
from runningcoach.ingest.files.readers import RecordedLap, Recording

QUARTER_S = 900
GREATEST_OFFSET_S = 14 * 3600
LONGEST_TEXT = 20_000
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Zones whose clocks stand on a half or quarter hour; "Etc/GMT-9" names whole hours only.
BROKEN_HOURS = {
    -34_200: "Pacific/Marquesas", -12_600: "America/St_Johns", -9_000: "America/St_Johns",
    12_600: "Asia/Tehran", 16_200: "Asia/Kabul", 19_800: "Asia/Kolkata", 20_700: "Asia/Kathmandu",
    23_400: "Asia/Yangon", 31_500: "Australia/Eucla", 34_200: "Australia/Darwin",
    37_800: "Australia/Adelaide", 45_900: "Pacific/Chatham", 49_500: "Pacific/Chatham",
}  # fmt: skip

SPORT_FAMILIES = {
    "walking": "foot", "hiking": "foot", "running": "foot", "generic": "any", "training": "any",
    "fitness_equipment": "any", "transition": "any", "multisport": "any", "all": "any",
}  # fmt: skip

SUMMARY_FIELDS = (
    "timer_s", "distance_m", "ascent_m", "descent_m", "average_hr_bpm", "max_hr_bpm",
    "average_speed_mps", "average_cadence_spm", "average_power_w", "calories_kcal",
    "average_temperature_c", "device_training_effect", "device_anaerobic_effect",
    "device_training_load",
)  # fmt: skip
SOURCE_FIELDS = ("distance_source", "time_source", "ascent_source")
LAP_FIELDS = (
    "started_at", "elapsed_s", "timer_s", "distance_m", "average_hr_bpm", "max_hr_bpm",
    "average_speed_mps", "average_cadence_spm", "average_power_w", "ascent_m", "intensity",
)  # fmt: skip


def zone(
    position: tuple[float, float] | None,
    utc_offset_s: int | None,
    at: datetime,
    home_zone: str,
) -> str:
    """Return the name of the time zone in which a recording began."""
    name = zone_at(*position) if position is not None else None
    if name is not None:
        return name
    offset_s = _rounded(utc_offset_s)
    if offset_s is None or offset_s == offset_of(home_zone, at):
        return home_zone
    return fixed_zone(offset_s)


def start_position(recording: Recording) -> tuple[float, float] | None:
    """Return where a recording began: a position that others, and the file's offset, confirm."""
    return start_positions.start_position(
        recording.samples, _rounded(recording.utc_offset_s), recording.started_at, _offset_at
    )


def _offset_at(position: tuple[float, float], at: datetime) -> int | None:
    name = zone_at(*position)
    return offset_of(name, at) if name else None


def zone_at(latitude_deg: float, longitude_deg: float) -> str | None:
    """Return the zone of a place, None where the map knows none that this system knows too."""
    from tzfpy import get_tz  # its map takes memory and time: only those with positions load it

    name = get_tz(longitude_deg, latitude_deg)
    return name if name and _exists(name) else None


@cache
def _exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _rounded(offset_s: int | None) -> int | None:
    """Return the offset to the quarter hour; devices store it as a difference of two clocks."""
    if offset_s is None or abs(offset_s) > GREATEST_OFFSET_S + QUARTER_S:
        return None
    return round(offset_s / QUARTER_S) * QUARTER_S


def offset_of(zone_name: str, at: datetime) -> int:
    """Return how far the clocks of a zone are ahead of UTC at a moment [s]."""
    offset = at.astimezone(ZoneInfo(zone_name)).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


def fixed_zone(offset_s: int) -> str:
    """Return a zone for an offset alone. The sign of Etc zones is turned: Etc/GMT-9 is ahead."""
    hours, rest = divmod(offset_s, 3600)
    if rest:
        return BROKEN_HOURS.get(offset_s, "UTC")
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def activity_row(
    recording: Recording,
    *,
    file_sha256: str,
    source: str,
    timezone: str,
    status: str,
    notes: tuple[str, ...],
) -> dict[str, Any]:
    """Return the columns of an activity from its recording."""
    local = recording.started_at.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    device = recording.device
    return {
        "file_sha256": file_sha256,
        "leg": recording.leg,
        "source": source,
        "device_manufacturer": text(device.manufacturer),
        "device_product": _within(device.product, 2**31),
        "device_serial": _within(device.serial, 2**63),
        "device_created_at": device.created_at,
        "device_name": text(device.name),
        "sport": recording.sport,
        "sub_sport": recording.sub_sport,
        "name": text(recording.name),
        "notes": text(recording.notes),
        "is_treadmill": recording.is_treadmill,
        "has_gps": recording.has_gps,
        "started_at": recording.started_at,
        "timezone": timezone,
        "local_started_at": local,
        "local_date": local.date(),
        "elapsed_s": number(recording.summary.get("elapsed_s")) or 0.0,
        **{name: number(recording.summary.get(name)) for name in SUMMARY_FIELDS},
        "stated": Jsonb(
            {name: value for name, value in asdict(recording.stated).items() if value is not None}
        ),
        **{name: recording.summary.get(name) for name in SOURCE_FIELDS},
        "event": recording.event,
        "decode_status": status,
        "decode_notes": [note.replace("\0", "") for note in (*notes, *recording.remarks)],
    }


def lap_row(lap: RecordedLap) -> dict[str, Any]:
    """Return the columns of a lap."""
    row = {name: getattr(lap, name) for name in LAP_FIELDS}
    return {
        name: number(value) if isinstance(value, float) else value for name, value in row.items()
    }


def number(value: float | None) -> float | None:
    """Return a finite number or None: NaN and infinity are not values."""
    return float(value) if value is not None and math.isfinite(value) else None


def between(value: float | None, least: float, most: float) -> float | None:
    """Return a plausible number or None."""
    return value if value is not None and least <= value <= most else None


def text(value: str | None) -> str | None:
    """Return trimmed words or None; the database takes no zero bytes."""
    cleaned = (value or "").replace("\0", "").strip()
    return cleaned[:LONGEST_TEXT] or None


def _within(value: int | None, bound: int) -> int | None:
    return value if value is not None and -bound <= value < bound else None


def is_same_family(one: str, other: str) -> bool:
    """Return whether two sports may be names for one activity: devices and websites differ."""
    families = {SPORT_FAMILIES.get(one, one), SPORT_FAMILIES.get(other, other)}
    return len(families) == 1 or "any" in families


def garmin_number(file_name: str) -> int | None:
    """Return Garmin's number of the activity where a file's name is one that Garmin gives."""
    name = PurePosixPath(file_name).name
    match = re.match(r"(?:activity_)?(\d{6,15})(?:_ACTIVITY)?(?:\.|$)", name, re.IGNORECASE)
    is_garmins = re.match(r"activity_|\d+_ACTIVITY", name, re.IGNORECASE)
    return int(match[1]) if match and is_garmins else None


def numbers_in(file_name: str) -> list[int]:
    """Return all long numbers in a file's name: one of them may be Garmin's or Strava's."""
    return [int(digits) for digits in re.findall(r"\d{6,15}", PurePosixPath(file_name).name)]


def moment(value: object) -> datetime | None:
    """Return a time given as milliseconds or as ISO words in UTC."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_unix(value / 1000)
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _from_unix(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def calendar_day(value: object) -> date | None:
    """Return a day given as ISO words, as English words, or as a table that holds either."""
    if isinstance(value, Mapping):
        value = value.get("date")
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        words = english_moment(value)
        return words.date() if words else None


def english_moment(words: str) -> datetime | None:
    """Read "Aug 20, 2026, 11:01:45 AM" as UTC, whatever the system's language is."""
    match = re.match(
        r"(\w{3})\w* (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)(?:\s*([AP]M))?$",
        words.strip().replace("\u202f", " "),
        re.IGNORECASE,
    )
    if not match or match[1].lower() not in MONTHS:
        return None
    month = MONTHS.index(match[1].lower()) + 1
    return clock_moment(int(match[3]), month, int(match[2]), *match.group(4, 5, 6), half=match[7])


def clock_moment(
    year: int, month: int, day: int, hour: str, minute: str, second: str, *, half: str | None
) -> datetime | None:
    """Return a moment in UTC from a calendar day and a clock of 12 (AM, PM) or 24 hours."""
    hours = int(hour) if half is None else int(hour) % 12 + 12 * (half.upper() == "PM")
    try:
        midnight = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return midnight + timedelta(hours=hours, minutes=int(minute), seconds=int(second))
