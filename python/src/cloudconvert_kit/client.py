"""The client for threads. :mod:`cloudconvert_kit.aio` has the same one for asyncio."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Literal,
    Mapping,
    Optional,
    Sequence,
    TypeVar,
    Union,
    overload,
)

from ._account import account_of, nothing_of, operations_of, stopped_of, task_of, webhook_of
from ._base import BaseClient
from ._calls import ProcessOrUrl, catalogue_of, listed
from ._conversion import Conversion, finish, give_up, many
from ._process import listed_of

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Iterable, Type

    from typing_extensions import Self, Unpack

    from ._account import Account, AccountWebhook, Operation, Task, TaskFile
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
    from ._result import File, Result, StrPath
    from ._source import Source, Sources

__all__ = ["Client"]

T = TypeVar("T")


class Client(BaseClient):
    """A client of the CloudConvert API. It can be used by many threads at once.

    >>> with Client() as client:
    ...     client.convert("photo.png", to="jpg").save("photo.jpg")
    [PosixPath('photo.jpg')]
    """

    def convert(self, source: Sources, to: Optional[str] = None, **options: Unpack[ConvertOptions]) -> Result:
        """Converts: creates and starts a process, uploads, follows, downloads, verifies and deletes.

        :param source: a path, a URL, bytes, a binary file object, a :class:`Content` or a storage.
        :param to: the output format, such as ``jpg``. Left out where the mode tells it, as ``optimize`` does.
        :param options: see :class:`ConvertOptions`.
        :raises CloudConvertError: one of its subclasses for each way to fail.
        """
        return finish(self._convert(source, to, options))

    def submit(self, source: Sources, to: Optional[str] = None, **options: Unpack[ConvertOptions]) -> Conversion:
        """Begins to convert, and returns at once. It runs on until the client is closed, whoever holds on to it."""
        return Conversion(source, self._convert(source, to, options))

    def convert_many(
        self,
        sources: Iterable[Sources],
        to: Optional[str] = None,
        *,
        concurrency: Optional[int] = None,
        **options: Unpack[ManyOptions],
    ) -> Iterator[Conversion]:
        """Converts many; gives each when it has finished, well or not. When the service asks one to slow down, all do.

        Sources are taken only when their turn comes, so there may be any number of them.

        >>> for conversion in client.convert_many(paths, to="jpg", save_to="out", concurrency=20):
        ...     print(conversion.source, conversion.error or "done")

        :param concurrency: how many at once. Default: as many as the client lets run.
        """

        def submit(source: Sources, chosen: Dict[str, Any]) -> Conversion:
            return Conversion(source, self._convert(source, to, chosen))

        return many(submit, sources, concurrency or self._limit, options)

    def resume(
        self,
        saved: str,
        source: Optional[Sources] = None,
        to: Optional[str] = None,
        **options: Unpack[ConvertOptions],
    ) -> Result:
        """Goes on with a conversion that :attr:`Conversion.saved` or a checkpoint told of, perhaps in another process.

        :param source: what is uploaded, where it is not the path that it was.
        :param to: with this, ``source`` and ``options`` are the whole job once more: content and the credentials of
            storages are not in a saved state, and a process that was not started yet needs them.
        """
        return finish(self._resume(saved, source, to, options))

    def prepare(self, name: str, /, to: str, **options: Unpack[JobOptions]) -> Process:
        """Creates and starts a process that waits for a file of this name, which somebody else uploads."""
        return finish(self._prepare(name, to, options))

    def follow(self, process: ProcessOrUrl, **options: Unpack[FollowOptions]) -> Result:
        """Follows a process to its end, downloads its output and deletes it. Needs no key."""
        return finish(self._follow(process, options, delete=True))

    def create(self, from_: str, to: str, mode: Optional[str] = None) -> Process:
        """Creates a process, which serves one conversion (``POST /process``)."""
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
        """
        launched: Union[Process, Status, str] = finish(self._launch(source, to, answered, options))
        return launched

    def start(
        self, process: ProcessOrUrl, source: Optional[Sources] = None, *, to: str, **options: Unpack[StartOptions]
    ) -> Status:
        """Starts a created process; with no source, or with one from this machine, it then waits for an upload."""
        return finish(self._start(process, source, to, options))

    def upload(
        self,
        process: ProcessOrUrl,
        source: Source,
        *,
        name: Optional[str] = None,
        **options: Unpack[PatienceOptions],
    ) -> None:
        """Uploads the input of a started process, or to an upload URL. Needs no key."""
        finish(self._upload(process, source, name, options))

    def status(self, process: ProcessOrUrl, *, wait: bool = False) -> Status:
        """Asks how far a process or a job is. With version 1 of the API this needs no key.

        :param process: what was created, listed or prepared, its URL, or its ID alone (version 2 of the API).
        :param wait: ask the service to answer only when it has ended. Where it cannot do that, this fails.
        """
        return finish(self._status(process, wait))

    def wait(self, process: ProcessOrUrl, **options: Unpack[PatienceOptions]) -> Result:
        """Waits for the end of a process, and leaves its output where it is. Needs no key."""
        return finish(self._follow(process, {**options, "download": "none"}, delete=False))

    def download(
        self, process: ProcessOrUrl, save_to: Optional[StrPath] = None, **options: Unpack[PatienceOptions]
    ) -> Result:
        """Waits for the output of a process and downloads it. Needs no key."""
        return finish(self._follow(process, {**options, "save_to": save_to}, delete=False))

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
        """
        options = {"save_to": save_to, "overwrite": overwrite}
        return finish(self._fetch(url, file, name, inline, options))

    def delete(self, process: ProcessOrUrl, *, cancel: bool = True) -> None:
        """Cancels a process or a job, and deletes it with all its files. With version 1 of the API this needs no key.

        :param cancel: whether what still runs is stopped first, so that it costs no more (version 2 of the API).
        """
        finish(self._delete(process, cancel))

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
        """
        filters = catalogue_of(from_, to, engine, engine_version, include, alternatives)
        return finish(self._formats(filters))

    def run(
        self,
        tasks: Mapping[str, Mapping[str, Any]],
        files: Optional[Mapping[str, Source]] = None,
        **options: Unpack[TasksOptions],
    ) -> Result:
        """Runs a job of your own (version 2 of the API): uploads, follows, downloads, verifies and deletes.

        >>> client.run(
        ...     {
        ...         "plan": {"operation": "import/upload"},
        ...         "small": {"operation": "thumbnail", "input": "plan", "output_format": "png"},
        ...         "files": {"operation": "export/url", "input": ["plan", "small"]},
        ...     },
        ...     {"plan": "plan.pdf"},
        ...     download="each",
        ... )

        :param tasks: the tasks as the API writes them, by their names.
        :param files: what is uploaded, by the names of its import tasks.
        """
        return finish(self._tasks(tasks, files or {}, options))

    def me(self) -> Account:
        """The account that the key belongs to (version 2 of the API)."""
        return finish(self._ask(account_of, "me"))

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
        """
        wish = {"call": "list", "status": status, "tag": tag, "page": page, "per_page": per_page}
        return self._each(listed_of, "processes", wish)

    def operations(
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
        """What the service does with files (version 2 of the API).

        :param include: what else to tell: ``options``, ``engine_versions``.
        :param alternatives: also what an engine that is not the default one does.
        """
        filters = catalogue_of(from_, to, engine, engine_version, include, alternatives)
        return finish(self._ask(operations_of, "operations", operation=operation, **filters))

    def tasks(
        self,
        job: Optional[str] = None,
        *,
        status: Optional[str] = None,
        operation: Optional[str] = None,
        include: Union[str, Sequence[str], None] = None,
        page: Optional[int] = None,
        per_page: Optional[int] = None,
    ) -> Iterator[Task]:
        """The tasks of a job, or of all jobs (version 2 of the API). It asks for the next page by itself.

        :param include: what else to tell: ``payload``, ``retries``, ``depends_on_tasks``, ``job``.
        """
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

    def task(self, id: str, *, wait: bool = False, include: Union[str, Sequence[str], None] = None) -> Task:
        """A task; with ``wait``, when it has ended (version 2 of the API)."""
        return finish(self._ask(task_of, "task", id=id, wait=wait or None, include=listed(include)))

    def retry_task(self, id: str) -> Task:
        """Runs a task once more, as a new one (version 2 of the API)."""
        return finish(self._ask(task_of, "retry_task", id=id))

    def cancel_task(self, id: str) -> Optional[Task]:
        """Stops a task (version 2 of the API). One that has ended already stays as it is, and gives ``None``."""
        return finish(self._ask(stopped_of, "cancel_task", id=id))

    def delete_task(self, id: str) -> None:
        """Deletes a task with its files (version 2 of the API)."""
        finish(self._ask(nothing_of, "delete_task", id=id))

    def webhooks(
        self, *, url: Optional[str] = None, page: Optional[int] = None, per_page: Optional[int] = None
    ) -> Iterator[AccountWebhook]:
        """The webhooks of the account (version 2 of the API). It asks for the next page by itself.

        :param url: only those that call this URL.
        """
        return self._each(webhook_of, "webhooks", {"call": "webhooks", "url": url, "page": page, "per_page": per_page})

    def create_webhook(self, url: str, events: Sequence[str]) -> AccountWebhook:
        """Makes the service call a URL (version 2 of the API). :class:`Webhook` checks what calls.

        :param events: ``job.created``, ``job.finished``, ``job.failed``.
        """
        return finish(self._ask(webhook_of, "create_webhook", url=url, events=list(events)))

    def delete_webhook(self, id: str) -> None:
        """The service calls that URL no more (version 2 of the API)."""
        finish(self._ask(nothing_of, "delete_webhook", id=id))

    def close(self) -> None:
        """Gives up what still runs, and waits until it has cleaned up."""
        for run in self._cancel_all():
            give_up(run)

    def _each(self, read: Callable[[Mapping[str, Any]], T], name: str, wish: Mapping[str, Any]) -> Iterator[T]:
        """All entries of a list. The first page is asked for at once, so that a mistake shows at once."""
        entries, more = finish(self._page(read, name, wish))

        def rest() -> Iterator[T]:
            page, following = entries, more
            while True:
                yield from page
                if following is None:
                    return
                page, following = finish(self._page(read, name, following))

        return rest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
