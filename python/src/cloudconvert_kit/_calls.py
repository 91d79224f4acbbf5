"""The single calls of both clients, and how their answers are read."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, TypeVar, Union

from ._account import TaskFile
from ._native import Download, Run
from ._options import job_of, policy_of
from ._plan import Plan
from ._process import ConversionType, ListedProcess, Process, Status, status_of, type_of
from ._result import File, Target, file_of, target_of
from ._source import Source, Sources, read_source, read_sources
from .errors import BadRequestError

__all__ = [
    "Calls",
    "ProcessOrUrl",
    "catalogue_of",
    "job_and_inputs",
    "listed",
    "present",
    "processes_call",
    "tasks_call",
    "url_of",
    "webhooks_call",
]

ProcessOrUrl = Union[Process, ListedProcess, str]

T = TypeVar("T")
#: The entries of a page, and what asks for the next one.
Page = Tuple[List[T], Optional[Mapping[str, Any]]]
#: What the entries of a list are called, and what asks for its first page.
Listed = Tuple[str, Mapping[str, Any]]


class Calls:
    """Everything of the clients that is one request, but waiting for it."""

    _defaults: Mapping[str, Any]

    def _begin(self, wish: Dict[str, Any], inputs: Any = ()) -> Run:
        raise NotImplementedError

    def _call(self, wish: Mapping[str, Any], target: Optional[Target] = None) -> Run:
        raise NotImplementedError

    # Conversions, part by part

    def _prepare(self, name: str, to: str, options: Mapping[str, Any]) -> Plan[Process]:
        job = {**job_of(options), "input": "upload", "name": name, "to": to}
        wish = {"run": "prepare", "job": job, "policy": policy_of(options, self._defaults)}
        return Plan(self._begin(wish), _read_process)

    def _upload(
        self, process: ProcessOrUrl, source: Source, name: Optional[str], options: Mapping[str, Any]
    ) -> Plan[None]:
        url = process.ticket or process.upload_url if isinstance(process, Process) else url_of(process)
        if not url:
            raise BadRequestError("the process waits for no upload: prepare it, or start it with an upload first")
        part, inputs = read_source(source, name)
        if not inputs:
            raise BadRequestError("only a path, bytes or a file object can be uploaded: give one")
        files = [{"name": part["name"], "size": part["size"]}]
        wish = {"run": "upload", "url": url, "files": files, "policy": policy_of(options, self._defaults)}
        return Plan(self._begin(wish, inputs), _read_nothing, options.get("on_progress"))

    def _delete(self, process: ProcessOrUrl, cancel: bool) -> Plan[None]:
        if not cancel:
            return Plan(self._call({"call": "delete", "url": url_of(process)}), _read_nothing)
        policy = policy_of({}, self._defaults)
        return Plan(self._begin({"run": "delete", "url": url_of(process), "policy": policy}), _read_nothing)

    # Calls of the API

    def _create(self, from_: str, to: str, mode: Optional[str]) -> Plan[Process]:
        job = present({"input": "upload", "from": from_, "to": to, "mode": mode})
        return Plan(self._call({"call": "create", "job": job}), _read_created)

    def _launch(
        self, source: Sources, to: Optional[str], answered: Optional[str], options: Mapping[str, Any]
    ) -> Plan[Any]:
        job, inputs = job_and_inputs(source, to, options)
        if inputs:
            raise BadRequestError("only what the service fetches by itself can be launched; for a file use `prepare`")
        read: Callable[..., Any] = _read_created
        if answered is not None:
            read = _read_status if answered == "ended" else _read_url
        return Plan(self._call(present({"call": "convert", "job": job, "answered": answered})), read)

    def _start(
        self, process: ProcessOrUrl, source: Optional[Sources], to: str, options: Mapping[str, Any]
    ) -> Plan[Status]:
        if source is None:
            part = present({"input": "upload", "name": options.get("name")})
        else:
            part = present(read_sources(source, options.get("name"))[0])
        job = {**job_of(options), **part, "to": to}
        job.pop("wait", None)
        answered = "ended" if options.get("wait") else None
        wish = present({"call": "start", "url": url_of(process), "job": job, "answered": answered})
        return Plan(self._call(wish), _read_status)

    def _status(self, process: ProcessOrUrl, wait: bool) -> Plan[Status]:
        return Plan(self._call({"call": "wait" if wait else "status", "url": url_of(process)}), _read_status)

    def _fetch(
        self,
        url: Union[TaskFile, str],
        file: Optional[str],
        name: Optional[str],
        inline: bool,
        options: Mapping[str, Any],
    ) -> Plan[File]:
        if isinstance(url, TaskFile):
            name, url = name or url.name, url.url or ""
        answered = "inline" if inline else None
        wish = present({"call": "download", "url": url, "file": file, "name": name, "answered": answered})
        return Plan(self._call(wish, target_of(options)), _read_file)

    def _formats(self, filters: Mapping[str, Any]) -> Plan[List[ConversionType]]:
        return Plan(self._call(present({"call": "types", **filters})), _read_formats)

    def _ask(self, read: Callable[[Mapping[str, Any]], T], call: str, **members: Any) -> Plan[T]:
        """A call, whose members are those of the core."""

        def told(facts: Mapping[str, Any], *_: Any) -> T:
            return read(facts)

        return Plan(self._call(present({"call": call, **members})), told)

    def _page(self, read: Callable[[Mapping[str, Any]], T], name: str, wish: Mapping[str, Any]) -> Plan[Page[T]]:
        """A page of a list."""

        def page(facts: Mapping[str, Any], *_: Any) -> Page[T]:
            return [read(entry) for entry in facts[name]], facts.get("next")

        return Plan(self._call(present(wish)), page)


def job_and_inputs(
    source: Optional[Sources], to: Optional[str], options: Mapping[str, Any]
) -> Tuple[Dict[str, Any], List[Any]]:
    """The core's wish for a job, and what is uploaded."""
    if source is None:
        raise BadRequestError("the source is missing: give a path, a URL, bytes or a file object")
    part, inputs = read_sources(source, options.get("name"))
    return {**job_of(options), **present({**part, "to": to})}, inputs


