"""What a match of days adds to how a workout went."""

from runningcoach.coach.plans.adherence.matching import SessionMatch
from runningcoach.model.adherence import WorkoutAdherence


def place_match(went: WorkoutAdherence, match: SessionMatch) -> WorkoutAdherence:
    """Return how a workout went with its verdict moved or swapped, if it was done on another day.

    What is partly done or off target stays so: the day of the run tells that it was moved.
    """
    if went.verdict != "done" or match.days_moved == 0:
        return went
    return went.model_copy(update={"verdict": "swapped" if match.is_swapped else "moved"})
