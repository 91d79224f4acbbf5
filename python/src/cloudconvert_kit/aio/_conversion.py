"""Waiting in event loops, and a conversion that runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Dict, Optional, TypeVar

from .._many import Window
from .._plan import LOG, BaseConversion, News, Plan, emit, heard

if TYPE_CHECKING:
    from types import TracebackType
    from typing import AsyncIterator, Callable, Generator, Iterable, Mapping, Type

    from typing_extensions import Self

    from .._native import Run
    from .._progress import Progress
    from .._result import Result
    from .._source import Sources
    from ..errors import CloudConvertError

__all__ = ["AsyncConversion", "changed", "finish", "give_up", "many"]

T = TypeVar("T")


async def finish(plan: Plan[T]) -> T:
    """Waits for the end, and gives the result."""
    await wait(plan)
    return plan.result()


async def wait(plan: Plan[T]) -> None:
    """Waits for the end. A cancelled task gives the conversion up, and cleans up before it ends."""
    try:
        done = False
        while not done:
            done = await changed(plan.run, plan.told.seen)
            await heed(plan.news())
    except BaseException:
        await give_up(plan.run)
        raise


async def heed(said: object) -> None:
    """Awaits what a function of the user's returned, where it is one that is awaited."""
    if asyncio.iscoroutine(said):
        with heard("on_progress"):
            await said


async def give_up(run: Run) -> None:
    """Cancels, and waits until the process is deleted: some seconds at most."""
    run.cancel()
    LOG.info("cancelling")
    while not await changed(run):
        emit(run)
    emit(run)


async def changed(run: Run, seen: Optional[int] = None) -> bool:
    """Waits for the end (then true), for lines of the log or, where one tells what it has seen, for progress."""
    loop = asyncio.get_running_loop()
    changed = loop.create_future()

    def wake() -> None:
        if not changed.done():
            changed.set_result(None)

    def wake_loop() -> None:
        # The loop may be gone by now: then nothing waits.
        if not loop.is_closed():
            loop.call_soon_threadsafe(wake)

    run.notify(seen, wake_loop)
    await changed
    return run.done


class AsyncConversion(BaseConversion):
    """A conversion that runs, or has finished. Awaited, it gives its result; iterated, its progress.

    >>> async def main():
    ...     conversion = client.submit("film.avi", to="mp4")
    ...     async for progress in conversion:
    ...         print(progress.stage, progress.fraction)
    ...     result = await conversion
    """

    async def result(self) -> Result:
        """Waits for the end."""
        if self._plan is not None and not self.done:
            await wait(self._plan)
        return self._end_well()

    def __await__(self) -> Generator[Any, None, Result]:
        return self.result().__await__()

    async def __aiter__(self) -> AsyncIterator[Progress]:
        if self.done:
            yield self.progress
            return
        news = News(self.run, self.run.shown)
        yield self.progress
        while not await changed(self.run, news.seen):
            emit(self.run)
            if news.take():
                yield self.progress

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if not self.done:
            await give_up(self.run)


async def many(
    submit: Callable[[Sources, Dict[str, Any]], AsyncConversion],
    sources: Iterable[Sources],
    concurrency: int,
    options: Mapping[str, Any],
) -> AsyncIterator[AsyncConversion]:
    """Gives conversions in the order in which they finish. Left early, it gives up those that run still."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[AsyncConversion] = asyncio.Queue()

    def ready(conversion: AsyncConversion) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(queue.put_nowait, conversion)

    def failed(source: Sources, error: CloudConvertError) -> AsyncConversion:
        return AsyncConversion(source, None, error)

    window = Window(sources, concurrency, options, submit, failed, ready)
    try:
        while True:
            for conversion in window.fill():
                yield conversion
            if not window:
                return
            conversion = await queue.get()
            finished, said = window.news(conversion)
            await heed(said)
            if finished:
                yield conversion
    finally:
        for run in window.cancel():
            await give_up(run)
