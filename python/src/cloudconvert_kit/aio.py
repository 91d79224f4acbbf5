"""The client for asyncio: the same methods as :class:`cloudconvert_kit.Client`, to be awaited."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Dict, List, Literal, Optional, TypeVar, Union, overload

from ._account import account_of, nothing_of, operations_of, stopped_of, task_of, webhook_of
from ._base import BaseClient
from ._calls import ProcessOrUrl, catalogue_of, listed
from ._many import Window
from ._plan import LOG, BaseConversion, Plan, emit, heard
from ._process import listed_of

if TYPE_CHECKING:
    from types import TracebackType
    from typing import AsyncIterator, Callable, Generator, Iterable, Mapping, Sequence, Type

    from typing_extensions import Self, Unpack

    from ._account import Account, AccountWebhook, Operation, Task, TaskFile
    from ._native import Run
    from ._options import (
        ConvertOptions,
        FollowOptions,
        JobOptions,
        ManyOptions,
        PatienceOptions,
        StartOptions,
        TasksOptions,
    )
    from ._process import ConversionType, ListedProcess, Process, Status
    from ._progress import Progress
    from ._result import File, Result, StrPath
    from ._source import Source, Sources
    from .errors import CloudConvertError

__all__ = ["AsyncClient", "AsyncConversion", "changed"]

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
            done = await changed(plan.run, plan.on_progress is not None)
            said = plan.news()
            if asyncio.iscoroutine(said):
                with heard():
                    await said
    except BaseException:
        await give_up(plan.run)
        raise


async def give_up(run: Run) -> None:
    """Cancels, and waits until the process is deleted: some seconds at most."""
    run.cancel()
    LOG.info("cancelling")
    while not await changed(run, progress=False):
        emit(run)
    emit(run)


async def changed(run: Run, progress: bool) -> bool:
    """Waits for the end (then true), for lines of the log or, if wanted, for progress."""
    loop = asyncio.get_running_loop()
    changed = loop.create_future()

    def wake() -> None:
        if not changed.done():
            changed.set_result(None)

    def wake_loop() -> None:
        # The loop may be gone by now: then nobody waits.
        if not loop.is_closed():
            loop.call_soon_threadsafe(wake)

    run.notify(progress, wake_loop)
    await changed
    return run.done


class AsyncClient(BaseClient):
    """A client of the CloudConvert API for asyncio.

    >>> async def main():
    ...     async with AsyncClient() as client:
    ...         result = await client.convert("photo.png", to="jpg")
    ...         await asyncio.to_thread(result.save, "photo.jpg")
    """

    async def convert(self, source: Sources, to: Optional[str] = None, **options: Unpack[ConvertOptions]) -> Result:
        """Converts. See :meth:`Client.convert`. Cancelling the task cancels the conversion."""
        return await finish(self._convert(source, to, options))

    def submit(self, source: Sources, to: Optional[str] = None, **options: Unpack[ConvertOptions]) -> AsyncConversion:
        """Begins to convert, and returns at once. See :meth:`Client.submit`."""
        return AsyncConversion(source, self._convert(source, to, options))

    def convert_many(
        self,
        sources: Iterable[Sources],
        to: Optional[str] = None,
        *,
        concurrency: Optional[int] = None,
        **options: Unpack[ManyOptions],
    ) -> AsyncIterator[AsyncConversion]:
        """Converts many; gives each when it has finished. See :meth:`Client.convert_many`."""

        def submit(source: Sources, chosen: Dict[str, Any]) -> AsyncConversion:
            return AsyncConversion(source, self._convert(source, to, chosen))

        return many(submit, sources, concurrency or self._limit, options)

    async def resume(
        self,
        saved: str,
        source: Optional[Sources] = None,
        to: Optional[str] = None,
        **options: Unpack[ConvertOptions],
    ) -> Result:
        """Goes on with a saved conversion. See :meth:`Client.resume`."""
        return await finish(self._resume(saved, source, to, options))

    async def prepare(self, name: str, /, to: str, **options: Unpack[JobOptions]) -> Process:
        """Creates and starts a process that waits for an upload. See :meth:`Client.prepare`."""
        return await finish(self._prepare(name, to, options))

    async def follow(self, process: ProcessOrUrl, **options: Unpack[FollowOptions]) -> Result:
        """Follows a process to its end, downloads its output and deletes it. See :meth:`Client.follow`."""
        return await finish(self._follow(process, options, delete=True))

    async def create(self, from_: str, to: str, mode: Optional[str] = None) -> Process:
        """Creates a process. See :meth:`Client.create`."""
        return await finish(self._create(from_, to, mode))

    @overload
    async def launch(
        self, source: Sources, to: Optional[str] = None, *, answered: None = None, **options: Unpack[JobOptions]
    ) -> Process: ...

    @overload
    async def launch(
        self, source: Sources, to: Optional[str] = None, *, answered: Literal["ended"], **options: Unpack[JobOptions]
    ) -> Status: ...

    @overload
    async def launch(
        self,
        source: Sources,
        to: Optional[str] = None,
        *,
        answered: Literal["output", "inline"],
        **options: Unpack[JobOptions],
    ) -> str: ...

    async def launch(
        self,
        source: Sources,
        to: Optional[str] = None,
        *,
        answered: Optional[Literal["ended", "output", "inline"]] = None,
        **options: Unpack[JobOptions],
    ) -> Union[Process, Status, str]:
        """Creates and starts in one call what needs no upload. See :meth:`Client.launch`."""
        launched: Union[Process, Status, str] = await finish(self._launch(source, to, answered, options))
        return launched

    async def start(
        self, process: ProcessOrUrl, source: Optional[Sources] = None, *, to: str, **options: Unpack[StartOptions]
    ) -> Status:
        """Starts a created process. See :meth:`Client.start`."""
        return await finish(self._start(process, source, to, options))

    async def upload(
        self,
        process: ProcessOrUrl,
        source: Source,
        *,
        name: Optional[str] = None,
        **options: Unpack[PatienceOptions],
    ) -> None:
        """Uploads the input of a started process. See :meth:`Client.upload`."""
        await finish(self._upload(process, source, name, options))

    async def status(self, process: ProcessOrUrl, *, wait: bool = False) -> Status:
        """Asks how far a process is. See :meth:`Client.status`."""
        return await finish(self._status(process, wait))

    async def wait(self, process: ProcessOrUrl, **options: Unpack[PatienceOptions]) -> Result:
        """Waits for the end of a process. See :meth:`Client.wait`."""
        return await finish(self._follow(process, {**options, "download": "none"}, delete=False))

    async def download(
        self, process: ProcessOrUrl, save_to: Optional[StrPath] = None, **options: Unpack[PatienceOptions]
    ) -> Result:
        """Waits for the output of a process and downloads it. See :meth:`Client.download`."""
        return await finish(self._follow(process, {**options, "save_to": save_to}, delete=False))

    async def fetch(
        self,
        url: Union[TaskFile, str],
        save_to: Optional[StrPath] = None,
        *,
        file: Optional[str] = None,
        name: Optional[str] = None,
        inline: bool = False,
        overwrite: bool = False,
    ) -> File:
        """Downloads one file by its own URL. See :meth:`Client.fetch`."""
        options = {"save_to": save_to, "overwrite": overwrite}
        return await finish(self._fetch(url, file, name, inline, options))

    async def delete(self, process: ProcessOrUrl, *, cancel: bool = True) -> None:
        """Cancels a process or a job, and deletes it with all its files. See :meth:`Client.delete`."""
        await finish(self._delete(process, cancel))

    async def formats(
        self,
        from_: Optional[str] = None,
        to: Optional[str] = None,
        *,
        engine: Optional[str] = None,
        engine_version: Optional[str] = None,
        include: Union[str, Sequence[str], None] = None,
        alternatives: bool = False,
    ) -> List[ConversionType]:
        """What the service converts. See :meth:`Client.formats`."""
        filters = catalogue_of(from_, to, engine, engine_version, include, alternatives)
        return await finish(self._formats(filters))

    async def run(
        self,
        tasks: Mapping[str, Mapping[str, Any]],
        files: Optional[Mapping[str, Source]] = None,
        **options: Unpack[TasksOptions],
    ) -> Result:
        """Runs a job of your own. See :meth:`Client.run`."""
        return await finish(self._tasks(tasks, files or {}, options))

    async def me(self) -> Account:
        """The account that the key belongs to. See :meth:`Client.me`."""
        return await finish(self._ask(account_of, "me"))

    def processes(
        self,
        *,
        status: Optional[str] = None,
        tag: Optional[str] = None,
        page: Optional[int] = None,
        per_page: Optional[int] = None,
    ) -> AsyncIterator[ListedProcess]:
        """All processes or jobs of the key that the service still knows. See :meth:`Client.processes`."""
        wish = {"call": "list", "status": status, "tag": tag, "page": page, "per_page": per_page}
        return self._each(listed_of, "processes", wish)

    async def operations(
        self,
        operation: Optional[str] = None,
        *,
        from_: Optional[str] = None,
        to: Optional[str] = None,
        engine: Optional[str] = None,
        engine_version: Optional[str] = None,
        include: Union[str, Sequence[str], None] = None,
        alternatives: bool = False,
    ) -> List[Operation]:
        """What the service does with files. See :meth:`Client.operations`."""
        filters = catalogue_of(from_, to, engine, engine_version, include, alternatives)
        return await finish(self._ask(operations_of, "operations", operation=operation, **filters))

    def tasks(
        self,
        job: Optional[str] = None,
        *,
        status: Optional[str] = None,
        operation: Optional[str] = None,
        include: Union[str, Sequence[str], None] = None,
        page: Optional[int] = None,
        per_page: Optional[int] = None,
    ) -> AsyncIterator[Task]:
        """The tasks of a job, or of all jobs (version 2 of the API). See :meth:`Client.tasks`."""
        wish = {
            "call": "tasks",
            "id": job,
            "status": status,
            "operation": operation,
            "include": listed(include),
            "page": page,
            "per_page": per_page,
        }
        return self._each(task_of, "tasks", wish)

    async def task(self, id: str, *, wait: bool = False, include: Union[str, Sequence[str], None] = None) -> Task:
        """A task; with ``wait``, when it has ended. See :meth:`Client.task`."""
        return await finish(self._ask(task_of, "task", id=id, wait=wait or None, include=listed(include)))

    async def retry_task(self, id: str) -> Task:
        """Runs a task once more, as a new one. See :meth:`Client.retry_task`."""
        return await finish(self._ask(task_of, "retry_task", id=id))

    async def cancel_task(self, id: str) -> Optional[Task]:
        """Stops a task (version 2 of the API). See :meth:`Client.cancel_task`."""
        return await finish(self._ask(stopped_of, "cancel_task", id=id))

    async def delete_task(self, id: str) -> None:
        """Deletes a task with its files. See :meth:`Client.delete_task`."""
        await finish(self._ask(nothing_of, "delete_task", id=id))

    def webhooks(
        self, *, url: Optional[str] = None, page: Optional[int] = None, per_page: Optional[int] = None
    ) -> AsyncIterator[AccountWebhook]:
        """The webhooks of the account (version 2 of the API). See :meth:`Client.webhooks`."""
        return self._each(webhook_of, "webhooks", {"call": "webhooks", "url": url, "page": page, "per_page": per_page})

    async def create_webhook(self, url: str, events: Sequence[str]) -> AccountWebhook:
        """Makes the service call a URL (version 2 of the API). See :meth:`Client.create_webhook`."""
        return await finish(self._ask(webhook_of, "create_webhook", url=url, events=list(events)))

    async def delete_webhook(self, id: str) -> None:
        """The service calls that URL no more. See :meth:`Client.delete_webhook`."""
        await finish(self._ask(nothing_of, "delete_webhook", id=id))

    async def aclose(self) -> None:
        """Gives up what still runs, and waits until it has cleaned up."""
        for run in self._cancel_all():
            await give_up(run)

    async def _each(
        self, read: Callable[[Mapping[str, Any]], T], name: str, wish: Mapping[str, Any]
    ) -> AsyncIterator[T]:
        """All entries of a list."""
        following: Optional[Mapping[str, Any]] = wish
        while following is not None:
            page, following = await finish(self._page(read, name, following))
            for entry in page:
                yield entry

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.aclose()


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
        yield self.progress
        while not self.done and not await changed(self.run, progress=True):
            emit(self.run)
            if self.run.has_news():
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
            if window.news(conversion):
                yield conversion
    finally:
        for run in window.cancel():
            await give_up(run)
