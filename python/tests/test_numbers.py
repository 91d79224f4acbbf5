"""Numbers that are none, or none that can be: told at once, in words, whatever is asked."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path
from typing import Any, Dict, List

import pytest

from cloudconvert_kit import AsyncClient, Client, Content
from cloudconvert_kit.relay import Relay, Rules
from cloudconvert_kit.sandbox import Sandbox

ODD: list[Any] = [math.nan, math.inf, -math.inf, -1, -0.001, 1e300, 10**400, 2**63]
WRONG: list[Any] = ["5", True, b"1", [1]]
COUNTS: list[Any] = [-1, math.nan, math.inf, 1.5, 2**63, 10**400, "5"]
SOURCE = Content("# Hello", "a.md")


def short(odd: Any) -> str:
    return str(odd)[:9]


@pytest.mark.parametrize("odd", [*ODD, *WRONG], ids=short)
@pytest.mark.parametrize("name", ["deadline", "request_timeout", "connect_timeout"])
def test_times(name: str, odd: Any) -> None:
    error = ValueError if odd in ODD and odd is not True else TypeError
    given: Dict[str, Any] = {name: odd}
    for kind in (Client, AsyncClient):
        with pytest.raises(error, match=f"`{name}` is a number of seconds"):
            kind("key", **given)
    if name == "connect_timeout":
        return
    with Client("key", base_url="http://127.0.0.1:9") as client:
        calls: list[Any] = [
            client.convert,
            client.submit,
            client.convert_many,
            lambda *_, **o: client.with_options(**o),
        ]
        for call in calls:
            with pytest.raises(error, match=f"`{name}` is"):
                call(SOURCE, "html", **{name: odd})


@pytest.mark.parametrize(
    "odd", [0, -1, math.nan, math.inf, 1.5, 2**63, 10**400, "5", True], ids=lambda odd: str(odd)[:9]
)
def test_how_many(odd: Any) -> None:
    for name in ("max_conversions", "max_connections"):
        with pytest.raises((ValueError, TypeError), match=f"`{name}` is a"):
            Client("key", **{name: odd})
    with pytest.raises((ValueError, TypeError), match="`concurrency` is a"):
        Client("key").convert_many([SOURCE], "html", concurrency=odd)
    with pytest.raises((ValueError, TypeError), match="`concurrency` is a"):
        AsyncClient("key").convert_many([SOURCE], "html", concurrency=odd)


@pytest.mark.parametrize("odd", COUNTS, ids=short)
@pytest.mark.parametrize("name", ["retries", "throttles"])
def test_budgets(cloudconvert_client: Client, name: str, odd: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=f"`{name}` is a"):
        cloudconvert_client.convert(SOURCE, "html", deadline=20, **{name: odd})


@pytest.mark.parametrize("odd", [*ODD, *WRONG], ids=short)
def test_waiting(cloudconvert_sandbox: Sandbox, cloudconvert_client: Client, text: Path, odd: Any) -> None:
    cloudconvert_sandbox.fault("run", delay_ms=60_000)
    with (
        cloudconvert_client.submit(text, "html") as conversion,
        pytest.raises((ValueError, TypeError), match="`timeout`"),
    ):
        conversion.result(odd)


@pytest.mark.parametrize("odd", [*ODD, *WRONG], ids=short)
def test_the_relay(odd: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="`timeout`"):
        Relay("key", allow=Rules(), who=lambda _: "me", timeout=odd)


def test_numbers_inside() -> None:
    with Client("key", base_url="http://127.0.0.1:9") as client:
        for odd in (math.nan, math.inf, 2**63, 10**400):
            givens: List[Dict[str, Any]] = [{"options": {"quality": odd}}, {"tag": [odd]}, {"extra": {"a": {"b": odd}}}]
            for given in givens:
                with pytest.raises(ValueError, match="number"):
                    client.convert(SOURCE, "html", **given)


@pytest.mark.parametrize("odd", [1, None, b"x", object(), ["a"]], ids=short)
def test_what_is_no_process_and_no_transport(odd: Any) -> None:
    with Client("key", base_url="http://127.0.0.1:9") as client:
        calls = (client.status, client.delete, client.follow, client.wait, client.download)
        for call in (
            *calls,
            lambda process: client.upload(process, SOURCE),
            lambda process: client.start(process, to="a"),
        ):
            with pytest.raises(TypeError, match="a process is"):
                call(odd)
    if odd is not None:
        with pytest.raises(TypeError, match="a transport needs a method"):
            Client("key", transport=odd)


def test_many_connections_and_much_patience(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    async def convert() -> None:
        async with cloudconvert_sandbox.async_client(max_connections=10**9, connect_timeout=10**9) as client:
            assert (await client.convert(text, to="html", deadline=10**8, request_timeout=10**6)).files

    asyncio.run(convert())
