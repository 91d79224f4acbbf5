"""The core, compiled. Private: its names and arguments change without notice."""

import os
from typing import Any, BinaryIO, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, final

from ._result import Target

#: Where the service is, unless a user says otherwise.
DEFAULT_BASE: str
DEFAULT_CONCURRENCY: int

def safe_name(name: str) -> str:
    """A name that is safe to write, from any proposed one."""

def is_url(text: str) -> bool:
    """Whether a text is a URL that the service can load from, and no path."""

def verify_webhook(body: bytes, signature: str, secret: str) -> Mapping[str, Any]:
    """Checks a webhook, then reads it: ``event``, ``jobId`` and ``job``."""

def sign_url(base: str, secret: str, job: Mapping[str, Any], cache_key: Optional[str]) -> str:
    """A signed URL that runs a job."""

def verify_url(url: str, secret: str) -> Tuple[Mapping[str, Any], Optional[str]]:
    """Checks a signed URL, then reads it: its job and its cache key."""

def encrypt(key: bytes, nonce: bytes, beside: bytes, text: bytes) -> bytes:
    """Encrypts a text by AES-GCM, and binds it to what stands beside it."""

def decrypt(key: bytes, nonce: bytes, beside: bytes, encrypted: bytes) -> Optional[bytes]:
    """What was encrypted so; ``None`` where something of it is another."""

def running() -> List[Run]:
    """All conversions that run in this process."""

def forked() -> None:
    """Forgets the threads of the parent, in a forked child."""

def close() -> None:
    """Keeps the kit's threads out of Python, which is about to end."""

def move_into(file: os.PathLike[str], folder: os.PathLike[str], name: str, overwrite: bool) -> os.PathLike[str]:
    """Moves a file into a folder of its file system under this name, or where that is taken under one with a number."""

def move_to(file: os.PathLike[str], path: os.PathLike[str]) -> os.PathLike[str]:
    """Moves a file to a path of its file system. A file there is replaced, a pipe or a device is written into."""

def is_folder(named: Target, each: bool) -> bool:
    """Whether a path is a folder for outputs, each of which may come on its own. One that is not there yet is made."""

@final
class Input:
    @property
    def size(self) -> Optional[int]: ...
    @staticmethod
    def path(path: str | os.PathLike[str]) -> Input: ...
    @staticmethod
    def bytes(bytes: bytes) -> Input: ...
    @staticmethod
    def file(object: BinaryIO) -> Input: ...
    @staticmethod
    def pieces(iterator: Iterator[Any]) -> Input: ...

@final
class Download:
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Optional[os.PathLike[str]]: ...
    def memory(self) -> Optional[bytes]: ...
    def save(self, path: str | os.PathLike[str], folder: bool, overwrite: bool) -> os.PathLike[str]: ...
    def discard(self) -> None: ...

@final
class Request:
    """A request to send as it stands."""

    @property
    def method(self) -> str:
        """``GET``, ``POST``, ``PUT`` or ``DELETE``."""
    @property
    def url(self) -> str:
        """The absolute URL. Redirects are not to be followed."""
    @property
    def headers(self) -> Dict[str, str]:
        """Names in lower case, and values. ``host`` and ``content-length`` are the transport's to add."""
    @property
    def content_length(self) -> Optional[int]:
        """How many bytes the body has; ``None`` where that is not known."""
    @property
    def body(self) -> Iterator[bytes]:
        """The body in pieces, from its first byte."""

@final
class Run:
    @property
    def done(self) -> bool: ...
    @property
    def shown(self) -> int: ...
    def wait(self, seen: Optional[int] = None, timeout: Optional[float] = None) -> bool: ...
    def notify(self, seen: Optional[int], callback: Callable[[], object]) -> None: ...
    def cancel(self) -> None: ...
    def progress(self) -> Optional[Mapping[str, Any]]: ...
    def saved(self) -> Optional[str]: ...
    def log(self) -> List[Tuple[int, str]]: ...
    def result(self) -> Tuple[Any, List[Download]]: ...

@final
class Service:
    def __new__(
        cls,
        base: Optional[str],
        key: Optional[str],
        trusted: List[str],
        proxy: Optional[str],
        certificates: Optional[bytes],
        connect_timeout: Optional[float],
        connections: int,
        limit: int,
        transport: Optional[object],
        clock: Optional[object],
    ) -> Service: ...
    def run(
        self,
        wish: Mapping[str, Any],
        inputs: Sequence[Input],
        target: Optional[Target],
        before: Optional[Target],
        checkpoint: Optional[Callable[[str], object]],
        log: int,
    ) -> Run: ...
    def running(self) -> List[Run]: ...
    def called_back(self, called: str) -> None: ...
    def webhook_came(self, job: str) -> None: ...
    def call(
        self,
        wish: Mapping[str, Any],
        policy: Mapping[str, Any],
        target: Optional[Target],
    ) -> Run: ...
    def ask(self, method: str, to: str, keyed: bool, body: Optional[bytes], timeout: float) -> Run: ...
