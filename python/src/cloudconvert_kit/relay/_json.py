"""JSON that every runtime reads and writes as the same, so that the relays of both languages let the same through."""

from __future__ import annotations

import json
import math
from typing import Any, Collection, Dict, NoReturn, Optional, cast

from ._refusal import Refusal

__all__ = ["check_writable", "of_page", "of_service"]

#: The most arrays and objects in each other. Every runtime reads and writes so many; some fail at a thousand.
_LEVELS = 100
#: Beyond it JavaScript does not hold every whole number.
_LARGEST = 2**53 - 1
_TOO_DEEP = f"The request has more than {_LEVELS} lists and objects in each other: take them apart."


def of_page(text: str) -> Any:
    """What a page's JSON says; ``None`` where it is none. Its numbers are still to be checked."""
    try:
        return json.loads(text, parse_constant=_no_number, parse_int=_whole)
    except ValueError:
        return None
    except RecursionError:
        raise Refusal(400, _TOO_DEEP) from None


def check_writable(value: object) -> None:
    """Refuses JSON of a page's that would not be the same when it is written again, or could not be."""
    if _is_too_deep(value):
        raise Refusal(400, _TOO_DEEP)
    if _has_inexact(value):
        raise Refusal(
            400, f"The request has a number beyond {_LARGEST}, which could become another: give a smaller one."
        )


def of_service(text: str) -> Any:
    """What an answer's JSON says; ``None`` where it is none, such as a gateway's page."""
    try:
        value = json.loads(text, parse_constant=_no_number, parse_float=_held)
    except (ValueError, RecursionError):
        return None
    return None if _is_too_deep(value) else value


def _inside(value: object) -> Optional[Collection[Any]]:
    """What stands in a list or an object; ``None`` where it is something else."""
    if isinstance(value, dict):
        return cast("Dict[str, Any]", value).values()
    return cast("Collection[Any]", value) if isinstance(value, list) else None


def _is_too_deep(value: object, levels: int = _LEVELS) -> bool:
    """Whether more lists and objects stand in each other than every runtime reads and writes."""
    inside = _inside(value)
    return inside is not None and (levels == 0 or any(_is_too_deep(each, levels - 1) for each in inside))


def _has_inexact(value: object) -> bool:
    """Whether there is a number that JavaScript does not hold exactly."""
    if isinstance(value, (int, float)):
        return abs(value) > _LARGEST
    return any(_has_inexact(each) for each in _inside(value) or ())


def _whole(number: str) -> float:
    """A whole number. One that is refused anyway is not read in all its digits, which takes long."""
    value = float(number)
    return value if abs(value) > _LARGEST else int(number)


def _held(number: str) -> Optional[float]:
    """A number. One that is too large to be held is none: JSON could not tell it again."""
    value = float(number)
    return value if math.isfinite(value) else None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")
