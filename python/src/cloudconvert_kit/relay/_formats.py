"""Where tasks of version 2 tell their formats, held against the rules."""

from __future__ import annotations

from typing import Dict, Optional, Sequence, Tuple

from ._refusal import Refusal
from ._rules import Fields, Rules, allowed, text_of, unknown

__all__ = ["check_formats"]

#: There is no file.
_NO_FILE = ""
_INPUT, _OUTPUT = "input_format", "output_format"
#: The fields in which each operation tells the format of its input and that of its output; ``None`` where it tells
#: none. A field that it does not have tells nothing.
_OPERATIONS: Dict[str, Tuple[Optional[str], Optional[str]]] = {
    "convert": (_INPUT, _OUTPUT),
    "thumbnail": (_INPUT, _OUTPUT),
    "optimize": (_INPUT, _INPUT),
    "watermark": (_INPUT, _INPUT),
    "merge": (None, _OUTPUT),
    "archive": (None, _OUTPUT),
    "metadata": (None, _NO_FILE),
    "capture-website": (_NO_FILE, _OUTPUT),
}


def check_formats(task: Fields, rules: Rules) -> None:
    """Refuses a task whose formats the rules do not allow."""
    operation = text_of(task.get("operation")).lower()
    if operation.startswith("pdf/"):
        allowed("input format", "pdf", rules.from_)
        allowed("output format", "pdf", rules.to)
        return
    source, output = _OPERATIONS.get(operation, (None, None))
    _check("input format", operation, task, source, rules.from_)
    _check("output format", operation, task, output, rules.to)


def _check(what: str, operation: str, task: Fields, name: Optional[str], formats: Optional[Sequence[str]]) -> None:
    if formats is None or name == _NO_FILE:
        return
    if name is None:
        raise unknown(what, operation, formats)
    if task.get(name) is None:
        raise Refusal(403, f"A task has to tell its `{name}` here.")
    allowed(what, task[name], formats)
