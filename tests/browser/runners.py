"""Runners of browser tests who are not the made-up one, so that the demo keeps its plan."""

from datetime import timedelta

from playwright.sync_api import APIResponse, BrowserContext

from runningcoach.base import periods, security
from runningcoach.base.settings import Settings
from runningcoach.store import accounts, database
from tests.browser.site import Site, Visit

SESSION_COOKIE = "runningcoach_session"
TODAY = periods.today("Asia/Seoul")


def add_runner(conn, name: str) -> int:
    """Make a runner with twelve weeks of runs and a race."""
    user = accounts.create(conn, name, "!")
    for days_ago in range(1, 84, 2):
        day = TODAY - timedelta(days=days_ago)
        conn.execute(
            "INSERT INTO activities (user_id, file_sha256, source, sport, is_race, started_at,"
            " timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m,"
            " decode_status) VALUES (%s, %s, 'fit', 'running', %s, %s, 'Asia/Seoul', %s, %s,"
            " 2400, 2400, 8000, 'ok')",
            [user.id, f"{name}{days_ago}", days_ago == 21, day, day, day],
        )
    return user.id


def log_in(context: BrowserContext, site: Site, name: str, language: str) -> None:
    """Give a browser the session of a runner, who is made when new and reads `language`."""
    token = security.new_token()
    with database.connect(database.database_url(Settings(home=site.home))) as conn:
        known = accounts.get_by_name(conn, name)
        user_id = known.id if known else add_runner(conn, name)
        until = periods.now() + timedelta(hours=1)
        accounts.open_session(conn, user_id, security.token_sha256(token), until, "test")
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": site.url}])
    where, headers = f"{site.url}/api/v1/auth/me", {"Origin": site.url}
    assert context.request.patch(where, data={"language": language}, headers=headers).ok


def asked(visit: Visit, method: str, path: str, data: object = None) -> APIResponse:
    """Return what the API answers to the runner's own session."""
    request = visit.tab.context.request
    headers = {"Origin": visit.site.url}
    return request.fetch(
        f"{visit.site.url}/api/v1{path}", method=method, data=data, headers=headers
    )
