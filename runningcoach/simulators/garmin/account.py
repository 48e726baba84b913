"""The simulated account: its days and activities, generated on request, and later changes."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from runningcoach.demo import athlete, diary, health, ride, watches
from runningcoach.demo.body import TrainingDay
from runningcoach.demo.chance import dice
from runningcoach.demo.diary import DiaryEntry
from runningcoach.demo.health import Health
from runningcoach.demo.weather import air_temperature_c

_CACHED_ACTIVITIES = 96
_FIRST_EXTRA_ID = 9_900_000_000
_EXTRA_STARTS = time(4, 30)


class SimulatedAccount:
    """One runner's account as it stands on the morning of `until`."""

    def __init__(self, seed: int, years: float, until: date, language: str) -> None:
        self.seed, self.language = seed, language
        self._first = athlete.history(seed, years, until)[0].day
        self._states: dict[date, TrainingDay] = {}
        self._health: dict[date, Health] = {}
        self._whole: OrderedDict[int, DiaryEntry] = OrderedDict()
        self._extra: dict[int, DiaryEntry] = {}
        self.gpx: set[int] = set()
        self._deleted: set[int] = set()
        self._ids: list[int] = []
        self.names: dict[int, str] = {}
        self.set_date(until)

    def set_date(self, until: date) -> None:
        """Set the date to the morning of `until`; the first day stays."""
        states = athlete.history(self.seed, (until - self._first).days / 365.25, until)
        self.until = until
        self._states = {state.day: state for state in states}
        self._ids.clear()

    # ---- days ------------------------------------------------------------------------------

    @property
    def first_day(self) -> date:
        """The first day of the account."""
        return self._first

    def state(self, day: date) -> TrainingDay | None:
        """Return the training state of `day`, None outside the account."""
        return self._states.get(day)

    def states(self) -> Iterator[TrainingDay]:
        """Yield the states of all days, oldest first."""
        yield from self._states.values()

    def zone(self, day: date) -> ZoneInfo:
        """Return the zone that the runner wakes up in on `day`."""
        return diary.zone(self.seed, day)

    def is_over(self, day: date) -> bool:
        """Return whether `day` is past."""
        return day < self.until

    def health(self, day: date) -> Health | None:
        """Return the health of `day`, None outside the account."""
        state = self._states.get(day)
        if state is None:
            return None
        if day not in self._health:
            before = self._states.get(day - timedelta(days=1), state)
            air_c = air_temperature_c(self.seed, datetime.combine(day, time(3)))
            self._health[day] = health.of(state, before, self.seed, air_c)
        return self._health[day]

    # ---- activities ------------------------------------------------------------------------

    def activity_ids(self) -> list[int]:
        """Return the ids of all activities, newest first."""
        if not self._ids:
            mine = [*self._native_ids(), *self._extra]
            present = [number for number in mine if number not in self._deleted]
            self._ids = sorted(present, key=self._order, reverse=True)
        return list(self._ids)

    def _native_ids(self) -> Iterator[int]:
        for state in self._states.values():
            if state.day < self.until:
                yield from diary.ids(state, self.seed)

    def _order(self, number: int) -> tuple[date, int, int]:
        """Return the sort key of an activity by its start: extras start before dawn."""
        if number in self._extra:
            return self._extra[number].day, -1, number
        return diary.day_of(number), 0 if diary.is_false_start(number) else 1, number

    def is_extra(self, number: int) -> bool:
        """Return whether an activity was added to the generated ones."""
        return number in self._extra

    def day_of(self, number: int) -> date:
        """Return the local day that an activity started on."""
        return self._order(number)[0]

    def ids_of(self, day: date) -> list[int]:
        """Return the ids of the activities that started on `day`, newest first."""
        state = self._states.get(day) if day < self.until else None
        mine = diary.ids(state, self.seed) if state else []
        mine += [number for number, run in self._extra.items() if run.day == day]
        present = [number for number in mine if number not in self._deleted]
        return sorted(present, key=self._order, reverse=True)

    def activity(self, number: int) -> DiaryEntry | None:
        """Return an activity of the account, None when there is none of this id."""
        if number in self._deleted:
            return None
        entry = self._extra.get(number) or self._native(number)
        name = self.names.get(number)
        return replace(entry, name=name) if entry and name else entry

    def _native(self, number: int) -> DiaryEntry | None:
        if number not in self._whole:
            state = self._states.get(diary.day_of(number))
            if state is None or state.day >= self.until:
                return None
            entries = diary.activities(state, self.seed, self.language)
            self._whole |= {one.id: one for one in entries if not one.is_copy}
        while len(self._whole) > _CACHED_ACTIVITIES:
            self._whole.popitem(last=False)
        return self._whole.get(number)

    # ---- what befalls it -------------------------------------------------------------------

    def add_late_upload(self, days_ago: int) -> int:
        """Add a run that another watch uploads late; return its id."""
        return self._add(self._early_run(days_ago), watches.SECOND, 0)

    def add_run_of_two_watches(self, days_ago: int) -> tuple[int, int]:
        """Add one run from two watches, started seven seconds apart; return both ids."""
        run = self._early_run(days_ago)
        throw = dice(self.seed, run.day, "second watch")
        seen = replace(run, tracks=tuple(ride.second_watch_track(t, throw) for t in run.tracks))
        return self._add(run, run.head.watch, 0), self._add(seen, watches.SECOND, 7)

    def add_run_abroad(self, days_ago: int) -> int:
        """Add a run in Honolulu, in the evening of a local day that is over in Seoul."""
        run = self._early_run(days_ago)
        there = datetime.combine(run.day, time(18), ZoneInfo("Pacific/Honolulu"))
        return self._add(replace(run, started_at=there), run.head.watch, 0)

    def add_typed_in(self, days_ago: int) -> int:
        """Add an activity without a file."""
        number = self._add(self._early_run(days_ago), watches.SECOND, 0)
        self._extra[number] = replace(self._extra[number], has_file=False)
        return number

    def add_gpx_import(self, days_ago: int) -> int:
        """Add a run whose original is a GPX file."""
        number = self.add_late_upload(days_ago)
        self.gpx.add(number)
        return number

    def delete(self, number: int) -> None:
        """Delete an activity for good."""
        self._deleted.add(number)
        self._ids.clear()

    def _early_run(self, days_ago: int) -> DiaryEntry:
        """Return the last run under the sky before that day, moved to its small hours."""
        day = self.until - timedelta(days=days_ago)
        starts = datetime.combine(day, _EXTRA_STARTS, self.zone(day))
        return replace(self._model(day), day=day, started_at=starts, note=None, rpe=None)

    def _model(self, day: date) -> DiaryEntry:
        for back in range(1, 120):
            state = self._states.get(day - timedelta(days=back))
            for run in diary.activities(state, self.seed, self.language) if state else ():
                if (
                    run.has_file
                    and len(run.tracks) == 1
                    and "position_lat" in run.tracks[0].channels
                ):
                    return run
        raise LookupError(f"no run before {day}")

    def _add(self, run: DiaryEntry, watch: watches.Watch, late_s: int) -> int:
        self._ids.clear()
        number = _FIRST_EXTRA_ID + len(self._extra)
        starts = run.started_at + timedelta(seconds=late_s)
        offset_s = int((starts.utcoffset() or timedelta()).total_seconds())
        head = replace(
            run.head, started_at=int(starts.timestamp()), utc_offset_s=offset_s, watch=watch,
            workout_name=None, rpe=None,
        )  # fmt: skip
        self._extra[number] = replace(
            run, id=number, started_at=starts, utc_offset_s=offset_s, head=head,
        )  # fmt: skip
        return number
