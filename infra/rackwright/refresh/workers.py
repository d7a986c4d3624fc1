"""Tasks spread over processes that are copies of this one.

A fork has everything in memory that a task needs, so nothing is sent to a worker but the numbers of
tasks, and each takes the next when it is done with one: tasks may be of very different sizes. What
comes back are small values as MessagePack, a frame for each task.

A worker that is killed, by the kernel for its memory or by a person, is noticed by its silence. One
whose parent is killed stops at its next answer, and holds the site's lock until then.
"""

from __future__ import annotations

import os
import selectors
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from msgspec import Struct, field, msgpack

from rackwright.problems import RackwrightError, Unfinished

Task = Callable[[int], Any]
"""Does the task of a number and returns plain data."""

FEW = 3
"""Tasks that are done sooner than workers are started."""
_NUMBER = 4
"""Bytes of a number on a pipe."""
_MOST = 1 << 13
"""So many numbers surely fit into a pipe at once."""
_CHUNK = 1 << 16


class _Worker(Struct):
    """A process that works, and what it has sent so far and nobody has read."""

    process: int
    answers: int
    unread: bytearray = field(default_factory=bytearray)


def _nothing() -> None:
    """Do nothing."""


def spread(
    tasks: int, do: Task, processes: int, meanwhile: Callable[[], object] = _nothing
) -> Iterator[Any]:
    """Do tasks number 0 and up in so many processes and yield what they return, as it comes.

    `meanwhile` is what this process does once, before it waits for the others.

    Raises:
        RackwrightError: What a task raised.
        Unfinished: A worker ended before its time.
    """
    if min(processes, tasks) < 2:
        yield from map(do, range(tasks))
        return
    for first in range(0, tasks, _MOST):
        count = min(_MOST, tasks - first)
        yield from _spread(range(first, first + count), do, min(processes, count), meanwhile)
        meanwhile = _nothing


def _spread(
    numbers: range, do: Task, processes: int, meanwhile: Callable[[], object]
) -> Iterator[Any]:
    with _working(numbers, do, processes) as workers:
        meanwhile()
        yield from _answers(workers)


@contextmanager
def aside(do: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
    """Do something in a process of its own, beside what follows; gives what waits for its answer.

    It can be asked for once.

    Raises:
        RackwrightError: What `do` raised, when the answer is asked for.
        Unfinished: The process ended before its time, likewise.
    """
    with _working(range(1), lambda _: do(), 1) as workers:
        yield lambda: next(_answers(workers))


@contextmanager
def _working(numbers: range, do: Task, processes: int) -> Iterator[list[_Worker]]:
    """Let so many processes do the tasks of these numbers; they end with the body."""
    taken, given = os.pipe()
    workers: list[_Worker] = []
    try:
        os.write(given, b"".join(number.to_bytes(_NUMBER) for number in numbers))
        os.close(given)
        for _ in range(processes):
            workers.append(_start(taken, do, workers))
        yield workers
    finally:
        os.close(taken)
        for worker in workers:
            _end(worker)


def _start(taken: int, do: Task, others: list[_Worker]) -> _Worker:
    answers, answering = os.pipe()
    process = os.fork()
    if process:
        os.close(answering)
        return _Worker(process, answers)
    code = 1
    try:
        for descriptor in (answers, *(other.answers for other in others)):
            os.close(descriptor)
        _work(taken, answering, do)
        code = 0
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # whoever started this says so, or is gone
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _work(taken: int, answering: int, do: Task) -> None:
    while number := os.read(taken, _NUMBER):
        try:
            answer = {"done": do(int.from_bytes(number))}
        except RackwrightError as error:
            answer = {"error": (type(error).__name__, error.message, error.hint)}
        body = msgpack.encode(answer)
        left = memoryview(len(body).to_bytes(_NUMBER) + body)
        while left:
            left = left[os.write(answering, left) :]


def _answers(workers: list[_Worker]) -> Iterator[Any]:
    with selectors.DefaultSelector() as selector:
        for worker in workers:
            selector.register(worker.answers, selectors.EVENT_READ, worker)
        while selector.get_map():
            for key, _ in selector.select():
                worker = key.data
                chunk = os.read(worker.answers, _CHUNK)
                worker.unread += chunk
                yield from map(_answer, _frames(worker.unread))
                if not chunk:
                    selector.unregister(worker.answers)
                    _require_success(worker)


def _frames(unread: bytearray) -> Iterator[bytes]:
    while len(unread) >= _NUMBER:
        end = _NUMBER + int.from_bytes(unread[:_NUMBER])
        if len(unread) < end:
            return
        yield bytes(unread[_NUMBER:end])
        del unread[:end]


def _answer(frame: bytes) -> Any:  # noqa: ANN401  (what the task returned)
    answer = msgpack.decode(frame)
    if "error" in answer:
        _, message, hint = answer["error"]
        raise RackwrightError(message, hint)
    return answer["done"]


def _require_success(worker: _Worker) -> None:
    _, status = os.waitpid(worker.process, 0)
    worker.process = 0
    code = os.waitstatus_to_exitcode(status)
    if code:
        why = f"was killed by signal {-code}" if code < 0 else f"failed with {code}"
        raise Unfinished(
            f"a worker process {why}; what it wrote is whole",
            "render again to finish it, with fewer --processes if memory ran out",
        )


def _end(worker: _Worker) -> None:
    os.close(worker.answers)
    if worker.process:
        with suppress(ProcessLookupError):
            os.kill(worker.process, signal.SIGKILL)
        os.waitpid(worker.process, 0)
