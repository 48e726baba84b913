"""/ai/weekly-word: what the coach says of a week, as its job wrote it."""

from datetime import date

from fastapi import APIRouter

from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import NotFound, described
from runningcoach.base import periods
from runningcoach.model.conversation import WeeklyWord

router = APIRouter(prefix="/ai/weekly-word", tags=["ai"])


@router.get("", responses=described(401, 404, 422))
def get_weekly_word(db: Database, user: CurrentUser, week_start: date | None = None) -> WeeklyWord:
    """Return the word of the week that holds a day; of the latest week that has one without."""
    from runningcoach.store import weekly_words

    if week_start is not None:
        word = weekly_words.get(db, user.id, periods.week_start(week_start))
    else:
        word = next(iter(weekly_words.list_recent(db, user.id, 1)), None)
    if word is None:
        raise NotFound
    return word
