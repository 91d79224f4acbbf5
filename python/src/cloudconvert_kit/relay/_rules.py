"""What pages may ask for, and how it is held against what they ask."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Container, Dict, Literal, Mapping, Optional, Sequence, cast

from ._json import check_writable, of_page
from ._refusal import Refusal

__all__ = [
    "LIMIT",
    "Fields",
    "Rules",
    "allowed",
    "fields_of",
    "is_offered",
    "list_of",
    "object_of",
    "only",
    "pick",
    "size_of",
    "small",
    "text_of",
    "too_large",
    "unknown",
]

#: The most bytes that a page may send.
LIMIT = 100_000

#: A JSON object.
Fields = Dict[str, Any]
#: What carries nothing in base64.
_NO_BASE64 = re.compile(r"[^\w+/-]", re.ASCII)
#: A size that is written as a text.
_SIZE = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Rules:
    """What pages may ask for."""

    #: The operations, as version 2 of the API names them; with version 1 its modes.
    operations: Sequence[str] = ("convert",)
    #: Where inputs may come from.
    inputs: Sequence[Literal["upload", "url", "raw", "base64"]] = ("upload",)
    #: Input formats, such as ``png``. What does not tell its input format is refused then. Default: any.
    from_: Optional[Sequence[str]] = None
    #: Output formats, such as ``jpg``. What does not tell its output format is refused then. Default: any.
    to: Optional[Sequence[str]] = None
    #: The largest input in bytes. A larger one is deleted as soon as the service tells its size: it takes the file from
    #: the page, and may have begun to convert it. Default: any.
    max_size: Optional[int] = None
    #: How many conversions one person may have at once, and so in one job.
    at_once: int = 5
    #: How many conversions one person may begin in a minute.
    per_minute: int = 30
    #: How many requests of any kind one person may make in a minute. A list counts once for every 100 jobs of the
    #: service. Default: 600, or 20 for each conversion of ``per_minute`` where that is more.
    requests_per_minute: Optional[int] = None

    def __post_init__(self) -> None:
        for name in ("operations", "inputs", "from_", "to"):
            if isinstance(getattr(self, name), str):
                raise TypeError(f"`{name}` is a list of texts, not one text")

    def is_too_large(self, size: Any) -> bool:
        """Whether an input of so many bytes is not allowed."""
        return self.max_size is not None and (size_of(size) or 0) > self.max_size


def allowed(what: str, value: Any, values: Optional[Sequence[str]]) -> None:
    """Refuses a value that a list does not have."""
    if values is None or _has(values, value):
        return
    if value is None:
        raise Refusal(403, f"The {what} has to be told here; allowed: {', '.join(values)}.")
    shown = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)[:100]
    raise Refusal(403, f"The {what} {shown} is not allowed here; allowed: {', '.join(values)}.")


def is_offered(rules: Rules, operation: Any, source: Any, output: Any) -> bool:
    """Whether a page may ask for this conversion, as a list of the service's offers it; ``*`` is every format."""
    rows = ((rules.operations, operation), (rules.from_, source), (rules.to, output))
    return all(values is None or value == "*" or _has(values, value) for values, value in rows)


def _has(values: Sequence[str], value: Any) -> bool:
    """Whether a list has a text, in capitals or not."""
    return isinstance(value, str) and value.lower() in (each.lower() for each in values)


def size_of(told: Any) -> Optional[float]:
    """A size that the service tells, also as a text; ``None`` where it tells none."""
    if isinstance(told, str) and _SIZE.fullmatch(told):
        return int(told)
    return told if isinstance(told, (int, float)) and not isinstance(told, bool) else None


def small(content: Any, is_base64: bool, rules: Rules) -> None:
    """Refuses content that stands in the request itself and is too large."""
    if isinstance(content, str):
        size = len(_NO_BASE64.sub("", content)) * 3 // 4 if is_base64 else len(content.encode("utf-8", "replace"))
        if rules.is_too_large(size):
            raise too_large(rules)


def only(fields: Mapping[str, Any], names: Container[str]) -> None:
    """Refuses fields that a page has no business to set."""
    for name in fields:
        if name not in names:
            raise Refusal(403, f"The field {name} is not allowed here: leave it out.")


def too_large(rules: Rules) -> Refusal:
    """The refusal of an input that has more bytes than are allowed."""
    return Refusal(
        413, f"The input has more than {rules.max_size} bytes, which is not allowed here: choose a smaller one."
    )


def unknown(what: str, operation: str, formats: Sequence[str]) -> Refusal:
    """The refusal of what does not tell its format."""
    listed = ", ".join(formats)
    return Refusal(403, f"The {what} of {operation} is not known beforehand; allowed here: {listed}.")


def pick(fields: Mapping[str, Any], names: Container[str]) -> Fields:
    """These members of an object."""
    return {name: value for name, value in fields.items() if name in names}


def fields_of(headers: Mapping[str, str], body: bytes) -> Fields:
    """The JSON object that a page sent. A request without this type could come from a form of another site."""
    if not headers.get("content-type", "").startswith("application/json"):
        raise Refusal(415, "A request has to be JSON: send it as `application/json`.")
    if len(body) > LIMIT:
        raise Refusal(413, "The request is too long: leave out what is not needed.")
    try:
        # JSON is UTF-8; what is not is no JSON.
        fields = object_of(of_page(body.decode("utf-8-sig")))
    except UnicodeDecodeError:
        fields = None
    if fields is None:
        raise Refusal(400, "The request is not a JSON object: write it as one.")
    check_writable(fields)
    return fields


def object_of(value: object) -> Optional[Fields]:
    """A JSON object; ``None`` where it is something else."""
    return cast("Fields", value) if isinstance(value, dict) else None


def list_of(value: object) -> Optional[Sequence[Any]]:
    """A list; ``None`` where it is something else."""
    return cast("Sequence[Any]", value) if isinstance(value, list) else None


def text_of(value: Any) -> str:
    """A text; an empty one where it is something else."""
    return value if isinstance(value, str) else ""
