"""Many conversions at once, and one throttle for all of them."""

from __future__ import annotations

import asyncio
import io
import os
import time
from pathlib import Path
from typing import Any, Iterator, Optional

import pytest

from cloudconvert_kit import (
    AsyncConversion,
    BadRequestError,
    Client,
    CloudConvertError,
    Content,
    ConversionCancelledError,
    InputError,
    Request,
    Response,
)
from cloudconvert_kit.sandbox import Sandbox

VERSIONS = [2, 1]


@pytest.fixture
def texts(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.md" for number in range(40)]
    for path in paths:
        path.write_text(f"# Text {path.stem}\n")
    return paths


def test_each_becomes_its_own(cloudconvert_client: Client, texts: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    for conversion in cloudconvert_client.convert_many(texts, to="html", save_to=folder, concurrency=7):
        assert conversion.error is None
        assert conversion.source in texts
    assert len(list(folder.iterdir())) == 40
    assert b">Text 17</h1>" in (folder / "17.html").read_bytes()


def test_names_of_ones_own(cloudconvert_client: Client, texts: list[Path], tmp_path: Path) -> None:
    def name(source: Any) -> Path:
        return tmp_path / f"text-{source.stem}.html"

    done = list(cloudconvert_client.convert_many(texts[:3], to="html", save_to=name))
    assert sorted(conversion.files[0].path for conversion in done if conversion.files[0].path) == [
        tmp_path / f"text-{number}.html" for number in range(3)
    ]


def test_one_that_fails_is_no_reason_to_stop(cloudconvert_client: Client, texts: list[Path], tmp_path: Path) -> None:
    sources: list[Any] = [texts[0], tmp_path / "missing.md", b"no name", texts[1]]
    done = list(cloudconvert_client.convert_many(sources, to="html"))
    errors = {str(conversion.source): type(conversion.error) for conversion in done if conversion.error}
    assert errors == {str(tmp_path / "missing.md"): InputError, "b'no name'": BadRequestError}
    assert len(done) == 4
    for conversion in done:
        if conversion.error:
            with pytest.raises(type(conversion.error)):
                conversion.result()
            assert conversion.done
            assert conversion.progress.stage == "done"


class BrokenError(Exception):
    """Somebody's own."""


def test_whatever_a_bad_source_raises(
    cloudconvert_sandbox: Sandbox, cloudconvert_client: Client, texts: list[Path], tmp_path: Path
) -> None:
    """It is the error of that source, and the others are converted."""

    class Bad(os.PathLike[str]):
        def __init__(self, error: Exception) -> None:
            self.error = error

        def __fspath__(self) -> str:
            raise self.error

    closed = texts[2].open("rb")
    closed.close()
    bad: list[Any] = [
        *(Bad(error) for error in (OSError("a disk"), ValueError("a value"), BrokenError("mine"), RuntimeError("r"))),
        *(7, None, {"a": 1}, "a\0b.md", closed, io.StringIO("text"), [], [7], [[texts[0]]]),
    ]
    sources = [texts[0], *bad, texts[1]]
    done = list(cloudconvert_client.convert_many(sources, to="html"))

    async def convert() -> list[Any]:
        async with cloudconvert_sandbox.async_client() as client:
            return [conversion async for conversion in client.convert_many(sources, to="html")]

    for all_done in (done, asyncio.run(convert())):
        assert len(all_done) == len(sources)
        failed = [one for one in all_done if one.error]
        assert [one.source for one in failed] == bad
        assert all(isinstance(one.error, CloudConvertError) for one in failed)
        assert all(one.done and one.progress.stage == "done" for one in failed)
    said = [str(one.error) for one in done if one.error]
    assert said[:4] == [
        "the input cannot be read: a disk; check its path and whether you may read it",
        "ValueError: a value",
        "BrokenError: mine",
        "RuntimeError: r",
    ]

    def place(source: Any) -> Path:
        if source is texts[1]:
            raise BrokenError("no place")
        return tmp_path / "out.html"

    done = list(cloudconvert_client.convert_many(texts[:3], to="html", save_to=place))
    assert [(one.source, str(one.error)) for one in done if one.error] == [(texts[1], "BrokenError: no place")]


def test_what_a_transport_raises_is_the_error_of_one() -> None:
    class Mistaken:
        def send(self, request: Request) -> Response:
            raise ZeroDivisionError("a mistake")

    with Client("key", base_url="http://service", transport=Mistaken()) as client:
        done = list(client.convert_many([Content("a", "a.md"), Content("b", "b.md")], to="html"))
    for one in done:
        assert isinstance(one.error, CloudConvertError)
        assert isinstance(one.error.__cause__, ZeroDivisionError)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                one.result()


def test_a_closed_client_takes_no_more(cloudconvert_sandbox: Sandbox, texts: list[Path]) -> None:
    with cloudconvert_sandbox.client() as client:
        conversions = client.convert_many(texts, to="html", concurrency=2)
        next(conversions)
    with pytest.raises(RuntimeError, match="closed"):
        list(conversions)


def test_sources_are_taken_when_their_turn_comes(cloudconvert_client: Client, text: Path) -> None:
    taken = 0

    def sources() -> Iterator[Path]:
        nonlocal taken
        while True:
            taken += 1
            yield text

    conversions = cloudconvert_client.convert_many(sources(), to="html", concurrency=3)
    for _ in range(5):
        assert next(conversions).error is None
    assert taken <= 8
    conversions.close()  # type: ignore[attr-defined]


def test_progress_of_each(cloudconvert_client: Client, texts: list[Path]) -> None:
    seen: set[Any] = set()
    for _ in cloudconvert_client.convert_many(texts[:5], to="html", on_progress=lambda one: seen.add(one.source)):
        pass
    assert seen == set(texts[:5])


def test_states_of_each(cloudconvert_sandbox: Sandbox, texts: list[Path]) -> None:
    states: dict[Path, list[str]] = {}

    def keep(saved: str, source: Path) -> None:
        states.setdefault(source, []).append(saved)
        if source == texts[0]:
            raise OSError("the disk is full")
        if source == texts[1]:
            raise ConversionCancelledError("enough")

    async def all_of() -> list[AsyncConversion]:
        async with cloudconvert_sandbox.async_client() as client:
            many = client.convert_many(texts[:3], to="html", checkpoint=keep)
            return [conversion async for conversion in many]

    with cloudconvert_sandbox.client() as client:
        for convert in (
            lambda: list(client.convert_many(texts[:3], to="html", checkpoint=keep)),
            lambda: asyncio.run(all_of()),
        ):
            done: list[Any] = convert()
            errors = {str(conversion.source): type(conversion.error) for conversion in done if conversion.error}
            assert errors == {str(texts[1]): ConversionCancelledError}
            assert set(states) == set(texts[:3])
            assert len(states[texts[0]]) > 2
            assert len(states[texts[1]]) == 1
            assert b">Text 2</h1>" in client.resume(states[texts[2]][0]).read()
            states.clear()


def test_asyncio(cloudconvert_sandbox: Sandbox, texts: list[Path], tmp_path: Path) -> None:
    async def convert() -> None:
        async with cloudconvert_sandbox.async_client() as client:
            sources = [*texts, tmp_path / "missing.md"]
            done = [conversion async for conversion in client.convert_many(sources, to="html", concurrency=9)]
            assert len(done) == 41
            [failed] = [conversion for conversion in done if conversion.error]
            assert isinstance(failed.error, InputError)
            assert b"Text" in done[0].files[0].read() if done[0] is not failed else True

    asyncio.run(convert())


def test_all_heed_what_one_is_told(cloudconvert_sandbox: Sandbox, texts: list[Path]) -> None:
    """Twenty jobs are created, five each second; few more requests than those that are needed are made."""
    cloudconvert_sandbox.rate_limit(5, retry_after=1)
    with cloudconvert_sandbox.client() as client:
        begun = time.monotonic()
        assert [c.error for c in client.convert_many(texts[:20], to="html", concurrency=20)] == [None] * 20
        assert time.monotonic() - begun > 2
    refused = [request for request in cloudconvert_sandbox.requests() if request["status"] == 429]
    assert 0 < len(refused) < 40


@pytest.mark.parametrize(("version", "count"), [(2, 400), (1, 1000)])
def test_very_many_at_once(cloudconvert_sandbox: Sandbox, text: Path, count: int) -> None:
    with cloudconvert_sandbox.client(max_conversions=count) as client:
        done = list(client.convert_many([text] * count, to="html", concurrency=count))
    assert [conversion.error for conversion in done if conversion.error] == []
    assert len(done) == count


def test_who_looks_at_many_may_be_awaited(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    seen: set[int] = set()

    async def look(conversion: AsyncConversion) -> None:
        await asyncio.sleep(0)
        seen.add(id(conversion))

    async def program() -> None:
        async with cloudconvert_sandbox.async_client() as client:
            done = [one async for one in client.convert_many([text] * 3, to="html", on_progress=look)]
        assert [one.error for one in done] == [None] * 3
        assert seen == {id(one) for one in done}

    asyncio.run(program())


def test_what_looks_at_many_and_raises_ends_nothing_unless_it_says_so(
    cloudconvert_sandbox: Sandbox, text: Path
) -> None:
    async def program(error: Exception) -> list[Optional[CloudConvertError]]:
        async def fail(_: AsyncConversion) -> None:
            raise error

        async with cloudconvert_sandbox.async_client() as client:
            return [one.error async for one in client.convert_many([text] * 2, to="html", on_progress=fail)]

    assert asyncio.run(program(ValueError("a mistake"))) == [None, None]
    with pytest.raises(ConversionCancelledError):
        asyncio.run(program(ConversionCancelledError("enough")))


def test_more_than_there_may_be_connections(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    """They take turns, though each asks for its end by a request that stays open."""
    with cloudconvert_sandbox.client(max_connections=2) as client:
        done = list(client.convert_many([text] * 30, to="html", concurrency=30))
    assert [conversion.error for conversion in done] == [None] * 30
