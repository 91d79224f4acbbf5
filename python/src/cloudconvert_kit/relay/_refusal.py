"""Requests that are not let through."""

from __future__ import annotations

from typing import Optional

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818 - it is an answer, not a mistake
    """A request that the relay does not let through, with the status and the words that the page is told."""

    def __init__(self, status: int, message: str, retry_after: Optional[int] = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        #: After how many seconds it is worth to ask again.
        self.retry_after = retry_after
