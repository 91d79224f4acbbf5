"""What workers of Dask do: a task for each file, which goes on where another worker was."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Tuple

from .._plan import Plan, as_error, ended_within
from ..client import Client
from ..client._conversion import Conversion
from ..errors import CloudConvertError, ConversionCancelledError

if TYPE_CHECKING:
    from .._result import Result

__all__ = ["Done", "Job", "Service", "convert", "give_up"]

# Its functions have no types.
_distributed: Any = importlib.import_module("distributed")

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


@dataclass(frozen=True)
class Service:
    """How workers reach the service. The key travels, but is not shown."""

    key: Optional[str]
    base: Optional[str]

    @property
    def name(self) -> str:
        """The same for the same key, from which nobody learns it."""
        base = self.base or os.environ.get("CLOUDCONVERT_BASE_URL")
        key = os.environ.get("CLOUDCONVERT_API_KEY") if self.key is None else self.key
        return f"cloudconvert-kit-{hashlib.sha256(f'{base} {key}'.encode()).hexdigest()[:16]}"

    def __repr__(self) -> str:
        return f"<Service {self.base}>"


@dataclass(frozen=True)
class Job:
    """One task of Dask."""

    #: What is converted; of a job of one's own a pair of its tasks and its files.
    source: Any
    #: The format; none of a job of one's own.
    to: Optional[str]
    #: The name of the variable that holds the saved state.
    state: str
    options: Mapping[str, Any]
    service: Service
    limit: Any

    def __repr__(self) -> str:
        return f"<Job {self.state}>"


#: The conversions of this worker, by the names of their tasks.
_running: Dict[str, Conversion] = {}


def convert(job: Job) -> Done:
    """The task: converts, or goes on with what another worker had begun."""
    variable = _distributed.Variable(job.state, client=_distributed.get_client())
    try:
        while not job.limit.acquire(timeout=_LOOK):
            if _is_dropped(job):
                raise ConversionCancelledError("its program does not wait for it any more")
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


def _follow(job: Job, variable: Any) -> Result:
    """Converts as long as it is waited for."""
    if _is_dropped(job):
        raise ConversionCancelledError("its program does not wait for it any more")
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


def _plan(client: Client, job: Job, options: Dict[str, Any], saved: Optional[str]) -> Plan[Result]:
    """What is to be done: to begin, or to go on with what another worker left."""
    if job.to is None:
        tasks, files = job.source
        if saved is None:
            return client._tasks(tasks, files, options)  # pyright: ignore[reportPrivateUsage]
        return client._resume_tasks(saved, tasks, files, options)  # pyright: ignore[reportPrivateUsage]
    if saved is None:
        return client._convert(job.source, job.to, options)  # pyright: ignore[reportPrivateUsage]
    return client._resume(saved, job.source, job.to, options)  # pyright: ignore[reportPrivateUsage]


def _is_dropped(job: Job) -> bool:
    """Whether Dask has let go of the task: it was cancelled, or the program is gone that waited for it."""
    task = _distributed.get_worker().state.tasks.get(job.state)
    return task is None or task.state not in ("executing", "long-running", "resumed")


async def give_up(names: List[str]) -> None:
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


_clients: Dict[Service, Client] = {}
_lock = threading.Lock()


def _client(service: Service) -> Client:
    """One client for all tasks of a worker, so that they share connections and what the service tells them."""
    with _lock:
        if service not in _clients:
            _clients[service] = Client(service.key, base_url=service.base, max_conversions=1_000_000)
        return _clients[service]
