"""Convert files with CloudConvert: every failure on the way handled, files of any size in constant memory.

>>> from cloudconvert_kit import Client
>>> with Client() as client:
...     client.convert("photo.png", to="jpg").save("photo.jpg")
[PosixPath('photo.jpg')]
"""

from typing import TYPE_CHECKING, Any

from ._account import Account, AccountWebhook, Operation, Task, TaskFile
from ._native import safe_name
from ._options import ConvertOptions, FollowOptions, JobOptions, PatienceOptions
from ._process import ConversionType, ListedProcess, Process, Status, UploadForm
from ._progress import Progress
from ._result import File, Result
from ._source import Content, Source, Sources, TaskSource, Url
from .client import Client
from .client._conversion import Conversion
from .errors import (
    BadRequestError,
    CloudConvertError,
    ConversionCancelledError,
    ConversionFailedError,
    ConversionTimeoutError,
    InputError,
    InvalidResponseError,
    NetworkError,
    NotFoundError,
    OutputError,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
    UntrustedUrlError,
)
from .signing import SignedUrl, Webhook
from .storage import FTP, S3, SFTP, Azure, GoogleCloud, OpenStack, Storage, StoredFiles
from .transport import Request, Response, Transport

if TYPE_CHECKING:
    from .aio import AsyncClient, AsyncConversion

__all__ = [
    "Account",
    "AccountWebhook",
    "AsyncClient",
    "AsyncConversion",
    "Azure",
    "BadRequestError",
    "Client",
    "CloudConvertError",
    "Content",
    "Conversion",
    "ConversionCancelledError",
    "ConversionFailedError",
    "ConversionTimeoutError",
    "ConversionType",
    "ConvertOptions",
    "FTP",
    "File",
    "FollowOptions",
    "GoogleCloud",
    "InputError",
    "InvalidResponseError",
    "JobOptions",
    "ListedProcess",
    "NetworkError",
    "NotFoundError",
    "OpenStack",
    "Operation",
    "OutputError",
    "PatienceOptions",
    "Process",
    "Progress",
    "Request",
    "Response",
    "Result",
    "S3",
    "SFTP",
    "SignedUrl",
    "Source",
    "Sources",
    "Status",
    "Storage",
    "StoredFiles",
    "Task",
    "TaskFile",
    "TaskSource",
    "ThrottledError",
    "Transport",
    "UnauthorizedError",
    "UnavailableError",
    "UntrustedUrlError",
    "UploadForm",
    "Url",
    "Webhook",
    "safe_name",
]


def __getattr__(name: str) -> Any:
    # asyncio takes longer to import than all the rest, so only those who use it wait for it.
    if name in ("AsyncClient", "AsyncConversion"):
        from . import aio

        return getattr(aio, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
