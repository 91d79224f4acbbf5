"""Sending requests by other means than the kit's own: for tests, and for networks with rules of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Iterable, Mapping, Protocol, Union

from ._native import Request

__all__ = ["Request", "Response", "Transport"]


def _nothing() -> Dict[str, str]:
    return {}


@dataclass(frozen=True)
class Response:
    """An answer. ``content`` may be an iterable of pieces, which are then never in memory all at once."""

    #: The HTTP status.
    status: int
    headers: Mapping[str, str] = field(default_factory=_nothing)
    content: Union[bytes, Iterable[bytes]] = b""

    def __repr__(self) -> str:
        return f"<Response {self.status}>"


class Transport(Protocol):
    """Sends requests, one call for each; several may be out at once, each on a thread of its own.

    A broken connection is an :class:`OSError` (such as :class:`ConnectionError`), an answer that took too long a
    :class:`TimeoutError`. Where there never was a connection, it is a :class:`ConnectionRefusedError` or a
    :class:`socket.gaierror`: then nothing has left, and even what costs is sent again. The kit repeats what can be
    repeated. Any other exception ends the conversion and is raised to the caller.

    >>> class Offline:
    ...     def send(self, request: Request) -> Response:
    ...         raise ConnectionError(f"no way to {request.url}")
    """

    def send(self, request: Request) -> Response:
        """Sends ``request`` as it stands, following no redirect, and returns the answer."""
        ...
