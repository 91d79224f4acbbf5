"""Conversions, whole or in the parts that several programs share: for threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, Mapping, Optional

from .._base import BaseClient
from .._calls import ProcessOrUrl
from ._conversion import Conversion, finish, many

if TYPE_CHECKING:
    from typing import Iterable

    from typing_extensions import Unpack

    from .._options import ConvertOptions, FollowOptions, JobOptions, ManyOptions, PatienceOptions, TasksOptions
    from .._process import Process
    from .._result import Result, StrPath
    from .._source import Source, Sources, TaskSource

__all__ = ["Conversions"]


class Conversions(BaseClient):
    """The calls that run conversions."""

    def convert(self, source: Sources, to: Optional[str] = None, **options: Unpack[ConvertOptions]) -> Result:
        """Converts: creates and starts a process, uploads, follows, downloads, verifies and deletes.

        :param source: a path, a URL, bytes, a binary file object, a :class:`Content` or a storage.
        :param to: the output format, such as ``jpg``. Left out where the mode tells it, as ``optimize`` does.
        :param options: see :class:`ConvertOptions`.
        :raises CloudConvertError: one of its subclasses for each way to fail.
        """
        return finish(self._convert(source, to, options))

    def submit(self, source: Sources, to: Optional[str] = None, **options: Unpack[ConvertOptions]) -> Conversion:
        """Begins to convert, and returns at once. It runs on until the client is closed, also if nothing refers to it.

        :raises BadRequestError: at once, for options that are wrong. What fails later, the result raises.
        """
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

        :param concurrency: how many at once, from 1 on. Default: 5.
        :raises ValueError: ``concurrency`` is none of these.
        """

        def submit(source: Sources, chosen: Dict[str, Any]) -> Conversion:
            return Conversion(source, self._convert(source, to, chosen))

        return many(submit, sources, self._at_once(concurrency, options), options)

    def run(
        self,
        tasks: Mapping[str, Mapping[str, Any]],
        files: Optional[Mapping[str, TaskSource]] = None,
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
        :param files: what is uploaded, by the names of its import tasks. What has no name of its own, with an extension
            that tells its format, is a pair: ``{"plan": ("plan.pdf", stream)}``.
        :raises BadRequestError: at once, for tasks or files that are wrong.
        :raises CloudConvertError: as :meth:`convert`.
        """
        return finish(self._tasks(tasks, files or {}, options))

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
        :param options: what is another than it was: the patience, which counts from now on, ``watch``, ``delete``,
            where the output goes; and ``download``, as long as no output has its name.
        :raises BadRequestError: for what is no saved state, or lacks the source or the job that is still needed.
        :raises CloudConvertError: as :meth:`convert`.
        """
        return finish(self._resume(saved, source, to, options))

    def prepare(self, name: str, /, to: str, **options: Unpack[JobOptions]) -> Process:
        """Creates and starts a process that waits for a file of this name, which somebody else uploads.

        :raises BadRequestError: for options that are wrong.
        :raises UnauthorizedError: without a key that may create.
        """
        return finish(self._prepare(name, to, options))

    def upload(
        self,
        process: ProcessOrUrl,
        source: Source,
        *,
        name: Optional[str] = None,
        **options: Unpack[PatienceOptions],
    ) -> None:
        """Uploads the input of a started process, or to an upload URL. Needs no key.

        :raises InputError: for a file that cannot be read.
        :raises NotFoundError: where nothing waits for it any more.
        """
        finish(self._upload(process, source, name, options))

    def follow(self, process: ProcessOrUrl, **options: Unpack[FollowOptions]) -> Result:
        """Follows a process to its end, downloads its output and deletes it. Needs no key.

        :raises NotFoundError: where it is gone.
        :raises CloudConvertError: as :meth:`convert`.
        """
        return finish(self._follow(process, options, delete=True))

    def wait(self, process: ProcessOrUrl, **options: Unpack[PatienceOptions]) -> Result:
        """Waits for the end of a process, and leaves its output where it is. Needs no key.

        :raises NotFoundError: where it is gone.
        :raises ConversionFailedError: where the service cannot convert it.
        """
        return finish(self._follow(process, {**options, "download": "none"}, delete=False))

    def download(
        self, process: ProcessOrUrl, save_to: Optional[StrPath] = None, **options: Unpack[PatienceOptions]
    ) -> Result:
        """Waits for the output of a process and downloads it. Needs no key.

        :raises NotFoundError: where the output is gone.
        :raises OutputError: for a place that cannot be written.
        """
        return finish(self._follow(process, {**options, "save_to": save_to}, delete=False))

    def delete(self, process: ProcessOrUrl, *, cancel: bool = True) -> None:
        """Cancels a process or a job, and deletes it with all its files. With version 1 of the API this needs no key.

        :param cancel: whether what still runs is stopped first, so that it costs no more (version 2 of the API).
        :raises BadRequestError: for what is no process. What is gone already counts as deleted.
        """
        finish(self._delete(process, cancel))
