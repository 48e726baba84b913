"""Write the recordings of a file to the tables: new, better or worse than stored ones, or parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from runningcoach.ingest import matching, same_effort
from runningcoach.ingest.exports import description_index
from runningcoach.ingest.exports.description_index import DescriptionIndex
from runningcoach.ingest.exports.descriptions import Description
from runningcoach.ingest.files import recording_rows, recordings
from runningcoach.ingest.files.decoding import DecodedFile, DecodedLeg
from runningcoach.ingest.files.sport_choice import Sport, better_sport
from runningcoach.ingest.import_context import ImportContext
from runningcoach.ingest.import_report import REPLACED, stored_reason
from runningcoach.ingest.matching import ActivityMatch, RecordingIdentity
from runningcoach.ingest.same_effort import Verdict
from runningcoach.store import corrections, facts, fitness
from runningcoach.store import imports as store
from runningcoach.store.imports import SimilarActivity

GARMIN = "garmin"
"""The lane of what is fetched from Garmin."""
NO_DESCRIPTION = {
    "garmin_activity_id": None, "rpe": None, "gear": None, "is_race": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LegResult:
    """Result of one leg: the activity that holds it, or holds a better recording of it."""

    activity_id: int
    code: str | None = None
    other_file: str | None = None
    replaced: tuple[str, ...] = ()

    @property
    def is_in_use(self) -> bool:
        """Whether the leg itself is what the activity shows."""
        return self.code is None


@dataclass(slots=True)
class LegCandidate:
    """A leg on its way into the tables, with the columns of its activity."""

    leg: DecodedLeg
    row: dict[str, Any]
    identity: RecordingIdentity
    match: ActivityMatch | None = None


def build_activity_row(
    leg: DecodedLeg, context: ImportContext, decoded: DecodedFile, index: DescriptionIndex
) -> dict[str, Any]:
    """Return the columns of an activity, from its file and from its description in an export."""
    recording = leg.recording
    timezone = recording_rows.zone(
        leg.position, recording.utc_offset_s, recording.started_at, context.home_zone
    )
    row = recording_rows.activity_row(
        recording,
        file_sha256=context.sha256,
        source=decoded.kind,
        timezone=timezone,
        status=decoded.outcome,
        notes=decoded.reasons,
    )
    description = index.find(
        file_name=context.name,
        leg=recording.leg,
        started_at=recording.started_at,
        elapsed_s=row["elapsed_s"],
    )
    row |= NO_DESCRIPTION | _described_columns(description)
    row["garmin_activity_id"] = row["garmin_activity_id"] or recording_rows.garmin_number(
        context.name
    )
    return _with_better_sport(row, _described_sport(description))


def _described_columns(description: Description | None) -> dict[str, Any]:
    if description is None:
        return {}
    words = {
        "name": description.name,
        "notes": description.notes,
        "rpe": description.rpe,
        "gear": description.gear,
    }
    columns = {name: value for name, value in words.items() if value is not None}
    return {
        "garmin_activity_id": description.garmin_activity_id, "is_race": description.is_race,
        **columns,
    }  # fmt: skip


def _described_sport(description: Description | None) -> Sport | None:
    return (
        Sport(description.sport, description.sub_sport)
        if description and description.sport
        else None
    )


def _with_better_sport(row: dict[str, Any], other: Sport | None) -> dict[str, Any]:
    """Return the columns with the more precise sport of two: the row's own and another."""
    own = Sport(row["sport"], row["sub_sport"])
    sport = better_sport(own, other)
    if sport == own:
        return row
    is_treadmill = row["is_treadmill"] or recordings.is_treadmill(*sport)
    return row | {**sport._asdict(), "is_treadmill": is_treadmill}


def put_legs(
    conn: psycopg.Connection[Any],
    context: ImportContext,
    legs: Sequence[tuple[DecodedLeg, dict[str, Any]]],
) -> list[LegResult]:
    """Decide on all legs as the store was before the file, then write them."""
    candidates = [_find_candidate(conn, context, leg, row) for leg, row in legs]
    _match_whole_recordings(conn, context, candidates)
    stored = [_put_leg(conn, context, candidate) for candidate in candidates]
    if len(legs) > 1:
        store.join_legs(conn, context.user_id, context.sha256)
    return stored


