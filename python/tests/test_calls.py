"""Replays `tests/vectors/calls/*.json` through the single calls of both clients."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Iterator

import pytest

from cloudconvert_kit import (
    AsyncClient,
    BadRequestError,
    Client,
    CloudConvertError,
    Content,
    ListedProcess,
    NetworkError,
    Result,
    Status,
    UnavailableError,
    Url,
)
from cloudconvert_kit.sandbox import Sandbox
from script import CALLS, START, Script, check_outcome, client_options

#: The first three are for browsers, which follow redirects to an output that they show. Of several outputs, users get
#: each by `download="each"`, resumed and verified.
WITHOUT_A_FACE = {
    "convert-and-download",
    "convert-and-download-inline",
    "download-inline",
    "download-never-answered",
    "download-one-of-many",
}


@pytest.fixture(params=sorted(CALLS.keys() - WITHOUT_A_FACE))
def script(request: pytest.FixtureRequest) -> Script:
    call = CALLS[request.param]
    entry = {name: call[name] for name in ("expect", "answer", "fail") if name in call}
    # Every request gets the same, and there are more entries than any call has requests.
    return Script({**call, "script": [entry] * 100}, cancel=lambda: None)


def method_of(call: dict[str, Any]) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    kind, url = call["call"], call.get("url")
    if kind == "start":
        job = dict(call["job"])
        job.pop("input")
        source = Url(job.pop("url"))
        return "start", (url, source), {**job, "wait": call.get("answered") == "ended"}
    if kind == "convert":
        job = dict(call["job"])
        job.pop("input")
        return "launch", (Url(job.pop("url")),), job
    if kind == "types":
        return "formats", (call.get("from"), call.get("to")), {}
    if kind == "list":
        return "processes", (), {}
    return kind, (url,) if url else (), {}


def facts_of(outcome: Any) -> dict[str, Any]:
    """An outcome as the vectors tell it."""
    if isinstance(outcome, Result):
        return {"step": outcome.progress.step}
    if isinstance(outcome, str):
        return {"url": outcome}
    if isinstance(outcome, Status):
        return {name: getattr(outcome, name) for name in ("step", "percent", "id", "message")}
    if isinstance(outcome, list) and outcome and isinstance(outcome[0], ListedProcess):
        return {"processes": [vars(process) for process in outcome]}
    if isinstance(outcome, list):
        return {"types": [[pair.from_, pair.to] for pair in outcome]}
    return {}


def whole(outcome: Any) -> Any:
    """All pages of a list."""
    return list(outcome) if isinstance(outcome, Iterator) else outcome


def check(script: Script, outcome: Any) -> None:
    expected = script.vector["outcome"]
    least, most = expected.get("after", [0, 120_000])
    assert least <= script.time - START <= most
    if "error" in expected:
        check_outcome(expected, outcome)
        return
    facts = facts_of(outcome)
    for name, value in expected.items():
        if name == "processes":
            for theirs, ours in zip(value, facts[name]):
                assert theirs == {key: ours[key] for key in theirs}
        else:
            assert facts[name] == value, name


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


def test_a_process_is_created_in_the_end(cloudconvert_sandbox: Sandbox) -> None:
    cloudconvert_sandbox.fault("create", status=503, headers={"Retry-After": "0"})
    cloudconvert_sandbox.fault("create", cut="before")
    with cloudconvert_sandbox.client() as client:
        assert client.create("png", "jpg").url
    assert [request["kind"] for request in cloudconvert_sandbox.requests()] == ["create"] * 3


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


def test_launch(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    with cloudconvert_sandbox.client() as client:
        url = client.launch(Content("# Hello", "a.md"), to="html")
        assert b">Hello</h1>" in client.follow(url).read()
        with pytest.raises(BadRequestError, match="prepare"):
            client.launch(text, to="html")
