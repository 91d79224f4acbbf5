"""What is converted, as the core sees it: a part of its wish, and an input that it does not see."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union, cast
from urllib.parse import urlsplit, urlunsplit

from ._native import Input, is_url
from .errors import BadRequestError, InputError
from .storage import StoredFiles

__all__ = ["Content", "Source", "Sources", "TaskSource", "Url"]


@dataclass(frozen=True)
class Content:
    """Small content that goes along with the start of the process: text, or bytes (sent in base64)."""

    content: Union[str, bytes] = field(repr=False)
    #: Its name, whose extension tells the format.
    name: str
    #: Whether text is in base64 already.
    base64: bool = False


@dataclass(frozen=True)
class Url:
    """A URL that the service downloads by itself. A string that begins with ``https://`` is taken for one anyway."""

    url: str

    def __repr__(self) -> str:
        return f"Url({shown(self.url)!r})"


def shown(url: str) -> str:
    """A URL as it may be shown: its query may be a signature, and its user may have a password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "…"
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", ""))


#: What is uploaded from here.
File = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, BinaryIO, Iterator[bytes]]
#: A path, a URL, bytes, a binary file object, an iterator of bytes, small content, or files in a storage. A pipe, a
#: file object that cannot seek and an iterator are read once, to their end, before the service is asked for anything.
Source = Union[File, Content, Url, StoredFiles]
#: One source, or several for the modes ``combine`` and ``archive``.
Sources = Union[Source, Sequence[Source]]

#: What a task of one's own imports: a path, bytes or a file object; or a pair of its name and one of these.
TaskSource = Union[Source, Tuple[str, Source]]

#: A part of the core's wish, and what is uploaded.
Read = Tuple[Dict[str, Any], List[Input]]


def read_sources(sources: Sources, name: Optional[str]) -> Read:
    """The wish's part and the inputs of one source or of several."""
    several = many_of(sources)
    if several is None:
        return read_source(cast("Source", sources), name)
    parts: List[Dict[str, Any]] = []
    inputs: List[Input] = []
    for source in several:
        part, opened = read_source(source, None)
        parts.append(part)
        inputs += opened
    methods = {part["input"] for part in parts}
    if methods == {"upload"}:
        files: List[Any] = [{"name": part["name"], "size": part["size"]} for part in parts]
    elif methods == {"download"}:
        files = [part["url"] for part in parts]
    else:
        raise BadRequestError(
            "several sources are either all files and bytes, or all URLs: convert the others by themselves"
        )
    return {"input": methods.pop(), "files": files, "filename": name}, inputs


def many_of(sources: Sources) -> Optional[Sequence[Source]]:
    """Several sources; ``None`` where it is one."""
    return cast("Sequence[Source]", sources) if isinstance(sources, (list, tuple)) else None


def read_source(source: Source, name: Optional[str]) -> Read:
    """The wish's part and the inputs of one source."""
    if isinstance(source, Content):
        return _content(source, name), []
    if isinstance(source, StoredFiles):
        files = list(source.names)
        return {"input": source.storage.to_wish(), "files": files, "filename": name}, []
    if isinstance(source, str) and is_url(source):
        source = Url(source)
    if isinstance(source, Url):
        return {"input": "download", "url": source.url, "filename": name}, []
    opened, own = _open(source)
    return {"input": "upload", "name": name or own, "size": opened.size}, [opened]


def read_files(files: Mapping[str, TaskSource]) -> Tuple[List[Dict[str, Any]], List[Input]]:
    """The files of a job of one's own, and the inputs, by the names of the tasks that import them."""
    parts: List[Dict[str, Any]] = []
    inputs: List[Input] = []
    for task, file in files.items():
        name, source = file if isinstance(file, tuple) else (None, file)
        part, opened = read_source(source, name)
        if not opened:
            raise BadRequestError(f"the task {task} takes a path, bytes or a file object: give one")
        if part["name"] is None:
            raise BadRequestError(f"the file of the task {task} has no name: give a pair, as ('photo.png', source)")
        parts.append({"task": task, "name": part["name"], "size": part["size"]})
        inputs += opened
    return parts, inputs


def _content(source: Content, name: Optional[str]) -> Dict[str, Any]:
    content = source.content
    method = "raw" if isinstance(content, str) and not source.base64 else "base64"
    if isinstance(content, bytes):
        content = base64.b64encode(content).decode()
    return {"input": method, "content": content, "filename": name or source.name}


def _open(source: File) -> Tuple[Input, Optional[str]]:
    """What is uploaded, and its own name."""
    try:
        if isinstance(source, (str, os.PathLike)):
            path = os.fsdecode(source)
            return Input.path(path), os.path.basename(path)
        if isinstance(source, (bytes, bytearray, memoryview)):
            return Input.bytes(bytes(source)), None
        if callable(getattr(source, "read", None)):
            return Input.file(cast("BinaryIO", source)), _name_of(source)
        if callable(getattr(source, "__next__", None)):
            return Input.pieces(source), None
    except OSError as error:
        raise InputError(f"the input cannot be read: {error}; check its path and whether you may read it") from error
    kinds = "a path, a URL, bytes, a binary file object or an iterator of bytes"
    raise TypeError(f"a source is {kinds}, not {type(source).__name__}")


def _name_of(source: Any) -> Optional[str]:
    """The name of an opened file; file descriptors and the like have none."""
    name = getattr(source, "name", None)
    if not isinstance(name, (str, bytes)):
        return None
    base = os.path.basename(os.fsdecode(name))
    # ``<stdin>`` and ``<fdopen>`` are no names.
    return None if base.startswith("<") and base.endswith(">") else base or None
