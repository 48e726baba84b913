"""What is done in one go, at a time of day or when somebody asks.

`take_files` and `take_upload` bring files in. The rest runs notebooks: `table` says which and when,
`runs` starts and watches one, `schedule` decides what is due.
"""

from runningcoach.jobs.intake import take_files, take_upload

__all__ = ["take_files", "take_upload"]
