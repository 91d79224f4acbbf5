"""The client for asyncio: the same methods as :class:`cloudconvert_kit.Client`, to be awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._account import AccountCalls
from ._conversion import AsyncConversion, changed, give_up
from ._conversions import Conversions
from ._processes import Processes

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from typing_extensions import Self

__all__ = ["AsyncClient", "AsyncConversion", "changed"]


class AsyncClient(Conversions, Processes, AccountCalls):
    """A client of the CloudConvert API for asyncio.

    >>> async def main():
    ...     async with AsyncClient() as client:
    ...         result = await client.convert("photo.png", to="jpg")
    ...         await asyncio.to_thread(result.save, "photo.jpg")
    """

    async def aclose(self) -> None:
        """Gives up what still runs, and waits until it has cleaned up."""
        for run in self._cancel_all():
            await give_up(run)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.aclose()
