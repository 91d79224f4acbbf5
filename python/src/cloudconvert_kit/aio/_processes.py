"""Processes and jobs, call by call: for asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Literal, Optional, Sequence, Union, overload

from .._calls import ProcessOrUrl, catalogue_of, processes_call
from .._process import listed_of
from ._conversion import finish
from ._listing import Listing

if TYPE_CHECKING:
    from typing import AsyncIterator

    from typing_extensions import Unpack

    from .._account import TaskFile
    from .._options import JobOptions, StartOptions
    from .._process import ConversionType, ListedProcess, Process, Status
    from .._result import File, StrPath
    from .._source import Sources

__all__ = ["Processes"]


class Processes(Listing):
    """The calls that are about processes and jobs."""

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

    async def status(self, process: ProcessOrUrl, *, wait: bool = False) -> Status:
        """Asks how far a process is. See :meth:`Client.status`."""
        return await finish(self._status(process, wait))

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

    def processes(
        self,
        *,
        status: Optional[str] = None,
        tag: Optional[str] = None,
        page: Optional[int] = None,
        per_page: Optional[int] = None,
    ) -> AsyncIterator[ListedProcess]:
        """All processes or jobs of the key that the service still knows. See :meth:`Client.processes`."""
        return self._each(listed_of, *processes_call(status, tag, page, per_page))
