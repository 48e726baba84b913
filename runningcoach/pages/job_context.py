"""What the notebook of a job asks of its run: whose it is, which day, and where its log goes.

Unlike a page, the notebook of a job lets an error end it: the run has failed then.
"""

import os
from datetime import date
from pathlib import Path

from runningcoach.base import i18n, logs
from runningcoach.base.settings import settings
from runningcoach.pages import session


def begin(day: str = "") -> date:
    """Speak the user's language, let log lines carry the run's id; return the day of the run.

    `day` is what the run was given as its day; without one, as when the notebook is run by hand,
    it is today where the user is.
    """
    i18n.use(session.language())
    if run_id := os.environ.get("RUNNINGCOACH_RUN_ID"):
        log = Path(settings().home) / "jobs" / run_id / "log.txt"
        logs.run_id.set(run_id)
        logs.configure(settings().log_level, plain=False, stream=log.open("a", encoding="utf-8"))
    return date.fromisoformat(day) if day else session.today()
