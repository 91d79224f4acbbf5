"""Asking an ASGI app without a server."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Optional
from urllib.parse import unquote, urlsplit


@dataclass
class Answered:
    """What an app answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text or "null")


def scope_of(method: str, url: str, headers: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """What a server tells of a request."""
    parts = urlsplit(url)
    sent = {"host": parts.netloc, **headers}
    return {
        "type": "http",
        "method": method,
        "scheme": parts.scheme,
        "path": unquote(parts.path),
        "query_string": parts.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        **more,
    }


async def ask(
    app: Any,
    method: str,
    url: str,
    *,
    headers: Optional[Mapping[str, str]] = None,
    body: bytes = b"",
    gone: Optional[Callable[[], Any]] = None,
    **scope: Any,
) -> Optional[Answered]:
    """Asks; ``None`` where the page has gone, once ``gone()`` has come, before there was an answer."""
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await (gone() if gone else asyncio.Event().wait())
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope_of(method, url, headers or {}, **scope), receive, send)
    if not sent:
        return None
    begun, ended = sent
    names = {name.decode(): value.decode() for name, value in begun["headers"]}
    return Answered(begun["status"], names, ended["body"].decode())
