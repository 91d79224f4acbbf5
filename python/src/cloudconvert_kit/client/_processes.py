"""Processes and jobs, call by call: for threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Literal, Optional, Sequence, Union, overload

from .._calls import ProcessOrUrl, catalogue_of, processes_call
from .._process import listed_of
from ._conversion import finish
from ._listing import Listing

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._account import TaskFile
    from .._options import JobOptions, StartOptions
    from .._process import ConversionType, ListedProcess, Process, Status
    from .._result import File, StrPath
    from .._source import Sources

__all__ = ["Processes"]


class Processes(Listing):
    """The calls that are about processes and jobs."""

    def create(self, from_: str, to: str, mode: Optional[str] = None) -> Process:
        """Creates a process, which serves one conversion (``POST /process``).

        :raises BadRequestError: for formats that are none, and with version 2 of the API.
        :raises UnauthorizedError: without a key.
        """
        return finish(self._create(from_, to, mode))

    @overload
    def launch(
        self, source: Sources, to: Optional[str] = None, *, answered: None = None, **options: Unpack[JobOptions]
    ) -> Process: ...

    @overload
    def launch(
        self, source: Sources, to: Optional[str] = None, *, answered: Literal["ended"], **options: Unpack[JobOptions]
    ) -> Status: ...

    @overload
    def launch(
        self,
        source: Sources,
        to: Optional[str] = None,
        *,
        answered: Literal["output", "inline"],
        **options: Unpack[JobOptions],
    ) -> str: ...

    def launch(
        self,
        source: Sources,
        to: Optional[str] = None,
        *,
        answered: Optional[Literal["ended", "output", "inline"]] = None,
        **options: Unpack[JobOptions],
    ) -> Union[Process, Status, str]:
        """Creates and starts in one call what needs no upload, and returns at once (``POST /convert``, ``POST /jobs``).
        For those who are told of the end by ``callback``, or ``follow`` later. It is sent once: where the answer is
        lost, it may have been done all the same, and :meth:`processes` tells.

        :param answered: wait instead: ``ended`` for the status at the end, ``output`` for the URL of the output,
            ``inline`` for one that a browser shows instead of saving it (version 1 of the API).
        :raises BadRequestError: for what needs an upload, or options that are wrong.
        :raises ConversionFailedError: where ``answered`` waits for the end, and it fails.
        """
        launched: Union[Process, Status, str] = finish(self._launch(source, to, answered, options))
        return launched

    def start(
        self, process: ProcessOrUrl, source: Optional[Sources] = None, *, to: str, **options: Unpack[StartOptions]
    ) -> Status:
        """Starts a created process; with no source, or with one from this machine, it then waits for an upload.

        :raises BadRequestError: for options that are wrong, and with version 2 of the API.
        :raises NotFoundError: where it is gone.
        """
        return finish(self._start(process, source, to, options))

    def status(self, process: ProcessOrUrl, *, wait: bool = False) -> Status:
        """Asks how far a process or a job is. With version 1 of the API this needs no key.

        :param process: what was created, listed or prepared, its URL, or its ID alone (version 2 of the API).
        :param wait: ask the service to answer only when it has ended. Where it cannot do that, this fails.
        :raises NotFoundError: where it is gone.
        """
        return finish(self._status(process, wait))

    def fetch(
        self,
        url: Union[TaskFile, str],
        save_to: Optional[StrPath] = None,
        *,
        file: Optional[str] = None,
        name: Optional[str] = None,
        inline: bool = False,
        overwrite: bool = False,
    ) -> File:
        """Downloads one file by its own URL, to memory or to a path. What breaks off begins anew; :meth:`download` and
        :meth:`follow` resume and verify.

        :param url: a file of a task, or the URL that :attr:`Status.url` tells.
        :param file: which one of several (version 1 of the API).
        :param name: what it is called here.
        :param inline: as a browser would ask for what it shows (version 1 of the API).
        :raises NotFoundError: where the file is gone.
        :raises OutputError: for a place that cannot be written.
        """
        options = {"save_to": save_to, "overwrite": overwrite}
        return finish(self._fetch(url, file, name, inline, options))

    def formats(
        self,
        from_: Optional[str] = None,
        to: Optional[str] = None,
        *,
        engine: Optional[str] = None,
        engine_version: Optional[str] = None,
        include: Union[str, Sequence[str], None] = None,
        alternatives: bool = False,
    ) -> List[ConversionType]:
        """What the service converts; only from or to a format, if wanted. Needs no key.

        The further filters are those of version 2 of the API.

        :param include: what else to tell: ``options``, ``engine_versions``.
        :param alternatives: also what an engine that is not the default one converts.
        :raises CloudConvertError: where the service does not answer.
        """
        filters = catalogue_of(from_, to, engine, engine_version, include, alternatives)
        return finish(self._formats(filters))

    def processes(
        self,
        *,
        status: Optional[str] = None,
        tag: Optional[str] = None,
        page: Optional[int] = None,
        per_page: Optional[int] = None,
    ) -> Iterator[ListedProcess]:
        """All processes or jobs of the key that the service still knows. It asks for the next page by itself.

        The filters are those of version 2 of the API.

        :param status: only those of this status, such as ``finished``.
        :param tag: only those with this tag.
        :param page: the page to begin with.
        :param per_page: how many each request asks for.
        :raises UnauthorizedError: without a key that may read.
        """
        return self._each(listed_of, *processes_call(status, tag, page, per_page))
