"""Client of a running simulator: its account, its request log, and faults to inject."""

from datetime import date
from typing import Any, Literal, NamedTuple, Self

import httpx

from runningcoach.simulators.garmin import who

type Lane = Literal["signin", "token", "connect", "personal", "other"]
type Spoil = Literal["cut", "broken", "malformed", "html", "drop", "lost", "gateway"]


class LoggedRequest(NamedTuple):
    """One request that the simulator answered.

    `at_s` is the moment that it came in [s since the epoch, without any skew], `took_s` how long
    the answer took, `in_flight` how many requests were open when it came in, itself included;
    `status` is 0 where the connection was dropped. The lane is `signin` (SSO), `token` (DI and
    key exchange), `connect` (a bearer of the sign-in), `personal` (a bearer of the key) or
    `other` (no bearer known to us).
    """

    at_s: float
    took_s: float
    method: str
    path: str
    query: str
    status: int
    lane: Lane
    in_flight: int


class SimulatorClient:
    """A simulator at `url`, in this process or another one; every method is a loopback request.

    All doors (sign-in, DI tokens, connectapi, Personal API) are under the one `url`.
    """

    email = who.EMAIL
    password = who.PASSWORD
    mfa_code = who.MFA_CODE
    key = who.KEY
    display_name = who.DISPLAY_NAME

    def __init__(self, url: str) -> None:
        self.url = url
        # The environment may name a proxy; what goes to the loopback has no business there.
        self._door = httpx.Client(base_url=f"{url}/__fake__", trust_env=False, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the simulator; it runs on."""
        self._door.close()

    def control(self, action: str, **arguments: object) -> Any:
        """Ask the control door for `action`; every method below is one of these."""
        answer = self._door.post(f"/{action}", json=arguments)
        answer.raise_for_status()
        return answer.json()

    # ---- the whole -------------------------------------------------------------------------

    def reset(self) -> None:
        """Bring everything back to the first moment: data, tokens, faults, clock, log."""
        self.control("reset")

    def today(self, day: date) -> None:
        """Let it be the morning of `day`: what was done before it has been uploaded."""
        self.control("today", day=str(day))

    def latency(self, seconds: float) -> None:
        """Let every answer take so long, so that requests can be seen to overlap."""
        self.control("latency", seconds=seconds)

    def cold_after(self, days: int | None) -> None:
        """Hold intraday data of more than `days` ago back until a reload is asked for."""
        self.control("cold_after", days=days)

    def skew_clock(self, seconds: float) -> None:
        """Put Garmin's clock ahead by `seconds`: the Date header, `exp`, what has expired."""
        self.control("skew_clock", seconds=seconds)

    # ---- what was asked --------------------------------------------------------------------

    def log(self, lane: Lane | None = None) -> list[LoggedRequest]:
        """Return the requests so far, oldest first, those of the control door left out."""
        calls = [LoggedRequest(**row) for row in self.control("log")]
        return [call for call in calls if lane in (None, call.lane)]

    def clear_log(self) -> None:
        """Forget the requests so far."""
        self.control("clear_log")

    # ---- sign-in, tokens, key --------------------------------------------------------------

    def mfa(self, on: bool = True) -> None:
        """Ask for a code (`mfa_code` is the right one) at the next sign-in, or stop asking."""
        self.control("mfa", on=on)

    def token_ttl(self, seconds: float) -> None:
        """Let access tokens made from now on live so long; the library renews 900 s early."""
        self.control("token_ttl", seconds=seconds)

    def kill_tokens(self, *, refresh: bool = True) -> None:
        """Let no access token be valid any more; nor, unless `refresh` is False, a refresh one."""
        self.control("kill_tokens", refresh=refresh)

    def expire_key(self) -> None:
        """Let the Personal API key have expired; bearers made from it die with it."""
        self.control("expire_key")

    def revoke_key(self) -> None:
        """Take the Personal API key back; bearers made from it die with it."""
        self.control("revoke_key")

    def secrets(self) -> list[str]:
        """Return all that nobody may read anywhere: password, code, key, and what they opened."""
        return self.control("secrets")

    # ---- faults ----------------------------------------------------------------------------

    def fault(
        self, path: str = ".*", *, method: str | None = None, status: int | None = None,
        count: int | None = 1, after: int = 0, headers: dict[str, str] | None = None,
        delay_s: float = 0.0, answer_delay_s: float = 0.0, spoil: Spoil | None = None,
        add: dict[str, object] | None = None, remove: list[str] | None = None,
        lane: Lane | None = None,
    ) -> None:  # fmt: skip
        """Upset the next `count` requests (None: all) whose path matches the expression `path`.

        The first `after` matches pass. A `status` of 400 and more replaces the answer; `headers`
        (Retry-After, say) are put on it. `spoil` damages a good answer: `cut` ends the body in
        the middle with a length that agrees, `broken` promises the whole and closes the connection
        in the middle, `malformed` is JSON that breaks off, `html` is a page instead of JSON,
        `gateway` is a 504 after the work was done, `drop` closes the connection without a byte
        before anything is done, `lost` after it was done. `add` and `remove` put fields into, or
        take them out of, every object of a JSON answer. `delay_s` comes before anything else,
        `answer_delay_s` after the work and before the answer.
        """
        self.control(
            "fault", path=path, method=method, status=status, count=count, after=after,
            headers=headers or {}, delay_s=delay_s, answer_delay_s=answer_delay_s, spoil=spoil,
            add=add or {}, remove=remove or [], lane=lane,
        )  # fmt: skip

    def clear_faults(self) -> None:
        """Take back all faults that were not used up."""
        self.control("clear_faults")

    # ---- what happens in the account -------------------------------------------------------

    def activity_ids(self) -> list[int]:
        """Return the ids of all activities in the account, newest first."""
        return self.control("activity_ids")

    def late_upload(self, days_ago: int = 35) -> int:
        """Add a run of `days_ago` that another watch hands in only now; return its id."""
        return self.control("late_upload", days_ago=days_ago)

    def rename(self, activity_id: int, name: str) -> None:
        """Give an activity another name."""
        self.control("rename", activity_id=activity_id, name=name)

    def delete(self, activity_id: int) -> None:
        """Delete an activity."""
        self.control("delete", activity_id=activity_id)

    def two_devices(self, days_ago: int = 3) -> tuple[int, int]:
        """Add a run from two watches that started in the same minute; return both ids."""
        first, second = self.control("two_devices", days_ago=days_ago)
        return first, second

    def date_line(self, days_ago: int = 5) -> int:
        """Add a run in Honolulu on a day already begun in Seoul: local and GMT dates differ."""
        return self.control("date_line", days_ago=days_ago)

    def manual(self, days_ago: int = 2) -> int:
        """Add an activity that was typed in: no file can be downloaded."""
        return self.control("manual", days_ago=days_ago)

    def gpx_import(self, days_ago: int = 4) -> int:
        """Add a run that came as GPX: the zip of its original holds a .gpx."""
        return self.control("gpx_import", days_ago=days_ago)

    def workouts(self) -> list[dict[str, Any]]:
        """Return the workouts in the account, oldest first, as Garmin expanded them."""
        return self.control("workouts")

    def schedules(self) -> list[dict[str, Any]]:
        """Return the calendar's workouts by date: `scheduleId`, `workoutId`, `date`."""
        return self.control("schedules")

    def add_workout(self, workout: dict[str, Any], day: date | None = None) -> int:
        """Add a workout as another program would, on a day perhaps; return its id."""
        return self.control("add_workout", workout=workout, day=str(day) if day else None)

    def delete_workout(self, workout_id: int) -> None:
        """Delete a workout by hand, and its days with it."""
        self.control("delete_workout", workout_id=workout_id)

    def unschedule(self, schedule_id: int) -> None:
        """Take a workout off the calendar by hand."""
        self.control("unschedule", schedule_id=schedule_id)

    def reschedule(self, schedule_id: int, day: date) -> None:
        """Move a workout of the calendar to another day by hand."""
        self.control("reschedule", schedule_id=schedule_id, day=str(day))
