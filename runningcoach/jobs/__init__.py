"""Jobs, run on a schedule or on request.

`take_files` and `take_upload` bring files in, `sync_garmin` what Garmin has, and
`bring_up_to_date` derives what follows from that; `push_workouts` sends workouts to Garmin's
calendar; `rebuild_all` makes everything anew, and `remove_account` takes it all away. The rest
runs notebooks: `table` says which and when, `runs` starts and watches one, `schedule` decides what
is due.
"""

from runningcoach.jobs.account_removal import remove_account
from runningcoach.jobs.file_imports import take_files, take_upload
from runningcoach.jobs.garmin_sync import GarminOrder, pace_at, sync_garmin
from runningcoach.jobs.rebuild import rebuild_all
from runningcoach.jobs.refresh import bring_up_to_date
from runningcoach.jobs.workout_push import push_workouts
from runningcoach.publish.push_report import PushReport

__all__ = [
    "GarminOrder",
    "PushReport",
    "bring_up_to_date",
    "pace_at",
    "push_workouts",
    "rebuild_all",
    "remove_account",
    "sync_garmin",
    "take_files",
    "take_upload",
]
