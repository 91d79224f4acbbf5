"""Version 1: processes. Whoever knows the URL of a process may start it, ask for it and delete it without a key. So a
page is given an address at the relay instead, from which that URL cannot be read.
"""

from __future__ import annotations

from ._asgi import Answer
from ._forward import Answered, passed
from ._refusal import Refusal
from ._request import Call
from ._rules import (
    Fields,
    allowed,
    fields_of,
    is_offered,
    list_of,
    object_of,
    only,
    pick,
    size_of,
    small,
    too_large,
    unknown,
)
from ._watch import watch

__all__ = ["version_1"]

#: What a start may say, beside the content of an input.
_START = ("input", "filename", "outputformat", "converteroptions", "mode", "tag", "timeout", "wait", "save")
#: What a page is told of a process, beside its address: neither the ID nor the host, of which its URL is made.
_TOLD = (
    *("step", "percent", "message", "error", "code", "starttime", "endtime", "expire", "expires", "maxtime", "minutes"),
    *("tag", "input", "converter", "warnings", "info", "upload", "output"),
)
#: Whose URLs the page uses: they lead to the bytes of one file, and nowhere else.
_FILES = ("upload", "output")


async def version_1(call: Call) -> Answer:
    """Answers what a page asks."""
    method, path = call.request.method, call.path
    kind, found, token = path.partition("/")
    if method == "GET" and path == "conversiontypes":
        return _offered(call, await call.forward.ask("GET", call.with_query(path)))
    if kind != "process" or "/" in token:
        raise Refusal(404, "This relay does not offer that: ask it for processes and their files only.")
    if not found and method == "POST":
        return await _create(call)
    process = call.seal.open(call.who, token)
    if process is None:
        raise Refusal(404, "There is no such process: check its URL.")
    if method == "POST":
        return await _start(call, process)
    if method == "GET":
        waits = any(name == "wait" for name, _ in call.request.query)
        return await _shown(call, process, await call.forward.ask_url("GET", process + ("?wait" if waits else "")))
    if method == "DELETE":
        return _told(call, process, await _remove(call, process))
    raise Refusal(405, "This relay does not offer that: ask it for processes and their files only.")


def _offered(call: Call, answered: Answered) -> Answer:
    """The types that the service offers and the rules allow."""
    types = list_of(answered.value)
    if types is None:
        return passed(answered)

    def is_allowed(kind: Fields) -> bool:
        mode = kind.get("mode") or "convert"
        return is_offered(call.rules, mode, kind.get("inputformat"), kind.get("outputformat"))

    return passed(answered.telling([each for each in map(object_of, types) if each is not None and is_allowed(each)]))


async def _create(call: Call) -> Answer:
    fields = fields_of(call.request.headers, call.body)
    only(fields, ("inputformat", "outputformat", "mode"))
    allowed("input format", fields.get("inputformat"), call.rules.from_)
    _check_output(call, fields)
    with call.limits.take(call.who):
        answered = await call.forward.ask("POST", "process", fields)
        if not isinstance(answered.fields.get("url"), str):
            return passed(answered.telling(pick(answered.fields, _TOLD)))
        process = call.forward.resolve(answered.fields["url"])
        call.limits.began(call.who, process)
    return _told(call, process, answered)


async def _start(call: Call, process: str) -> Answer:
    fields = fields_of(call.request.headers, call.body)
    source = fields.get("input")
    source = source.lower() if isinstance(source, str) else source
    only(fields, _START if source == "upload" else (*_START, "file"))
    allowed("input", "url" if source == "download" else source, call.rules.inputs)
    _check_output(call, fields)
    if source in ("raw", "base64"):
        small(fields.get("file"), source == "base64", call.rules)
    answer = await _shown(call, process, await call.forward.ask_url("POST", process, fields))
    if answer.status < 400:
        watch(call, process, lambda: _is_known(call, process))
    return answer


def _check_output(call: Call, fields: Fields) -> None:
    """Refuses a mode and an output that the rules do not allow."""
    mode, formats = fields.get("mode"), call.rules.to
    mode = mode.lower() if isinstance(mode, str) else ("convert" if mode is None else mode)
    allowed("mode", mode, call.rules.operations)
    # Facts are no file, and what an archive has in it is not known beforehand.
    if mode == "extract" and formats is not None:
        raise unknown("output format", mode, formats)
    if mode != "info":
        allowed("output format", fields.get("outputformat"), formats)


async def _is_known(call: Call, process: str) -> bool:
    """Whether the size of the input is known now; where that is too large, the process is ended."""
    answered = await call.forward.ask_url("GET", process)
    await _shown(call, process, answered)
    return size_of((object_of(answered.fields.get("input")) or {}).get("size")) is not None


async def _shown(call: Call, process: str, answered: Answered) -> Answer:
    """A status as its page may see it. One with an input that is too large ends the process."""
    status = answered.fields
    if status.get("step") in ("finished", "error") or answered.status == 404:
        call.limits.ended(call.who, process)
    source = object_of(status.get("input"))
    if source and call.rules.is_too_large(source.get("size")):
        await _remove(call, process)
        raise too_large(call.rules)
    return _told(call, process, answered)


async def _remove(call: Call, process: str) -> Answered:
    """Deletes a process. One that is still there counts."""
    answered = await call.forward.ask_url("DELETE", process)
    if answered.is_gone:
        call.limits.ended(call.who, process)
    return answered


def _told(call: Call, process: str, answered: Answered) -> Answer:
    """An answer about a process, with its address at the relay, which is relative to the base URL: a proxy may have
    changed what stands before.
    """
    told = pick(answered.fields, _TOLD)
    for name in _FILES:
        file = object_of(told.get(name))
        if file and isinstance(file.get("url"), str):
            # Without a scheme it would get the page's, not the service's.
            told[name] = {**file, "url": call.forward.resolve(file["url"])}
    if isinstance(answered.fields.get("url"), str):
        told["id"] = call.seal.close(call.who, process)
        told["url"] = f"v1/process/{told['id']}"
    return passed(answered.telling(told))
