"""The app's side of ASGI: a body is read, an answer is sent, and for a page that has gone nothing is done any more."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from typing import Any, Awaitable, Callable, Coroutine, Dict, Mapping, MutableMapping, Optional, Set, TypeVar

from ._refusal import Refusal
from ._rules import LIMIT

__all__ = ["Answer", "answer", "beside", "host_of", "is_own", "read", "refused", "whatever_happens", "while_wanted"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[Dict[str, Any]], Awaitable[None]]
T = TypeVar("T")


def _no_headers() -> Dict[str, str]:
    return {}


@dataclass(frozen=True)
class Answer:
    """An answer for a page. Nobody keeps it: it may have a signed URL."""

    status: int
    value: Any = None
    headers: Mapping[str, str] = field(default_factory=_no_headers)

    def shared_with(self, origin: str) -> Answer:
        """One that a page of another origin may read."""
        shared = {
            "access-control-allow-origin": origin,
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": "GET, POST, DELETE",
            "access-control-allow-headers": "Content-Type, Authorization",
            "access-control-expose-headers": "Retry-After",
            "vary": "Origin",
        }
        return replace(self, headers={**self.headers, **shared})


def refused(refusal: Refusal) -> Answer:
    """The answer that tells of a refusal."""
    headers = {} if refusal.retry_after is None else {"retry-after": str(refusal.retry_after)}
    return Answer(refusal.status, {"message": refusal.message}, headers)


async def answer(answered: Optional[Answer], send: Send) -> None:
    """Sends an answer; nothing where the page has gone."""
    if answered is None:
        return
    headers, body = {"cache-control": "no-store", **answered.headers}, b""
    if answered.status != 204:
        body = json.dumps(answered.value, separators=(",", ":")).encode()
        headers.update({"content-type": "application/json", "content-length": str(len(body))})
    encoded = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answered.status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


def host_of(scope: Mapping[str, Any]) -> str:
    """The host and the port that were asked."""
    host = next((value for name, value in scope["headers"] if name.lower() == b"host"), None)
    if host is None:
        name, port = scope.get("server") or ("localhost", None)
        host = (name if port is None else f"{name}:{port}").encode()
    return host.decode("latin-1")


def is_own(origin: str, headers: Mapping[str, str], host: str) -> bool:
    """Whether a page lies at the host that it asks. Browsers say it themselves, by a header that no page can set. Where
    they do not, its host is looked at: a proxy may have ended its TLS.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    scheme, _, name = origin.partition("://")
    port = {"http": ":80", "https": ":443"}.get(scheme, "")
    return name != "" and name == host.lower().removesuffix(port)


async def read(receive: Receive) -> Optional[bytes]:
    """The body of a request, or the beginning of one that is too long; ``None`` where the page has gone."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > LIMIT or not message.get("more_body", False):
            return body


async def while_wanted(receive: Receive, work: Coroutine[Any, Any, Answer]) -> Optional[Answer]:
    """Works on an answer, and gives that up when the page has gone."""
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        for task in (working, gone):
            task.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)


async def whatever_happens(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Works on an answer to its end, also where the page has gone."""
    return await asyncio.shield(beside(work))


def beside(work: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
    """Works on something that no page waits for."""
    working = asyncio.ensure_future(work)
    _WORKING.add(working)
    working.add_done_callback(_WORKING.discard)
    return working


#: An event loop holds on to no task by itself.
_WORKING: Set[asyncio.Future[Any]] = set()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
