"""Pipes, devices and links that are named as outputs."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from cloudconvert_kit import Client, ConversionCancelledError, InputError, OutputError
from cloudconvert_kit.cli import main
from cloudconvert_kit.sandbox import Sandbox
from conftest import ONLY_1

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes with names are Unix's")

COMMAND = [sys.executable, "-m", "cloudconvert_kit"]


class Drain(threading.Thread):
    """Reads a pipe to its end, and begins late."""

    def __init__(self, path: Path, delay: float = 0.2) -> None:
        super().__init__()
        self.content = b""
        self._path, self._delay = path, delay
        self.start()

    def run(self) -> None:
        time.sleep(self._delay)
        self.content = self._path.read_bytes()

    def all(self) -> bytes:
        self.join(30)
        return self.content


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "out" / "pipe"
    path.parent.mkdir()
    os.mkfifo(path)
    return path


def check_left(sandbox: Sandbox, fifo: Path) -> None:
    """The pipe is one still, nothing lies beside it, and nothing stayed on the service."""
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert [*fifo.parent.iterdir()] == [fifo]
    assert sandbox.processes() == []


@pytest.fixture
def sandbox(cloudconvert_sandbox: Sandbox) -> Sandbox:
    with cloudconvert_sandbox.client() as client:
        for process in client.processes():
            client.delete(process)
    return cloudconvert_sandbox


def test_a_pipe_is_written_into(sandbox: Sandbox, cloudconvert_client: Client, noise: Any, fifo: Path) -> None:
    source = noise(3 << 20)
    sandbox.fault("download", cut_download_after=1 << 20)
    drain = Drain(fifo)
    result = cloudconvert_client.convert(source, to="zip", mode="archive", save_to=fifo)
    assert len(drain.all()) == result.files[0].size > 3 << 20
    assert drain.content.startswith(b"PK")
    assert result.files[0].path == fifo
    check_left(sandbox, fifo)
    with pytest.raises(OutputError, match="cannot be read from there"):
        result.read()
    with pytest.raises(OutputError, match="cannot be read from there"):
        result.save(fifo.parent / "copy.zip")
    check_left(sandbox, fifo)


@pytest.mark.parametrize("size", [10, 3 << 20])
def test_saving_into_a_pipe(sandbox: Sandbox, cloudconvert_client: Client, noise: Any, fifo: Path, size: int) -> None:
    result = cloudconvert_client.convert(noise(size), to="zip", mode="archive")
    for _ in range(2):
        drain = Drain(fifo)
        assert result.save(fifo) == [fifo]
        assert drain.all() == result.read()
    check_left(sandbox, fifo)


def test_fetching_into_a_pipe(sandbox: Sandbox, cloudconvert_client: Client, text: Path, fifo: Path) -> None:
    process = cloudconvert_client.prepare("text.md", to="html")
    cloudconvert_client.upload(process, text)
    assert cloudconvert_client.wait(process).process_id == process.id
    url = cloudconvert_client.status(process).url
    assert url
    drain = Drain(fifo)
    cloudconvert_client.fetch(url, fifo)
    assert b">Hello</h1>" in drain.all()
    cloudconvert_client.delete(process)
    check_left(sandbox, fifo)


def test_a_link_to_a_pipe(sandbox: Sandbox, cloudconvert_client: Client, text: Path, fifo: Path) -> None:
    link = text.parent / "link.html"
    link.symlink_to(fifo)
    drain = Drain(fifo)
    cloudconvert_client.convert(text, to="html", save_to=link)
    assert b">Hello</h1>" in drain.all()
    assert link.is_symlink()
    check_left(sandbox, fifo)


def test_a_link_to_a_file_stays(cloudconvert_client: Client, text: Path, tmp_path: Path) -> None:
    real, link = tmp_path / "elsewhere" / "real.html", tmp_path / "link.html"
    real.parent.mkdir()
    real.write_text("old")
    link.symlink_to(real)
    cloudconvert_client.convert(text, to="html", save_to=link)
    assert link.is_symlink()
    assert ">Hello</h1>" in real.read_text()
    assert [*real.parent.iterdir()] == [real]


def test_a_device_of_ones_own(cloudconvert_client: Client, text: Path, tmp_path: Path) -> None:
    device = tmp_path / "null"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        device.write_bytes(b"")
    except PermissionError:
        pytest.skip("only root makes devices, where the file system has such")
    cloudconvert_client.convert(text, to="html", save_to=device)
    assert stat.S_ISCHR(device.stat().st_mode)
    result = cloudconvert_client.convert(text, to="html")
    assert result.save(device) == [device]
    assert stat.S_ISCHR(device.stat().st_mode)


def test_what_is_refused_before_it_costs(sandbox: Sandbox, text: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
        targets: list[tuple[Path, str]] = [
            (tmp_path / "socket", "is neither a file nor a pipe"),
            (tmp_path / "missing" / "out.html", "there is no folder"),
            (text / "out.html", "there is no folder"),
            (Path("/proc/out.html"), "/proc/out.html"),
        ]
        with sandbox.client() as client:
            for target, words in targets:
                with pytest.raises(OutputError, match=words):
                    client.convert(text, to="html", save_to=target)
                with pytest.raises(OutputError, match=words):
                    client.fetch(f"{sandbox.url}/file", target)
            told = [*client.convert_many([target for target, _ in targets], to="html", save_to=lambda target: target)]
            assert all(isinstance(each.error, (OutputError, InputError)) for each in told)
        assert stat.S_ISSOCK((tmp_path / "socket").stat().st_mode)
    assert [request for request in sandbox.requests() if request["kind"] == "create"] == []


def test_nobody_reads(sandbox: Sandbox, text: Path, fifo: Path) -> None:
    with sandbox.client() as client:
        conversion = client.submit(text, to="html", save_to=fifo)
        for progress in conversion:
            if progress.stage in ("download", "delete"):
                break
        conversion.cancel()
        with pytest.raises((ConversionCancelledError, OutputError)):
            conversion.result(timeout=30)
        for process in client.processes():
            client.delete(process)
    check_left(sandbox, fifo)


def test_a_reader_that_has_seen_enough(sandbox: Sandbox, noise: Any, fifo: Path) -> None:
    """Not all was written, so the service has it still."""
    source = noise(3 << 20)
    head = subprocess.Popen(["head", "-c", "1000", str(fifo)], stdout=subprocess.DEVNULL)
    with sandbox.client() as client, head:
        with pytest.raises(OutputError, match="the service still has the output") as failure:
            client.convert(source, to="zip", mode="archive", save_to=fifo)
        [left] = [each for each in client.processes() if each.id == failure.value.process_id]
        client.delete(left)
    check_left(sandbox, fifo)


def test_in_a_folder_only_files_are_replaced(cloudconvert_client: Client, text: Path, fifo: Path) -> None:
    pipe = fifo.rename(fifo.parent / "text.html")
    (fifo.parent / "text (1).html").mkdir()
    result = cloudconvert_client.convert(text, to="html", save_to=fifo.parent, overwrite=True)
    assert result.files[0].path == fifo.parent / "text (2).html"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_names_as_long_as_they_may_be(cloudconvert_client: Client, text: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for _ in range(3):
        cloudconvert_client.convert(text, to="html", name="ä" * 125 + ".md", save_to=folder)
        cloudconvert_client.convert(text, to="html", name="ä" * 124 + ".md", save_to=folder)
    assert len({*folder.iterdir()}) == 6
    assert all(len(os.fsencode(path.name)) <= 255 for path in folder.iterdir())


# The command line


@pytest.fixture
def here(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def run(words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """A command of a shell, in which ``kit`` is the command line."""
    command = words.replace("kit ", " ".join(COMMAND) + " ")
    return subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=False, **options)


@ONLY_1
def test_from_the_standard_input_to_the_standard_output(here: Path, picture: Path, text: Path) -> None:
    done = run("cat picture.png | kit convert - - --from png --to jpg")
    assert done.stdout.startswith(b"\xff\xd8"), done.stderr
    assert done.stderr == b"- -> -\n"
    assert run("kit convert text.md - --to html -q > out.html").stderr == b""
    assert ">Hello</h1>" in (here / "out.html").read_text()
    assert run("echo before > out.html; kit convert text.md /dev/stdout --to html -q >> out.html").stderr == b""
    assert (here / "out.html").read_text().startswith("before\n<!")
    assert run("kit convert - out.html --from md < text.md").stdout == b"- -> out.html\n"
    assert run("cat text.md | kit convert - all/ --from md --to html").returncode == 0
    assert run("kit convert <(cat text.md) proc.html --from md").returncode == 0
    assert run("kit convert text.md proc.txt --json | cat").stdout.startswith(b'{"source": "text.md"')
    assert run("kit convert text.md - --to html | head -c 1").returncode == 0
    assert sorted(path.name for path in here.iterdir()) == [
        *("all", "out.html", "picture.png", "proc.html", "proc.txt", "text.md")
    ]
    assert [path.name for path in (here / "all").iterdir()] == ["stdin.html"]


@pytest.mark.parametrize("words", ["-", "/dev/stdout", "- --checkpoint state"])
def test_a_reader_of_the_standard_output_that_has_seen_enough(
    sandbox: Sandbox, here: Path, noise: Any, words: str
) -> None:
    """Not all was written, so the service has it still."""
    noise(3 << 20)
    done = run(f"kit convert noise.bin {words} --to zip --mode archive | head -c 1000; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, len(done.stdout)) == (1, 1000), done.stderr
    assert b"the service still has the output" in done.stderr
    with sandbox.client() as client:
        [left] = client.processes()
        client.delete(left)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("cat text.md | kit convert - --to html", "name the output of the standard input"),
        ("kit convert text.md - --to html --each", "name a folder"),
        ("kit convert text.md socket --to html", "there is no file socket"),
        ("kit convert text.md socket.html", "neither a file nor a pipe"),
        (f"kit convert text.md {'x' * 252}.html", "too long"),
        ("kit convert text.md out.html --deadline nan", "from 0 to"),
        ("kit convert text.md out.html --deadline inf", "from 0 to"),
        ("kit convert text.md out.html --concurrency 0", "from 1 to"),
        ("kit convert text.md out.html --retries -1", "from 0 to"),
        ("kit convert . out.html --to html", "there is no file"),
    ],
)
def test_what_cannot_be(here: Path, text: Path, words: str, said: str) -> None:
    with socket.socket(socket.AF_UNIX) as bound, socket.socket(socket.AF_UNIX) as other:
        bound.bind("socket")
        other.bind("socket.html")
        done = run(words)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr.decode()
    assert sorted(path.name for path in here.iterdir()) == ["socket", "socket.html", "text.md"]


def test_the_output_is_a_pipe(sandbox: Sandbox, here: Path, text: Path, fifo: Path) -> None:
    drain = Drain(fifo)
    assert main(["convert", "text.md", "out/pipe", "--to", "html", "-q", "--skip-existing"]) == 0
    assert b">Hello</h1>" in drain.all()
    check_left(sandbox, fifo)


def test_an_input_with_the_longest_name(here: Path, text: Path) -> None:
    for name in ("x" * 252 + ".md", "x" * 251 + "y.md"):
        text.with_name(name).write_text("# Hi")
    assert main(["convert", "x*.md", "out/", "--to", "html"]) == 0
    assert len([*(here / "out").iterdir()]) == 2
