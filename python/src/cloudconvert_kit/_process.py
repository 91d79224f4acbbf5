"""What single calls of the API give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple, Union

__all__ = ["ConversionType", "ListedProcess", "Process", "Status", "UploadForm"]


@dataclass(frozen=True)
class Process:
    """A process of the service. Whoever knows its URLs can use it, so they are not shown."""

    id: str
    url: str
    #: Where its input is uploaded, once it was started with an upload (version 1 of the API).
    upload_url: Optional[str] = None
    #: What ``upload``, ``follow`` and ``delete`` of another program take, of one that was prepared: one text, to be
    #: passed on as it is, and kept as private as a link to the file.
    ticket: Optional[str] = None

    def __repr__(self) -> str:
        return f"<Process {self.id}>"


@dataclass(frozen=True)
class ListedProcess:
    """A process in the list of a key."""

    id: str
    #: Where it is; ``None`` where the service names a host that is not to be trusted.
    url: Optional[str]
    step: Optional[str]
    #: When it was started and when it ended, as the service writes it: ``2013-01-07 23:03:53``.
    started: Optional[str]
    ended: Optional[str]
    #: Your own mark on it (version 2 of the API).
    tag: Optional[str]
    #: All that the service says about it.
    entry: Mapping[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        return f"<ListedProcess {self.id}: {self.step}>"


@dataclass(frozen=True)
class UploadForm:
    """Where a job of version 2 waits for a file: a form, whose last field is the file itself."""

    #: The name of its task.
    task: str
    url: str = field(repr=False)
    #: The fields before the file, in the order in which the storage wants them. They are signed, so they are not shown.
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Status:
    """How far a process is, as the service tells it."""

    id: Optional[str]
    #: ``input``, ``wait``, ``convert``, ``output``, ``finished``, ``error``, or one that comes later.
    step: Optional[str]
    #: From 0 to 100.
    percent: Optional[float]
    message: str
    #: Why it failed: the HTTP status or the ``code`` (version 1 of the API), or the kit's own code (version 2).
    code: Union[int, str, None]
    upload_url: Optional[str]
    #: Where the output is, or was stored.
    url: Optional[str]
    filename: Optional[str]
    size: Optional[int]
    #: The names of the outputs where there are several.
    files: Tuple[str, ...]
    info: Any
    #: Where files are waited for (version 2 of the API).
    uploads: Tuple[UploadForm, ...]
    #: All that the service says about it (version 2 of the API). It has signed URLs.
    entry: Mapping[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        return f"<Status of {self.id}: {self.step}, {self.percent} %, {self.message!r}>"


@dataclass(frozen=True)
class ConversionType:
    """A pair of formats that the service converts."""

    from_: str
    to: str
    #: All that the service says about it: ``converter``, ``converteroptions``, ``note`` and more.
    entry: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<ConversionType {self.from_} to {self.to}>"


def listed_of(facts: Mapping[str, Any]) -> ListedProcess:
    """A process of the list as the core tells it."""
    known: Dict[str, Any] = {name: facts.get(name) for name in ("url", "step", "started", "ended", "tag")}
    return ListedProcess(facts["id"], entry=facts.get("entry") or {}, **known)


def type_of(facts: Mapping[str, Any]) -> ConversionType:
    """A pair of formats as the core tells it."""
    return ConversionType(facts["from"], facts["to"], facts["entry"])


def status_of(facts: Mapping[str, Any]) -> Status:
    """A status as the core tells it."""
    names = ("id", "step", "percent", "message", "code", "upload_url", "url", "filename", "size", "info")
    known: Dict[str, Any] = {name: facts.get(name) for name in names}
    uploads = tuple(UploadForm(each["task"], each["url"], each["fields"]) for each in facts.get("uploads", ()))
    return Status(files=tuple(facts.get("files", ())), uploads=uploads, entry=facts.get("entry") or {}, **known)
