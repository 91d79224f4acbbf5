"""Replays `tests/vectors/*.json` through both clients, in the script's own time."""

from __future__ import annotations

import _thread
import asyncio
import logging
from pathlib import Path
from typing import Any, Iterator

import pytest

from cloudconvert_kit import AsyncClient, Client, CloudConvertError
from script import VECTORS, Script, call_of, check_outcome, client_options

LOG = logging.getLogger("cloudconvert_kit")


@pytest.fixture(params=VECTORS)
def vector(request: pytest.FixtureRequest) -> Any:
    return VECTORS[request.param]


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG, LOG.name):
        yield


def finish(script: Script, outcome: Any) -> None:
    LOG.removeHandler(script)
    expected = script.vector["outcome"]
    if isinstance(outcome, (KeyboardInterrupt, asyncio.CancelledError)):
        assert expected["error"] == "cancelled"
    else:
        check_outcome(expected, outcome)
    assert script.ended(), "the script has not ended"
    assert script.vector.get("key", "no key") not in script.log, "the key is in the log"


def test_client(vector: Any, tmp_path: Path) -> None:
    """The user cancels by Ctrl-C."""
    script = Script(vector, cancel=_thread.interrupt_main)
    LOG.addHandler(script)
    method, values, options = call_of(vector)
    options.update(script.checkpoints(tmp_path))
    with Client(**client_options(script)) as client:
        script.call_back = client.called_back
        try:
            outcome = getattr(client, method)(*values, **options)
        except (CloudConvertError, KeyboardInterrupt) as error:
            outcome = error
    finish(script, outcome)
    check_place(vector, tmp_path)


def check_place(vector: Any, folder: Path) -> None:
    """The file that the output was to become stays as it was, and stands alone."""
    if "saveTo" in vector:
        assert {file.name: file.read_text() for file in folder.iterdir()} == {vector["saveTo"]: "before"}


def test_async_client(vector: Any, tmp_path: Path) -> None:
    """The user cancels the task."""

    async def replay() -> None:
        loop = asyncio.get_running_loop()
        script = Script(vector, cancel=lambda: loop.call_soon_threadsafe(task.cancel))
        LOG.addHandler(script)
        method, values, options = call_of(vector)
        options.update(script.checkpoints(tmp_path))
        async with AsyncClient(**client_options(script)) as client:
            script.call_back = client.called_back

            async def run() -> Any:
                return await getattr(client, method)(*values, **options)

            task = asyncio.ensure_future(run())
            try:
                outcome = await task
            except (CloudConvertError, asyncio.CancelledError) as error:
                outcome = error
        finish(script, outcome)
        check_place(vector, tmp_path)

    asyncio.run(replay())
