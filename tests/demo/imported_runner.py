"""The made-up runner's history in a database, to be given a plan."""

from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.cli.demo_plan import DemoRunner, follow_plan
from runningcoach.demo import write_export
from runningcoach.derive import rebuild
from runningcoach.ingest import imports
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.store import accounts, adherence

SEED = 7


class ImportedRunner:
    """A runner whose history until a day is in a database, without a plan."""

    def __init__(
        self, conn: psycopg.Connection[Any], folder: Path, *, years: float, today: date
    ) -> None:
        self.conn, self.today, self.home = conn, today, folder / "home"
        self.home.mkdir()
        self.user = accounts.create(conn, "runner", "!", role="owner", timezone="Asia/Seoul")
        self.runner = DemoRunner(self.user.id, SEED, "ko")
        write_export(folder / "account", seed=SEED, years=years, until=today)
        imports.take(conn, self.user.id, [folder / "account"], home=self.home)
        rebuild.refresh(conn, self.user.id)

    def follow(self, today: date | None = None) -> StoredPlan | None:
        return follow_plan(self.conn, self.runner, today or self.today, self.home)

    def adherence(self) -> dict[date, Any]:
        rows = adherence.list_between(self.conn, self.user.id, date(2000, 1, 1), self.today)
        return {row.workout_date: row for row in rows}
