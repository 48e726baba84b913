"""Match descriptions in account exports with activities, whichever is imported first.

An account export has names, gear, effort and Garmin's numbers in its own tables. They are stored
raw and looked up for every file, so that the order of imports does not matter.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import psycopg

from runningcoach.ingest.exports import garmin_tables, strava_tables
from runningcoach.ingest.exports.descriptions import Description
from runningcoach.ingest.files import recording_rows
from runningcoach.ingest.files.recordings import is_treadmill
from runningcoach.ingest.files.sport_choice import Sport, better_sport
from runningcoach.store import corrections, fitness
from runningcoach.store import imports as store

START_TOLERANCE = timedelta(seconds=120)
NAME_TOLERANCE = timedelta(hours=26)
"""A number in a file's name is believed only when the times are a day apart at most: websites
number uploads and activities alike."""
LEAST_SHARED_LENGTH = 0.5
KINDS = (*garmin_tables.ACTIVITY_KINDS, strava_tables.KIND)
FIELDS = ("name", "notes", "rpe", "gear")


@dataclass(slots=True)
class DescriptionIndex:
    """Index of descriptions by recording, for Garmin and Strava."""

    garmin: "DescriptionTables"
    strava: "DescriptionTables"

    def find(
        self, *, file_name: str, leg: int, started_at: datetime, elapsed_s: float
    ) -> Description | None:
        """Return the description of a recording: Garmin's fields, completed by Strava's."""
        query = (file_name, leg, started_at, elapsed_s)
        garmin, strava = self.garmin.find(*query), self.strava.find(*query)
        if garmin is None or strava is None:
            return garmin or strava
        fields = FIELDS if garmin.sport else (*FIELDS, "sport", "sub_sport")
        missing = {name: getattr(strava, name) for name in fields if getattr(garmin, name) is None}
        return replace(garmin, is_race=garmin.is_race or strava.is_race, **missing)

    def sport_of_file(self, file_name: str) -> Sport | None:
        """Return sport and sub-sport by the row that names a file; None where none does."""
        for index in (self.garmin, self.strava):
            description = index.by_file_name(file_name)
            if description is not None and description.sport:
                return Sport(description.sport, description.sub_sport)
        return None

    @property
    def files(self) -> list[str]:
        """The names of the files that the rows describe."""
        return [name for index in (self.garmin, self.strava) for name in index.by_file]

    @property
    def typed_in(self) -> list[Description]:
        """The activities that have no file."""
        return [
            one
            for index in (self.garmin, self.strava)
            for one in index.descriptions
            if one.is_typed_in
        ]


@dataclass(slots=True)
class DescriptionTables:
    """Descriptions by start, by number and by file name."""

    descriptions: Sequence[Description]
    dated: list[tuple[datetime, Description]] = field(init=False)
    starts: list[datetime] = field(init=False)
    by_number: dict[int, Description] = field(init=False)
    by_file: dict[str, Description] = field(init=False)

    def __post_init__(self) -> None:
        self.dated = sorted(
            ((one.started_at, one) for one in self.descriptions if one.started_at is not None),
            key=lambda pair: pair[0],
        )
        self.starts = [started_at for started_at, _ in self.dated]
        self.by_number = {one.number: one for one in self.descriptions}
        named = [one for one in self.descriptions if one.file_name]
        self.by_file = {file_key(one.file_name or ""): one for one in named}

    def find(
        self, file_name: str, leg: int, started_at: datetime, elapsed_s: float
    ) -> Description | None:
        """Return the description of a recording, None when none fits."""
        named = self._named(file_name, started_at) if leg == 0 else None
        return named or self._at(started_at, elapsed_s)

    def by_file_name(self, file_name: str) -> Description | None:
        """Return the description that names a file."""
        return self.by_file.get(file_key(file_name))

    def _named(self, file_name: str, started_at: datetime) -> Description | None:
        """Return the description that names a file, or whose number the file's name holds.

        A name with a website's number in it is unique; any other must agree with the time.
        """
        numbers = recording_rows.numbers_in(file_name)
        by_file = self.by_file_name(file_name)
        if by_file is not None and (numbers or _is_near(by_file, started_at)):
            return by_file
        numbered = (self.by_number[n] for n in numbers if n in self.by_number)
        return next((one for one in numbered if _is_near(one, started_at)), None)

    def _at(self, started_at: datetime, elapsed_s: float) -> Description | None:
        first = bisect_left(self.starts, started_at - START_TOLERANCE)
        last = bisect_right(self.starts, started_at + START_TOLERANCE)
        near = [pair for pair in self.dated[first:last] if _is_similar_length(pair[1], elapsed_s)]
        best = min(near, key=lambda pair: _distance(*pair, started_at, elapsed_s), default=None)
        return best[1] if best else None


def file_key(file_name: str) -> str:
    """Return a file's name without its folders, packed or not."""
    return PurePosixPath(file_name).name.casefold().removesuffix(".gz")


