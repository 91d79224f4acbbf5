"""How far a conversion is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional

__all__ = ["Progress"]


@dataclass(frozen=True)
class Progress:
    """A snapshot of a conversion."""

    #: What the client is doing: ``create``, ``start``, ``upload``, ``convert``, ``download``, ``delete`` or ``done``.
    stage: str
    #: How much of the whole is done, from 0 to 1: always a finite number, and it never goes back. It is 1 at the end of
    #: a conversion that went well, and only there.
    fraction: float = 0.0
    #: The step of the service: ``input``, ``wait``, ``convert``, ``output``, ``finished``, or one that comes later.
    step: Optional[str] = None
    #: How much of the conversion the service has done, from 0 to 100.
    percent: Optional[float] = None
    #: What the service says about it.
    message: str = ""
    #: Bytes of the input sent, framing included.
    sent: int = 0
    #: Bytes of the present output received.
    received: int = 0
    #: How many bytes the present upload or download has, where known.
    total: Optional[int] = None
    #: How fast the present upload or download is, in bytes per second, once that can be told.
    speed: Optional[int] = None
    #: How long the present upload, conversion or download still takes at its pace, in seconds, once that can be told.
    time_left: Optional[float] = None
    #: Failures in a row of the present call.
    attempt: int = 0
    #: The process ID, once there is one.
    process_id: Optional[str] = None


def progress_of(facts: Mapping[str, Any]) -> Progress:
    """A snapshot as the core tells it."""
    known = {name: facts[name] for name in Progress.__dataclass_fields__ if name in facts}
    left = facts.get("timeLeft")
    return Progress(process_id=facts.get("processId"), time_left=None if left is None else left / 1000, **known)
