"""However a conversion is given up, nothing of it stays on the service."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import pytest

from cloudconvert_kit import (
    AsyncClient,
    AsyncConversion,
    Client,
    ConversionCancelledError,
    ConversionTimeoutError,
    NetworkError,
)
from cloudconvert_kit.sandbox import Sandbox

VERSIONS = [2, 1]
SLOW = 60_000


@pytest.fixture
def sandbox(cloudconvert_sandbox: Sandbox) -> Sandbox:
    """A sandbox whose conversions wait for a minute."""
    with cloudconvert_sandbox.client() as client:
        for process in client.processes():
            client.delete(process)
    cloudconvert_sandbox.fault("run", delay_ms=SLOW, times=None)
    return cloudconvert_sandbox


class EnoughError(ConversionCancelledError):
    """What somebody raises who has seen enough."""


def stop_at(stage: str) -> Callable[[Any], None]:
    """Somebody who has seen enough at this stage. Progress may leave out stages that are over at once."""
    stages = ["create", "start", "upload", "convert", "download", "delete"]

    def show(progress: Any) -> None:
        if stages.index(progress.stage) >= stages.index(stage):
            raise EnoughError("that is enough")

    return show


def test_ctrl_c(sandbox: Sandbox, text: Path, tmp_path: Path) -> None:
    """As a user presses it: a program of its own, which says when it converts."""
    program = f"""
import sys
from cloudconvert_kit import Client
def show(progress):
    if progress.stage == "convert":
        print("converts", flush=True)
with Client() as client:
    client.convert({str(text)!r}, to="html", save_to={str(tmp_path / "out.html")!r}, on_progress=show)
"""
    environment = {**os.environ, **sandbox.environment}
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    )
    with running:
        assert running.stdout is not None
        assert running.stdout.readline() == "converts\n"
        assert len(sandbox.processes()) == 1
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert "KeyboardInterrupt" in said
    assert sandbox.processes() == []
    assert list(tmp_path.iterdir()) == [text]


@pytest.mark.parametrize("stage", ["create", "start", "upload", "convert"])
def test_somebody_has_seen_enough(sandbox: Sandbox, text: Path, stage: str) -> None:
    with sandbox.client() as client, pytest.raises(EnoughError):
        client.convert(text, to="html", on_progress=stop_at(stage))
    assert sandbox.processes() == []


def test_somebody_who_looks_makes_a_mistake(
    cloudconvert_sandbox: Sandbox, text: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told, and ends nothing."""

    def fail(_: Any) -> None:
        raise ZeroDivisionError

    async def fail_later(_: Any) -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    async def convert() -> None:
        async with cloudconvert_sandbox.async_client() as client:
            await client.convert(text, to="html", on_progress=fail_later)

    with cloudconvert_sandbox.client() as client:
        client.convert(text, to="html", on_progress=fail)
        assert [each.error for each in client.convert_many([text], to="html", on_progress=fail)] == [None]
    asyncio.run(convert())
    told = [record.getMessage() for record in caplog.records if record.exc_info]
    assert len(told) >= 3
    assert {*told} == {"on_progress has raised an exception; the conversion goes on"}


def test_while_bytes_move(cloudconvert_sandbox: Sandbox, noise: Callable[[int], Path], tmp_path: Path) -> None:
    source = noise(3 << 20)
    target = tmp_path / "out.zip"
    before = cloudconvert_sandbox.processes()
    with cloudconvert_sandbox.client() as client:
        for stage in ("upload", "download"):
            with pytest.raises(EnoughError):
                client.convert(source, to="zip", mode="archive", save_to=target, on_progress=stop_at(stage))
    assert cloudconvert_sandbox.processes() == before
    assert list(tmp_path.iterdir()) == [source]


def test_cancel(sandbox: Sandbox, text: Path) -> None:
    with sandbox.client() as client:
        conversion = client.submit(text, to="html")
        for progress in conversion:
            if progress.stage == "convert":
                conversion.cancel()
        with pytest.raises(ConversionCancelledError):
            conversion.result()
    assert sandbox.processes() == []


def test_the_end_of_a_with_block(sandbox: Sandbox, text: Path) -> None:
    with sandbox.client() as client:
        with client.submit(text, to="html") as first:
            pass
        assert isinstance(first.error, ConversionCancelledError)
        second = client.submit(text, to="html")
    assert isinstance(second.error, ConversionCancelledError)
    assert sandbox.processes() == []
    with pytest.raises(RuntimeError, match="closed"):
        client.convert(text, to="html")


def test_nobody_holds_on_to_it(sandbox: Sandbox, text: Path, tmp_path: Path) -> None:
    """It runs on, but not beyond its client."""
    with sandbox.client() as client:
        sandbox.clear_faults()
        client.submit(text, to="html", save_to=tmp_path / "a.html")
        while not (tmp_path / "a.html").exists():
            client.processes()
        sandbox.fault("run", delay_ms=SLOW)
        client.submit(text, to="html", save_to=tmp_path / "b.html")
        while not sandbox.processes():
            client.processes()
    assert sandbox.processes() == []
    assert not (tmp_path / "b.html").exists()


def test_the_end_of_python(sandbox: Sandbox, text: Path) -> None:
    program = f"""
from cloudconvert_kit import Client
conversion = Client().submit({str(text)!r}, to="html")
for progress in conversion:
    if progress.stage == "convert":
        break
"""
    subprocess.run([sys.executable, "-c", program], env={**os.environ, **sandbox.environment}, check=True, timeout=60)
    assert sandbox.processes() == []


