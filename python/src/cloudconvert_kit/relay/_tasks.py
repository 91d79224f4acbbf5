"""What tasks of version 2 a page may ask for."""

from __future__ import annotations

from typing import Any, List, Mapping

from ._formats import check_formats
from ._refusal import Refusal
from ._rules import Fields, Rules, allowed, list_of, object_of, only, small, text_of

__all__ = ["is_work"]

#: What a task that brings an input may say, beside its operation and its file name.
_INPUT = {"upload": (), "url": ("url",), "raw": ("file",), "base64": ("file",)}
#: What of a task names other tasks.
_TAKES = ("input", "image", "depends_on", "depends_on_tasks", "depends_on_task_ids")
#: What of a task would lead out of its job.
_FOREIGN = ("job_id", "copy_of_task_id", "retry_of_task_id", "webhook_url")


def is_work(given: Any, tasks: Mapping[str, Any], rules: Rules) -> bool:
    """Whether a task is one that costs. Refuses one that the rules do not allow."""
    task = object_of(given)
    if task is None:
        raise Refusal(422, "A task has to be an object.")
    operation = task.get("operation")
    kind, _, name = text_of(operation).partition("/")
    if kind == "import":
        allowed("input", name, rules.inputs)
        only(task, ("operation", "filename", *_INPUT.get(name, ())))
        small(task.get("file"), name == "base64", rules)
        return False
    for name in _FOREIGN:
        if name in task:
            raise Refusal(403, f"The field {name} is not allowed here: leave it out.")
    taken = _taken(task)
    for each in taken:
        # The ID of a task is a name too, and may be that of another person's.
        if not (isinstance(each, str) and each in tasks):
            raise Refusal(403, "A task may take only what other tasks of its job give.")
    if operation == "export/url":
        # Else a page could publish any file by the owner's account.
        if any(_is_moved(tasks[name]) for name in taken):
            raise Refusal(403, "An export may take only what a conversion of its job gives.")
        return False
    allowed("operation", operation, rules.operations)
    check_formats(task, rules)
    return True


def _taken(task: Fields) -> List[Any]:
    """What a task takes from others."""
    fields = map(task.get, _TAKES)
    lists = [[taken] if (several := list_of(taken)) is None else several for taken in fields if taken is not None]
    return [each for taken in lists for each in taken]


def _is_moved(task: Any) -> bool:
    """Whether a task only brings or gives a file."""
    return text_of((object_of(task) or {}).get("operation")).lower().startswith(("import/", "export/"))
