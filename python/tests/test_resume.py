"""A saved conversion goes on in another process, and is converted once whatever happened between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Optional

import pytest

from cloudconvert_kit import BadRequestError, Client, Content, ConversionCancelledError, InputError, NotFoundError
from cloudconvert_kit.sandbox import Sandbox

VERSIONS = [2, 1]

#: Converts, writes every saved state to a file, and is killed at one of them.
PROGRAM = """
import os, signal, sys
from cloudconvert_kit import Client
source, target, state, kill_at = sys.argv[1:]
seen = []
def checkpoint(saved):
    with open(state + ".new", "w") as file:
        file.write(saved)
    os.replace(state + ".new", state)
    seen.append(saved)
    if len(seen) == int(kill_at):
        os.kill(os.getpid(), signal.SIGKILL)
with Client() as client:
    client.convert(source, to="html", save_to=target, checkpoint=checkpoint)
"""


#: How many states each version tells of on the way.
STEPS = {2: 5, 1: 6}


@pytest.mark.parametrize(
    ("version", "kill_at"), [(version, step + 1) for version, steps in STEPS.items() for step in range(steps)]
)
def test_a_crash_at_every_step(cloudconvert_sandbox: Sandbox, text: Path, tmp_path: Path, kill_at: int) -> None:
    state, target = tmp_path / "state.json", tmp_path / "out.html"
    arguments = [str(text), str(target), str(state), str(kill_at)]
    environment = {**os.environ, **cloudconvert_sandbox.environment}
    killed = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], env=environment, timeout=60, check=False)
    assert killed.returncode == -9, "there are so many steps"
    saved = state.read_text()
    assert cloudconvert_sandbox.key not in saved
    with cloudconvert_sandbox.client() as client:
        result = client.resume(saved)
    assert b">Hello</h1>" in target.read_bytes()
    assert result.read() == target.read_bytes()
    assert result.process_id not in [process["id"] for process in cloudconvert_sandbox.processes()]
    uploads = [r for r in cloudconvert_sandbox.requests() if r["kind"] == "upload" and r["status"] in (200, 201)]
    assert len(uploads) == 1, "it was converted once"


#: The same into a folder, killed as soon as the state shows this: before, or just after the output got its name.
INTO_A_FOLDER = """
import json, os, signal, sys
from cloudconvert_kit import Client
source, folder, state, kill_at, keep = sys.argv[1:]
def checkpoint(saved):
    reached = kill_at in json.loads(json.loads(saved)["conversion"])
    if not reached or keep == "kept":
        with open(state + ".new", "w") as file:
            file.write(saved)
        os.replace(state + ".new", state)
    if reached:
        os.kill(os.getpid(), signal.SIGKILL)
with Client() as client:
    client.convert(source, to="html", save_to=folder, checkpoint=checkpoint)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="files have no numbers there")
@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize(("kill_at", "keep"), [("marks", "kept"), ("marks", "lost"), ("named", "lost")])
def test_an_output_in_a_folder_stands_there_once(
    cloudconvert_sandbox: Sandbox, text: Path, tmp_path: Path, taken: bool, kill_at: str, keep: str
) -> None:
    """Whether the process was killed before the output got its name, or before it could tell that it had."""
    folder, state = tmp_path / "out", tmp_path / "state.json"
    folder.mkdir()
    if taken:
        (folder / "text.html").write_text("the user's own")
    environment = {**os.environ, **cloudconvert_sandbox.environment}
    arguments = [str(text), str(folder), str(state), kill_at, keep]
    killed = subprocess.run([sys.executable, "-c", INTO_A_FOLDER, *arguments], env=environment, timeout=60, check=False)
    assert killed.returncode == -9
    before = {path.name: path.stat().st_ino for path in folder.iterdir()}
    if not taken and kill_at == "marks":
        # Somebody else takes the name meanwhile.
        (folder / "text.html").write_text("the user's own")
        taken = True
    states: list[str] = []
    with cloudconvert_sandbox.client() as client:
        result = client.resume(state.read_text(), checkpoint=states.append)
    own = "text (1).html" if taken else "text.html"
    assert {path.name for path in folder.iterdir()} == ({"text.html", own} if taken else {own})
    assert b">Hello</h1>" in (folder / own).read_bytes()
    assert [file.path for file in result.files] == [folder / own]
    if taken:
        assert (folder / "text.html").read_text() == "the user's own"
    if kill_at == "named":
        assert (folder / own).stat().st_ino == before[own], "what stood there stays"
    assert "marks" not in states[-1]


def test_a_slow_checkpoint_holds_no_deletion_back(cloudconvert_sandbox: Sandbox, text: Path, tmp_path: Path) -> None:
    """A deletion may stay unanswered for 2 s; what has to be done before it is sent does not count."""

    def slow(saved: str) -> None:
        if "named" in json.loads(json.loads(saved)["conversion"]):
            time.sleep(2.5)

    before = cloudconvert_sandbox.processes()
    with cloudconvert_sandbox.client() as client:
        client.convert(text, to="html", save_to=tmp_path, checkpoint=slow)
    assert cloudconvert_sandbox.processes() == before


