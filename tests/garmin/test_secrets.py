"""No password, token, cookie or key is anywhere in clear: tables, logs, errors, reports."""

import re
import traceback

import pytest

from runningcoach.base import errors

from .conftest import Runner, every_row

pytestmark = pytest.mark.usefixtures("short_lists")

WRONG = "Not the 1 password"
FAULTS = [
    {"status": 429}, {"status": 403, "count": None}, {"status": 401, "count": None},
    {"status": 500, "count": None}, {"spoil": "html", "count": None},
    {"spoil": "malformed", "count": None}, {"spoil": "drop"}, {"status": 404, "count": None},
    {"status": 400, "count": None},
]  # fmt: skip


def attempt(what, told: list[str]) -> None:
    try:
        told.append(f"{what()} {what!r}")
    except errors.RunningCoachError as error:
        told += [repr(error), str(error), error.remedy("en"), traceback.format_exc()]


def stands_in(secret: str, text: str) -> bool:
    """Tell whether a text holds a secret; six digits may stand inside a number by chance."""
    if not secret.isdigit():
        return secret in text
    return re.search(rf"(?<![\w.]){secret}(?![\w.])", text) is not None


def test_secrets_are_nowhere_in_clear(runner: Runner, heard):
    told: list[str] = []
    runner.fake.mfa()
    attempt(runner.sign_in, told)
    attempt(lambda: runner.enter_code("000000"), told)
    attempt(runner.enter_code, told)
    attempt(lambda: runner.sign_in(WRONG), told)
    for fault in FAULTS:
        for open_lane in (runner.with_key, lambda: runner.fake.mfa(False), runner.sign_in):
            attempt(open_lane, told)
        runner.fake.fault(lane="personal", **fault)
        runner.fake.fault(lane="connect", **fault)
        attempt(runner.sync, told)
        runner.fake.clear_faults()
        runner.conn.execute("UPDATE garmin_sync_state SET wait_until = NULL, refusals = 0")
        runner.fake.fault("/api/login|oauth/token|personal-api-key", **fault)
        attempt(runner.sign_in, told)
        attempt(runner.with_key, told)
        runner.fake.clear_faults()
        runner.conn.execute("UPDATE garmin_sessions SET cooldown_until = NULL")
    runner.sync()

    known = set(runner.fake.secrets())
    assert len(known) > 12
    everywhere = {
        "tables": every_row(runner.conn), "log": heard.getvalue(), "told": "\n".join(told),
        "files": "\n".join(str(path) for path in runner.home.rglob("*")),
    }  # fmt: skip
    assert "Garmin did not answer" in everywhere["log"]
    for place, text in everywhere.items():
        found = [secret[:6] for secret in [*known, WRONG] if stands_in(secret, text)]
        assert found == [], place
