"""Version 1: processes. A page is given an address at the relay for its process, which only its person can use."""

from __future__ import annotations

import base64
import binascii

from ._asgi import Answer
from ._forward import Answered, passed
from ._refusal import Refusal
from ._request import Call
from ._rules import Fields, allowed, fields_of, is_offered, list_of, object_of, only, too_large

__all__ = ["version_1"]

#: What a start may say, beside the options of its converter.
START = ("input", "file", "filename", "outputformat", "converteroptions", "mode", "tag", "timeout", "wait", "save")


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
    process = _opened(call, token)
    if method == "POST":
        return await _start(call, process)
    if method == "GET":
        waits = any(name == "wait" for name, _ in call.request.query)
        return await _shown(call, process, await call.forward.ask_url("GET", process + ("?wait" if waits else "")))
    if method == "DELETE":
        call.limits.ended(call.who, process)
        return passed(await call.forward.ask_url("DELETE", process))
    raise Refusal(405, "This relay does not offer that: ask it for processes and their files only.")


def _offered(call: Call, answered: Answered) -> Answer:
    """The types that the service offers and the rules allow."""
    types = list_of(answered.value)
    if types is None:
        return passed(answered)

    def is_allowed(kind: Fields) -> bool:
        mode = kind.get("mode") or "convert"
        return is_offered(call.rules, mode, kind.get("inputformat"), kind.get("outputformat"))

    return passed(answered.telling([each for each in map(object_of, types) if each and is_allowed(each)]))


async def _create(call: Call) -> Answer:
    fields = fields_of(call.request.headers, call.body)
    only(fields, ("inputformat", "outputformat", "mode"))
    allowed("input format", fields.get("inputformat"), call.rules.from_)
    allowed("output format", fields.get("outputformat"), call.rules.to)
    if fields.get("mode") is not None:
        allowed("mode", fields["mode"], call.rules.operations)
    with call.limits.take(call.who):
        answered = await call.forward.ask("POST", "process", fields)
        if not isinstance(answered.fields.get("url"), str):
            return passed(answered)
        url = call.forward.resolve(answered.fields["url"])
        call.limits.began(call.who, url)
    return passed(answered.telling({**answered.fields, "url": _sealed(call, url)}))


async def _start(call: Call, process: str) -> Answer:
    fields = fields_of(call.request.headers, call.body)
    only(fields, START)
    source = fields.get("input")
    allowed("input", "url" if source == "download" else source, call.rules.inputs)
    allowed("output format", fields.get("outputformat"), call.rules.to)
    if fields.get("mode") is not None:
        allowed("mode", fields["mode"], call.rules.operations)
    return await _shown(call, process, await call.forward.ask_url("POST", process, fields))


async def _shown(call: Call, process: str, answered: Answered) -> Answer:
    """A status as its page may see it. One with an input that is too large ends the process."""
    status = answered.fields
    if status.get("step") in ("finished", "error"):
        call.limits.ended(call.who, process)
    source = object_of(status.get("input"))
    if source and call.rules.is_too_large(source.get("size")):
        call.limits.ended(call.who, process)
        await call.forward.ask_url("DELETE", process)
        raise too_large(call.rules)
    if "url" not in status:
        return passed(answered)
    return passed(answered.telling({**status, "url": _sealed(call, process)}))


def _sealed(call: Call, url: str) -> str:
    """The address of a process at the relay."""
    name = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return f"{call.base}/process/{name}.{call.seal.mark(call.who, url)}"


def _opened(call: Call, token: str) -> str:
    """The process behind such an address."""
    name, _, mark = token.partition(".")
    try:
        url = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except (binascii.Error, ValueError):
        # It was not made here, so its mark is wrong too.
        url = ""
    if not url or not call.seal.is_mark(mark, call.who, url):
        raise Refusal(404, "There is no such process: check its URL.")
    return url
