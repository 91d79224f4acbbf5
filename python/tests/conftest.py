"""Inputs that the tests share. The sandbox comes from the package's own plugin."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import Any, Callable, Literal

import pytest

import cloudconvert_kit
from cloudconvert_kit.sandbox import Sandbox

# Run from a checkout the package is not installed, so its plugin is not known.
if not any(part == "site-packages" for part in Path(cloudconvert_kit.__file__).parts):
    pytest_plugins = ["cloudconvert_kit.pytest_plugin"]


#: For tests of what one version of the API alone has, where their module runs over both.
ONLY_1 = pytest.mark.parametrize("version", [1])
ONLY_2 = pytest.mark.parametrize("version", [2])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The tests of a module that has ``VERSIONS`` run over each of these versions of the API."""
    versions: Any = getattr(metafunc.module, "VERSIONS", None)
    told = [name for mark in metafunc.definition.iter_markers("parametrize") for name in mark.args[:1]]
    if versions and "version" in metafunc.fixturenames and not any("version" in name for name in told):
        metafunc.parametrize("version", versions, ids="v{}".format)


@pytest.fixture
def version() -> Literal[1, 2]:
    """The version of the API that clients of the sandbox speak."""
    return 2


@pytest.fixture
def cloudconvert_sandbox(cloudconvert_sandbox: Sandbox, version: Literal[1, 2]) -> Sandbox:
    """That of the plugin, by this version."""
    cloudconvert_sandbox.version = version
    return cloudconvert_sandbox


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test uses an account that somebody has."""
    for name in [name for name in os.environ if name.startswith("CLOUDCONVERT_") and "KIT" not in name]:
        monkeypatch.delenv(name)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which commands are typed."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def sandbox(cloudconvert_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox that commands find by the environment."""
    for name, value in cloudconvert_sandbox.environment.items():
        monkeypatch.setenv(name, value)
    return cloudconvert_sandbox


def png(width: int = 16, height: int = 16) -> bytes:
    """A picture in grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((row * 7 + column * 3) % 256 for column in range(width)) for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small picture."""
    path = tmp_path / "picture.png"
    path.write_bytes(png())
    return path


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A small text, which converts fastest of all."""
    path = tmp_path / "text.md"
    path.write_text("# Hello\n")
    return path


@pytest.fixture
def noise(tmp_path: Path) -> Callable[[int], Path]:
    """Makes a file of this many bytes that cannot be compressed."""

    def make(size: int) -> Path:
        path = tmp_path / "noise.bin"
        path.write_bytes(os.urandom(size))
        return path

    return make
