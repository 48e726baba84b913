"""Jobs, run on a schedule or on request.

`take_files` and `take_upload` bring files in, `sync_garmin` what Garmin has, and
`bring_up_to_date` derives what follows from that; `adapt_plan` proposes a changed plan,
`push_workouts` sends workouts to Garmin's calendar, and `request_due_push` queues that;
`rebuild_all` makes everything anew, and `remove_account` takes it all away. The rest runs
notebooks: `table` says which and when, `runs` starts and watches one, `schedule` decides what is
due. A function's module is loaded when the function is named: few requests need any of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "AdaptationReport",
    "GarminOrder",
    "PushReport",
    "adapt_plan",
    "bring_up_to_date",
    "pace_at",
    "push_workouts",
    "rebuild_all",
    "remove_account",
    "request_due_push",
    "sync_garmin",
    "take_files",
    "take_upload",
]

if TYPE_CHECKING:
    from runningcoach.coach.plans.adaptation.proposals import AdaptationReport, adapt_plan
    from runningcoach.jobs.account_removal import remove_account
    from runningcoach.jobs.due_pushes import request_due_push
    from runningcoach.jobs.file_imports import take_files, take_upload
    from runningcoach.jobs.garmin_orders import GarminOrder
    from runningcoach.jobs.garmin_sync import pace_at, sync_garmin
    from runningcoach.jobs.rebuild import rebuild_all
    from runningcoach.jobs.refresh import bring_up_to_date
    from runningcoach.jobs.workout_push import push_workouts
    from runningcoach.publish.push_report import PushReport
else:
    _MODULES = {
        "AdaptationReport": "coach.plans.adaptation.proposals",
        "adapt_plan": "coach.plans.adaptation.proposals",
        "GarminOrder": "jobs.garmin_orders",
        "PushReport": "publish.push_report",
        "bring_up_to_date": "jobs.refresh",
        "pace_at": "jobs.garmin_sync",
        "push_workouts": "jobs.workout_push",
        "rebuild_all": "jobs.rebuild",
        "remove_account": "jobs.account_removal",
        "request_due_push": "jobs.due_pushes",
        "sync_garmin": "jobs.garmin_sync",
        "take_files": "jobs.file_imports",
        "take_upload": "jobs.file_imports",
    }

    def __getattr__(name: str) -> object:
        """Return a function of this room, loading the module that holds it."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"runningcoach.{_MODULES[name]}"), name)
