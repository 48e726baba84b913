"""The coach that talks in the demo: a simulated model beside it, and the runner's settings for it.

The simulator answers by rules from what it is sent, so that a talk can be tried without a key.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg import Connection
from pydantic import SecretStr

from runningcoach.base import periods
from runningcoach.base.settings import LOOPBACK
from runningcoach.cli.demo_garmin import free_address
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.weekly.weekly_facts import reviewed_week
from runningcoach.coach.talk.weekly.weekly_word import PlanOutlook, write_weekly_word
from runningcoach.model.user import User
from runningcoach.ops.child_processes import Program
from runningcoach.ops.services import Services
from runningcoach.simulators.openai import OpenAiSimulator
from runningcoach.store import ai_settings

CHAT_MODEL, PLAN_MODEL = "gpt-6-luna", "gpt-6.1-terra"


def model_address() -> str:
    """Return where the simulated model may listen."""
    return f"{free_address()}/v1"


def program(parts: Services, address: str) -> Program:
    """Return the simulator of a model's server."""
    port = str(urlsplit(address).port)
    return parts.extra_part("openai", "simulators.openai", "--port", port)


def switch_on(conn: Connection[Any], owner: User, address: str, home: Path) -> None:
    """Let the coach talk by the simulated model; a server that a visitor chose stays.

    The word of the last week is written by rules: the model does not answer yet.
    """
    current = talk_settings.load_settings(conn, owner.id, home)
    host = urlsplit(current.base_url or "").hostname
    today = periods.today(owner.timezone)
    write_weekly_word(conn, owner, home, reviewed_week(today), PlanOutlook("stands"))
    is_ours = host in LOOPBACK or not current.is_enabled
    if not is_ours:
        return
    changed = current.model_copy(
        update={
            "is_enabled": True,
            "base_url": address,
            "api": "responses",
            "chat_model": CHAT_MODEL,
            "plan_model": PLAN_MODEL,
            # Nothing of the made-up runner leaves this machine.
            "privacy_level": "health",
            "agreed_at": periods.now(),
        }
    )
    ai_settings.put(conn, owner.id, changed)
    talk_settings.put_key(conn, owner.id, SecretStr(OpenAiSimulator.key), home)
