"""Inputs that the tests share. The sandbox comes from the package's own plugin."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import Callable

import pytest

import cloudconvert_kit

# Run from a checkout the package is not installed, so its plugin is not known.
if not any(part == "site-packages" for part in Path(cloudconvert_kit.__file__).parts):
    pytest_plugins = ["cloudconvert_kit.pytest_plugin"]


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test uses an account that somebody has."""
    for name in [name for name in os.environ if name.startswith("CLOUDCONVERT_") and "KIT" not in name]:
        monkeypatch.delenv(name)


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
