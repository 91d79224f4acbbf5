"""What a page asks, and what the answers to it are made with."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, Awaitable, Callable, Dict, List, Mapping, MutableMapping, Optional, Tuple, Union
from urllib.parse import parse_qsl, urlencode

from ._forward import Forward
from ._limits import Limits
from ._rules import Rules
from ._seal import Seal

__all__ = ["Call", "PageRequest", "Who", "name_of"]


@dataclass(frozen=True)
class PageRequest:
    """A request of a page, for :class:`Relay`'s ``who``."""

    method: str
    path: str
    #: By their names in lower case. They may have cookies, so they are not shown.
    headers: Mapping[str, str] = field(repr=False)
    #: All that the server and the apps around the relay say of it, with ``session`` and ``user`` where there are such.
    scope: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, scope: MutableMapping[str, Any]) -> PageRequest:
        """As an ASGI server tells it."""
        headers: Dict[str, str] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
        root, path = scope.get("root_path", ""), scope["path"]
        # Servers differ in whether the path has what an app is mounted at.
        return cls(scope["method"], path if path.startswith(root) else root + path, headers, scope)

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies, by their names."""
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(self.headers.get("cookie", ""))
        except CookieError:
            return {}
        return {name: cookie.value for name, cookie in jar.items()}

    @property
    def query(self) -> List[Tuple[str, str]]:
        """The query, in its order."""
        return parse_qsl(self.scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


Who = Callable[[PageRequest], Union[Optional[str], Awaitable[Optional[str]]]]


async def name_of(who: Who, request: PageRequest) -> Optional[str]:
    """Who asks."""
    name = who(request)
    return await name if inspect.isawaitable(name) else name


@dataclass(frozen=True)
class Call:
    """A request that is let through, and what the answer to it is made with."""

    request: PageRequest
    #: The path behind the version, without a slash in front.
    path: str
    body: bytes
    who: str
    rules: Rules
    limits: Limits
    seal: Seal
    forward: Forward

    def with_query(self, path: str) -> str:
        """A path of the service, with the page's query."""
        query = urlencode(self.request.query)
        return f"{path}?{query}" if query else path
