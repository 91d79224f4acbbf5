"""Replays `tests/vectors/calls/*.json` through the single calls of both clients."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cloudconvert_kit import AsyncClient, Client, CloudConvertError, ListedProcess, Result, Status, Url
from script import CALLS, Script, check_outcome, client_options

#: The core makes these too; the face has `convert`, `start` and `download` that do more.
WITHOUT_A_FACE = {
    "convert",
    "convert-and-download",
    "convert-and-download-inline",
    "convert-throttled",
    "convert-to-another-host",
    "convert-without-a-location",
    "download-inline",
    "download-one-of-many",
}


@pytest.fixture(params=sorted(CALLS.keys() - WITHOUT_A_FACE))
def script(request: pytest.FixtureRequest) -> Script:
    call = CALLS[request.param]
    entry = {"expect": call["expect"], "answer": call["answer"]}
    return Script({**call, "script": [entry]}, cancel=lambda: None)


def method_of(call: dict[str, Any]) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    kind, url = call["call"], call.get("url")
    if kind == "start":
        job = dict(call["job"])
        job.pop("input")
        source = Url(job.pop("url"))
        return "start", (url, source), {**job, "wait": call.get("answered") == "ended"}
    if kind == "types":
        return "formats", (call.get("from"), call.get("to")), {}
    return kind, (url,) if url else (), {}


def facts_of(outcome: Any) -> dict[str, Any]:
    """An outcome as the vectors tell it."""
    if isinstance(outcome, Result):
        return {"step": outcome.progress.step}
    if isinstance(outcome, Status):
        return {name: getattr(outcome, name) for name in ("step", "percent", "id", "message")}
    if isinstance(outcome, list) and outcome and isinstance(outcome[0], ListedProcess):
        return {"processes": [vars(process) for process in outcome]}
    if isinstance(outcome, list):
        return {"types": [[pair["inputformat"], pair["outputformat"]] for pair in outcome]}
    return {}


def check(script: Script, outcome: Any) -> None:
    expected = script.vector["outcome"]
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
            outcome = getattr(client, method)(*values, **options)
        except CloudConvertError as error:
            outcome = error
    check(script, outcome)


def test_async_client(script: Script) -> None:
    method, values, options = method_of(script.vector)

    async def replay() -> Any:
        async with AsyncClient(**client_options(script)) as client:
            try:
                return await getattr(client, method)(*values, **options)
            except CloudConvertError as error:
                return error

    check(script, asyncio.run(replay()))