def is_process(process: object) -> bool:
    """Whether it is what :func:`url_of` takes."""
    return isinstance(process, (str, Process, ListedProcess))


def url_of(process: ProcessOrUrl) -> str:
    """Where a process is; with version 2 of the API also an ID alone."""
    if not is_process(process):
        raise TypeError(f"a process is what was prepared or listed, its URL or its ID, not {type(process).__name__}")
    url = process if isinstance(process, str) else process.url
    if not url:
        raise BadRequestError(
            "the process has no URL that is to be trusted: name its host in `trusted_hosts` if you trust it"
        )
    return url


def present(facts: Mapping[str, Any]) -> Dict[str, Any]:
    """What is there of a wish."""
    return {name: value for name, value in facts.items() if value is not None}


def catalogue_of(
    from_: Optional[str],
    to: Optional[str],
    engine: Optional[str],
    engine_version: Optional[str],
    include: Union[str, Sequence[str], None],
    alternatives: bool,
) -> Dict[str, Any]:
    """Filters of what the service can do."""
    engines = {"engine": engine, "engine_version": engine_version, "alternatives": alternatives or None}
    return {"from": from_, "to": to, "include": listed(include), **engines}


def processes_call(status: Optional[str], tag: Optional[str], page: Optional[int], per_page: Optional[int]) -> Listed:
    """The list of processes or jobs."""
    return "processes", {"call": "list", "status": status, "tag": tag, "page": page, "per_page": per_page}


def tasks_call(
    job: Optional[str],
    status: Optional[str],
    operation: Optional[str],
    include: Union[str, Sequence[str], None],
    page: Optional[int],
    per_page: Optional[int],
) -> Listed:
    """The list of tasks."""
    filters = {"id": job, "status": status, "operation": operation, "include": listed(include)}
    return "tasks", {"call": "tasks", **filters, "page": page, "per_page": per_page}


def webhooks_call(url: Optional[str], page: Optional[int], per_page: Optional[int]) -> Listed:
    """The list of webhooks."""
    return "webhooks", {"call": "webhooks", "url": url, "page": page, "per_page": per_page}


def listed(names: Union[str, Sequence[str], None]) -> Optional[List[str]]:
    """One name or several, as a list."""
    return [names] if isinstance(names, str) else None if names is None else list(names)


def _read_process(facts: Mapping[str, Any], *_: Any) -> Process:
    id, url = facts.get("processId") or "", facts["processUrl"]
    return Process(id, url, facts.get("uploadUrl"), facts.get("ticket"))


def _read_created(facts: Mapping[str, Any], *_: Any) -> Process:
    return Process(facts.get("id") or "", facts["url"])


def _read_url(facts: Mapping[str, Any], *_: Any) -> str:
    return str(facts["url"])


def _read_file(facts: Mapping[str, Any], downloads: Sequence[Download], *_: Any) -> File:
    return file_of(downloads[0])


def _read_formats(facts: Mapping[str, Any], *_: Any) -> List[ConversionType]:
    return [type_of(pair) for pair in facts["types"]]


def _read_status(facts: Mapping[str, Any], *_: Any) -> Status:
    return status_of(facts)


def _read_nothing(*_: Any) -> None:
    return None
