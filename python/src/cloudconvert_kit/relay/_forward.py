"""Asking the service, with the key."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional
from urllib.parse import urljoin

from .._native import Service
from .._result import StrPath
from ..aio import changed
from ._asgi import Answer
from ._json import of_service
from ._refusal import Refusal
from ._rules import Fields, list_of, object_of

if TYPE_CHECKING:
    from ..transport import Transport

__all__ = ["Answered", "Forward", "passed"]

#: The most requests that are out at once; others wait for their turn.
_CONNECTIONS = 256
_LACKS = "The relay may not ask the service for this: its API key lacks a right."


@dataclass(frozen=True)
class Answered:
    """What the service answered."""

    status: int
    #: Its JSON: an object, or a list.
    value: Any
    headers: Mapping[str, str]

    @property
    def fields(self) -> Fields:
        """The object; an empty one where it is something else."""
        return object_of(self.value) or {}

    @property
    def data(self) -> Optional[Fields]:
        """The object that version 2 of the API wraps in ``data``."""
        return object_of(self.fields.get("data"))

    @property
    def is_gone(self) -> bool:
        """Whether a deletion has left nothing there."""
        return self.status < 300 or self.status == 404

    def telling(self, value: Any) -> Answered:
        """The same answer with other content."""
        return replace(self, value=value)


class Forward:
    """The way to one service. The key is not shown."""

    def __init__(
        self,
        base: str,
        key: str,
        timeout: float,
        proxy: Optional[str],
        certificates: Optional[StrPath],
        transport: Optional[Transport],
    ) -> None:
        pem = None if certificates is None else Path(certificates).read_bytes()
        self._service = Service(base, key, [], proxy, pem, None, _CONNECTIONS, 1, transport, None)
        self._timeout = timeout
        self.base = base

    async def ask(self, method: str, path: str, fields: Optional[Fields] = None) -> Answered:
        """Asks under the base URL, with the key."""
        return await self._send(method, path, True, fields)

    async def ask_url(self, method: str, url: str, fields: Optional[Fields] = None) -> Answered:
        """Asks a URL that the service named, without the key."""
        return await self._send(method, url, False, fields)

    def resolve(self, url: str) -> str:
        """A URL of the service's, which may leave the scheme out."""
        return urljoin(self.base, url)

    async def _send(self, method: str, to: str, keyed: bool, fields: Optional[Fields]) -> Answered:
        body = None if fields is None else json.dumps(fields).encode()
        run = self._service.ask(method, to, keyed, body, self._timeout)
        try:
            await changed(run)
        except asyncio.CancelledError:
            # What begins or ends a conversion is done, also where the page has gone.
            if method == "GET":
                run.cancel()
            raise
        told: Dict[str, Any] = run.result()[0]
        status, text, wait = told["status"], told["text"], told.get("retryAfter")
        if 300 <= status < 400:
            raise ValueError("a redirect could lead the key elsewhere")
        # A refusal and a deletion may be empty. Any other empty answer does not tell what became of the request.
        is_empty = not text and (status >= 400 or status == 204 or method == "DELETE")
        value = of_service("{}" if is_empty else text)
        if object_of(value) is None and list_of(value) is None:
            if _is_of_key(status):
                raise Refusal(502, _LACKS, wait)
            raise Refusal(
                status if status >= 400 else 502,
                "The service did not answer as its API does: check the base URL of the relay.",
                wait,
            )
        return Answered(status, value, {} if wait is None else {"retry-after": wait})


def _is_of_key(status: int) -> bool:
    """A key that is wrong is no fault of the page's."""
    return status in (401, 403)


def passed(answered: Answered) -> Answer:
    """The service's answer for the page."""
    if _is_of_key(answered.status):
        return Answer(502, {"message": _LACKS}, answered.headers)
    return Answer(answered.status, answered.value, answered.headers)
