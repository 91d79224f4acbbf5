"""Lists, page by page: for threads."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping, TypeVar

from .._base import BaseClient
from ._conversion import finish

__all__ = ["Listing"]

T = TypeVar("T")


class Listing(BaseClient):
    """What calls that list have in common."""

    def _each(self, read: Callable[[Mapping[str, Any]], T], name: str, wish: Mapping[str, Any]) -> Iterator[T]:
        """All entries of a list. The first page is asked for at once, so that a mistake shows at once."""
        entries, more = finish(self._page(read, name, wish))

        def rest() -> Iterator[T]:
            page, following = entries, more
            while True:
                yield from page
                if following is None:
                    return
                page, following = finish(self._page(read, name, following))

        return rest()
