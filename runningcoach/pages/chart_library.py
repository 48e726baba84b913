"""The chart library of the pages, made when the first page asks for it.

Making it takes seconds and holds up the process that does it, so a process of its own is started:
`python -m runningcoach.pages.chart_library FOLDER PARENT`.
"""

import asyncio
import os
import sys
from pathlib import Path

from runningcoach.base import parent_process
from runningcoach.pages.charts import bundle


class Library:
    """The library as a file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = asyncio.Lock()

    async def make(self) -> None:
        """Make the file unless it is there, once however many pages ask."""
        async with self._making:
            if not bundle.is_in(self._folder):
                arguments = str(self._folder), str(os.getpid())
                making = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", __name__, *arguments
                )
                await making.wait()


def main() -> None:
    """Write the library into the folder; end with the server that asked."""
    parent_process.follow(int(sys.argv[2]))
    bundle.write(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
