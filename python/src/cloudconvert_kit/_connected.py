"""How both clients reach the service, and what they have running there."""

from __future__ import annotations

import atexit
import copy
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, TypeVar, Union

from ._calls import present
from ._native import DEFAULT_BASE, Input, Run, Service, close, forked, running
from ._options import count, policy_of, seconds
from ._plan import LOG, ClosedError, ended_within
from ._result import StrPath, Target
from .signing import Webhook

if TYPE_CHECKING:
    from .transport import Transport

__all__ = ["Connected"]

#: How many seconds cleaning up may take when Python ends.
_CLEANUP = 15.0

SomeClient = TypeVar("SomeClient", bound="Connected")


@atexit.register
def _give_up_at_exit() -> None:
    """When Python ends, what runs is given up, so that nothing stays behind on the service."""
    runs = running()
    for run in runs:
        run.cancel()
    for run in runs:
        ended_within(run, _CLEANUP)
    close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forked)


class Connected:
    """What a client is before it converts anything. See :class:`cloudconvert_kit.Client`."""

    def __init__(
        self,
        api_key: Optional[str] = None,
        *,
        base_url: Optional[str] = None,
        deadline: Optional[float] = None,
        retries: Optional[int] = None,
        throttles: Optional[int] = None,
        request_timeout: Optional[float] = None,
        connect_timeout: Optional[float] = None,
        proxy: Optional[str] = None,
        certificates: Optional[StrPath] = None,
        trusted_hosts: Sequence[str] = (),
        transport: Optional[Transport] = None,
        max_conversions: int = 100,
        max_connections: int = 256,
        _clock: Any = None,
    ) -> None:
        """
        :param api_key: your key; by default that of ``CLOUDCONVERT_API_KEY``, and with ``""`` none. It is sent to the
            base URL only.
        :param base_url: where the service is; by default ``CLOUDCONVERT_BASE_URL``, else the service itself.
        :param deadline: how many seconds a conversion may take. Default: six hours.
        :param retries: how many requests of a conversion may be repeated. Default: 20.
        :param throttles: how often the service may ask a conversion to slow down. Default: 200.
        :param request_timeout: how many seconds a request that moves no file may stay without an answer. Default: 30.
        :param connect_timeout: how many seconds making a connection may take. Default: 30.
        :param proxy: the URL of a proxy (``http``, ``https``, ``socks5``), or ``""`` for none. By default what the
            system and ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` say.
        :param certificates: a PEM file of authorities to trust instead of the system's.
        :param trusted_hosts: further hosts that the service may name in its URLs.
        :param transport: what sends requests instead of the kit's own connections.
        :param max_conversions: how many conversions run at once; others wait for their turn. When the service asks one
            of them to slow down, all do.
        :param max_connections: the most requests that are out at once; others wait for their turn.
        """
        key = os.environ.get("CLOUDCONVERT_API_KEY") if api_key is None else api_key
        self._base = base_url or os.environ.get("CLOUDCONVERT_BASE_URL") or None
        self._defaults: Mapping[str, Any] = {
            "deadline": deadline,
            "retries": retries,
            "throttles": throttles,
            "request_timeout": request_timeout,
        }
        policy_of({}, self._defaults)
        count("max_conversions", max_conversions)
        count("max_connections", max_connections)
        if transport is not None and not callable(getattr(transport, "send", None)):
            raise TypeError(f"a transport needs a method `send`: {type(transport).__name__} has none")
        if connect_timeout is not None:
            connect_timeout = seconds("connect_timeout", connect_timeout)
        pem = None if certificates is None else Path(certificates).read_bytes()
        trusted = list(trusted_hosts)
        settings = (key, trusted, proxy, pem, connect_timeout, max_connections, max_conversions, transport, _clock)
        self._service = Service(self._base, *settings)
        # Shared with the clients that `with_options` makes.
        self._closed = threading.Event()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._base or DEFAULT_BASE}>"

    def with_options(
        self: SomeClient,
        *,
        deadline: Optional[float] = None,
        retries: Optional[int] = None,
        throttles: Optional[int] = None,
        request_timeout: Optional[float] = None,
    ) -> SomeClient:
        """The same client with other defaults, named as those of :class:`Client`. Both share their connections and
        their pace, and closing one closes the other.

        >>> client.with_options(deadline=60, retries=2).convert("photo.png", to="jpg")
        """
        given = {
            "deadline": deadline,
            "retries": retries,
            "throttles": throttles,
            "request_timeout": request_timeout,
        }
        other = copy.copy(self)
        other._defaults = {**self._defaults, **present(given)}
        policy_of({}, other._defaults)
        return other

    def called_back(self, called: Union[str, Webhook]) -> None:
        """Tells conversions with ``watch="callback"`` that their callback URL was called.

        :param called: a :class:`Webhook` (version 2 of the API), or the URL that was called or its query alone (version
            1). It is believed no more than a stranger: it only makes them ask.
        :raises BadRequestError: where the call names no conversion.
        :raises UntrustedUrlError: where it names one of another service.
        """
        if isinstance(called, Webhook):
            self._service.webhook_came(called.job_id)
        else:
            self._service.called_back(called)

    # What runs

    def _begin(
        self,
        wish: Dict[str, Any],
        inputs: Sequence[Input] = (),
        target: Optional[Target] = None,
        before: Optional[Target] = None,
        checkpoint: Optional[Callable[[str], object]] = None,
    ) -> Run:
        self._check_open()
        log = min(max(LOG.getEffectiveLevel(), 0), 255)
        return self._open(self._service.run(wish, inputs, target, before, checkpoint, log))

    def _call(self, wish: Mapping[str, Any], target: Optional[Target] = None) -> Run:
        self._check_open()
        return self._open(self._service.call(wish, policy_of({}, self._defaults), target))

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise ClosedError

    def _open(self, run: Run) -> Run:
        """Gives up what began while another thread closed the client."""
        if self._closed.is_set():
            run.cancel()
        return run

    def _cancel_all(self) -> List[Run]:
        """Gives up all that runs, and takes nothing new."""
        self._closed.set()
        runs = self._service.running()
        for run in runs:
            run.cancel()
        return runs
