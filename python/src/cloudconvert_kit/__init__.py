"""Convert files with CloudConvert: every failure on the way handled, files of any size in constant memory.

>>> from cloudconvert_kit import Client
>>> with Client() as client:
...     client.convert("photo.png", to="jpg").save("photo.jpg")
[PosixPath('photo.jpg')]
"""

from typing import TYPE_CHECKING, Any

from ._conversion import Conversion
from ._native import safe_name
from ._options import ConvertOptions, FollowOptions, JobOptions, PatienceOptions
from ._process import ListedProcess, Process, Status
from ._progress import Progress
from ._result import File, Result
from ._source import Content, Source, Sources, Url
from .client import Client
from .errors import *  # noqa: F403  (every class of the module)
from .errors import __all__ as _errors
from .storage import FTP, S3, Azure, GoogleCloud, OpenStack, Storage, StoredFiles
from .transport import Request, Response, Transport

if TYPE_CHECKING:
    from .aio import AsyncClient, AsyncConversion

__all__ = [
    "FTP",
    "S3",
    "AsyncClient",
    "AsyncConversion",
    "Azure",
    "Client",
    "Content",
    "Conversion",
    "ConvertOptions",
    "File",
    "FollowOptions",
    "GoogleCloud",
    "JobOptions",
    "ListedProcess",
    "OpenStack",
    "PatienceOptions",
    "Process",
    "Progress",
    "Request",
    "Response",
    "Result",
    "Source",
    "Sources",
    "Status",
    "Storage",
    "StoredFiles",
    "Transport",
    "Url",
    "safe_name",
    *_errors,
]


def __getattr__(name: str) -> Any:
    # asyncio takes longer to import than all the rest, so only those who use it wait for it.
    if name in ("AsyncClient", "AsyncConversion"):
        from . import aio

        return getattr(aio, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
