"""Events of a model as they come, and a beat while it is silent."""

import queue
import threading
from collections.abc import Generator, Iterator
from contextvars import copy_context

from runningcoach.model.conversation import ModelEvent

BEAT_S = 1.0
"""How long a model may be silent before a beat."""
READER = "model-answer"
"""The name of the threads that wait for models."""


def count_readers() -> int:
    """Return how many threads wait for a model in this process."""
    return sum(thread.name == READER for thread in threading.enumerate())


def paced(events: Iterator[ModelEvent]) -> Generator[ModelEvent | None]:
    """Yield the events of a model, and None for each second in which none came.

    The events are read in a thread of their own, so that a stop is noticed while a model thinks.
    When this generator is closed, that thread ends with the next event or the model's time-out,
    and the request with it. An error of the events is raised here.
    """
    arrived: queue.Queue[ModelEvent | Exception | None] = queue.Queue()
    is_over = threading.Event()
    threading.Thread(
        target=copy_context().run,
        args=(_read, events, arrived, is_over),
        name=READER,
        daemon=True,
    ).start()
    try:
        while True:
            try:
                event = arrived.get(timeout=BEAT_S)
            except queue.Empty:
                yield None
                continue
            if event is None:
                return
            if isinstance(event, Exception):
                raise event
            yield event
    finally:
        is_over.set()


def _read(
    events: Iterator[ModelEvent],
    arrived: "queue.Queue[ModelEvent | Exception | None]",
    is_over: threading.Event,
) -> None:
    try:
        for event in events:
            if is_over.is_set():
                break
            arrived.put(event)
    except Exception as error:  # raised again where the queue is read
        arrived.put(error)
    finally:
        if isinstance(events, Generator):
            events.close()
        arrived.put(None)
