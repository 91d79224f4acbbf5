"""``cargo xtask bench python``: what the package costs, beside what its users have otherwise, in one run.

Each measurement is made by a process of its own (``measure.py``), several times in turn with its peer. Best runs are
compared: whatever else the machine does only adds to a time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Callable

from cloudconvert_kit import Process
from cloudconvert_kit.sandbox import Sandbox

HERE = Path(__file__).parent
SIZE = 1 << 30
ROUNDS = 5
SMALL = 300
CROWD = 1000
#: How many seconds one measurement may take before something is wrong with it.
PATIENCE = 300

failures: list[str] = []


def measure(kind: str, *arguments: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
    """One measurement in a new process: what it prints as JSON."""
    command = [sys.executable, str(HERE / "measure.py"), kind, *arguments]
    told = subprocess.run(
        command, stdout=subprocess.PIPE, env={**os.environ, **(environment or {})}, check=True, timeout=PATIENCE
    )
    facts: dict[str, Any] = json.loads(told.stdout)
    return facts


def in_turn(rounds: int, kinds: dict[str, Callable[[], dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """So many rounds of all of them."""
    runs: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind, measurement in kinds.items():
            runs[kind].append(measurement())
    return runs


def best(runs: Any, fact: str) -> float:
    return float(min(run[fact] for run in runs))


def promise(what: str, figure: float, limit: float, at_least: bool = False) -> None:
    """Prints a figure beside what was promised."""
    kept = figure >= limit if at_least else figure <= limit
    print(
        f"  {'kept' if kept else 'NOT KEPT'}: {what} {figure:.3g}, promised {'>=' if at_least else '<='} {limit:g}",
        flush=True,
    )
    if not kept:
        failures.append(what)


def transfers(sandbox: Sandbox, disk: Path, folder: Path) -> None:
    """What is sent lies on a disk, as it does for users; what comes goes to memory, which waits for no disk."""
    source, target = disk / "noise.bin", folder / "come.bin"
    with source.open("wb") as file:
        for _ in range(SIZE >> 20):
            file.write(os.urandom(1 << 20))
    with sandbox.client() as client:
        # What is uploaded is not converted, so that the sandbox does nothing beside.
        sandbox.fault("run", times=None, status=422)

        def upload(kind: str) -> Callable[[], dict[str, Any]]:
            def once() -> dict[str, Any]:
                process = client.prepare("noise.bin", "zip", mode="archive", from_="bin")
                facts = measure(kind, str(process.upload_url), str(source), environment=sandbox.environment)
                client.delete(process)
                return facts

            return once

        kinds = ["upload-curl", "upload-kit-put", "upload-curl-form", "upload-kit", "upload-kit-file"]
        libraries = ["upload-urllib3", "upload-requests", "upload-httpx", "upload-niquests", "upload-aiohttp"]
        runs = in_turn(ROUNDS, {kind: upload(kind) for kind in kinds})
        runs |= in_turn(2, {kind: upload(kind) for kind in libraries})
        table(f"upload of {SIZE >> 20} MiB", runs, "upload-curl")
        for kind in ("upload-kit", "upload-kit-put"):
            name = "a form" if kind == "upload-kit" else "PUT"
            promise(f"throughput of {name} beside curl -T", ratio(runs, "upload-curl", kind), 0.9, at_least=True)
        promise("peak memory, MiB over the idle interpreter", most_memory(runs, "upload-kit"), 16)

        sandbox.clear_faults()
        process = client.convert(source, to="zip", mode="archive", download="none", save=True)
        assert process.process_url
        status = client.status(process.process_url)
        url = "http:" + str(status.url) if str(status.url).startswith("//") else str(status.url)

        def download(kind: str) -> Callable[[], dict[str, Any]]:
            where = str(process.process_url) if kind == "download-kit" else url
            return lambda: measure(kind, where, str(target), environment=sandbox.environment)

        runs = in_turn(ROUNDS, {kind: download(kind) for kind in ("download-curl", "download-kit")})
        libraries = ["download-urllib3", "download-requests", "download-httpx", "download-niquests", "download-aiohttp"]
        runs |= in_turn(2, {kind: download(kind) for kind in libraries})
        table(f"download of {(status.size or 0) >> 20} MiB", runs, "download-curl")
        promise("throughput beside curl -o", ratio(runs, "download-curl", "download-kit"), 0.9, at_least=True)
        promise("peak memory, MiB over the idle interpreter", most_memory(runs, "download-kit"), 16)
        client.delete(Process("", process.process_url))


def ratio(runs: Any, peer: str, ours: str) -> float:
    return best(runs[peer], "seconds") / best(runs[ours], "seconds")


def most_memory(runs: Any, kind: str) -> float:
    """The most of all runs of these kinds, in MiB."""
    return max(float(run["memory"]) for name in runs if name.startswith(kind) for run in runs[name]) / (1 << 20)


def table(title: str, runs: Any, peer: str) -> None:
    print(f"\n{title}\n  {'':<18} {'MiB/s':>7} {'of curl':>8} {'CPU s':>6} {'MiB more':>8}")
    for kind, measured in runs.items():
        seconds, cpu = best(measured, "seconds"), best(measured, "cpu")
        of_peer = best(runs[peer], "seconds") / seconds
        memory = f"{max(run['memory'] for run in measured) / (1 << 20):8.1f}" if measured[0]["memory"] else f"{'':8}"
        name = kind.split("-", 1)[1]
        print(f"  {name:<18} {1024 / seconds:7.0f} {of_peer:8.2f} {cpu:6.2f} {memory}", flush=True)


def small(sandbox: Sandbox, folder: Path) -> None:
    source = folder / "text.md"
    source.write_text("# Hello\n")
    told = {"environment": sandbox.environment}
    runs = in_turn(
        3,
        {
            "cloudconvert 1.0.0": lambda: measure("small-peer", str(source), sandbox.url, sandbox.key, "10"),
            "kit, sync": lambda: measure("small-kit", str(source), str(SMALL), **told),
            "kit, asyncio": lambda: measure("small-kit-async", str(source), str(SMALL), **told),
        },
    )
    print("\nsmall conversions, CPU of the client")
    for kind, measured in runs.items():
        print(f"  {kind:<20} {best(measured, 'cpu') * 1000:6.2f} ms")
    of_peer = best(runs["kit, sync"], "cpu") / best(runs["cloudconvert 1.0.0"], "cpu")
    promise("CPU of a small conversion beside cloudconvert 1.0.0", of_peer, 0.5)

    print(f"\n{CROWD} conversions at once from one process")
    for kind in ("crowd-kit", "crowd-kit-async"):
        facts = measure(kind, str(source), str(CROWD), **told)
        print(f"  {kind:<16} {facts['seconds']:.1f} s, CPU {facts['cpu']:.2f} s, at once {facts['at_once']}")
        promise("failures", facts["failures"], 0)
        promise("peak memory of the process, MiB", facts["peak"] / (1 << 20), 200)


def imports() -> None:
    names = ("requests", "cloudconvert_kit")
    runs = in_turn(15, {name: partial(measure, "import", name) for name in names})
    print("\nimport, ms")
    for name, measured in runs.items():
        print(f"  {name:<18} {best(measured, 'seconds') * 1000:6.1f}")
    of_peer = best(runs["cloudconvert_kit"], "seconds") / best(runs["requests"], "seconds")
    promise("import time beside requests", of_peer, 1)


def main() -> int:
    shared = "/dev/shm" if Path("/dev/shm").is_dir() else None
    prefix = "cloudconvert-kit-bench-"
    with (
        tempfile.TemporaryDirectory(prefix=prefix) as disk,
        tempfile.TemporaryDirectory(prefix=prefix, dir=shared) as name,
    ):
        folder = Path(name)
        os.environ["TMPDIR"] = name
        with Sandbox(version=1) as sandbox:
            transfers(sandbox, Path(disk), folder)
            small(sandbox, folder)
        imports()
    print(f"\n{'all promises are kept' if not failures else 'NOT KEPT: ' + '; '.join(failures)}")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
