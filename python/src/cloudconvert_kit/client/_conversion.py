"""Waiting in threads, and a conversion that runs."""

from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, Mapping, Optional, TypeVar

from .._many import Window
from .._options import seconds
from .._plan import LOG, BaseConversion, News, Plan, emit, ended_within
from ..errors import ConversionTimeoutError

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from typing_extensions import Self

    from .._native import Run
    from .._progress import Progress
    from .._result import Result
    from .._source import Sources

__all__ = ["Conversion", "finish", "give_up", "many"]

T = TypeVar("T")


def finish(plan: Plan[T]) -> T:
    """Waits for the end, and gives the result."""
    wait(plan)
    return plan.result()


def wait(plan: Plan[T]) -> None:
    """Waits for the end. Whatever interrupts the waiting (Ctrl-C too) gives the conversion up, and cleans up first."""
    try:
        done = False
        while not done:
            done = plan.run.wait(plan.told.seen)
            plan.news()
    except BaseException:
        give_up(plan.run)
        raise


def give_up(run: Run) -> None:
    """Cancels, and waits until the process is deleted: some seconds at most."""
    run.cancel()
    LOG.info("cancelling")
    while not run.wait():
        emit(run)
    emit(run)


class Conversion(BaseConversion):
    """A conversion that runs, or has finished. Iterated, it gives its progress until it has finished.

    >>> with client.submit("film.avi", to="mp4") as conversion:
    ...     for progress in conversion:
    ...         print(progress.stage, progress.fraction)
    ...     conversion.save("film.mp4")
    """

    def result(self, timeout: Optional[float] = None) -> Result:
        """Waits for the end, but no longer than so many seconds; after those it still runs."""
        if timeout is not None and not self.done and not ended_within(self.run, seconds("timeout", timeout)):
            raise ConversionTimeoutError("the conversion has not finished yet; it still runs, so ask again")
        return self._end_well()

    def _end(self) -> None:
        if self._plan is not None and self._outcome is None and self._error is None:
            wait(self._plan)
        super()._end()

    def __iter__(self) -> Iterator[Progress]:
        if self.done:
            yield self.progress
            return
        news = News(self.run, self.run.shown)
        yield self.progress
        while not self.run.wait(news.seen):
            emit(self.run)
            if news.take():
                yield self.progress

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if not self.done:
            give_up(self.run)


def many(
    submit: Callable[[Sources, Dict[str, Any]], Conversion],
    sources: Iterable[Sources],
    concurrency: int,
    options: Mapping[str, Any],
) -> Iterator[Conversion]:
    """Gives conversions in the order in which they finish. Left early, it gives up those that run still."""
    ready: SimpleQueue[Conversion] = SimpleQueue()
    window = Window(
        sources, concurrency, options, submit, lambda source, error: Conversion(source, None, error), ready.put
    )
    try:
        while True:
            yield from window.fill()
            if not window:
                return
            conversion = ready.get()
            finished, _ = window.news(conversion)
            if finished:
                yield conversion
    finally:
        for run in window.cancel():
            give_up(run)
