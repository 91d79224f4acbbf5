"""Conversions of very many files on many machines, by Dask (``pip install 'cloudconvert-kit[dask]'``).

>>> with distributed.Client(cluster) as dask:
...     for done in convert_many(dask, paths, to="html", save_to="/shared/out", concurrency=32):
...         print(done.source, done.error or done.paths)

Every file is a task of its own. Before each step its saved state goes to the scheduler, so when a worker is lost,
another one goes on where it was, and every file is converted once. One limit holds for all workers together. What is
dropped half-way, by leaving the loop or with the program that began it, is given up and deleted on the service.
"""

from __future__ import annotations

import importlib
import uuid
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Deque, Dict, Iterable, Iterator, Mapping, Optional, Tuple

from .._many import at_once, place_of
from .._source import TaskSource
from ..errors import BadRequestError, CloudConvertError
from ._worker import Done, Job, Service, convert, give_up

if TYPE_CHECKING:
    from distributed import Client as DaskClient
    from typing_extensions import Unpack

    from .._options import ManyOptions, TasksOptions
    from .._source import Sources

__all__ = ["Done", "OwnJob", "convert_many", "run_many"]

# Its functions have no types.
_distributed: Any = importlib.import_module("distributed")

#: What a job of one's own is: its tasks, and the files that they import.
OwnJob = Tuple[Mapping[str, Mapping[str, Any]], Mapping[str, TaskSource]]

_NO_PLACE = "name by `save_to` a folder that all workers can write to: outputs stay where they are made"
#: How many saved states of conversions that have ended are kept.
_REMEMBERED = 1000


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
    :param options: those of :meth:`cloudconvert_kit.Client.convert_many`, without ``on_progress`` and ``checkpoint``:
        Dask itself keeps the states. ``save_to`` is a folder that all workers can write to, or a function of the
        source. It is needed unless the service stores the outputs (``output``).
    :raises BadRequestError: for these, and without a place.
    """
    if options.get("save_to") is None and options.get("output") is None and options.get("mode") != "info":
        raise BadRequestError(_NO_PLACE)
    service = Service(api_key, base_url)
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
    return _on_workers(dask, ((job, None) for job in jobs), Service(api_key, base_url), concurrency, options)


def _on_workers(
    dask: DaskClient,
    works: Iterable[Tuple[Any, Optional[str]]],
    service: Service,
    concurrency: Optional[int],
    options: Mapping[str, Any],
) -> Iterator[Done]:
    """Each of these, a source or a job with its format or none, as a task of Dask."""
    for name in ("on_progress", "checkpoint"):
        if options.get(name) is not None:
            raise BadRequestError(f"`{name}` is not called from the workers of Dask: leave it out")
    most = at_once(concurrency)
    shared = _distributed.Semaphore(max_leases=most, name=f"{service.name}-{most}")
    run = uuid.uuid4().hex
    jobs: Dict[str, Job] = {}
    for number, (source, to) in enumerate(works):
        state = f"cloudconvert-kit-{run}-{number}"
        jobs[state] = Job(source, to, state, _options_for(source, options), service, shared)
    scheduler: Any = dask
    futures = {future.key: future for future in scheduler.map(convert, list(jobs.values()), key=list(jobs), pure=False)}
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
                scheduler.run(give_up, list(futures), on_error="ignore")
        ended.extend(futures)
        _forget(dask, ended, leave=0)


def _forget(dask: DaskClient, ended: Deque[str], leave: int) -> None:
    """Deletes saved states, but not those of the last ones: a worker may be lost while the news of an end travels."""
    while len(ended) > leave:
        _distributed.Variable(ended.popleft(), client=dask).delete()


def _options_for(source: Any, options: Mapping[str, Any]) -> Dict[str, Any]:
    chosen = dict(options)
    if chosen.get("save_to"):
        chosen["save_to"] = place_of(chosen["save_to"], source)
    return chosen


def _lost(error: Any) -> CloudConvertError:
    """A task that Dask has given up, after several workers were lost with it."""
    return CloudConvertError(f"Dask gave the task up: {error}")
