"""Very many files on several workers, of which one is killed."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Iterator

import pytest

from cloudconvert_kit import BadRequestError, ConversionFailedError, InputError
from cloudconvert_kit.dask import convert_many, run_many
from cloudconvert_kit.sandbox import Sandbox

distributed: Any = importlib.import_module("distributed")

LIMIT = 12
THREADS = 8

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def dask() -> Iterator[Any]:
    with (
        distributed.LocalCluster(
            n_workers=3,
            threads_per_worker=THREADS,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def identities(sandbox: Sandbox) -> set[str]:
    """Of the processes or jobs that were started, as far as the sandbox remembers."""
    used = [request for request in sandbox.requests() if request["kind"] in ("start", "status", "wait", "delete")]
    return {request["path"].rsplit("/", 1)[-1] for request in used if request["status"] in (200, 204)}


@pytest.mark.parametrize(("version", "count"), [(2, 500), (1, 200)])
def test_every_file_is_converted_once(cloudconvert_sandbox: Sandbox, dask: Any, tmp_path: Path, count: int) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    sources = [tmp_path / f"{number}.md" for number in range(count)]
    for source in sources:
        source.write_text(f"# Text {source.stem}\n")
    workers = dask.run(os.getpid)
    before = cloudconvert_sandbox.processes()
    known = identities(cloudconvert_sandbox)
    started: set[str] = set()
    finished: list[Any] = []
    at_once = 0
    for done in convert_many(
        dask,
        sources,
        to="html",
        save_to=str(folder),
        concurrency=LIMIT,
        api_key=cloudconvert_sandbox.key,
        base_url=cloudconvert_sandbox.base_url,
    ):
        finished.append(done)
        if len(finished) % 25 == 0:
            at_once = max(at_once, len(cloudconvert_sandbox.processes()))
            started |= identities(cloudconvert_sandbox)
        if len(finished) == count // 3:
            os.kill(next(iter(workers.values())), signal.SIGKILL)
    started |= identities(cloudconvert_sandbox)
    started -= known

    assert [done.error for done in finished if done.error] == []
    assert sorted(done.source for done in finished) == sorted(sources)
    # Also what the killed worker had named, and could not tell of any more.
    assert {path.name for path in folder.iterdir()} == {f"{number}.html" for number in range(count)}
    for source in sources:
        assert f">Text {source.stem}</h1>" in (folder / f"{source.stem}.html").read_text()
    assert len(started) == count, "each was converted by one process of the service"
    assert {done.process_id for done in finished} == started
    assert cloudconvert_sandbox.processes() == before
    # A worker that was killed holds its leases for a while; what it had begun goes on elsewhere within them.
    assert 0 < at_once - len(before) <= LIMIT + 8


TASKS = {
    "note": {"operation": "import/upload"},
    "page": {"operation": "convert", "input": "note", "input_format": "md", "output_format": "html"},
    "out": {"operation": "export/url", "input": "page"},
}


@pytest.mark.parametrize("version", [2])
def test_every_job_of_ones_own_runs_once(cloudconvert_sandbox: Sandbox, dask: Any, tmp_path: Path) -> None:
    count = 60
    sources = [tmp_path / f"{number}.md" for number in range(count)]
    for source in sources:
        source.write_text(f"# Text {source.stem}\n")
    jobs: list[Any] = [(TASKS, {"note": source}) for source in sources[1:]]
    # What has no name of its own.
    jobs.append((TASKS, {"note": ("0.md", sources[0].read_bytes())}))
    workers = dask.run(os.getpid)
    before = cloudconvert_sandbox.processes()
    known = identities(cloudconvert_sandbox)
    finished: list[Any] = []
    service: Any = {"api_key": cloudconvert_sandbox.key, "base_url": cloudconvert_sandbox.base_url}
    for done in run_many(dask, jobs, save_to=str(tmp_path / "out"), concurrency=LIMIT, **service):
        finished.append(done)
        if len(finished) == count // 3:
            os.kill(next(iter(workers.values())), signal.SIGKILL)
    assert [done.error for done in finished if done.error] == []
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"{number}.html" for number in range(count)}
    assert {done.process_id for done in finished} == identities(cloudconvert_sandbox) - known
    assert len({done.process_id for done in finished}) == count, "each was one job of the service"
    assert cloudconvert_sandbox.processes() == before


def test_what_is_dropped_is_given_up(cloudconvert_sandbox: Sandbox, dask: Any, text: Path, tmp_path: Path) -> None:
    before = cloudconvert_sandbox.processes()
    cloudconvert_sandbox.fault("run", delay_ms=60_000, skip=1, times=None)
    service: Any = {"api_key": cloudconvert_sandbox.key, "base_url": cloudconvert_sandbox.base_url}
    told = convert_many(dask, [text] * 30, to="html", save_to=str(tmp_path / "out"), concurrency=6, **service)
    assert next(told).error is None
    while len(cloudconvert_sandbox.processes()) < len(before) + 4:
        time.sleep(0.05)
    told.close()  # type: ignore[attr-defined]
    assert cloudconvert_sandbox.processes() == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["text.html"]
    assert dask.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.extensions["variables"].variables)) == 0


def test_the_program_that_waits_is_killed(cloudconvert_sandbox: Sandbox, dask: Any, text: Path, tmp_path: Path) -> None:
    before = cloudconvert_sandbox.processes()
    cloudconvert_sandbox.fault("run", delay_ms=60_000, times=None)
    program = f"""
