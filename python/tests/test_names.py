"""Names of files that are no Unicode, as those of old shares and archives are (PEP 383)."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

from cloudconvert_kit import Client, Content
from cloudconvert_kit.sandbox import Sandbox
from conftest import ONLY_1

#: Two names that differ only in what is no Unicode.
NAMES = [b"caf\xe9.md", b"caf\xe8.md"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names of files are Unicode elsewhere")


@pytest.fixture
def latin(tmp_path: Path) -> list[Path]:
    """Files with such names, and one with another."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in [*NAMES, b"good.md"]:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("# Hello\n")
    return sorted(folder.iterdir())


def in_bytes(path: Path) -> os.DirEntry[bytes]:
    """The file in a listing of its folder that is in bytes."""
    with os.scandir(os.fsencode(path.parent)) as entries:
        [found] = [entry for entry in entries if entry.path == os.fsencode(path)]
    return found


@pytest.mark.parametrize("source", [Path, str, in_bytes])
def test_a_source(cloudconvert_client: Client, latin: list[Path], source: Callable[[Path], Any]) -> None:
    states: list[str] = []
    result = cloudconvert_client.convert(source(latin[0]), to="html", checkpoint=states.append)
    assert result.files[0].name == "caf%E8.html"
    assert states


@pytest.mark.parametrize("name", [os.fspath, os.fsencode])
def test_an_opened_file(cloudconvert_client: Client, latin: list[Path], name: Callable[[Path], Any]) -> None:
    with open(name(latin[0]), "rb") as file:
        assert cloudconvert_client.convert(file, to="html").files[0].name == "caf%E8.html"


@ONLY_1
def test_names_that_are_told(cloudconvert_client: Client, latin: list[Path]) -> None:
    name = latin[0].name
    for options in ({"name": name}, {"filename": name}):
        assert cloudconvert_client.convert(latin[2], to="html", **options).files[0].name == "caf%E8.html"  # type: ignore[arg-type]
    assert cloudconvert_client.convert(Content("# Hi", name), to="html").files[0].name == "caf%E8.html"
    process = cloudconvert_client.prepare(name, to="html")
    cloudconvert_client.upload(process, latin[0])
    assert cloudconvert_client.download(process).files[0].name == "caf%E8.html"
    cloudconvert_client.delete(process)


def test_a_batch(cloudconvert_sandbox: Sandbox, latin: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()

    async def convert() -> list[Any]:
        async with cloudconvert_sandbox.async_client() as client:
            return [each.error async for each in client.convert_many(latin, to="html")]

    with cloudconvert_sandbox.client() as client:
        assert [each.error for each in client.convert_many(latin, to="html", save_to=out)] == [None] * 3
    assert sorted(path.name for path in out.iterdir()) == ["caf%E8.html", "caf%E9.html", "good.html"]
    assert asyncio.run(convert()) == [None] * 3


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_command_line(cloudconvert_sandbox: Sandbox, latin: list[Path], tmp_path: Path, encoding: str) -> None:
    """The outputs are called as the inputs are."""
    command = [sys.executable, "-m", "cloudconvert_kit", "convert", "in/*.md", "out/", "--to", "html"]
    environment = {**os.environ, **cloudconvert_sandbox.environment, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert {*os.listdir(os.fsencode(tmp_path / "out"))} == {b"caf\xe9.html", b"caf\xe8.html", b"good.html"}
    assert rb"caf\udce9.html" in done.stdout
    missing = [*command[:4], f"{tmp_path}/\udcff.md", "--to", "html"]
    failed = subprocess.run(missing, env=environment, capture_output=True, timeout=60)
    assert failed.returncode == 2
    assert rb"\udcff.md" in failed.stderr
    assert b"Traceback" not in failed.stderr
