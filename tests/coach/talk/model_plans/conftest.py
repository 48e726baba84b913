"""A runner with weeks of training whose coach talks to the model simulator over HTTP."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from runningcoach.base import periods
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.talk import talk_settings
from runningcoach.model.conversation import AiSettings
from runningcoach.model.plan_request import PlanRequest
from runningcoach.simulators.openai import serve
from runningcoach.store import ai_settings, database
from tests.coach.talk.flat_drafts import as_text, flat_draft

TODAY = periods.today("Asia/Seoul")
MONDAY = periods.week_start(TODAY)


@pytest.fixture(scope="session")
def model_server():
    with serve() as simulator:
        yield simulator


class PlanningRunner:
    """A runner, the simulated model, and what a good model would answer."""

    def __init__(self, conn, user, home, simulator, url):
        self.conn, self.user, self.home, self.simulator, self.url = conn, user, home, simulator, url

    @contextmanager
    def connect(self):
        """Open a connection of its own."""
        with database.connect(self.url) as conn:
            yield conn

    @property
    def athlete(self):
        return load_athlete(self.conn, self.user.id, TODAY)

    def request(self, weeks=6, goal="10k"):
        return PlanRequest(
            goal=goal, start=TODAY, race_date=MONDAY + timedelta(days=7 * weeks - 1),
            available_weekdays=(1, 3, 5, 6),
        )  # fmt: skip

    def draft(self, request):
        """Return a sound draft of a request."""
        athlete = self.athlete
        return flat_draft(make_plan(request, athlete), athlete.paces)

    def answers(self, *answers, finish=None):
        """Lay down what the model answers."""
        for answer in answers:
            text = answer if isinstance(answer, str) else as_text(answer)
            self.simulator.answer_next(text=text, finish=finish)

    def sent(self):
        """Return the requests that were sent, as they were seen."""
        return [logged.body for logged in self.simulator.requests()]

    def plans(self):
        return self.conn.execute(
            "SELECT origin, status FROM plans WHERE user_id = %s ORDER BY id", [self.user.id]
        ).fetchall()  # fmt: skip


@pytest.fixture
def runner(conn, user, home, model_server, database_url):
    """The runner, whose coach is on and agreed to."""
    model_server.reset()
    for days_ago in range(1, 84, 2):
        day = TODAY - timedelta(days=days_ago)
        conn.execute(
            "INSERT INTO activities (user_id, file_sha256, source, sport, is_race, started_at,"
            " timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m,"
            " decode_status) VALUES (%s, %s, 'fit', 'running', %s, %s, 'Asia/Seoul', %s, %s,"
            " 2400, 2400, 8000, 'ok')",
            [user.id, f"{days_ago}", days_ago == 21, day, day, day],
        )
    settings = AiSettings(
        is_enabled=True, base_url=model_server.url, chat_model="gpt-6-luna",
        plan_model="gpt-6.1-terra", agreed_at=datetime.now(UTC), daily_budget_usd=5.0,
        monthly_budget_usd=50.0,
    )  # fmt: skip
    ai_settings.put(conn, user.id, settings)
    talk_settings.put_key(conn, user.id, SecretStr(model_server.key), home)
    return PlanningRunner(conn, user, home, model_server, database_url)