import distributed
from cloudconvert_kit.dask import convert_many
with distributed.Client({dask.scheduler.address!r}) as client:
    service = {{"api_key": {cloudconvert_sandbox.key!r}, "base_url": {cloudconvert_sandbox.base_url!r}}}
    options = {{"save_to": {str(tmp_path / "out")!r}, "concurrency": 5, **service}}
    list(convert_many(client, [{str(text)!r}] * 9, to="html", **options))
"""
    running = subprocess.Popen([sys.executable, "-c", program])
    while len(cloudconvert_sandbox.processes()) < len(before) + 5:
        assert running.poll() is None
        time.sleep(0.05)
    running.kill()
    running.wait()
    end = time.monotonic() + 60
    while cloudconvert_sandbox.processes() != before:
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.parametrize("version", [2, 1])
def test_what_fails_is_told(cloudconvert_sandbox: Sandbox, dask: Any, text: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    sources = [text, broken, tmp_path / "missing.png"]
    service = {"api_key": cloudconvert_sandbox.key, "base_url": cloudconvert_sandbox.base_url}
    told = convert_many(dask, sources, to="pdf", save_to=str(tmp_path / "out"), **service)  # type: ignore[arg-type]
    done = {one.source: one for one in told}
    assert isinstance(done[broken].error, ConversionFailedError)
    assert isinstance(done[sources[2]].error, InputError)


@pytest.mark.parametrize("name", ["on_progress", "checkpoint"])
def test_nothing_of_the_program_is_called_from_workers(name: str) -> None:
    nobody: Any = None
    options: Any = {name: print}
    with pytest.raises(BadRequestError, match=name):
        next(convert_many(nobody, ["a.md"], "html", save_to="out", **options))


def test_outputs_need_a_place_that_outlives_their_worker() -> None:
    nobody: Any = None
    with pytest.raises(BadRequestError, match="save_to"):
        next(convert_many(nobody, ["a.md"], to="html", api_key="KEY"))
    with pytest.raises(BadRequestError, match="save_to"):
        next(run_many(nobody, [(TASKS, {"note": "a.md"})], api_key="KEY"))


@pytest.mark.parametrize("none", [0, -1, 1.5])
def test_how_many_run_at_once_is_a_number_from_one_on(none: Any) -> None:
    nobody: Any = None
    with pytest.raises((ValueError, TypeError), match="`concurrency` is a"):
        next(convert_many(nobody, ["a.md"], to="html", save_to="out", api_key="KEY", concurrency=none))
