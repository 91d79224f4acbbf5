"""Threads, forks and children: a client works wherever it is used."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cloudconvert_kit.sandbox import Sandbox


def test_one_client_for_many_threads(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    with cloudconvert_sandbox.client() as client, ThreadPoolExecutor(16) as threads:
        results = threads.map(lambda _: client.convert(text, to="html").read(), range(64))
        assert {b">Hello</h1>" in result for result in results} == {True}


def test_a_thread_that_never_ends_holds_nobody_up(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    """Somebody who holds the interpreter for long does not hold up the requests of others."""
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            sum(range(10_000))

    threads = [threading.Thread(target=busy) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        with cloudconvert_sandbox.client() as client:
            assert client.convert(text, to="html").files
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_fork(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    """Of a process that converts at this moment. The child has connections and a thread of its own."""
    with cloudconvert_sandbox.client() as client:
        assert client.convert(text, to="html").files
        cloudconvert_sandbox.fault("run", delay_ms=300)
        running = client.submit(text, to="html")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                converted = client.convert(text, to="html").read()
                try:
                    running.result()
                except RuntimeError as error:
                    code = 0 if b"Hello" in converted and "parent" in str(error) else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert running.result().files, "the parent goes on"


def convert(environment: dict[str, str], path: str) -> int:
    from cloudconvert_kit import Client

    os.environ.update(environment)
    with Client() as client:
        return client.convert(path, to="html").files[0].size


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_multiprocessing(cloudconvert_sandbox: Sandbox, text: Path, method: str) -> None:
    with cloudconvert_sandbox.client() as client:
        size = client.convert(text, to="html").files[0].size
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.starmap(convert, [(cloudconvert_sandbox.environment, str(text))] * 4) == [size] * 4


def test_importing_is_cheap() -> None:
    """What is not used yet is not loaded, and no thread is started."""
    import subprocess

    program = (
        "import sys, threading, cloudconvert_kit\n"
        "late = ['asyncio', 'tqdm', 'argparse', 'http.client', 'urllib.request', 'pytest', 'distributed']\n"
        "assert not [name for name in late if name in sys.modules]\n"
        "assert threading.active_count() == 1\n"
        "import os\n"
        "assert not os.path.isdir('/proc/self/task') or len(os.listdir('/proc/self/task')) == 1\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_python_ends_while_the_kit_tells(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    """A program ends at once when it has its result; the thread that told it may still be on its way out of Python."""
    program = f"""
import asyncio
from cloudconvert_kit import AsyncClient

async def main():
    async with AsyncClient() as client:
        await asyncio.gather(*(client.convert({str(text)!r}, to="html") for _ in range(20)))

asyncio.run(main())
"""
    environment = {**os.environ, **cloudconvert_sandbox.environment}
    for _ in range(10):
        subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=60)
