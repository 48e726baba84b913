"""Progress bars with rate and time left; silent without a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from runningcoach.base import i18n

if TYPE_CHECKING:
    from runningcoach.ingest import imports


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@contextmanager
def of_import(console: Console) -> Iterator["Callable[[imports.ImportProgress], None]"]:
    """Yield a callback that shows files done, files a second and time left."""
    with _bar(console) as bar:
        task = bar.add_task(i18n.t("cli.importing"), total=None, rate="")

        def show(state: "imports.ImportProgress") -> None:
            rate = i18n.t("cli.rate", rate=f"{state.files_per_s:.0f}")
            bar.update(task, completed=state.files_read, total=state.total, rate=rate)

        yield show


@contextmanager
def of_steps(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Yield a callback that shows activities done out of all."""
    with _bar(console) as bar:
        task = bar.add_task(i18n.t("cli.deriving"), total=None, rate="")

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show


@contextmanager
def of_units(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Yield a callback that shows units of a sync done out of all, with the time left."""
    with _bar(console) as bar:
        task = bar.add_task(i18n.t("cli.garmin.fetching"), total=None, rate="")

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show
