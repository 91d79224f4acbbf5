"""The command line, as it is typed."""

from __future__ import annotations

import codecs
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from cloudconvert_kit import OutputError
from cloudconvert_kit.cli import main
from cloudconvert_kit.cli._targets import Target
from cloudconvert_kit.sandbox import Sandbox

VERSIONS = [2, 1]
COMMAND = [sys.executable, "-m", "cloudconvert_kit"]


@pytest.fixture
def pictures(here: Path, picture: Path) -> list[Path]:
    paths = [here / f"{number}.png" for number in range(5)]
    for path in paths:
        path.write_bytes(picture.read_bytes())
    picture.unlink()
    return paths


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def exit_code(arguments: list[str]) -> int:
    """That of a command, whichever part of the program ends it."""
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1


def test_one_file(sandbox: Sandbox, here: Path, picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "picture.png", "new/other.jpg", "--option", "quality=5"]) == 0
    assert capsys.readouterr().out == f"picture.png -> {Path('new/other.jpg')}\n"
    assert (here / "new/other.jpg").read_bytes().startswith(b"\xff\xd8")
    assert names(here / "new") == ["other.jpg"]


def test_many_files(sandbox: Sandbox, here: Path, pictures: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "[0-2].png", "3.png", "out/", "--to", "jpg"]) == 0
    assert names(here / "out") == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert main(["convert", "*.png", "--to", "jpg", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(line["files"][0] for line in told) == [f"{number}.jpg" for number in range(5)]
    assert main(["convert", "*.png", "--to", "jpg", "--skip-existing"]) == 0
    assert capsys.readouterr().out == ""


def test_several_become_one(sandbox: Sandbox, here: Path, pictures: list[Path]) -> None:
    assert main(["convert", "*.png", "all.zip", "--mode", "archive", "-q"]) == 0
    assert (here / "all.zip").read_bytes().startswith(b"PK")


def test_a_zip_is_called_one(sandbox: Sandbox, here: Path, pictures: list[Path]) -> None:
    """Whatever was asked for: the service makes a ZIP of several outputs."""
    assert main(["convert", "*.png", "all.zip", "--mode", "archive", "-q"]) == 0
    assert main(["convert", "all.zip", "picture.png", "--mode", "extract", "-q"]) == 0
    assert (here / "picture.zip").read_bytes().startswith(b"PK")
    assert not (here / "picture.png").exists()
    assert main(["convert", "all.zip", "each/", "--to", "png", "--mode", "extract", "--each", "-q"]) == 0
    assert names(here / "each") == [f"{number}.png" for number in range(5)]


def test_only_the_output_that_was_named_is_replaced(sandbox: Sandbox, here: Path, pictures: list[Path]) -> None:
    """The service makes a ZIP, whose name nobody named."""
    assert main(["convert", "*.png", "all.zip", "--mode", "archive", "-q"]) == 0
    assert main(["convert", "all.zip", "all.png", "--mode", "extract", "-q"]) == 0
    assert names(here) == [*[f"{number}.png" for number in range(5)], "all (1).zip", "all.zip"]
    assert main(["convert", "*.png", "all.zip", "--mode", "archive", "-q"]) == 0, "this one was"
    assert "all (2).zip" not in names(here)


def test_what_was_converted_is_not_lost_with_the_screen(sandbox: Sandbox, here: Path, pictures: list[Path]) -> None:
    for folder, ending in (("full", "> /dev/full"), ("gone", "| true")):
        words = ["convert", "*.png", f"{folder}/", "--to", "jpg", "--concurrency", "1"]
        command = " ".join([sys.executable, "-m", "cloudconvert_kit", *words, ending])
        said = subprocess.run(["bash", "-c", command], capture_output=True, check=False).stderr
        assert b"Traceback" not in said
        assert "0.jpg" in names(here / folder)
        assert not any(name.startswith(".") for name in names(here / folder))


def test_a_folder_that_takes_nothing_fails_its_own_input_only(
    sandbox: Sandbox, here: Path, pictures: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "file").write_text("in the way")
    target = Target(["0.png"], here / "file" / "folder", "0", ".jpg")
    with pytest.raises(OutputError, match="nothing can be written to"):
        target.place(each=False)
    assert main(["convert", "0.png", "/proc/version", "--from", "md", "--to", "html"]) == 1
    assert "/proc/version: the output cannot be written: /proc/version.html" in capsys.readouterr().err


def test_what_fails(sandbox: Sandbox, here: Path, pictures: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    (here / "broken.png").write_text("no picture")
    assert main(["convert", "*.png", "out/", "--to", "jpg"]) == 1
    said = capsys.readouterr()
    assert "broken.png: The input file is not" in said.err
    assert names(here / "out") == [f"{number}.jpg" for number in range(5)]
    assert main(["convert", "broken.png", "broken.jpg", "--json"]) == 1
    error = json.loads(capsys.readouterr().out)
    assert error["error"]["code"] == "conversion_failed"
    # With version 2 the answer that tells of a failure is a good one.
    assert error["error"]["status"] == (422 if sandbox.version == 1 else None)
    assert not (here / "broken.jpg").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["convert", "missing.png", "a.jpg"], "there is no file missing.png"),
        (["convert", "?.gif", "out/", "--to", "jpg"], "nothing matches ?.gif"),
        (["convert", "0.png", "1.png", "2.jpg"], "name one input and one output"),
        (["convert", "0.png"], "name one input and one output"),
        (["convert", "0.png", "."], "name one input and one output"),
        (["convert", "*.png", "--to", "png", "--overwrite"], "would overwrite itself"),
        (["convert", "*.png", "--mode", "combine", "--to", "pdf"], "name one input and one output"),
        (["convert", "0.png", "a.jpg", "--option", "quality"], "it has to be NAME=VALUE"),
        (["convert", "0.png", "a.mp3"], "not supported"),
        (["convert", "*.png", "out/", "--mode", "extrct"], "invalid choice"),
        (["convert", "--input-storage", "none.json", "a.png", "a.jpg"], "none.json cannot be read"),
        (["convert", "0.png", "1.png", "out/", "--to", "jpg", "--checkpoint", "state"], "is for one conversion"),
        (["resume", "none.json"], "none.json cannot be read"),
        (["me", "--key-file", "none"], "none cannot be read"),
    ],
)
def test_what_cannot_be(
    sandbox: Sandbox,
    here: Path,
    pictures: list[Path],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    before = names(here)
    assert exit_code(arguments) == 2
    assert said in capsys.readouterr().err
    assert names(here) == before


def test_two_inputs_of_one_name(sandbox: Sandbox, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("a", "b"):
        (here / folder).mkdir()
        (here / folder / "text.md").write_text("# Hello")
    command = ["convert", "a/text.md", "b/text.md", "out/", "--to", "html"]
    assert main([*command, "--overwrite"]) == 2
    assert "would both become" in capsys.readouterr().err
    assert main(command) == 0
    assert names(here / "out") == ["text (1).html", "text.html"]
    assert main([*command[:2], *command[3:], "--overwrite"]) == 0
    assert names(here / "out") == ["text (1).html", "text.html"]


def test_an_output_is_never_put_in_the_place_of_a_folder(sandbox: Sandbox, here: Path, text: Path) -> None:
    assert main(["convert", str(text), "out.html"]) == 0
    (here / "out.html").unlink()
    (here / "out.html" / "in the way").mkdir(parents=True)
    assert main(["convert", str(text), "out.html"]) == 2, "it is a folder"


def test_outputs_have_their_names_before_the_service_deletes_them(sandbox: Sandbox, text: Path, here: Path) -> None:
    sandbox.fault("delete", status=503, times=None)
    (here / "there.html").write_text("mine")
    for arguments, name in (
        (["text.md", "out/", "--to", "html"], "out/text.html"),
        (["text.md", "there.html"], "there.html"),
    ):
        before = len(deletions(sandbox))
        running = subprocess.Popen([*COMMAND, "convert", *arguments], cwd=here)
        with running:
            while len(deletions(sandbox)) == before:
                assert running.poll() is None
            running.kill()
        assert "Hello" in (here / name).read_text()
    assert names(here) == ["out", "text.md", "there.html"]
    assert names(here / "out") == ["text.html"]


def deletions(sandbox: Sandbox) -> list[Any]:
    return [request for request in sandbox.requests() if request["method"] == "DELETE"]


def test_a_wrong_key(sandbox: Sandbox, text: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDCONVERT_API_KEY", "wrong")
    assert main(["convert", "text.md", "text.html"]) == 3


def test_nobody_there(text: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDCONVERT_API_KEY", "key")
    assert main(["convert", "text.md", "text.html", "--base-url", "http://127.0.0.1:9", "--retries", "0"]) == 4


def test_no_key(text: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "text.md", "text.html"]) == 2
    assert "--sandbox" in capsys.readouterr().err
    assert main(["convert", "text.md", "text.html", "--sandbox"]) == 0
    assert ">Hello</h1>" in (here / "text.html").read_text()


def test_no_sandbox(
    text: Path, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLOUDCONVERT_KIT_SANDBOX", raising=False)
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert main(["convert", "text.md", "text.html", "--sandbox"]) == 2
    assert "pip install 'cloudconvert-kit[sandbox]'" in capsys.readouterr().err
    assert main(["sandbox"]) == 2


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["INT", "TERM", "HUP"]
)
@pytest.mark.parametrize("inputs", [["text.md", "out/text.html"], ["text.md", "text.md", "other.md", "out/"]])
def test_signals(
    sandbox: Sandbox, text: Path, here: Path, number: signal.Signals, code: int, inputs: list[str]
) -> None:
    (here / "other.md").write_text("# Hi")
    before = sandbox.processes()
    sandbox.fault("run", delay_ms=60_000, times=None)
    running = subprocess.Popen([*COMMAND, "convert", *inputs, "--to", "html", "-v"], stderr=subprocess.PIPE, text=True)
    with running:
        assert running.stderr is not None
        while "convert: GET" not in running.stderr.readline():
            assert running.poll() is None
        running.send_signal(number)
        assert running.wait(60) == code
        assert "Traceback" not in running.stderr.read()
    assert sandbox.processes() == before
    assert names(here / "out") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_running_the_sandbox(number: signal.Signals) -> None:
    running = subprocess.Popen([*COMMAND, "sandbox", "--key", "key"], stdout=subprocess.PIPE, text=True)
    with running:
        assert running.stdout is not None
        announced = running.stdout.readline()
        assert announced.startswith("listening on http://127.0.0.1:")
        running.send_signal(number)
        running.wait(60)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(announced.split()[-1], timeout=5)


def test_into_a_pipe_that_is_closed(sandbox: Sandbox) -> None:
    running = subprocess.Popen([*COMMAND, "formats"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        assert b"Traceback" not in running.stderr.read()


class Terminal:
    """A command at a terminal."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self.child, self.end = pty.fork()
        if self.child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
            os.execvpe(COMMAND[0], [*COMMAND, *arguments], {**os.environ, **environment})
        self.seen = ""
        # A read may end in the middle of a character.
        self._decode = codecs.getincrementaldecoder("utf-8")().decode

    def until(self, words: str) -> None:
        """Reads until these words come."""
        while words not in self.seen:
            assert select.select([self.end], [], [], 60)[0], self.seen
            self.seen += self._decode(os.read(self.end, 4096))

    def finish(self) -> int:
        """Reads to the end; returns the exit code."""
        while True:
            try:
                more = os.read(self.end, 4096)
            except OSError:
                break
            if not more:
                break
            self.seen += self._decode(more)
        os.close(self.end)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_progress_at_a_terminal(sandbox: Sandbox, here: Path, pictures: list[Path]) -> None:
    sandbox.fault("run", delay_ms=600, times=None)
    terminal = Terminal(["convert", "*.png", "out/", "--to", "jpg"], sandbox.environment)
    assert terminal.finish() == 0
    assert "all: " in terminal.seen
    assert "5/5" in terminal.seen or "4/5" in terminal.seen
    assert "3.png: " in terminal.seen
    assert "0.png -> " in terminal.seen
    assert names(here / "out") == [f"{number}.jpg" for number in range(5)]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize(("answer", "code"), [("\n", 0), ("n\n", 2)])
def test_the_sandbox_is_offered(here: Path, text: Path, answer: str, code: int) -> None:
    terminal = Terminal(["convert", "text.md", "text.html"], {})
    terminal.until("[Y/n]")
    os.write(terminal.end, answer.encode())
    assert terminal.finish() == code, terminal.seen
    assert (here / "text.html").exists() == (code == 0)


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["--help"]) == 0
    commands = re.findall(r"^    ([a-z-]+)(?:  |$)", capsys.readouterr().out, re.MULTILINE)
    assert len(commands) > 20
    for command in commands:
        if command == "sandbox":
            continue
        assert exit_code([command, "--help"]) == 0
        told = capsys.readouterr().out
        assert f"usage: cloudconvert-kit {command}" in told
        assert f"\n  cloudconvert-kit {command}" in told or command == "resume", "it has an example"
    assert exit_code([]) == 2


def test_what_is_typed_is_what_is_installed() -> None:
    """The entry point of the package is this command line."""
    pyproject: Any = (Path(__file__).parents[1] / "pyproject.toml").read_text()
    assert 'cloudconvert-kit = "cloudconvert_kit.cli:main"' in pyproject