def test_time_is_over(sandbox: Sandbox, text: Path) -> None:
    with sandbox.client() as client:
        with pytest.raises(ConversionTimeoutError) as caught:
            client.convert(text, to="html", deadline=0.5)
        assert isinstance(caught.value, TimeoutError)
        conversion = client.submit(text, to="html")
        with pytest.raises(ConversionTimeoutError, match="still runs"):
            conversion.result(timeout=0.05)
        assert not conversion.done
    assert sandbox.processes() == []


def test_many_left_early(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    before = cloudconvert_sandbox.processes()
    cloudconvert_sandbox.fault("run", delay_ms=SLOW, times=None, skip=1)
    with cloudconvert_sandbox.client() as client:
        for conversion in client.convert_many([text] * 20, to="html", concurrency=5):
            assert conversion.error is None
            break
        assert cloudconvert_sandbox.processes() == before


def test_asyncio(sandbox: Sandbox, text: Path) -> None:
    async def give_up() -> None:
        async with sandbox.async_client() as client:
            converts = asyncio.Event()

            def show(progress: Any) -> None:
                if progress.stage == "convert":
                    converts.set()

            task = asyncio.ensure_future(client.convert(text, to="html", on_progress=show))
            await converts.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert sandbox.processes() == []
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.convert(text, to="html"), 0.5)
            assert sandbox.processes() == []
            async with client.submit(text, to="html") as left:
                pass
            assert isinstance(left.error, ConversionCancelledError)
            client.submit(text, to="html")
        assert sandbox.processes() == []

    asyncio.run(give_up())


def test_asyncio_many_left_early(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    before = cloudconvert_sandbox.processes()
    cloudconvert_sandbox.fault("run", delay_ms=SLOW, times=None, skip=1)

    async def leave() -> None:
        async with cloudconvert_sandbox.async_client() as client:
            conversions = client.convert_many([text] * 20, to="html", concurrency=5)
            async for conversion in conversions:
                assert conversion.error is None
                break
            await conversions.aclose()  # type: ignore[attr-defined]
            assert cloudconvert_sandbox.processes() == before

    asyncio.run(leave())


def test_a_call_is_cancelled(cloudconvert_sandbox: Sandbox) -> None:
    cloudconvert_sandbox.fault("types", delay_ms=SLOW)

    async def give_up() -> None:
        async with cloudconvert_sandbox.async_client() as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.formats(), 0.1)

    asyncio.run(give_up())


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_end_of_a_client_ends_its_calls() -> None:
    """The service takes them, and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=20) as silent:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}"

        async def in_a_loop() -> None:
            client = AsyncClient("key", base_url=base)
            calls = [asyncio.ensure_future(client.formats()) for _ in range(5)]
            await asyncio.to_thread(lambda: [silent.accept() for _ in calls])
            await client.aclose()
            ended = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 5)
            assert {type(one) for one in ended} == {ConversionCancelledError}

        client = Client("key", base_url=base)
        heard: list[Any] = []

        def call() -> None:
            try:
                client.formats()
            except ConversionCancelledError as error:
                heard.append(error)

        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        taken = [silent.accept() for _ in threads]
        client.close()
        for thread in threads:
            thread.join(5)
        assert len(heard) == len(taken) == 8
        asyncio.run(in_a_loop())


def test_lines_of_the_log_are_no_end(sandbox: Sandbox, text: Path, caplog: pytest.LogCaptureFixture) -> None:
    sandbox.clear_faults()
    sandbox.fault("start", status=503, headers={"Retry-After": "0"}, times=3)
    with caplog.at_level("DEBUG", "cloudconvert_kit"), sandbox.client() as client:
        assert client.submit(text, to="html").result(timeout=60).files


def test_a_dead_service(text: Path) -> None:
    """Nobody answers the deletion either: giving up takes no longer for it."""
    with Client("key", base_url="http://127.0.0.1:9") as client, pytest.raises(NetworkError):
        client.convert(text, to="html", deadline=1, retries=1000)


async def once_it_converts(conversion: AsyncConversion) -> None:
    async for progress in conversion:
        if progress.stage == "convert":
            return


def test_everybody_who_looks_sees_it_convert(sandbox: Sandbox, text: Path) -> None:
    """None takes a tiding from another."""

    async def main() -> None:
        async with sandbox.async_client() as client:
            conversion = client.submit(text, to="html", watch="progress")
            await asyncio.wait_for(asyncio.gather(*(once_it_converts(conversion) for _ in range(5))), 30)
            assert not conversion.done
            conversion.cancel()

    asyncio.run(main())
    with sandbox.client() as client, ThreadPoolExecutor(5) as threads:
        conversion = client.submit(text, to="html", watch="progress")
        looks = [threads.submit(lambda: next(seen for seen in conversion if seen.stage == "convert")) for _ in range(5)]
        assert [look.result(30).stage for look in looks] == ["convert"] * 5
        conversion.cancel()


@pytest.mark.parametrize("end", ["client", "conversion", "cancel"])
def test_everybody_who_waits_hears_of_the_end(sandbox: Sandbox, text: Path, end: str) -> None:
    async def looks(conversion: AsyncConversion) -> str:
        async for _ in conversion:
            pass
        return "ended"

    async def main() -> None:
        client = sandbox.async_client()
        conversion = client.submit(text, to="html", watch="progress")
        waiting = [conversion.result(), conversion.result(), looks(conversion), looks(conversion)]
        everybody = asyncio.gather(*waiting, return_exceptions=True)
        await once_it_converts(conversion)
        if end == "client":
            await client.aclose()
        elif end == "cancel":
            conversion.cancel()
        else:
            async with conversion:
                pass
        heard = await asyncio.wait_for(everybody, 30)
        assert [type(one) for one in heard] == [ConversionCancelledError, ConversionCancelledError, str, str]
        await client.aclose()

    asyncio.run(main())
    assert sandbox.processes() == []
