"""Who does the hard work: this process, or a pool of others; the seam where a cluster would sit.

Tasks are plain values and results small, so any `concurrent.futures.Executor` serves. Results
come back in the order of the tasks. A worker that dies, or that takes more time or memory than a
task may, costs that task alone; another worker takes its place.
"""

import multiprocessing
import os
import pickle
import resource
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path
from typing import Any

AHEAD = 4
"""Tasks under way for each worker: enough to keep them busy, few enough to bound memory."""
PATIENCE_S = 5.0
"""How long a worker may take to end before it is killed."""

_processes = threading.Lock()
"""Held while a process is started or waited for: multiprocessing keeps one list of all."""


class WorkerDied(BrokenExecutor):
    """The process that worked on a task ended before the task did."""


class TooMuchWork(Exception):
    """A task exceeded its time or memory limit."""


@dataclass(frozen=True, slots=True)
class TaskLimits:
    """Limits of one task in a worker process.

    `cpu_s` counts the seconds that it computes, whatever else the machine is busy with; `wall_s`
    is for a task that waits for ever. `memory_bytes` come on top of what an idle worker has.
    """

    cpu_s: int
    wall_s: float
    memory_bytes: int


class InlineExecutor(Executor):
    """The executor that does the work at once, in this process."""

    def submit[**P, R](self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call the function and return its finished future."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class WorkerPool(Executor):
    """Processes that are forked from a small server, each started when there is work for it.

    `preload` are modules that the server knows already; a server that runs since earlier work
    knows only those of then, and each process learns the others by itself.
    """

    def __init__(
        self, processes: int, preload: Iterable[str] = (), limits: TaskLimits | None = None
    ) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([*preload])
        self._limits = limits
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="worker")
        self._mine = threading.local()
        self._workers: set[_WorkerProcess] = set()

    def submit[**P, R](self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Let a worker call the function; its future raises WorkerDied or TooMuchWork too."""
        return self._threads.submit(self._call, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers, when their tasks are done or when `wait` is not wanted."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        for worker in list(self._workers):
            worker.end()
        self._workers.clear()

    def _call(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        worker = self._worker()
        try:
            return worker.call(fn, args, kwargs)
        finally:
            if not worker.is_usable:
                self._workers.discard(worker)
                self._mine.worker = None

    def _worker(self) -> "_WorkerProcess":
        """Return the worker of this thread; each thread has one."""
        worker: _WorkerProcess | None = getattr(self._mine, "worker", None)
        if worker is None:
            worker = self._mine.worker = _WorkerProcess(self._context, self._limits)
            self._workers.add(worker)
        return worker


class _WorkerProcess:
    """One process, and its pipe of tasks and results."""

    def __init__(self, context: Any, limits: TaskLimits | None) -> None:
        self.is_usable = True
        self._wall_s = limits.wall_s if limits else None
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, limits), daemon=True)
        with _processes:
            self._process.start()
        theirs.close()

    def call(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Return the function's result in the process, or raise its error."""
        try:
            self._pipe.send((fn, args, kwargs))
            if not self._pipe.poll(self._wall_s):
                self._kill()
                raise TooMuchWork("time")
            is_result, answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._why_dead() from error
        if is_result:
            return answer
        raise answer

    def end(self) -> None:
        """End the process, which has nothing to do."""
        self.is_usable = False
        self._pipe.close()
        with _processes:
            self._process.join(PATIENCE_S)
        self._kill()

    def _kill(self) -> None:
        self.is_usable = False
        with _processes:
            if self._process.is_alive():
                self._process.kill()
            self._process.join()

    def _why_dead(self) -> Exception:
        """Return the error for the way the process ended."""
        with _processes:
            self._process.join(PATIENCE_S)
            code = self._process.exitcode
        self._kill()
        if code == -signal.SIGXCPU:
            return TooMuchWork("time")
        return WorkerDied(f"worker ended with code {code}")


def _serve(pipe: Any, limits: TaskLimits | None) -> None:
    """Run tasks one after the other until the pipe is closed."""
    _end_with_the_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches whoever waits for the tasks
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limits:
        _limit_memory(limits.memory_bytes)
    with suppress(EOFError, OSError):
        while True:
            fn, args, kwargs = pipe.recv()
            if limits:
                _limit_time(limits.cpu_s)
            pipe.send(_answer(fn, args, kwargs))


def _answer(fn: Callable[..., Any], args: Any, kwargs: Any) -> tuple[bool, Any]:
    try:
        return True, fn(*args, **kwargs)
    except MemoryError:
        return False, TooMuchWork("memory")
    except Exception as error:
        return False, _portable(error)


def _portable(error: Exception) -> Exception:
    """Return the error, or an equivalent one where it cannot be pickled."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  our own words, a moment old
    except Exception:
        return RuntimeError(repr(error))
    return error


def _limit_memory(memory_bytes: int) -> None:
    """Limit this process's additional memory; only Linux reports its current size."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory_bytes
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _limit_time(cpu_s: int) -> None:
    """Let this process compute so much longer; then the system ends it by SIGXCPU."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(time.process_time()) + 1 + cpu_s
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def _end_with_the_parent() -> None:
    """Let this worker end when its parent does, however that ends: it would stay else."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=[parent.sentinel], daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def get_executor(workers: int, work: Callable[..., Any]) -> Executor:
    """Return an executor with that many processes for `work`; one worker means this process."""
    return InlineExecutor() if workers <= 1 else WorkerPool(workers, [work.__module__])


def in_order[T, R](
    work: Callable[[T], R],
    tasks: Iterable[T],
    workers: int,
    executor: Executor | None = None,
) -> Generator[tuple[T, Future[R]]]:
    """Yield every task with its finished future, in order; a few run ahead.

    An `executor` that is given does the work, and stays open.
    """
    doing = executor or get_executor(workers, work)
    waiting: deque[tuple[T, Future[R]]] = deque()
    try:
        for task in tasks:
            waiting.append((task, doing.submit(work, task)))
            if len(waiting) > AHEAD * workers:
                yield _finished(waiting)
        while waiting:
            yield _finished(waiting)
    finally:
        for _, future in waiting:
            future.cancel()
        if executor is None:
            doing.shutdown(cancel_futures=True)


def _finished[T, R](waiting: deque[tuple[T, Future[R]]]) -> tuple[T, Future[R]]:
    task, future = waiting.popleft()
    future.exception()
    return task, future
