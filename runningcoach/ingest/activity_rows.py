"""The recordings of a file in the tables: found to be new, better, worse, or parts of another."""

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
from runningcoach.ingest.files.sport_choice import Sport, better
from runningcoach.ingest.import_context import ImportContext
from runningcoach.ingest.import_report import REPLACED, sentence
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
    """What became of one leg: the activity that holds it, or holds its better recording."""

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
    claim: RecordingIdentity
    match: ActivityMatch | None = None


def row_of(
    leg: DecodedLeg, arrival: ImportContext, decoded: DecodedFile, known: DescriptionIndex
) -> dict[str, Any]:
    """Return the columns of an activity: what the file says, and what is said beside it."""
    recording = leg.recording
    timezone = recording_rows.zone(
        leg.position, recording.utc_offset_s, recording.started_at, arrival.home_zone
    )
    row = recording_rows.activity_row(
        recording,
        file_sha256=arrival.sha256,
        source=decoded.kind,
        timezone=timezone,
        status=decoded.outcome,
        notes=decoded.reasons,
    )
    found = known.of(
        file_name=arrival.name,
        leg=recording.leg,
        started_at=recording.started_at,
        elapsed_s=row["elapsed_s"],
    )
    row |= NO_DESCRIPTION | _told(found)
    row["garmin_activity_id"] = row["garmin_activity_id"] or recording_rows.garmin_number(
        arrival.name
    )
    return _under(row, _sport_told(found))


def _told(found: Description | None) -> dict[str, Any]:
    if found is None:
        return {}
    words = {"name": found.name, "notes": found.notes, "rpe": found.rpe, "gear": found.gear}
    told = {name: value for name, value in words.items() if value is not None}
    return {
        "garmin_activity_id": found.garmin_activity_id, "is_race": found.is_race, **told,
    }  # fmt: skip


def _sport_told(found: Description | None) -> Sport | None:
    return Sport(found.sport, found.sub_sport) if found and found.sport else None


def _under(row: dict[str, Any], told: Sport | None) -> dict[str, Any]:
    """Return the columns under the sport that says more: the row's own, or one told beside it."""
    own = Sport(row["sport"], row["sub_sport"])
    chosen = better(own, told)
    if chosen == own:
        return row
    is_treadmill = row["is_treadmill"] or recordings.is_treadmill(*chosen)
    return row | {**chosen._asdict(), "is_treadmill": is_treadmill}


def put_legs(
    conn: psycopg.Connection[Any],
    arrival: ImportContext,
    legs: Sequence[tuple[DecodedLeg, dict[str, Any]]],
) -> list[LegResult]:
    """Decide on all legs as the store was before the file, then write them."""
    candidates = [_candidate(conn, arrival, leg, row) for leg, row in legs]
    _claim_whole(conn, arrival, candidates)
    stored = [_put_leg(conn, arrival, candidate) for candidate in candidates]
    if len(legs) > 1:
        store.join_legs(conn, arrival.user_id, arrival.sha256)
    return stored


def _candidate(
    conn: psycopg.Connection[Any], arrival: ImportContext, leg: DecodedLeg, row: dict[str, Any]
) -> LegCandidate:
    claim = RecordingIdentity.of(row, leg.samples.samples, leg.samples.path)
    lookalikes = _lookalikes(conn, arrival.user_id, claim)
    match = matching.match(claim, lookalikes, _comparing(arrival))
    others = [one for one in lookalikes if match is None or one.id != match.activity.id]
    if any(
        (one.garmin_activity_id, one.leg) == (claim.garmin_activity_id, claim.leg) for one in others
    ):
        row["garmin_activity_id"] = None  # the number is taken by an activity of another time
    return LegCandidate(leg, row, claim, match)


def _lookalikes(
    conn: psycopg.Connection[Any], user_id: int, claim: RecordingIdentity
) -> list[SimilarActivity]:
    return store.similar_activities(
        conn,
        user_id,
        file_sha256=claim.file_sha256,
        leg=claim.leg,
        garmin_activity_id=claim.garmin_activity_id,
        started_at=claim.started_at,
        elapsed_s=claim.elapsed_s,
    )


def _comparing(arrival: ImportContext) -> matching.Compare:
    """Return the comparison of two recordings by their samples."""

    def compare(claim: RecordingIdentity, one: SimilarActivity) -> Verdict:
        mine, theirs = matching.recorded(claim), matching.recorded(one)
        if mine is None or theirs is None:
            return "unknown"
        return same_effort.compare(arrival.home, mine, theirs)

    return compare


def _claim_whole(
    conn: psycopg.Connection[Any], arrival: ImportContext, candidates: Sequence[LegCandidate]
) -> None:
    """Let the legs of an event take the place of a recording that holds them as one whole.

    The leg that shares most with it takes its row, the others become activities of their own.
    """
    for event in {one.leg.recording.event for one in candidates}:
        legs = [one for one in candidates if one.leg.recording.event == event]
        if len(legs) > 1:
            for whole in _wholes(conn, arrival, legs):
                _share_out(legs, whole)


