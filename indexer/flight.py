"""Work that is under way: a bounded number of tasks side by side, whose results come in the order they were begun."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def in_order(executor: Executor, work: Callable[[Task], Result], tasks: Iterable[Task], ahead: int) -> Iterator[Result]:
    """Yield the result of each task in order, with at most `ahead` of them begun or waiting to be fetched.

    `Executor.map` would begin all of them at once, and hold a file of gigabytes in memory.
    """
    flight: deque[Future[Result]] = deque()
    for task in tasks:
        flight.append(executor.submit(work, task))
        if len(flight) >= ahead:
            yield flight.popleft().result()
    while flight:
        yield flight.popleft().result()


class Flight(Generic[Task]):
    """Tasks under way in threads; each is landed (`landed` is called with it) in the order in which they were begun."""

    def __init__(
        self, executor: Executor, most: int, work: Callable[[Task], None], landed: Callable[[Task], None]
    ) -> None:
        self._executor = executor
        self._most = most
        self._work = work
        self._landed = landed
        self._under_way: deque[tuple[Task, Future[None]]] = deque()

    def begin(self, task: Task) -> None:
        """Begin a task, once there is room for one more."""
        while len(self._under_way) >= self._most:
            self._land()
        self._under_way.append((task, self._executor.submit(self._work, task)))

    def land_while(self, is_needed: Callable[[Task], bool]) -> None:
        """Land tasks as long as one of those under way is needed."""
        while any(is_needed(task) for task, _ in self._under_way):
            self._land()

    def land(self) -> None:
        """Land all tasks; raises the first error among them, when the others have ended too."""
        first: BaseException | None = None
        while self._under_way:
            try:
                self._land()
            except BaseException as error:  # noqa: BLE001  (raised again below; Ctrl-C is one of them)
                first = first or error
        if first:
            raise first

    def _land(self) -> None:
        task, future = self._under_way[0]
        try:
            future.result()
        finally:
            if future.done():
                self._under_way.popleft()
        self._landed(task)
