"""Lists, page by page: for asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, TypeVar

from .._base import BaseClient
from ._conversion import finish

if TYPE_CHECKING:
    from typing import AsyncIterator, Callable, Mapping

__all__ = ["Listing"]

T = TypeVar("T")


class Listing(BaseClient):
    """What calls that list have in common."""

    async def _each(
        self, read: Callable[[Mapping[str, Any]], T], name: str, wish: Mapping[str, Any]
    ) -> AsyncIterator[T]:
        """All entries of a list."""
        following: Optional[Mapping[str, Any]] = wish
        while following is not None:
            page, following = await finish(self._page(read, name, following))
            for entry in page:
                yield entry
