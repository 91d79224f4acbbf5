"""Conversions of very many files on many machines, by Dask (``pip install 'cloudconvert-kit[dask]'``).

>>> with distributed.Client(cluster) as dask:
...     for done in convert_many(dask, paths, to="html", save_to="/shared/out", concurrency=32):
...         print(done.source, done.error or done.paths)

Every file is a task of its own. Before each step its saved state goes to the scheduler, so when a worker is lost,
another one goes on where it was, and every file is converted once. One limit holds for all workers together. What is
dropped half-way, by leaving the loop or with the program that began it, is given up and deleted on the service.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import os
import threading
import time
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Deque, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple

from ._many import at_once, place_of
from ._plan import Plan, as_error, ended_within
from ._source import TaskSource
from .client import Client
from .client._conversion import Conversion
from .errors import BadRequestError, CloudConvertError, ConversionCancelledError

if TYPE_CHECKING:
    from distributed import Client as DaskClient
    from typing_extensions import Unpack

    from ._options import ManyOptions, TasksOptions
    from ._result import Result
    from ._source import Sources

__all__ = ["Done", "OwnJob", "convert_many", "run_many"]

# Its functions have no types.
_distributed: Any = importlib.import_module("distributed")

#: What a job of one's own is: its tasks, and the files that they import.
OwnJob = Tuple[Mapping[str, Mapping[str, Any]], Mapping[str, TaskSource]]

_NO_PLACE = "name by `save_to` a folder that all workers can write to: outputs stay where they are made"
#: How many saved states of conversions that have ended are kept.
_REMEMBERED = 1000
#: How often a worker looks whether what it converts is still wanted, in seconds.
_LOOK = 2.0
#: How many seconds giving up may take.
_CLEANUP = 15.0


@dataclass(frozen=True)
class Done:
    """What came of one source."""

    source: Any
    #: Where the outputs are. None where the service stored them.
    paths: Tuple[Path, ...] = ()
    #: Where the service stored the output, if it did.
    url: Optional[str] = None
    process_id: Optional[str] = None
    error: Optional[CloudConvertError] = None


def convert_many(
    dask: DaskClient,
    sources: Iterable[Sources],
    to: str,
    *,
    concurrency: Optional[int] = None,
    api_key: Optional[str] = None,
    base_url: Optional[str] = None,
    **options: Unpack[ManyOptions],
) -> Iterator[Done]:
    """Converts many on the workers of Dask; gives each when it has finished, well or not.

    Each conversion takes a thread of a worker while it runs, and hardly any of its time: workers may have many.

    :param sources: paths that all workers can read, URLs, small content or files in storages.
    :param concurrency: how many conversions of this key run at once, on all workers together, from 1 on. Default: 5.
    :param api_key: by default each worker's own ``CLOUDCONVERT_API_KEY``.
    :param base_url: by default each worker's own ``CLOUDCONVERT_BASE_URL``.
    :param options: those of :meth:`cloudconvert_kit.Client.convert_many`, without ``on_progress``. ``save_to`` is a
        folder that all workers can write to, or a function of the source. It is needed unless the service stores the
        outputs (``output``).
    """
    if options.get("save_to") is None and options.get("output") is None and options.get("mode") != "info":
        raise BadRequestError(_NO_PLACE)
    service = _Service(api_key, base_url)
    return _on_workers(dask, ((source, to) for source in sources), service, concurrency, options)


def run_many(
    dask: DaskClient,
    jobs: Iterable[OwnJob],
    *,
    concurrency: Optional[int] = None,
    api_key: Optional[str] = None,
    base_url: Optional[str] = None,
    **options: Unpack[TasksOptions],
) -> Iterator[Done]:
    """Runs many jobs of one's own (version 2 of the API) on the workers of Dask; gives each when it has finished.

    >>> jobs = [(tasks, {"plan": path}) for path in paths]
    >>> for done in run_many(dask, jobs, save_to="/shared/out", download="each"):
    ...     print(done.source, done.error or done.paths)

    :param jobs: pairs of the tasks and the files that they import, as :meth:`cloudconvert_kit.Client.run` takes them;
        of files all workers can read the paths. :attr:`Done.source` is such a pair.
    :param concurrency: as of :func:`convert_many`.
    :param options: those of :meth:`cloudconvert_kit.Client.run`, without ``on_progress`` and ``checkpoint``.
        ``save_to`` is a folder that all workers can write to, or a function of the pair. It is needed unless
        ``download`` is ``"none"``.
    """
    if options.get("save_to") is None and options.get("download") != "none":
        raise BadRequestError(_NO_PLACE)
    return _on_workers(dask, ((job, None) for job in jobs), _Service(api_key, base_url), concurrency, options)


def _on_workers(
    dask: DaskClient,
    works: Iterable[Tuple[Any, Optional[str]]],
    service: _Service,
    concurrency: Optional[int],
    options: Mapping[str, Any],
) -> Iterator[Done]:
    """Each of these, a source or a job with its format or none, as a task of Dask."""
    most = at_once(concurrency)
    shared = _distributed.Semaphore(max_leases=most, name=f"{service.name}-{most}")
    run = uuid.uuid4().hex
    jobs: Dict[str, _Job] = {}
    for number, (source, to) in enumerate(works):
        state = f"cloudconvert-kit-{run}-{number}"
        jobs[state] = _Job(source, to, state, _options_for(source, options), service, shared)
    scheduler: Any = dask
    futures = {
        future.key: future for future in scheduler.map(_convert, list(jobs.values()), key=list(jobs), pure=False)
    }
    ended: Deque[str] = deque()
    try:
        completed = _distributed.as_completed(list(futures.values()), with_results=True, raise_errors=False)
        for future, done in completed:
            # Results are kept by workers: one that is still wanted would be made once more when its worker is lost.
            futures.pop(future.key).release()
            ended.append(future.key)
            _forget(dask, ended, leave=_REMEMBERED)
            yield done if isinstance(done, Done) else Done(jobs[future.key].source, error=_lost(done))
    finally:
        if futures:
            scheduler.cancel(list(futures.values()))
            # A cluster that is gone has nothing that could be given up.
            with suppress(Exception):
                scheduler.run(_give_up, list(futures), on_error="ignore")
        ended.extend(futures)
        _forget(dask, ended, leave=0)


def _forget(dask: DaskClient, ended: Deque[str], leave: int) -> None:
    """Deletes saved states, but not those of the last ones: a worker may be lost while the news of an end travels."""
    while len(ended) > leave:
        _distributed.Variable(ended.popleft(), client=dask).delete()


@dataclass(frozen=True)
class _Service:
    """How workers reach the service. The key travels, but is not shown."""

    key: Optional[str]
    base: Optional[str]

    @property
    def name(self) -> str:
        """The same for the same key, from which nobody learns it."""
        base = self.base or os.environ.get("CLOUDCONVERT_BASE_URL")
        key = self.key or os.environ.get("CLOUDCONVERT_API_KEY")
        return f"cloudconvert-kit-{hashlib.sha256(f'{base} {key}'.encode()).hexdigest()[:16]}"

    def __repr__(self) -> str:
        return f"<Service {self.base}>"


@dataclass(frozen=True)
class _Job:
    """One task of Dask."""

    #: What is converted; of a job of one's own a pair of its tasks and its files.
    source: Any
    #: The format; none of a job of one's own.
    to: Optional[str]
    #: The name of the variable that holds the saved state.
    state: str
    options: Mapping[str, Any]
    service: _Service
    limit: Any

    def __repr__(self) -> str:
        return f"<Job {self.state}>"


def _options_for(source: Any, options: Mapping[str, Any]) -> Dict[str, Any]:
    chosen = dict(options)
    if chosen.get("save_to"):
        chosen["save_to"] = place_of(chosen["save_to"], source)
    return chosen


#: The conversions of this worker, by the names of their tasks.
_running: Dict[str, Conversion] = {}


def _convert(job: _Job) -> Done:
    """The task: converts, or goes on with what another worker had begun."""
    variable = _distributed.Variable(job.state, client=_distributed.get_client())
    try:
        while not job.limit.acquire(timeout=_LOOK):
            if _is_dropped(job):
                raise ConversionCancelledError("nobody waits for it any more")
        try:
            result = _follow(job, variable)
        finally:
            job.limit.release()
    except Exception as failure:
        if _is_dropped(job):
            variable.delete()
        error = as_error(failure)
        return Done(job.source, process_id=error.process_id, error=error)
    paths = tuple(file.path for file in result.files if file.path is not None)
    return Done(job.source, paths, result.url, result.process_id)


def _follow(job: _Job, variable: Any) -> Result:
    """Converts as long as somebody waits for it."""
    if _is_dropped(job):
        raise ConversionCancelledError("nobody waits for it any more")
    client, saved = _client(job.service), _saved(variable)
    options: Dict[str, Any] = {**job.options, "checkpoint": variable.set}
    plan = _plan(client, job, options, saved)
    conversion = _running[job.state] = Conversion(job.source, plan)
    try:
        while not ended_within(conversion.run, _LOOK):
            if _is_dropped(job):
                conversion.cancel()
        return conversion.result()
    finally:
        del _running[job.state]


def _plan(client: Client, job: _Job, options: Dict[str, Any], saved: Optional[str]) -> Plan[Result]:
    """What is to be done: to begin, or to go on with what another worker left."""
    if job.to is None:
        tasks, files = job.source
        if saved is None:
            return client._tasks(tasks, files, options)  # pyright: ignore[reportPrivateUsage]
        return client._resume_tasks(saved, tasks, files, options)  # pyright: ignore[reportPrivateUsage]
    if saved is None:
        return client._convert(job.source, job.to, options)  # pyright: ignore[reportPrivateUsage]
    return client._resume(saved, job.source, job.to, options)  # pyright: ignore[reportPrivateUsage]


def _is_dropped(job: _Job) -> bool:
    """Whether Dask has let go of the task: it was cancelled, or the program is gone that waited for it."""
    task = _distributed.get_worker().state.tasks.get(job.state)
    return task is None or task.state not in ("executing", "long-running", "resumed")


async def _give_up(names: List[str]) -> None:
    """Gives up what this worker converts of these, and waits until it has cleaned up."""
    for name in names:
        if name in _running:
            _running[name].cancel()
    until = time.monotonic() + _CLEANUP
    while any(name in _running for name in names) and time.monotonic() < until:
        await asyncio.sleep(0.05)


def _saved(variable: Any) -> Optional[str]:
    """What another worker has left; none where there was none before."""
    try:
        saved: str = variable.get(timeout=0)
    except (TimeoutError, _distributed.TimeoutError):
        return None
    return saved


def _lost(error: Any) -> CloudConvertError:
    """A task that Dask has given up, after several workers were lost with it."""
    return CloudConvertError(f"Dask gave the task up: {error}")


_clients: Dict[_Service, Client] = {}
_lock = threading.Lock()


def _client(service: _Service) -> Client:
    """One client for all tasks of a worker, so that they share connections and what the service tells them."""
    with _lock:
        if service not in _clients:
            _clients[service] = Client(service.key, base_url=service.base, max_conversions=1_000_000)
        return _clients[service]
