"""A runner whose coach talks: switched on, agreed to, with a key, over the simulator."""

from typing import Any

from pydantic import SecretStr

from runningcoach.base import periods
from runningcoach.coach.talk import talk_settings
from runningcoach.model.conversation import AiSettings
from runningcoach.model.user import User
from runningcoach.simulators.openai import OpenAiSimulator
from runningcoach.store import ai_settings


def switch_on(
    conn: Any, user: User, home: Any, simulator: OpenAiSimulator, **changes: object
) -> AiSettings:
    """Let the coach of a runner talk by a simulator; return the settings."""
    settings = AiSettings(
        is_enabled=True,
        base_url=simulator.url,
        chat_model="gpt-6-luna",
        plan_model="gpt-6.1-terra",
        agreed_at=periods.now(),
    ).model_copy(update=changes)
    ai_settings.put(conn, user.id, settings)
    talk_settings.put_key(conn, user.id, SecretStr(simulator.key), home)
    return settings