def test_a_saved_conversion_is_small_and_without_secrets(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    cloudconvert_sandbox.fault("run", delay_ms=60_000)
    with cloudconvert_sandbox.client() as client, client.submit(text, to="html", tag="mine") as conversion:
        for progress in conversion:
            if progress.stage == "convert":
                break
        saved = conversion.saved
        assert saved is not None
        assert len(saved) < 4000
        assert cloudconvert_sandbox.key not in saved
        assert "Hello" not in saved


def step_of(saved: str) -> object:
    return json.loads(json.loads(saved)["conversion"])["step"]


def test_another_client_goes_on(cloudconvert_sandbox: Sandbox, text: Path, tmp_path: Path) -> None:
    states: list[str] = []
    with cloudconvert_sandbox.client() as client:
        client.convert(text, to="html", checkpoint=states.append)
        # The output was in the memory of the first client, so nobody else is told to delete it.
        expected = ["create", "check", "check", "follow", "download"]
        if cloudconvert_sandbox.version == 2:
            # Its job may have been created, and links to files are not saved.
            expected = ["find", "check", "follow", "check"]
        assert [step_of(saved) for saved in states] == expected
        with pytest.raises(NotFoundError):
            client.resume(states[-1])
        assert client.resume(states[0], source=text).read()
        with pytest.raises(InputError, match="missing"):
            client.resume(json.dumps({**json.loads(states[0]), "paths": []}), retries=0)


def test_content_is_given_once_more(cloudconvert_sandbox: Sandbox) -> None:
    states: list[str] = []
    content = Content("# Hello", "a.md")
    with cloudconvert_sandbox.client() as client:
        client.convert(content, to="html", checkpoint=states.append)
        assert "Hello" not in states[0]
        assert b">Hello</h1>" in client.resume(states[0], content, "html").read()


def full(saved: str) -> None:
    raise OSError("the disk is full")


def test_a_checkpoint_that_always_fails(
    cloudconvert_sandbox: Sandbox, text: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = cloudconvert_sandbox.processes()
    target = tmp_path / "out.html"
    with cloudconvert_sandbox.client() as client:
        client.convert(text, to="html", save_to=target, checkpoint=full)
    assert b">Hello</h1>" in target.read_bytes()
    assert cloudconvert_sandbox.processes() == before
    told = [record for record in caplog.records if "checkpoint has raised" in record.getMessage()]
    assert len(told) > 3, "the next state is told all the same"
    assert all(record.exc_info and isinstance(record.exc_info[1], OSError) for record in told)


def test_a_checkpoint_that_fails_is_one_conversion_s(
    cloudconvert_sandbox: Sandbox, text: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    states: list[str] = []
    with cloudconvert_sandbox.client() as client:
        failing = client.submit(text, to="html", save_to=tmp_path / "a.html", checkpoint=full)
        other = client.submit(text, to="html", save_to=tmp_path / "b.html", checkpoint=states.append)
        assert failing.result().read() == other.result().read()
    assert len(states) > 3
    assert "checkpoint has raised" in caplog.text


def test_a_checkpoint_that_cancels(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    before = cloudconvert_sandbox.processes()
    seen: list[Any] = []

    def checkpoint(saved: str) -> None:
        seen.append(saved)
        if len(seen) == 3:
            raise ConversionCancelledError("enough")

    with cloudconvert_sandbox.client() as client:
        other = client.submit(text, to="html")
        with pytest.raises(ConversionCancelledError, match="enough"):
            client.convert(text, to="html", checkpoint=checkpoint)
        assert other.result().read()
    assert len(seen) == 3, "whoever has cancelled is asked no more"
    assert cloudconvert_sandbox.processes() == before


def test_what_was_not_saved(cloudconvert_sandbox: Sandbox) -> None:
    with cloudconvert_sandbox.client() as client:
        for text in ("", "{}", "[]", '{"conversion": "{}"}', '{"conversion": "no JSON"}', '{"more": 1}'):
            with pytest.raises(BadRequestError, match="not a saved conversion"):
                client.resume(text)


def test_it_belongs_to_one_service(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    states: list[str] = []
    with cloudconvert_sandbox.client() as client:
        client.convert(text, to="html", checkpoint=states.append)
    with (
        Client("key", base_url=f"https://example.com/v{cloudconvert_sandbox.version}") as other,
        pytest.raises(Exception, match="not one of its hosts"),
    ):
        other.resume(states[-1])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file has a name from the beginning")
@pytest.mark.parametrize("existing", [None, b"old"])
def test_a_killed_process_leaves_no_file(
    cloudconvert_sandbox: Sandbox, noise: Callable[[int], Path], tmp_path: Path, existing: Optional[bytes]
) -> None:
    source, folder = noise(3 << 20), tmp_path / "out"
    folder.mkdir()
    target = folder / "a.zip"
    if existing is not None:
        target.write_bytes(existing)
    program = f"""
import os, signal
from cloudconvert_kit import Client

def show(progress):
    if progress.received:
        os.kill(os.getpid(), signal.SIGKILL)

with Client() as client:
    client.convert(
        {str(source)!r}, to="zip", mode="archive", save_to={str(target)!r}, on_progress=show,
        checkpoint=lambda saved: open({str(tmp_path / "state")!r}, "w").write(saved),
    )
"""
    # The download never ends, so there is time to be killed in it.
    cloudconvert_sandbox.fault("download", cut_download_after=1 << 20, times=None)
    environment = {**os.environ, **cloudconvert_sandbox.environment}
    killed = subprocess.run([sys.executable, "-c", program], env=environment, timeout=60, check=False)
    assert killed.returncode == -9
    assert [path.read_bytes() for path in folder.iterdir()] == ([] if existing is None else [existing])
    cloudconvert_sandbox.clear_faults()
    with cloudconvert_sandbox.client() as client:
        client.resume((tmp_path / "state").read_text())
    assert list(folder.iterdir()) == [target]
    assert target.stat().st_size > 3 << 20
