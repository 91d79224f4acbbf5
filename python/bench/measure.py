"""One measurement, in a process of its own: ``measure.py KIND ARGUMENT…`` prints its facts as JSON."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any, Callable, Iterator

PIECE = 256 << 10


def peak() -> int:
    """The most memory that this process has had, in bytes."""
    with contextlib.suppress(OSError), open("/proc/self/status") as status:
        [line] = [line for line in status if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    # Elsewhere a process inherits this from the one that started it.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def cpu() -> float:
    """Processor seconds of this process and its children, all threads."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def timed(work: Callable[[], Any], count: int = 1) -> dict[str, Any]:
    """Time and processor time for each of so many, and the memory beyond what there was before."""
    memory, begun, used = peak(), time.perf_counter(), cpu()
    for _ in range(count):
        work()
    seconds, spent = time.perf_counter() - begun, cpu() - used
    return {"seconds": seconds / count, "cpu": spent / count, "memory": peak() - memory, "peak": peak()}


# Transfers


def pieces(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def upload(library: str, url: str, path: str) -> Callable[[], Any]:
    if library.startswith("kit"):
        from cloudconvert_kit import Client

        options: dict[str, Any] = {} if library == "kit" else {"upload": "put"}
        source: Any = open(path, "rb") if library == "kit-file" else path  # noqa: SIM115
        return lambda: Client().upload(url, source, name="noise.bin", **options)
    if library == "curl-form":
        form = f"file=@{path};filename=noise.bin"
        return lambda: subprocess.run(["curl", "-sf", "-F", form, "-o", os.devnull, url], check=True)
    url += "/noise.bin"
    if library == "curl":
        return lambda: subprocess.run(["curl", "-sfT", path, "-o", os.devnull, url], check=True)
    module: Any = importlib.import_module(library)
    headers = {"content-length": str(os.path.getsize(path))}
    if library == "urllib3":
        return lambda: module.PoolManager().request("PUT", url, body=open(path, "rb"), headers=headers)
    if library == "httpx":
        return lambda: module.put(url, content=pieces(path), headers=headers, timeout=None)
    if library == "aiohttp":

        async def put() -> None:
            async with module.ClientSession() as session, session.put(url, data=open(path, "rb")) as answer:
                await answer.read()

        return lambda: asyncio.run(put())
    return lambda: module.put(url, data=open(path, "rb"))


def download(library: str, url: str, path: str) -> Callable[[], Any]:
    if library == "kit":
        from cloudconvert_kit import Client

        return lambda: Client().download(url, path)
    if library == "curl":
        return lambda: subprocess.run(["curl", "-sfo", path, url], check=True)
    module: Any = importlib.import_module(library)

    def write(come: Any) -> None:
        with open(path, "wb") as file:
            for piece in come:
                file.write(piece)

    if library == "urllib3":
        return lambda: write(module.PoolManager().request("GET", url, preload_content=False).stream(PIECE))
    if library == "httpx":

        def get() -> None:
            with module.stream("GET", url, timeout=None) as answer:
                write(answer.iter_raw())

        return get
    if library == "aiohttp":

        async def come() -> None:
            async with module.ClientSession() as session, session.get(url) as answer:
                with open(path, "wb") as file:
                    async for piece in answer.content.iter_any():
                        file.write(piece)

        return lambda: asyncio.run(come())
    return lambda: write(module.get(url, stream=True).iter_content(PIECE))


# Conversions


def small_peer(source: str, url: str, key: str, count: str) -> dict[str, Any]:
    api: Any = importlib.import_module("cloudconvert").Api(key)
    api.protocol, api.endpoint = url.split("://")

    def once() -> None:
        with open(source, "rb") as file:
            process = api.convert({"inputformat": "md", "outputformat": "html", "input": "upload", "file": file})
        process.wait()
        process.download(source + ".html")

    once()
    return timed(once, int(count))


def small_kit(source: str, count: str) -> dict[str, Any]:
    from cloudconvert_kit import Client

    with Client() as client:

        def once() -> None:
            client.convert(source, to="html", save_to=source + ".html")

        once()
        return timed(once, int(count))


def small_kit_async(source: str, count: str) -> dict[str, Any]:
    from cloudconvert_kit import AsyncClient

    async def run() -> dict[str, Any]:
        async with AsyncClient() as client:
            await client.convert(source, to="html", save_to=source + ".html")
            begun, used = time.perf_counter(), cpu()
            for _ in range(int(count)):
                await client.convert(source, to="html", save_to=source + ".html")
            return {"seconds": (time.perf_counter() - begun) / int(count), "cpu": (cpu() - used) / int(count)}

    return asyncio.run(run())


def crowd_kit(source: str, count: str) -> dict[str, Any]:
    from cloudconvert_kit import Client

    with Client(max_conversions=int(count)) as client:
        done: list[Any] = []
        facts = timed(lambda: done.extend(client.convert_many([source] * int(count), to="html")))
        failed = [one for one in done if one.error or b"Hello" not in one.files[0].read()]
        return {**facts, "failures": len(failed) + int(count) - len(done), "at_once": int(count)}


def crowd_kit_async(source: str, count: str) -> dict[str, Any]:
    from cloudconvert_kit import AsyncClient

    async def run() -> list[Any]:
        async with AsyncClient(max_conversions=int(count)) as client:
            conversions = (client.convert(source, to="html") for _ in range(int(count)))
            return await asyncio.gather(*conversions, return_exceptions=True)

    done: list[Any] = []
    facts = timed(lambda: done.extend(asyncio.run(run())))
    failed = [one for one in done if isinstance(one, BaseException) or b"Hello" not in one.read()]
    return {**facts, "failures": len(failed), "at_once": int(count)}


def main(kind: str, *arguments: str) -> dict[str, Any]:
    task, _, library = kind.partition("-")
    if task == "import":
        return timed(lambda: importlib.import_module(arguments[0]))
    if task in ("upload", "download"):
        if not library.startswith("curl"):
            importlib.import_module("cloudconvert_kit" if library.startswith("kit") else library)
        work = (upload if task == "upload" else download)(library, *arguments)
        facts = timed(work)
        return {**facts, "memory": None} if library.startswith("curl") else facts
    measurements: dict[str, Callable[..., dict[str, Any]]] = {
        "small-peer": small_peer,
        "small-kit": small_kit,
        "small-kit-async": small_kit_async,
        "crowd-kit": crowd_kit,
        "crowd-kit-async": crowd_kit_async,
    }
    return measurements[kind](*arguments)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
