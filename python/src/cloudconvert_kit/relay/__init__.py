"""A service of one's own that adds the API key, for pages that hold none: an ASGI app.

The page's client is given its address as the base URL, and only what its owner allows gets through. Bytes of files
never pass: pages send them to the service's storage, and fetch them from there.

>>> app = Relay(
...     api_key="KEY",
...     allow=Rules(from_=["png", "heic"], to=["jpg"], max_size=20_000_000),
...     who=lambda request: request.headers.get("x-user"),
... )
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Dict, MutableMapping, Optional, Sequence

from .._native import DEFAULT_BASE
from .._options import seconds
from .._plan import LOG
from .._result import StrPath
from ..errors import BadRequestError
from ._asgi import Answer, answer, host_of, is_own, read, refused, whatever_happens, while_wanted
from ._forward import Forward
from ._limits import Limits
from ._refusal import Refusal
from ._request import Call, PageRequest, Who, name_of
from ._rules import Rules
from ._seal import Seal
from ._v1 import version_1
from ._v2 import version_2

if TYPE_CHECKING:
    from ..transport import Transport

__all__ = ["PageRequest", "Relay", "Rules", "Who"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[Dict[str, Any]], Awaitable[None]]


class Relay:
    """The ASGI app. It takes what is asked under a path with ``/v2/`` in it (``/v1/`` for a service of version 1, with
    which the page's client wants an ``apiKey``: any text, for the relay does not pass it on).

    It runs by itself (``uvicorn module:app``) or mounted in another app. It needs asyncio.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        *,
        allow: Rules,
        who: Who,
        base_url: Optional[str] = None,
        origins: Sequence[str] = (),
        secret: Optional[str] = None,
        timeout: float = 120,
        proxy: Optional[str] = None,
        certificates: Optional[StrPath] = None,
        transport: Optional[Transport] = None,
    ) -> None:
        """
        :param api_key: your key; by default that of ``CLOUDCONVERT_API_KEY``. It goes to the service and nowhere else.
        :param allow: what pages may ask for. What is not allowed is refused before the service hears of it.
        :param who: who asks: the ID of a user or of a session, perhaps to be awaited. Each sees its own conversions
            only, and has limits of its own. ``None`` refuses the request with 401.
        :param base_url: where the service is; by default ``CLOUDCONVERT_BASE_URL``, else the service itself. A path
            that ends in ``/v2`` is version 2 of the API.
        :param origins: other origins whose pages may ask, such as ``https://www.example.org``. Default: only the
            relay's own.
        :param secret: what marks whose a conversion is. Several processes of one relay need the same. Default: made
            from the API key.
        :param timeout: how many seconds the service may take to answer.
        :param proxy: as that of :class:`cloudconvert_kit.Client`.
        :param certificates: as those of :class:`cloudconvert_kit.Client`.
        :param transport: what sends requests to the service instead of the kit's own connections.
        """
        key = os.environ.get("CLOUDCONVERT_API_KEY") if api_key is None else api_key
        if not key:
            raise BadRequestError("a relay needs an API key: pass `api_key`, or set CLOUDCONVERT_API_KEY")
        base = (base_url or os.environ.get("CLOUDCONVERT_BASE_URL") or DEFAULT_BASE).rstrip("/")
        self._version = "v2" if base.endswith("/v2") else "v1"
        self._answer = version_2 if self._version == "v2" else version_1
        self._forward = Forward(base, key, seconds("timeout", timeout), proxy, certificates, transport)
        self._rules = allow
        self._limits = Limits(allow)
        self._seal = Seal(secret or key)
        self._who = who
        self._origins = frozenset(origins)

    def __repr__(self) -> str:
        return f"<Relay to {self._forward.base}>"

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answers one request, as ASGI servers and apps want it."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "This relay speaks HTTP."})
        else:
            await answer(await self._handle(scope, receive), send)

    async def _handle(self, scope: MutableMapping[str, Any], receive: Receive) -> Optional[Answer]:
        request = PageRequest.of(scope)
        origin = request.headers.get("origin")
        if origin is not None and origin not in self._origins and not is_own(origin, request.headers, host_of(scope)):
            return refused(Refusal(403, f"Pages of {origin} may not ask this relay: name them in its option origins."))
        if request.method == "OPTIONS":
            answered: Optional[Answer] = Answer(204)
        else:
            try:
                answered = await self._asked(request, receive)
            except Refusal as refusal:
                answered = refused(refusal)
            except Exception:
                LOG.exception("the relay has failed")
                answered = Answer(502, {"message": "The service cannot be reached: try again later."})
        return answered if answered is None or origin is None else answered.shared_with(origin)

    async def _asked(self, request: PageRequest, receive: Receive) -> Optional[Answer]:
        _, found, path = request.path.rpartition(f"/{self._version}/")
        if not found:
            raise Refusal(404, f"This relay speaks {self._version}, under a path with /{self._version}/ in it.")
        who = await name_of(self._who, request)
        if not who:
            raise Refusal(401, "You have to sign in first.")
        self._limits.asked(who)
        body = await read(receive)
        if body is None:
            return None
        call = Call(request, path, body, who, self._rules, self._limits, self._seal, self._forward)
        # What begins or ends a conversion has to be counted, also where its page has gone.
        is_read = request.method == "GET"
        return await (while_wanted(receive, self._answer(call)) if is_read else whatever_happens(self._answer(call)))


async def _live(receive: Receive, send: Send) -> None:
    """Begins and ends with its server. There is nothing to begin, and nothing to end."""
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return
