"""Requests that are not let through."""

from __future__ import annotations

from typing import Union

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818 - it is an answer, not a mistake
    """A request that the relay does not let through, with the status and the words that the page is told."""

    def __init__(self, status: int, message: str, retry_after: Union[int, str, None] = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        #: When it is worth to ask again: after how many seconds, or as the service wrote it.
        self.retry_after = retry_after
