"""A local service that speaks the CloudConvert API and really converts, for first runs and for tests.

>>> with Sandbox() as sandbox, sandbox.client() as client:
...     sandbox.fault("download", cut_download_after=100)
...     client.convert("photo.png", to="jpg").save("photo.jpg")
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import threading
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Literal, Mapping, Optional

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from typing_extensions import Self

    from .aio import AsyncClient
    from .client import Client

__all__ = ["Kind", "Sandbox", "SandboxMissingError", "find"]

_PROGRAM = "cloudconvert-sandbox"
_ANNOUNCEMENT = "listening on "
_PATIENCE = 5

#: What kind of request a fault strikes: ``start`` and ``convert`` are of version 1 of the API; ``cancel``, ``retry``,
#: ``account``, ``signed`` and ``events`` of version 2. ``webhook`` is what the service itself sends, ``run`` the
#: conversion.
Kind = Literal[
    "create",
    "start",
    "convert",
    "upload",
    "status",
    "wait",
    "download",
    "delete",
    "list",
    "types",
    "cancel",
    "retry",
    "account",
    "signed",
    "events",
    "webhook",
    "run",
]


class SandboxMissingError(RuntimeError):
    """The sandbox's program is not installed."""

    def __init__(self) -> None:
        super().__init__(
            f"the program {_PROGRAM} is not here; install it with: pip install 'cloudconvert-kit[sandbox]'\n"
            "or tell where it is by CLOUDCONVERT_KIT_SANDBOX"
        )


def find() -> Path:
    """Where the sandbox's program is: by ``CLOUDCONVERT_KIT_SANDBOX``, beside this Python, or on the ``PATH``.

    :raises SandboxMissingError: where it is not installed.
    """
    told = os.environ.get("CLOUDCONVERT_KIT_SANDBOX")
    if told:
        return Path(told)
    scripts = [sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]
    found = shutil.which(_PROGRAM, path=os.pathsep.join(scripts)) or shutil.which(_PROGRAM)
    if found is None:
        raise SandboxMissingError
    return Path(found)


class Sandbox:
    """A running sandbox on a free port, with a key of its own. Stopped, it is gone with all its files."""

    def __init__(
        self, *, version: Literal[1, 2] = 2, program: Optional[Path] = None, engines: Optional[int] = None
    ) -> None:
        """
        :param version: which version of the API its clients speak.
        :param program: the program, where :func:`find` does not find it.
        :param engines: how many conversions run at once. Default: one for each processor.
        """
        #: Which version of the API ``client``, ``environment`` and ``processes`` speak. The service speaks both.
        self.version: Literal[1, 2] = version
        #: The key that it takes.
        self.key = secrets.token_hex(16)
        self._admin_key = secrets.token_hex(16)
        self._reader: Optional[threading.Thread] = None
        command = [str(program or find()), "--listen", "127.0.0.1:0", "--admin", "--log", "warn", "--grace", "0"]
        # A program that is killed cannot stop it.
        command += ["--end-with-stdin"]
        # Every user of this machine reads what stands on a command line, but not in an environment.
        keys = {"CLOUDCONVERT_SANDBOX_KEY": self.key, "CLOUDCONVERT_SANDBOX_ADMIN_KEY": self._admin_key}
        # Tests fetch from servers of their own, and are called back there.
        command += ["--allow-fetch", "127.0.0.0/8", "--allow-fetch", "::1"]
        if engines is not None:
            command += ["--engines", str(engines)]
        # Of a group of its own: Ctrl-C is for the program, which still has to clean up here.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, **keys},
        )
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        if not first.startswith(_ANNOUNCEMENT):
            self.stop()
            raise RuntimeError(f"the sandbox did not start; it said {first!r}: correct that, or its options")
        #: Its address: ``http://127.0.0.1:PORT``.
        self.url = first[len(_ANNOUNCEMENT) :].strip()
        # Whatever else it says must be read, or it would wait for a reader.
        self._reader = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._reader.start()

    @property
    def base_url(self) -> str:
        """What clients take as their ``base_url``."""
        return f"{self.url}/v{self.version}"

    @property
    def environment(self) -> Dict[str, str]:
        """Variables by which clients and the command line use it."""
        return {"CLOUDCONVERT_BASE_URL": self.base_url, "CLOUDCONVERT_API_KEY": self.key}

    def client(self, *, base_url: Optional[str] = None, **options: Any) -> Client:
        """A client of it; ``options`` are those of :class:`cloudconvert_kit.Client`."""
        from .client import Client

        return Client(self.key, base_url=base_url or self.base_url, **options)

    def async_client(self, *, base_url: Optional[str] = None, **options: Any) -> AsyncClient:
        """A client of it for asyncio."""
        from .aio import AsyncClient

        return AsyncClient(self.key, base_url=base_url or self.base_url, **options)

    def fault(self, kind: Optional[Kind] = None, *, times: Optional[int] = 1, skip: int = 0, **action: Any) -> None:
        """Makes the next requests of a kind (or of any) go wrong.

        :param times: how many; ``None`` for all from now on.
        :param skip: how many pass before.
        :param action: what happens to them: ``status`` with ``headers`` and ``body``, and ``done=True`` where what was
            asked is done all the same; ``cut="before"`` or ``"after"`` (the connection, before or after what was asked
            is done); ``cut_upload_after``, ``cut_download_after`` (so many bytes); ``delay_ms``;
            ``lose_process=True``; and ``probability`` with ``seed``.
        """
        self._admin("POST", "/faults", [{"kind": kind, "times": times, "skip": skip, **action}])

    def clear_faults(self) -> None:
        """Behaves from now on."""
        self._admin("DELETE", "/faults")

    def rate_limit(self, requests: int, *, per_ms: int = 1000, retry_after: Optional[int] = None) -> None:
        """Answers with 429 when the key has made so many requests in so many milliseconds.

        With version 2 of the API, what creates jobs and tasks counts.
        """
        limit = {"key": self.key, "requests": requests, "per_ms": per_ms, "retry_after": retry_after}
        self._admin("PUT", "/rate-limit", limit)

    def clear_rate_limit(self) -> None:
        """Lets the key ask as often as it likes."""
        self._admin("DELETE", "/rate-limit")

    def requests(self) -> List[Mapping[str, Any]]:
        """What was asked so far: method, path, kind, whether the key came along, and the status of the answer."""
        requests: List[Mapping[str, Any]] = self._admin("GET", "/requests")
        return requests

    def forget_requests(self) -> None:
        """Begins a new journal of requests."""
        self._admin("DELETE", "/requests")

    def processes(self) -> List[Mapping[str, Any]]:
        """The processes or jobs that it still knows: of the latter the first hundred."""
        if self.version == 1:
            processes: List[Mapping[str, Any]] = self._ask("GET", "/v1/processes")
            return processes
        jobs: List[Mapping[str, Any]] = self._ask("GET", "/v2/jobs")["data"]
        return jobs

    def stop(self) -> None:
        """Ends it."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        if self._reader is not None:
            self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def wait(self) -> int:
        """Waits until it ends by itself."""
        return self._process.wait()

    def _admin(self, method: str, path: str, body: Any = None) -> Any:
        return self._ask(method, f"/_admin{path}", body, key=self._admin_key)

    def _ask(self, method: str, path: str, body: Any = None, *, key: Optional[str] = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        # No proxy is to see what stays on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Sandbox at {self.url}>"
