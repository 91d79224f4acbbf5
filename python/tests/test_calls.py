"""Replays `tests/vectors/calls/*.json` and `tests/vectors/v2/calls/*.json` through the single calls of both clients."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any, Iterator

import pytest

from cloudconvert_kit import (
    Account,
    AccountWebhook,
    AsyncClient,
    BadRequestError,
    Client,
    CloudConvertError,
    Content,
    ConversionType,
    File,
    ListedProcess,
    NetworkError,
    Operation,
    Process,
    Status,
    Task,
    TaskFile,
    UnavailableError,
    UploadForm,
    Url,
)
from cloudconvert_kit.sandbox import Sandbox
from conftest import ONLY_1
from script import CALLS, START, Script, check_outcome, client_options, contains

#: What the clients call the core's calls.
NAMES = {"convert": "launch", "download": "fetch", "list": "processes", "types": "formats", "wait": "status"}


@pytest.fixture(params=sorted(CALLS))
def script(request: pytest.FixtureRequest) -> Script:
    call = CALLS[request.param]
    entry = {name: call[name] for name in ("expect", "answer", "fail") if name in call}
    following = call["outcome"].get("next")
    if following is None:
        # Every request gets the same, and there are more entries than any call has requests.
        entries = [entry] * 100
    else:
        # The list goes on by itself, to a page that is empty.
        asked, page = entry["expect"]["call"], f"page={following['page']}"
        turned = re.sub(r"\bpage=\d+", page, asked) if re.search(r"\bpage=", asked) else f"{asked}&{page}"
        entries = [entry, {"expect": {**entry["expect"], "call": turned}, "answer": {"json": {"data": []}}}]
    return Script({**call, "script": entries}, cancel=lambda: None)


def method_of(vector: dict[str, Any]) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    """The method that a vector is about, and its arguments. Version 2 tells a call by one object."""
    call = {"call": vector["call"], **vector} if isinstance(vector["call"], str) else vector["call"]
    takes = ("from", "to", "file", "name", "id", "status", "tag", "page", "per_page", "operation", "engine", "events")
    given = {name: call[name] for name in (*takes, "engine_version", "include", "alternatives") if name in call}
    kind, url, answered = str(call["call"]), call.get("url"), call.get("answered")
    method, options = NAMES.get(kind, kind), {"from_" if name == "from" else name: given[name] for name in given}
    process = (url or options.pop("id"),) if kind in ("delete", "start", "status", "wait") else ()
    if kind in ("start", "convert"):
        job = {"to": "jpg", **call.get("job", {})}
        job.pop("input", None)
        source = Url(job.pop("url", "https://example.org/a.png"))
        how = {"answered": answered} if kind == "convert" else {"wait": answered == "ended"}
        return method, (*process, source), {**job, **how}
    if kind == "download":
        return method, (url,), {**options, "inline": answered == "inline"}
    if kind in ("status", "wait"):
        return method, process, {"wait": kind == "wait"}
    if kind in ("create_webhook", "webhooks"):
        options.update({"url": url} if url else {})
    if kind == "delete":
        # By itself a client cancels first what still runs.
        options["cancel"] = False
    if kind == "tasks":
        options["job"] = options.pop("id")
    if kind == "task":
        options["wait"] = call.get("wait", False)
    return method, process, options


def told(outcome: Any) -> Any:
    """An outcome as the vectors tell it."""
    if isinstance(outcome, (Process, ListedProcess, Status, Task, Account, Operation, ConversionType, AccountWebhook)):
        return {"from" if name == "from_" else name: told(value) for name, value in vars(outcome).items()}
    if isinstance(outcome, (UploadForm, TaskFile)):
        return vars(outcome)
    if isinstance(outcome, (list, tuple)):
        return [told(each) for each in outcome]
    return outcome


LISTS = {"processes": ListedProcess, "types": ConversionType, "operations": Operation, "tasks": Task}


def facts_of(outcome: Any, expected: dict[str, Any]) -> dict[str, Any]:
    """What is told by an object, a list, or a text alone."""
    if isinstance(outcome, list):
        [name] = expected.keys() & {*LISTS, "webhooks"}
        assert all(isinstance(each, LISTS.get(name, AccountWebhook)) for each in outcome)
        return {name: told(outcome)}
    if isinstance(outcome, (str, File)):
        return {"url": outcome}
    return dict(told(outcome) or {})


def whole(outcome: Any) -> Any:
    """All pages of a list."""
    return list(outcome) if isinstance(outcome, Iterator) else outcome


def check(script: Script, outcome: Any) -> None:
    expected = {name: value for name, value in script.vector["outcome"].items() if name != "next"}
    least, most = expected.pop("after", [0, 120_000])
    assert least <= script.time - START <= most
    if "error" in expected or isinstance(outcome, BaseException):
        check_outcome({"error": getattr(outcome, "code", None), **expected}, outcome)
        return
    assert contains(facts_of(outcome, expected), expected), outcome
    if "next" in script.vector["outcome"]:
        assert not script.entries, "the next page was not asked for"


def test_client(script: Script) -> None:
    method, values, options = method_of(script.vector)
    with Client(**client_options(script)) as client:
        try:
            outcome = whole(getattr(client, method)(*values, **options))
        except CloudConvertError as error:
            outcome = error
    check(script, outcome)


def test_async_client(script: Script) -> None:
    method, values, options = method_of(script.vector)

    async def replay() -> Any:
        async with AsyncClient(**client_options(script)) as client:
            try:
                outcome = getattr(client, method)(*values, **options)
                return [entry async for entry in outcome] if hasattr(outcome, "__aiter__") else await outcome
            except CloudConvertError as error:
                return error

    check(script, asyncio.run(replay()))


# Retries: the waits are the core's, in the script's own time


def lasting(kind: str) -> Any:
    """A script of a call that works after it was told to wait, and got no answer."""
    call = CALLS[kind]
    refused = {"expect": call["expect"], "answer": {"status": 503, "headers": {"Retry-After": "3"}}}
    lost = {"expect": call["expect"], "fail": "connection"}
    answered = {"expect": call["expect"], "answer": call["answer"]}
    return {**call, "script": [refused, {"wait": [3000, 6000]}, lost, answered]}


@pytest.mark.parametrize("kind", ["list", "status", "types"])
def test_what_reads_is_asked_again(kind: str) -> None:
    script = Script(lasting(kind), cancel=lambda: None)
    method, values, options = method_of(script.vector)
    with Client(**client_options(script)) as client:
        check(script, whole(getattr(client, method)(*values, **options)))
    assert not script.entries


@ONLY_1
def test_a_process_is_created_in_the_end(cloudconvert_sandbox: Sandbox) -> None:
    cloudconvert_sandbox.fault("create", status=503, headers={"Retry-After": "0"})
    cloudconvert_sandbox.fault("create", cut="before")
    with cloudconvert_sandbox.client() as client:
        assert client.create("png", "jpg").url
    assert [request["kind"] for request in cloudconvert_sandbox.requests()] == ["create"] * 3


@ONLY_1
def test_what_may_have_been_done_is_not_done_twice(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    with cloudconvert_sandbox.client() as client:
        process = client.create("md", "html")
        cloudconvert_sandbox.fault("start", cut="after")
        with pytest.raises(NetworkError):
            client.start(process, text, to="html")
        assert client.status(process).step == "input"
        client.delete(process)


def test_nobody_is_asked_for_ever(cloudconvert_sandbox: Sandbox) -> None:
    cloudconvert_sandbox.fault("types", status=503, headers={"Retry-After": "0"}, times=None)
    with cloudconvert_sandbox.client(retries=2) as client, pytest.raises(UnavailableError):
        client.formats()
    assert len(cloudconvert_sandbox.requests()) == 3
    cloudconvert_sandbox.clear_faults()
    cloudconvert_sandbox.fault("list", delay_ms=60_000, times=None)
    with cloudconvert_sandbox.client(retries=0, request_timeout=0.2) as client, pytest.raises(NetworkError):
        client.processes()


def test_the_same_client_with_other_defaults(cloudconvert_sandbox: Sandbox) -> None:
    cloudconvert_sandbox.fault("list", status=503, times=None)
    with cloudconvert_sandbox.client(retries=5) as client:
        hasty = client.with_options(retries=0, request_timeout=5)
        with pytest.raises(UnavailableError):
            hasty.processes()
        assert len(cloudconvert_sandbox.requests()) == 1
    with pytest.raises(RuntimeError, match="closed"):
        hasty.processes()


@ONLY_1
def test_launch(cloudconvert_sandbox: Sandbox, text: Path, tmp_path: Path) -> None:
    with cloudconvert_sandbox.client() as client:
        note = Content("# Hello", "a.md")
        assert b">Hello</h1>" in client.follow(client.launch(note, to="html")).read()
        url = client.launch(note, to="html", answered="output")
        assert b">Hello</h1>" in client.fetch(url).read()
        saved = client.fetch(client.launch(note, to="html", answered="output"), tmp_path / "a.html")
        assert (saved.path, saved.size) == (tmp_path / "a.html", (tmp_path / "a.html").stat().st_size)
        with pytest.raises(BadRequestError, match="prepare"):
            client.launch(text, to="html")
