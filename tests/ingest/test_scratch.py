"""Folders of imports: each its own, gone at the end, and those of killed imports swept."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runningcoach.ingest.files.temporary_folders import LONGEST_MAKING_S, scratch_folder


def test_many_at_one_instant_have_a_folder_each(home: Path) -> None:
    def use(number: int) -> Path:
        with scratch_folder(home) as folder:
            (folder / "file").write_text(f"{number}")
            time.sleep(0.005)
            assert (folder / "file").read_text() == f"{number}"
            return folder

    with ThreadPoolExecutor(16) as threads:
        folders = list(threads.map(use, range(160)))
    assert len(set(folders)) == 160
    assert list((home / "inbox").iterdir()) == []


def test_what_a_killed_import_left_is_swept_and_what_is_held_is_not(home: Path) -> None:
    with scratch_folder(home) as held:
        left = home / "inbox" / "unpack-left"
        left.mkdir()
        (left / ".held").touch()
        half_made = home / "inbox" / "new-half"
        half_made.mkdir()
        fresh = home / "inbox" / "new-fresh"
        fresh.mkdir()
        long_ago = time.time() - 2 * LONGEST_MAKING_S
        os.utime(half_made, (long_ago, long_ago))
        with scratch_folder(home):
            assert {held.name, "new-fresh"} < {path.name for path in held.parent.iterdir()}
            assert not left.exists()
            assert not half_made.exists()
        assert held.exists()