def _find_candidate(
    conn: psycopg.Connection[Any], context: ImportContext, leg: DecodedLeg, row: dict[str, Any]
) -> LegCandidate:
    identity = RecordingIdentity.of(row, leg.samples.samples, leg.samples.path)
    lookalikes = _load_lookalikes(conn, context.user_id, identity)
    match = matching.match(identity, lookalikes, _sample_comparison(context))
    others = [one for one in lookalikes if match is None or one.id != match.activity.id]
    if any(
        (one.garmin_activity_id, one.leg) == (identity.garmin_activity_id, identity.leg)
        for one in others
    ):
        row["garmin_activity_id"] = None  # the number belongs to an activity of another time
    return LegCandidate(leg, row, identity, match)


def _load_lookalikes(
    conn: psycopg.Connection[Any], user_id: int, identity: RecordingIdentity
) -> list[SimilarActivity]:
    return store.similar_activities(
        conn,
        user_id,
        file_sha256=identity.file_sha256,
        leg=identity.leg,
        garmin_activity_id=identity.garmin_activity_id,
        started_at=identity.started_at,
        elapsed_s=identity.elapsed_s,
    )


def _sample_comparison(context: ImportContext) -> matching.Compare:
    """Return the comparison of two recordings by their samples."""

    def compare(identity: RecordingIdentity, one: SimilarActivity) -> Verdict:
        mine, theirs = matching.stored_recording(identity), matching.stored_recording(one)
        if mine is None or theirs is None:
            return "unknown"
        return same_effort.compare(context.home, mine, theirs)

    return compare


def _match_whole_recordings(
    conn: psycopg.Connection[Any], context: ImportContext, candidates: Sequence[LegCandidate]
) -> None:
    """Match the legs of an event with a stored recording that holds all of them.

    The leg that shares most time with it replaces it; the others become new activities.
    """
    for event in {one.leg.recording.event for one in candidates}:
        legs = [one for one in candidates if one.leg.recording.event == event]
        if len(legs) > 1:
            for whole in _find_wholes(conn, context, legs):
                _assign_whole(legs, whole)


def _find_wholes(
    conn: psycopg.Connection[Any], context: ImportContext, legs: Sequence[LegCandidate]
) -> list[SimilarActivity]:
    times = [(one.identity.started_at, one.identity.elapsed_s) for one in legs]
    near = {
        one.id: one for leg in legs for one in _load_lookalikes(conn, context.user_id, leg.identity)
    }
    compare = _sample_comparison(context)
    return [
        one
        for one in near.values()
        if one.legs == 1
        and one.file_sha256 != context.sha256
        and matching.is_whole_event(one.started_at, one.elapsed_s, times)
        and compare(_most_shared_leg(legs, one).identity, one) != "elsewhere"
    ]


def _most_shared_leg(legs: Sequence[LegCandidate], whole: SimilarActivity) -> LegCandidate:
    return max(legs, key=lambda leg: matching.shared_s(leg.identity, whole))


def _assign_whole(legs: Sequence[LegCandidate], whole: SimilarActivity) -> None:
    for leg in legs:
        if leg.match is not None and leg.match.activity.id == whole.id:
            leg.match = None
    longest = _most_shared_leg(legs, whole)
    if longest.match is None:
        longest.match = ActivityMatch(whole, "whole_of_event")


