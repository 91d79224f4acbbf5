"""What both clients have in common: everything but waiting."""

from __future__ import annotations

import atexit
import copy
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

from ._calls import Calls, ProcessOrUrl, job_and_inputs, present, url_of
from ._many import at_once
from ._native import DEFAULT_BASE, Download, Input, Run, Service, close, forked, running
from ._options import count, policy_of, seconds
from ._plan import LOG, ClosedError, Plan, ended_within
from ._progress import Progress
from ._result import Result, StrPath, Target, result_of, target_of
from ._saved import Saved
from ._source import Sources, TaskSource, many_of, read_files, read_sources
from .signing import Webhook

if TYPE_CHECKING:
    from .transport import Transport

__all__ = ["BaseClient", "ProcessOrUrl"]

#: How many seconds cleaning up may take when Python ends.
_CLEANUP = 15.0

SomeClient = TypeVar("SomeClient", bound="BaseClient")


@atexit.register
def _give_up_at_exit() -> None:
    """When Python ends, what runs is given up, so that nothing stays behind on the service."""
    runs = running()
    for run in runs:
        run.cancel()
    for run in runs:
        ended_within(run, _CLEANUP)
    close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forked)


class BaseClient(Calls):
    """See :class:`cloudconvert_kit.Client`."""

    def __init__(
        self,
        api_key: Optional[str] = None,
        *,
        base_url: Optional[str] = None,
        deadline: Optional[float] = None,
        retries: Optional[int] = None,
        throttles: Optional[int] = None,
        request_timeout: Optional[float] = None,
        connect_timeout: Optional[float] = None,
        proxy: Optional[str] = None,
        certificates: Optional[StrPath] = None,
        trusted_hosts: Sequence[str] = (),
        transport: Optional[Transport] = None,
        max_conversions: int = 100,
        max_connections: int = 256,
        _clock: Any = None,
    ) -> None:
        """
        :param api_key: your key; by default that of ``CLOUDCONVERT_API_KEY``. It is sent to the base URL only.
        :param base_url: where the service is; by default ``CLOUDCONVERT_BASE_URL``, else the service itself.
        :param deadline: how many seconds a conversion may take. Default: six hours.
        :param retries: how many requests of a conversion may be repeated. Default: 20.
        :param throttles: how often the service may ask a conversion to slow down. Default: 200.
        :param request_timeout: how many seconds a request that moves no file may stay without an answer. Default: 30.
        :param connect_timeout: how many seconds making a connection may take. Default: 30.
        :param proxy: the URL of a proxy (``http``, ``https``, ``socks5``), or ``""`` for none. By default what the
            system and ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` say.
        :param certificates: a PEM file of authorities to trust instead of the system's.
        :param trusted_hosts: further hosts that the service may name in its URLs.
        :param transport: what sends requests instead of the kit's own connections.
        :param max_conversions: how many conversions run at once; others wait for their turn. When the service asks one
            of them to slow down, all do.
        :param max_connections: the most requests that are out at once; others wait for their turn.
        """
        key = api_key or os.environ.get("CLOUDCONVERT_API_KEY") or None
        self._base = base_url or os.environ.get("CLOUDCONVERT_BASE_URL") or None
        self._defaults = {
            "deadline": deadline,
            "retries": retries,
            "throttles": throttles,
            "request_timeout": request_timeout,
        }
        policy_of({}, self._defaults)
        count("max_conversions", max_conversions)
        count("max_connections", max_connections)
        if transport is not None and not callable(getattr(transport, "send", None)):
            raise TypeError(f"a transport has a method `send`, which {type(transport).__name__} has not")
        if connect_timeout is not None:
            connect_timeout = seconds("connect_timeout", connect_timeout)
        pem = None if certificates is None else Path(certificates).read_bytes()
        trusted = list(trusted_hosts)
        settings = (key, trusted, proxy, pem, connect_timeout, max_connections, max_conversions, transport, _clock)
        self._service = Service(self._base, *settings)
        # Shared with the clients that `with_options` makes.
        self._closed = threading.Event()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._base or DEFAULT_BASE}>"

    def with_options(
        self: SomeClient,
        *,
        deadline: Optional[float] = None,
        retries: Optional[int] = None,
        throttles: Optional[int] = None,
        request_timeout: Optional[float] = None,
    ) -> SomeClient:
        """The same client with other defaults, named as those of :class:`Client`. Both share their connections and
        their pace, and closing one closes the other.

        >>> client.with_options(deadline=60, retries=2).convert("photo.png", to="jpg")
        """
        given = {
            "deadline": deadline,
            "retries": retries,
            "throttles": throttles,
            "request_timeout": request_timeout,
        }
        other = copy.copy(self)
        other._defaults = {**self._defaults, **present(given)}
        policy_of({}, other._defaults)
        return other

    # Conversions

    def _convert(self, source: Sources, to: Optional[str], options: Mapping[str, Any]) -> Plan[Result]:
        job, inputs = job_and_inputs(source, to, options)
        wish = {"run": "convert", "job": job, "policy": policy_of(options, self._defaults)}
        state = Saved("", paths=_paths(source) if inputs else ())
        return self._conversion(wish, inputs, state, options)

    def _follow(self, process: ProcessOrUrl, options: Mapping[str, Any], delete: bool) -> Plan[Result]:
        url = url_of(process)
        policy = policy_of({"delete": delete, **options}, self._defaults)
        wish = {"run": "follow", "url": url, "policy": policy}
        return self._conversion(wish, [], Saved("", url=url), options)

    def _resume(
        self, saved: str, source: Optional[Sources], to: Optional[str], options: Mapping[str, Any]
    ) -> Plan[Result]:
        state = Saved.from_json(saved)
        wish: Dict[str, Any] = {"saved": state.conversion, "url": state.url}
        if source is None:
            source = [path for path in state.paths if os.path.isfile(path)]
        if to is None and not options.get("mode"):
            inputs = read_sources(source, None)[1] if source else []
        else:
            wish["job"], inputs = job_and_inputs(source, to, options)
        if state.save_to and not options.get("save_to"):
            options = {"overwrite": state.overwrite, **options, "save_to": state.save_to}
        return self._conversion(wish, inputs, state, options, target_of({"save_to": state.save_to}))

    def _conversion(
        self,
        wish: Dict[str, Any],
        inputs: List[Input],
        state: Saved,
        options: Mapping[str, Any],
        before: Optional[Target] = None,
    ) -> Plan[Result]:
        target = target_of(options)
        if target is not None:
            state = replace(state, save_to=str(target.path), overwrite=target.overwrite)

        def saved(conversion: str) -> str:
            return replace(state, conversion=conversion).to_json()

        def read(facts: Mapping[str, Any], downloads: Sequence[Download], progress: Progress) -> Result:
            return result_of(facts, downloads, target, progress)

        report: Optional[Callable[[str], object]] = options.get("checkpoint")

        def checkpoint(conversion: str) -> None:
            assert report is not None
            report(saved(conversion))

        run = self._begin(wish, inputs, target, before, None if report is None else checkpoint)
        return Plan(run, read, options.get("on_progress"), saved)

    def _tasks(
        self, tasks: Mapping[str, Mapping[str, Any]], files: Mapping[str, TaskSource], options: Mapping[str, Any]
    ) -> Plan[Result]:
        job, inputs = _tasks_and_inputs(tasks, files, options)
        wish = {"run": "convert", "job": job, "policy": policy_of(options, self._defaults)}
        return self._conversion(wish, inputs, Saved("", paths=_paths(list(files.values()))), options)

    def _resume_tasks(
        self,
        saved: str,
        tasks: Mapping[str, Mapping[str, Any]],
        files: Mapping[str, TaskSource],
        options: Mapping[str, Any],
    ) -> Plan[Result]:
        state = Saved.from_json(saved)
        job, inputs = _tasks_and_inputs(tasks, files, options)
        wish = {"saved": state.conversion, "job": job}
        return self._conversion(wish, inputs, state, options, target_of({"save_to": state.save_to}))

    def called_back(self, called: Union[str, Webhook]) -> None:
        """Tells conversions with ``watch="callback"`` that their callback URL was called.

        :param called: a :class:`Webhook` (version 2 of the API), or the URL that was called or its query alone (version
            1). It is believed no more than a stranger: it only makes them ask.
        """
        if isinstance(called, Webhook):
            self._service.webhook_came(called.job_id)
        else:
            self._service.called_back(called)

    # What runs

    def _at_once(self, concurrency: Optional[int], options: Mapping[str, Any]) -> int:
        """How many of many run at once. A mistake that all of them would share shows here."""
        policy_of(options, self._defaults)
        return at_once(concurrency)

    def _begin(
        self,
        wish: Dict[str, Any],
        inputs: Sequence[Input] = (),
        target: Optional[Target] = None,
        before: Optional[Target] = None,
        checkpoint: Optional[Callable[[str], object]] = None,
    ) -> Run:
        self._check_open()
        log = min(max(LOG.getEffectiveLevel(), 0), 255)
        return self._open(self._service.run(wish, inputs, _place(target), _place(before), checkpoint, log))

    def _call(self, wish: Mapping[str, Any], target: Optional[Target] = None) -> Run:
        self._check_open()
        return self._open(self._service.call(wish, policy_of({}, self._defaults), _place(target)))

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise ClosedError

    def _open(self, run: Run) -> Run:
        """Gives up what began while another thread closed the client."""
        if self._closed.is_set():
            run.cancel()
        return run

    def _cancel_all(self) -> List[Run]:
        """Gives up all that runs, and takes nothing new."""
        self._closed.set()
        runs = self._service.running()
        for run in runs:
            run.cancel()
        return runs


def _tasks_and_inputs(
    tasks: Mapping[str, Mapping[str, Any]], files: Mapping[str, TaskSource], options: Mapping[str, Any]
) -> Tuple[Dict[str, Any], List[Input]]:
    """The core's wish for a job of one's own, and what is uploaded."""
    parts, inputs = read_files(files)
    told = {"tasks": tasks, "files": parts, "tag": options.get("tag"), "callback": options.get("callback")}
    return present(told), inputs


def _place(target: Optional[Target]) -> Optional[Tuple[Path, bool, bool]]:
    return None if target is None else (target.path, target.folder, target.overwrite)


def _paths(source: Any) -> Tuple[str, ...]:
    """The paths of a source that consists of nothing else, for who resumes."""
    several = many_of(source)
    paths: Sequence[Any] = [source] if several is None else several
    files: List[StrPath] = [path for path in paths if isinstance(path, (str, os.PathLike))]
    return tuple(os.path.abspath(os.fsdecode(file)) for file in files) if len(files) == len(paths) else ()
