"""How a runner's coach talks: settings, the key and its address, and agreement.

A key is sent to no server but the one that it was entered for: another address forgets the
runner's own key, and the installation's key goes to the installation's address alone.
"""

import hashlib
import hmac
import secrets as random
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import psycopg
from pydantic import SecretStr

from runningcoach.base import settings as environment
from runningcoach.base.errors import RunningCoachError
from runningcoach.model.conversation import AiSettings, PrivacyLevel
from runningcoach.model.user import User
from runningcoach.store import ai_settings, database, installation_key, secrets

if TYPE_CHECKING:
    from runningcoach.sources.openai.client import ModelClient

type Connection = psycopg.Connection[Any]

LEVELS: tuple[PrivacyLevel, ...] = get_args(PrivacyLevel)
"""From the least to the most that leaves the host."""
AGREED_TO = ("base_url", "api", "chat_model", "plan_model", "embedding_model")
"""What an agreement is for; it ends when one of them changes, or the privacy level rises."""


class CoachOff(RunningCoachError):
    """The coach that talks is switched off."""

    code = "talk.off"
    status = 409


class AgreementMissing(RunningCoachError):
    """The runner has not agreed to what is sent."""

    code = "talk.agreement_missing"
    status = 409


class CoachKeyMissing(RunningCoachError):
    """There is no key for OpenAI's server."""

    code = "talk.no_key"
    status = 409


def load_settings(conn: Connection, user_id: int, home: Path | None = None) -> AiSettings:
    """Return the settings of a runner; what the environment sets where none are stored yet.

    `has_key` is true for a key of their own and for one of the installation that they may use.
    """
    stored = ai_settings.get(conn, user_id, _of_installation())
    if stored.has_key or _installation_key(stored, home or environment.settings().home) is None:
        return stored
    return stored.model_copy(update={"has_key": True})


def _of_installation() -> AiSettings:
    """Return what a runner begins with."""
    current = environment.settings()
    return AiSettings(
        api=current.ai_api,
        base_url=current.ai_base_url,
        chat_model=current.ai_chat_model,
        plan_model=current.ai_plan_model,
    )


def change_settings(conn: Connection, user_id: int, changed: AiSettings) -> None:
    """Store settings: an address in its plain form, models that are not named as they begin.

    Another address forgets the runner's own key. Raises BadModelAddress.
    """
    from runningcoach.sources.openai.addresses import OPENAI_ADDRESS, check_address

    begin = _of_installation()
    address = check_address(changed.base_url)
    changed = changed.model_copy(
        update={
            "base_url": None if address == OPENAI_ADDRESS else address,
            "chat_model": changed.chat_model or begin.chat_model,
            "plan_model": changed.plan_model or begin.plan_model,
        }
    )
    with conn.transaction():
        former = ai_settings.get(conn, user_id, begin)
        if former.base_url != changed.base_url:
            delete_key(conn, user_id)
        agreed_at = None if _asks_anew(former, changed) else former.agreed_at
        ai_settings.put(conn, user_id, changed.model_copy(update={"agreed_at": agreed_at}))


def _asks_anew(former: AiSettings, changed: AiSettings) -> bool:
    is_wider = LEVELS.index(changed.privacy_level) > LEVELS.index(former.privacy_level)
    return is_wider or any(getattr(former, name) != getattr(changed, name) for name in AGREED_TO)


def agree(conn: Connection, user_id: int, now: datetime) -> None:
    """Note that the runner has seen a whole request and agrees to such being sent."""
    with conn.transaction():
        current = ai_settings.get(conn, user_id, _of_installation())
        ai_settings.put(conn, user_id, current.model_copy(update={"agreed_at": now}))


def put_key(conn: Connection, user_id: int, key: SecretStr, home: Path) -> None:
    """Seal a runner's own key; it is for the address that is set now.

    The settings are stored with it, so that another address of the environment is not its own.
    """
    with conn.transaction():
        ai_settings.put(conn, user_id, ai_settings.get(conn, user_id, _of_installation()))
        secrets.put(conn, user_id, ai_settings.KEY_NAME, key.get_secret_value(), home=home)


def delete_key(conn: Connection, user_id: int) -> None:
    """Forget a runner's own key."""
    secrets.delete(conn, user_id, ai_settings.KEY_NAME)


def api_key(conn: Connection, user_id: int, home: Path) -> SecretStr | None:
    """Return the key to send: the runner's own, else the installation's for its own address."""
    own = secrets.get(conn, user_id, ai_settings.KEY_NAME, home=home)
    if own is not None:
        return SecretStr(own)
    return _installation_key(ai_settings.get(conn, user_id, _of_installation()), home)


def _installation_key(settings: AiSettings, home: Path) -> SecretStr | None:
    """Return the key of the installation, where the settings lead to the server that it is for."""
    shared = installation_key.get(environment.settings(), home)
    if shared is None or _plain(shared.base_url) != _plain(settings.base_url):
        return None
    return shared.key


def _plain(base_url: str | None) -> str | None:
    return base_url.strip().rstrip("/") if base_url else None


def open_client(
    conn: Connection, user: User, home: Path, timeout_s: float | None = None
) -> "ModelClient":
    """Return a client for the runner's server; nothing is asked yet.

    Raises CoachKeyMissing where OpenAI's server is meant and there is no key; other servers may do
    without. Raises BadModelAddress.
    """
    from runningcoach.sources.openai.client import ModelClient

    current = load_settings(conn, user.id, home)
    key = api_key(conn, user.id, home)
    if key is None and current.base_url is None:
        raise CoachKeyMissing
    seconds = timeout_s or environment.settings().ai_timeout_s
    return ModelClient(current.base_url, key, current.api, seconds)


def require_enabled(settings: AiSettings) -> None:
    """Raise CoachOff unless the coach is switched on."""
    if not settings.is_enabled:
        raise CoachOff


def require_agreement(settings: AiSettings) -> None:
    """Raise AgreementMissing unless the runner agreed to what is sent."""
    if settings.agreed_at is None:
        raise AgreementMissing


def user_hash(user: User, home: Path) -> str:
    """Return the name of a runner for a vendor: an HMAC of the number by a key of this home."""
    key = database.secret_file(home / "secrets" / "user_hash_key", random.token_urlsafe(32))
    return hmac.new(key.encode(), f"{user.id}".encode(), hashlib.sha256).hexdigest()