def _is_near(description: Description, started_at: datetime) -> bool:
    return (
        description.started_at is not None
        and abs(description.started_at - started_at) <= NAME_TOLERANCE
    )


def _is_similar_length(description: Description, elapsed_s: float) -> bool:
    lengths = sorted((description.elapsed_s or elapsed_s, elapsed_s))
    return lengths[1] <= 0 or lengths[0] / lengths[1] >= LEAST_SHARED_LENGTH


def _distance(
    begun_at: datetime, description: Description, started_at: datetime, elapsed_s: float
) -> float:
    """Return how badly a description fits [s]; a triathlon and its swim start together."""
    start_s = abs((begun_at - started_at).total_seconds())
    return start_s + abs((description.elapsed_s or elapsed_s) - elapsed_s)


def load_index(conn: psycopg.Connection[Any], user_id: int) -> DescriptionIndex:
    """Return the index of all descriptions in a user's exports."""
    return build_index(store.events(conn, user_id, KINDS))


def build_index(events: Sequence[store.SideFact]) -> DescriptionIndex:
    """Return the descriptions that entries of tables hold."""
    return DescriptionIndex(
        garmin=DescriptionTables(garmin_tables.descriptions(events)),
        strava=DescriptionTables(strava_tables.descriptions(events)),
    )


def apply_descriptions(conn: psycopg.Connection[Any], user_id: int, index: DescriptionIndex) -> int:
    """Update the stored activities from their descriptions; return how many changed."""
    activities = store.describable_activities(conn, user_id)
    rows = list(_changes(activities, index))
    if rows:
        store.describe(conn, user_id, rows)
        corrections.outdate_facts(conn, user_id, _sport_changed_ids(activities, rows))
        changed = {row["id"] for row in rows}
        since = min(one.local_date for one in activities if one.id in changed)
        fitness.mark_stale(conn, user_id, since)
    return len(rows)


def _sport_changed_ids(
    activities: Iterable[store.DescribableActivity], rows: Sequence[dict[str, Any]]
) -> list[int]:
    sports = {row["id"]: row["sport"] for row in rows}
    return [one.id for one in activities if sports.get(one.id, one.sport) != one.sport]


def _changes(
    activities: Iterable[store.DescribableActivity], index: DescriptionIndex
) -> Iterable[dict[str, Any]]:
    used_numbers = {(one.garmin_activity_id, one.leg) for one in activities}
    for one in activities:
        description = index.find(
            file_name=one.file_name or "",
            leg=one.leg,
            started_at=one.started_at,
            elapsed_s=one.elapsed_s,
        )
        if description is None:
            continue
        row = _described_row(one, description)
        if (
            one.garmin_activity_id is None
            and (description.garmin_activity_id, one.leg) not in used_numbers
        ):
            row["garmin_activity_id"] = description.garmin_activity_id
            used_numbers.add((description.garmin_activity_id, one.leg))
        if any(value != getattr(one, name) for name, value in row.items()):
            yield row


def _described_row(one: store.DescribableActivity, description: Description) -> dict[str, Any]:
    words = {name: getattr(description, name) for name in FIELDS}
    row = {
        name: getattr(one, name) if value is None or name in one.edited else value
        for name, value in words.items()
    }
    is_race = one.is_race if "is_race" in one.edited else one.is_race or description.is_race
    own = Sport(one.sport, one.sub_sport)
    stated = Sport(description.sport, description.sub_sport) if description.sport else None
    sport = own if "sport" in one.edited else better_sport(own, stated)
    return {
        "id": one.id, "garmin_activity_id": one.garmin_activity_id, "is_race": is_race,
        **sport._asdict(), "is_treadmill": one.is_treadmill or is_treadmill(*sport), **row,
    }  # fmt: skip
