"""How long it takes to put together what a model is given, for the demo's two years.

    python -m benchmarks.talk

The best of twenty warm contexts must stay under 150 ms; the slowest reading tools are shown
beside it.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.cli.demo_plan import DemoRunner, follow_plan
from runningcoach.coach.talk.context import build_context
from runningcoach.coach.talk.safety.gate import NO_SIGN
from runningcoach.coach.talk.tools import ToolContext, run_tool, tool_specs
from runningcoach.demo import write_export
from runningcoach.derive import rebuild
from runningcoach.ingest import imports
from runningcoach.model.conversation import AiSettings
from runningcoach.model.user import User
from runningcoach.store import accounts, database
from runningcoach.store.database import migrate
from runningcoach.store.database.embedded import EmbeddedPostgres

YEARS, SEED = 2.0, 7
ROUNDS = 20
MOST_MS = 150.0
QUESTION = "오늘 템포런 해도 될까요? 다음 대회까지 얼마나 남았죠?"
ARGUMENTS = {
    "explain": {"metric": "ctl"},
    "guideline_search": {"query": "taper"},
    "convert": {"speed_kmh": 12},
    "date_math": {"start": "today", "weeks": 3},
    "what_if": {"kind": "run_km", "distance_km": 20},
}


def main() -> int:
    """Print the figures; return 1 if a context takes too long."""
    folder = Path(tempfile.mkdtemp(prefix="rc-bench-"))
    try:
        with EmbeddedPostgres(folder / "home") as postgres:
            migrate.migrate(postgres.url)
            with database.connect(postgres.url) as conn:
                return report(conn, demo_runner(conn, folder))
    finally:
        shutil.rmtree(folder)


def demo_runner(conn: psycopg.Connection[Any], folder: Path) -> User:
    """Store the demo's runner with two years of history and a plan; return the account."""
    user = accounts.create(conn, "runner", "!", role="owner", timezone="Asia/Seoul")
    today = periods.today(user.timezone)
    write_export(folder / "account", seed=SEED, years=YEARS, until=today)
    imports.take(conn, user.id, [folder / "account"], home=folder / "home")
    rebuild.refresh(conn, user.id)
    follow_plan(conn, DemoRunner(user.id, SEED, "ko"), today, folder / "home")
    conn.execute("ANALYZE")
    return user


def report(conn: psycopg.Connection[Any], user: User) -> int:
    """Measure and print; return 1 if a context takes too long."""
    today = periods.today(user.timezone)
    settings = AiSettings(is_enabled=True, privacy_level="health")
    told = build_context(conn, user, settings, [], QUESTION, today, sign=NO_SIGN)

    def context() -> object:
        return build_context(conn, user, settings, [], QUESTION, today, sign=NO_SIGN)

    context_ms = best_ms(context)
    tokens = sum(section.tokens for section in told.sections)
    print(f"a context of {tokens} tokens: {context_ms:.0f} ms, at most {MOST_MS:.0f}")
    reader = ToolContext(conn, user, today, "health", "ko")
    by_tool = {spec.name: best_ms(tool_call(reader, spec.name)) for spec in tool_specs("health")}
    for name in sorted(by_tool, key=lambda name: -by_tool[name])[:3]:
        print(f"tool {name}: {by_tool[name]:.0f} ms")
    return int(context_ms > MOST_MS)


def tool_call(context: ToolContext, name: str) -> Callable[[], object]:
    """Return the call of a tool with plain arguments."""
    arguments = json.dumps(ARGUMENTS.get(name, {}))
    return lambda: run_tool(context, name, arguments)


def best_ms(work: Callable[[], object]) -> float:
    """Return the fewest milliseconds of some rounds, the first of them not counted."""
    times: list[float] = []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - begun))
    return min(times[1:])


if __name__ == "__main__":
    sys.exit(main())
