"""What is converted, as the core sees it: a part of its wish, and an input that it does not see."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Dict, Optional, Tuple, Union

from ._native import Input
from .errors import BadRequestError, InputError

__all__ = ["Content", "Source", "Url"]

_SCHEMES = ("http://", "https://", "ftp://")


@dataclass(frozen=True)
class Content:
    """Small content that goes along with the start of the process: text, or bytes (sent in base64)."""

    content: Union[str, bytes] = field(repr=False)
    #: Its name, whose extension tells the format.
    name: str


@dataclass(frozen=True)
class Url:
    """A URL that the service downloads by itself. A string that begins with ``https://`` is taken for one anyway."""

    url: str


#: A path, a URL, bytes, a binary file object, or small content.
Source = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, BinaryIO, Content, Url]


def read_source(source: Source, name: Optional[str], from_: Optional[str]) -> Tuple[Dict[str, Any], Optional[Input]]:
    """The wish's part and the input of a source."""
    if isinstance(source, Content):
        return _content(source, name), None
    if isinstance(source, str) and source.lower().startswith(_SCHEMES):
        source = Url(source)
    if isinstance(source, Url):
        return {"input": "download", "url": source.url, "filename": name}, None
    if isinstance(source, (str, os.PathLike)):
        opened, own = _path(Path(source))
    elif isinstance(source, (bytes, bytearray, memoryview)):
        opened, own = Input.bytes(bytes(source)), None
    elif hasattr(source, "read"):
        opened, own = Input.file(source), _name_of(source)
    else:
        raise TypeError(f"a source is a path, a URL, bytes or a binary file object, not {type(source).__name__}")
    given = name or own or (f"input.{from_}" if from_ else None)
    if given is None:
        raise BadRequestError("the input has no name; give one as `name`, or its format as `from_`")
    return {"input": "upload", "name": given, "size": opened.size}, opened


def _content(source: Content, name: Optional[str]) -> Dict[str, Any]:
    content = source.content
    if isinstance(content, str):
        return {"input": "raw", "content": content, "filename": name or source.name}
    encoded = base64.b64encode(content).decode()
    return {"input": "base64", "content": encoded, "filename": name or source.name}


def _path(path: Path) -> Tuple[Input, str]:
    try:
        return Input.path(path), path.name
    except (OSError, TypeError) as error:
        raise InputError(f"the input cannot be read: {error}") from error


def _name_of(source: Any) -> Optional[str]:
    """The name of an opened file; file descriptors and the like have none."""
    name = getattr(source, "name", None)
    return Path(name).name or None if isinstance(name, str) else None