def _wholes(
    conn: psycopg.Connection[Any], arrival: ImportContext, legs: Sequence[LegCandidate]
) -> list[SimilarActivity]:
    times = [(one.claim.started_at, one.claim.elapsed_s) for one in legs]
    near = {one.id: one for leg in legs for one in _lookalikes(conn, arrival.user_id, leg.claim)}
    compare = _comparing(arrival)
    return [
        one
        for one in near.values()
        if one.legs == 1
        and one.file_sha256 != arrival.sha256
        and matching.holds_event(one.started_at, one.elapsed_s, times)
        and compare(_most_shared(legs, one).claim, one) != "elsewhere"
    ]


def _most_shared(legs: Sequence[LegCandidate], whole: SimilarActivity) -> LegCandidate:
    return max(legs, key=lambda leg: matching.shared_s(leg.claim, whole))


def _share_out(legs: Sequence[LegCandidate], whole: SimilarActivity) -> None:
    for leg in legs:
        if leg.match is not None and leg.match.activity.id == whole.id:
            leg.match = None
    longest = _most_shared(legs, whole)
    if longest.match is None:
        longest.match = ActivityMatch(whole, "whole_of_event")


def _put_leg(conn: psycopg.Connection[Any], arrival: ImportContext, new: LegCandidate) -> LegResult:
    user_id, row, match = arrival.user_id, new.row, new.match
    if match is None:
        activity_id = store.insert_activity(conn, user_id, row)
        _put_parts(conn, user_id, activity_id, new.leg, row, row["sport"])
        return LegResult(activity_id)
    if _stays(new.claim, match):
        return _complete(conn, arrival, match, row)
    old = match.activity
    row = _under(row, Sport(old.sport, old.sub_sport))
    sport = store.replace_activity(conn, user_id, old.id, row)
    _put_parts(conn, user_id, old.id, new.leg, row, sport)
    fitness.mark_stale(conn, user_id, min(old.started_at.date(), row["local_date"]))
    if match.code == "same_content":
        return LegResult(old.id)
    gone = [old.file_sha256, *_absorb(conn, user_id, old.id, match.parts)]
    left = [sha256 for sha256 in gone if _leave(conn, user_id, sha256, arrival.name)]
    return LegResult(old.id, replaced=tuple(left))


def _stays(claim: RecordingIdentity, match: ActivityMatch) -> bool:
    """Tell whether the stored recording stays the one in use."""
    if match.code in ("same_content", "whole_of_event"):
        return False
    return match.keeps_stored or not matching.is_better(claim, match.activity)


def _complete(
    conn: psycopg.Connection[Any], arrival: ImportContext, match: ActivityMatch, row: dict[str, Any]
) -> LegResult:
    """Give the recording in use what only this one knows: words, number, a sport."""
    old, user_id = match.activity, arrival.user_id
    day = min(old.started_at.date(), row["local_date"])
    if store.complete_activity(conn, user_id, old.id, _completing(arrival, row)):
        fitness.mark_stale(conn, user_id, day)
    chosen = better(Sport(old.sport, old.sub_sport), Sport(row["sport"], row["sub_sport"]))
    if chosen.sport != old.sport and not match.keeps_stored:
        is_treadmill = recordings.is_treadmill(*chosen)
        corrections.set_sport(conn, user_id, old.id, *chosen, is_treadmill=is_treadmill)
        fitness.mark_stale(conn, user_id, day)
    return LegResult(old.id, match.code, old.file_name)


def _absorb(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int, parts: Sequence[SimilarActivity]
) -> list[str]:
    """Remove activities that were parts of one; it keeps their words; return their files."""
    for part in parts:
        store.absorb(conn, user_id, activity_id, part.id)
        fitness.mark_stale(conn, user_id, part.started_at.date())
    return [part.file_sha256 for part in parts]


def _completing(arrival: ImportContext, row: dict[str, Any]) -> dict[str, Any]:
    """Return what a recording that is not used may add to the one that is.

    Of a file of Garmin's only the number: its words come with Garmin's list, where their source is
    noted, so that they can be taken back.
    """
    return row | dict.fromkeys(description_index.FIELDS) if arrival.lane == GARMIN else row


def _put_parts(
    conn: psycopg.Connection[Any],
    user_id: int,
    activity_id: int,
    leg: DecodedLeg,
    row: dict[str, Any],
    sport: str,
) -> None:
    """Write what hangs on an activity of that sport, without waiting after each statement."""
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


def _leave(conn: psycopg.Connection[Any], user_id: int, old_sha256: str, better_file: str) -> bool:
    """Settle the file that lost a leg; say whether nothing of it is in use any more."""
    store.join_legs(conn, user_id, old_sha256)
    reason = sentence(REPLACED, [better_file])
    return store.mark_replaced(conn, user_id, old_sha256, REPLACED, reason)