def _put_leg(conn: psycopg.Connection[Any], context: ImportContext, new: LegCandidate) -> LegResult:
    user_id, row, match = context.user_id, new.row, new.match
    if match is None:
        activity_id = store.insert_activity(conn, user_id, row)
        _put_parts(conn, user_id, activity_id, new.leg, row, row["sport"])
        return LegResult(activity_id)
    if _is_stored_better(new.identity, match):
        return _complete_stored(conn, context, match, row)
    old = match.activity
    row = _with_better_sport(row, Sport(old.sport, old.sub_sport))
    sport = store.replace_activity(conn, user_id, old.id, row)
    _put_parts(conn, user_id, old.id, new.leg, row, sport)
    fitness.mark_stale(conn, user_id, min(old.started_at.date(), row["local_date"]))
    if match.code == "same_content":
        return LegResult(old.id)
    superseded = [old.file_sha256, *_absorb_parts(conn, user_id, old.id, match.parts)]
    replaced = [
        sha256 for sha256 in superseded if _mark_replaced(conn, user_id, sha256, context.name)
    ]
    return LegResult(old.id, replaced=tuple(replaced))


def _is_stored_better(identity: RecordingIdentity, match: ActivityMatch) -> bool:
    """Return whether the stored recording stays the one in use."""
    if match.code in ("same_content", "whole_of_event"):
        return False
    return match.keeps_stored or not matching.is_better(identity, match.activity)


def _complete_stored(
    conn: psycopg.Connection[Any], context: ImportContext, match: ActivityMatch, row: dict[str, Any]
) -> LegResult:
    """Add texts, number and sport of a worse recording to the one in use, where it has none."""
    old, user_id = match.activity, context.user_id
    day = min(old.started_at.date(), row["local_date"])
    if store.complete_activity(conn, user_id, old.id, _completing_columns(context, row)):
        fitness.mark_stale(conn, user_id, day)
    sport = better_sport(Sport(old.sport, old.sub_sport), Sport(row["sport"], row["sub_sport"]))
    if sport.sport != old.sport and not match.keeps_stored:
        is_treadmill = recordings.is_treadmill(*sport)
        corrections.set_sport(conn, user_id, old.id, *sport, is_treadmill=is_treadmill)
        fitness.mark_stale(conn, user_id, day)
    return LegResult(old.id, match.code, old.file_name)


def _absorb_parts(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int, parts: Sequence[SimilarActivity]
) -> list[str]:
    """Merge activities that were parts of one into it; return the hashes of their files."""
    for part in parts:
        store.absorb(conn, user_id, activity_id, part.id)
        fitness.mark_stale(conn, user_id, part.started_at.date())
    return [part.file_sha256 for part in parts]


def _completing_columns(context: ImportContext, row: dict[str, Any]) -> dict[str, Any]:
    """Return what a recording that is not used may add to the one that is.

    Of a file of Garmin's only the number: its texts come with Garmin's list, where their source is
    stored, so that they can be removed again.
    """
    return row | dict.fromkeys(description_index.FIELDS) if context.lane == GARMIN else row


def _put_parts(
    conn: psycopg.Connection[Any],
    user_id: int,
    activity_id: int,
    leg: DecodedLeg,
    row: dict[str, Any],
    sport: str,
) -> None:
    """Write laps, samples and facts of an activity in one pipeline."""
    recording = leg.recording
    manifest = {
        "path": str(leg.samples.path),
        "sha256": leg.samples.sha256,
        "size_bytes": leg.samples.size_bytes,
        "samples": leg.samples.samples,
        "channels": list(leg.samples.channels),
        "pauses_s": [second for pause in recording.pauses for second in pause],
    }
    laps = [recording_rows.lap_row(lap) for lap in recording.laps]
    with conn.pipeline():
        store.put_laps(conn, user_id, activity_id, laps)
        store.put_samples(conn, user_id, activity_id, manifest)
        facts.put(conn, user_id, activity_id, leg.facts)
        if sport != recording.sport:
            corrections.outdate_facts(conn, user_id, [activity_id])  # they are of the file's sport
        fitness.mark_stale(conn, user_id, row["local_date"])


def _mark_replaced(
    conn: psycopg.Connection[Any], user_id: int, old_sha256: str, better_file: str
) -> bool:
    """Mark a file whose leg was replaced; return whether none of its legs is in use."""
    store.join_legs(conn, user_id, old_sha256)
    reason = stored_reason(REPLACED, [better_file])
    return store.mark_replaced(conn, user_id, old_sha256, REPLACED, reason)
