"""Who does the hard work: this process, or a pool of others; the seam where a cluster would sit.

Tasks are plain values and results small, so any `concurrent.futures.Executor` serves. Results
come back in the order of the tasks. A worker that dies takes its pool with it: the tasks that
were under way are done again one by one, so that only the one that kills is lost.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import connection
from threading import Thread
from typing import Any

AHEAD = 4
"""Tasks under way for each worker: enough to keep them busy, few enough to bound memory."""


class Here(Executor):
    """The executor that does the work at once, in this process."""

    def submit[**P, R](self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call the function and return its finished future."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def get_executor(workers: int, work: Callable[..., Any]) -> Executor:
    """Return an executor with that many processes for `work`; one worker means this process."""
    return Here() if workers <= 1 else _pool(workers, work)


def _pool(processes: int, work: Callable[..., Any]) -> ProcessPoolExecutor:
    """Return processes that are forked from a small server, which knows the work already.

    A server that runs since earlier work knows only that: then each process learns by itself.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([work.__module__])
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_the_parent)


def _end_with_the_parent() -> None:
    """Let this worker end when its parent does, however that ends: a pool's workers would stay."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_after, args=[parent.sentinel], daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def in_order[T, R](
    work: Callable[[T], R], tasks: Iterable[T], workers: int
) -> Generator[tuple[T, Future[R]]]:
    """Yield every task with its finished future, in order; a few are done ahead."""
    executor = get_executor(workers, work)
    waiting: deque[tuple[T, Future[R]]] = deque()
    try:
        for task in tasks:
            waiting.append((task, _submit(executor, work, task)))
            if len(waiting) > AHEAD * workers:
                if _broke(waiting[0][1]):
                    executor.shutdown(wait=False)
                    yield from _one_by_one(work, waiting)
                    executor = get_executor(workers, work)
                else:
                    yield waiting.popleft()
        while waiting:
            if _broke(waiting[0][1]):
                yield from _one_by_one(work, waiting)
            else:
                yield waiting.popleft()
    finally:
        executor.shutdown(cancel_futures=True)


def _submit[T, R](executor: Executor, work: Callable[[T], R], task: T) -> Future[R]:
    try:
        return executor.submit(work, task)
    except BrokenExecutor as error:
        failed: Future[R] = Future()
        failed.set_exception(error)
        return failed


def _broke(future: Future[Any]) -> bool:
    return isinstance(future.exception(), BrokenExecutor)


def _one_by_one[T, R](
    work: Callable[[T], R], waiting: deque[tuple[T, Future[R]]]
) -> Iterator[tuple[T, Future[R]]]:
    """Do the waiting tasks again, each in a process of its own."""
    while waiting:
        task, _ = waiting.popleft()
        with _pool(1, work) as alone:
            future = alone.submit(work, task)
            _broke(future)
        yield task, future
