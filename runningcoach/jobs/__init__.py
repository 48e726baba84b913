"""What is done in one go, at a time of day or when somebody asks.

`take_files` and `take_upload` bring files in, `keep_up_with_garmin` what Garmin has, and
`bring_up_to_date` derives what follows from that; `remake` makes everything anew, and
`remove_account` takes it all away. The rest runs notebooks: `table` says which and when, `runs`
starts and watches one, `schedule` decides what is due.
"""

from runningcoach.jobs.account_removal import remove_account
from runningcoach.jobs.file_imports import take_files, take_upload
from runningcoach.jobs.garmin_sync import GarminOrder, keep_up_with_garmin, pace_at
from runningcoach.jobs.rebuild import remake
from runningcoach.jobs.refresh import bring_up_to_date

__all__ = [
    "GarminOrder",
    "bring_up_to_date",
    "keep_up_with_garmin",
    "pace_at",
    "remake",
    "remove_account",
    "take_files",
    "take_upload",
]
