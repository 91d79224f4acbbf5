"""The client for threads. :mod:`cloudconvert_kit.aio` has the same one for asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._account import AccountCalls
from ._conversion import give_up
from ._conversions import Conversions
from ._processes import Processes

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from typing_extensions import Self

__all__ = ["Client"]


class Client(Conversions, Processes, AccountCalls):
    """A client of the CloudConvert API. It can be used by many threads at once.

    >>> with Client() as client:
    ...     client.convert("photo.png", to="jpg").save("photo.jpg")
    [PosixPath('photo.jpg')]
    """

    def close(self) -> None:
        """Gives up what still runs, and waits until it has cleaned up."""
        for run in self._cancel_all():
            give_up(run)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
