"""Conversions, whole or in the parts that several programs share: for asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional

from .._base import BaseClient
from .._calls import ProcessOrUrl
from ._conversion import AsyncConversion, finish, many

if TYPE_CHECKING:
    from typing import AsyncIterator, Iterable

    from typing_extensions import Unpack

    from .._options import ConvertOptions, FollowOptions, JobOptions, ManyOptions, PatienceOptions, TasksOptions
    from .._process import Process
    from .._result import Result, StrPath
    from .._source import Source, Sources, TaskSource

__all__ = ["Conversions"]


class Conversions(BaseClient):
    """The calls that run conversions."""

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

        return many(submit, sources, self._at_once(concurrency, options), options)

    async def run(
        self,
        tasks: Mapping[str, Mapping[str, Any]],
        files: Optional[Mapping[str, TaskSource]] = None,
        **options: Unpack[TasksOptions],
    ) -> Result:
        """Runs a job of your own. See :meth:`Client.run`."""
        return await finish(self._tasks(tasks, files or {}, options))

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

    async def follow(self, process: ProcessOrUrl, **options: Unpack[FollowOptions]) -> Result:
        """Follows a process to its end, downloads its output and deletes it. See :meth:`Client.follow`."""
        return await finish(self._follow(process, options, delete=True))

    async def wait(self, process: ProcessOrUrl, **options: Unpack[PatienceOptions]) -> Result:
        """Waits for the end of a process. See :meth:`Client.wait`."""
        return await finish(self._follow(process, {**options, "download": "none"}, delete=False))

    async def download(
        self, process: ProcessOrUrl, save_to: Optional[StrPath] = None, **options: Unpack[PatienceOptions]
    ) -> Result:
        """Waits for the output of a process and downloads it. See :meth:`Client.download`."""
        return await finish(self._follow(process, {**options, "save_to": save_to}, delete=False))

    async def delete(self, process: ProcessOrUrl, *, cancel: bool = True) -> None:
        """Cancels a process or a job, and deletes it with all its files. See :meth:`Client.delete`."""
        await finish(self._delete(process, cancel))
