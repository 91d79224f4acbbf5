"""Asking about conversions whose pages may never ask."""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable

from .._plan import LOG
from ._asgi import beside
from ._refusal import Refusal
from ._request import Call

__all__ = ["watch"]

#: In seconds: when it is asked first, and the longest pause between two questions.
_FIRST, _LONGEST = 5.0, 60.0


def watch(call: Call, id: str, look: Callable[[], Awaitable[bool]]) -> None:
    """Asks about a conversion that runs until ``look`` knows the sizes of its inputs. Its page may never ask, and then
    one that is too large would be converted to its end.
    """
    if call.rules.max_size is not None and call.limits.watches(call.who, id):
        beside(_watched(call, id, look))


async def _watched(call: Call, id: str, look: Callable[[], Awaitable[bool]]) -> None:
    pause = _FIRST
    while call.limits.runs(call.who, id):
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST)
        try:
            if call.limits.runs(call.who, id) and await look():
                return
        except Refusal:
            pass  # It is over, or it is asked again.
        except Exception as error:
            LOG.debug("the relay asks again how large an input is: %s", error)
